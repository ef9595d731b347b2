"""Columns give back exactly what was written, and only what was written."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from juntos_campo.wire.column_reader import read_columns
from juntos_campo.wire.column_writer import Table, write_columns
from juntos_campo.wire.framing import DamagedBodyError

PLENTY = 10_000_000
ID = st.binary(min_size=8, max_size=32).map(bytes.hex)
FULL_ID = st.binary(min_size=16, max_size=16).map(bytes.hex)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
DAY = st.dates(date(1, 1, 1)).map(date.isoformat)
MOMENT = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5))])).map(
    datetime.isoformat
)
PATH = st.builds("member/{}/{}".format, FULL_ID, st.sampled_from(["hb", "service/CRED:6m", "q/x"]))
SIGNATURE = st.lists(
    st.tuples(st.integers(0, 999), st.integers(0, 999), st.sampled_from(" ;")),
    min_size=1,
    max_size=9,
).map(lambda points: "".join(f"{x},{y}{mark}" for x, y, mark in points)[:-1])
SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**66), 2**66)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(-99, 99, places=2).map(float)
    | TEXT
    | ID
    | DAY
    | MOMENT
    | MOMENT.map(lambda text: text.replace("+00:00", "Z"))
    | PATH
    | SIGNATURE
)
KEY = TEXT | PATH | st.sampled_from(["id", "kind", "on", "2026-05"])
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(KEY, inner, max_size=6),
    max_leaves=40,
)
ALIKE = st.sampled_from([SCALAR, ID, DAY, MOMENT, PATH, SIGNATURE, st.integers(0, 9), KEY]).flatmap(
    lambda kind: st.lists(kind, min_size=1, max_size=40)
)
"""A column of one type, as records make them."""


def as_text(value: Any) -> str:
    """JSON tells 1 from 1.0 and from true, and keeps the order of keys, as `==` does not."""
    return json.dumps(value)


@settings(max_examples=150, deadline=None)
@given(VALUE | ALIKE)
@example({"": {"": ""}, "a/b": [{}]})
@example(["2026-W01-1", "20260101", "2026-01-01"])
@example(["2026-01-01T24:00:00Z", "2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.120Z"])
@example([0.0, -0.0])
@example(["\x01", "member/" + "a" * 32])
@example(["\x00", "\x00\x00"])
@example([{"a": 1}, {"b": 1}, {"c": 1}, {"d": 1}, {"e": 1}, {"f": 1}, {"g": 1}])
@example(["٢٠٢٦-٠١-٠١", "٢٠٢٦-٠١-٠١T٠٠:٠٠:٠٠Z"])
@example([2**64, -(2**64), 2**63, 0])
def test_no_value_comes_back_as_another(value: Any) -> None:
    assert as_text(read_columns(write_columns(value), PLENTY)) == as_text(value)


def test_values_nested_without_measure_come_back() -> None:
    value: Any = "x"
    for depth in range(60):
        value = [value] if depth % 2 else {"k": value, "n": None}
    assert as_text(read_columns(write_columns(value), PLENTY)) == as_text(value)


def test_what_is_no_json_value_is_refused_at_once() -> None:
    for odd in (b"x", {1, 2}, date(2026, 1, 1), object()):
        with pytest.raises(TypeError):
            write_columns({"k": odd})


def test_the_same_values_are_the_same_bytes() -> None:
    rows = [{"id": f"{n:032x}", "on": f"2026-01-{n + 1:02d}", "value": n / 10} for n in range(28)]
    assert write_columns(rows) == write_columns(json.loads(json.dumps(rows)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SCALAR, st.none() | ID, VALUE), min_size=1, max_size=8))
def test_rows_held_as_columns_are_the_same_bytes(rows: list[tuple[Any, ...]]) -> None:
    keys = ("kind", "id", "fields")
    table = Table(keys, list(zip(*rows, strict=True)))
    dictionaries = [dict(zip(keys, row, strict=True)) for row in rows]
    assert write_columns({"rows": table}) == write_columns({"rows": dictionaries})


def test_a_record_more_costs_what_is_new_in_it() -> None:
    def rows(count: int) -> list[dict[str, Any]]:
        return [
            {"kind": "service_event", "member_id": "ab" * 16, "on": "2026-01-05", "number": 3}
            for _ in range(count)
        ]

    assert len(write_columns(rows(1000))) - len(write_columns(rows(10))) < 10


def test_a_drawn_signature_costs_little_more_than_a_byte_a_point_and_way() -> None:
    rng, x, y = Random(1), 400, 500
    points = []
    for _ in range(300):
        x, y = x + rng.randint(-4, 6), y + rng.randint(-9, 9)
        points.append(f"{abs(x)},{abs(y)}")
    text = " ".join(points[:150]) + ";" + " ".join(points[150:])
    assert len(write_columns({"signature": text})) < 1000 < len(text) / 2


def test_damaged_columns_are_refused_and_never_anything_worse() -> None:
    rng = Random(20261121)
    rows = [
        {
            "id": rng.randbytes(16).hex(),
            "at": f"2026-01-{n % 28 + 1:02d}T08:00:00Z",
            "tags": ["a"] * (n % 3),
            "answers": {f"member/{rng.randbytes(16).hex()}/hb": n / 10, "note": "ñ" * n},
            "n": n if n % 2 else None,
            "signature": " ".join(f"{rng.randrange(999)},{n}" for _ in range(4)),
        }
        for n in range(30)
    ]
    whole = write_columns(rows)
    refused = 0
    for _ in range(2_000):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        cut = rng.randint(1, len(data)) if rng.random() < 0.3 else len(data)
        try:
            read_columns(bytes(data[:cut]), 200_000)
        except DamagedBodyError:
            refused += 1
    assert refused > 400


@pytest.mark.parametrize(
    "bomb",
    [
        ["x" * 1000] * 100_000,
        [None] * 1_000_000,
        [{"a key of some length": 1}] * 100_000,
        [[]] * 1_000_000,
        ["2026-01-01"] * 200_000,
        ["ab" * 16] * 100_000,
        [{f"member/{'ab' * 16}/hb": True}] * 100_000,
        ["x" * 1000, "y" * 1000] * 50_000,
    ],
)
def test_a_few_bytes_do_not_fill_the_memory(bomb: list[Any]) -> None:
    data = write_columns(bomb)
    with pytest.raises(DamagedBodyError):
        read_columns(data, 1_000_000)
