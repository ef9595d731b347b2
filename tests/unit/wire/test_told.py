"""What the server reads as rows travels as the messages it stands for, byte for byte."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from any_messages import CHANGE
from hypothesis import given, settings
from hypothesis import strategies as st

from juntos_campo.domain.ids import derived_id
from juntos_campo.wire.column_writer import write_columns
from juntos_campo.wire.compact import NATURAL_KEYS, encode_page
from juntos_campo.wire.dictionaries import compress
from juntos_campo.wire.messages import Change, SyncResponse
from juntos_campo.wire.told import Columns, Told, columns_of, of_partition

SEVERAL = st.lists(CHANGE, min_size=1, max_size=8)
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def row_of(change: Change, *more: object) -> tuple[Any, ...]:
    """As the server's database keeps it."""
    values = {
        **dict(change),
        "fields": json.dumps(change.fields),
        "flags": json.dumps(change.flags),
    }
    return (*values.values(), *more)


def as_dictionary(change: Change) -> dict[str, Any]:
    """What travels of a change, its id only where its fields do not give it."""
    names = NATURAL_KEYS.get(change.kind, ("no key",))
    whole = names[0] != "no key" and all(name in change.fields for name in names)
    given = derived_id(change.kind, *(str(change.fields[one]) for one in names)) if whole else ""
    return {**dict(change), "id": None if given == change.id else change.id}


@settings(max_examples=60, deadline=None)
@given(SEVERAL)
def test_a_page_of_rows_has_the_bytes_of_its_messages(changes: list[Change]) -> None:
    """A download cut under one server goes on under another, which may hold its page in another way."""
    expected = compress(write_columns({"changes": [as_dictionary(one) for one in changes]}))
    rows = Told([row_of(one, *["more"] * (place % 2)) for place, one in enumerate(changes)])
    held: Any
    for held in (rows, tuple(changes)):
        page = SyncResponse.model_construct(protocol=2, server_time=NOW, changes=held)
        assert encode_page(page) == expected


@given(CHANGE)
def test_a_change_the_server_makes_from_its_own_rows_travels_as_any_other(change: Change) -> None:
    made = Told([row_of(change)])[0]
    assert made == change
    assert made.to_json() == change.to_json()
    assert made.model_dump() == change.model_dump()
    assert made.model_copy(update={"seq": 5}).seq == 5


@settings(max_examples=40)
@given(SEVERAL, SEVERAL)
def test_no_change_is_lost_however_rows_were_put_together(
    first: list[Change], then: list[Change]
) -> None:
    told = Told(map(row_of, first))
    assert list(told) == first
    told.put(map(row_of, then))
    both = [*first, *then]
    assert (len(told), list(told)) == (len(both), both)
    assert list(told[1:-1]) == both[1:-1]
    assert told[-1] == both[-1]
    assert [list(one) for one in columns_of(told)] == [list(one) for one in columns_of(both)]


@settings(max_examples=60, deadline=None)
@given(SEVERAL)
def test_the_reference_data_of_a_page_is_signed_in_its_order(changes: list[Change]) -> None:
    for held in (Told(map(row_of, changes)), tuple(changes)):
        assert of_partition(held, "ref") == [one for one in changes if one.partition == "ref"]


def test_a_field_of_changes_to_come_is_not_forgotten_in_rows() -> None:
    assert Columns._fields == tuple(Change.model_fields)
    assert list(Told()) == []
