"""A cell so small that a neighbour knows who is meant is told to nobody from outside."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from juntos_campo.central.indicators.privacy import hidden_cells

CASES = st.dictionaries(st.integers(0, 99).map(str), st.integers(1, 9), max_size=12)


@given(cases=CASES)
def test_no_place_with_one_or_two_cases_is_told(cases: dict[str, int]) -> None:
    hidden = hidden_cells(cases)
    assert {one for one, number in cases.items() if number < 3} <= hidden


@given(cases=CASES)
def test_what_is_hidden_is_not_found_by_taking_the_others_from_the_total(
    cases: dict[str, int],
) -> None:
    hidden = hidden_cells(cases)
    if hidden and len(cases) > 1:
        assert len(hidden) > 1, "one alone is the total less the others"
        left = sum(cases[one] for one in hidden)
        assert left >= 3 or hidden == cases.keys()


@given(cases=CASES)
def test_nothing_more_is_hidden_than_that_takes(cases: dict[str, int]) -> None:
    hidden = hidden_cells(cases)
    small = {one for one, number in cases.items() if number < 3}
    assert len(hidden) <= len(small) + 1
    if not small:
        assert not hidden
    told = [cases[one] for one in cases if one not in hidden]
    beyond = [cases[one] for one in hidden - small]
    assert not beyond or not told or max(beyond) <= min(told), "the smallest of the others"
