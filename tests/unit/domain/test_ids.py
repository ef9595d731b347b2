"""Ids of register data are the same on every machine, for ever."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from juntos_campo.domain.ids import derived_id, derived_ids

# As the first records were named. Do not adapt it to the code.
NAMESPACE = uuid.UUID("0b3f6a52-6f0e-5a5c-9d3a-6a756e746f73")


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4),
)
def test_a_record_named_by_another_version_keeps_its_name(kind: str, parts: list[str]) -> None:
    expected = uuid.uuid5(NAMESPACE, "\x1f".join((kind, *parts))).hex
    assert derived_id(kind, *parts) == expected


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.tuples(*[st.text("a%s\x1fñ", max_size=4) | st.integers() | st.none()] * width),
            min_size=1,
        )
    ),
)
def test_many_records_named_at_once_get_the_names_of_each(
    kind: str, keys: list[tuple[object, ...]]
) -> None:
    assert derived_ids(kind, len(keys[0]), keys) == [
        derived_id(kind, *map(str, key)) for key in keys
    ]
