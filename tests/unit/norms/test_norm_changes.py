"""Around each change of norm: the day before, the day itself and the day after; two norms never mix.

Every service is judged by the norm in force on the day it was due, whatever day it is looked at.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.model import ServiceStatus, State, Trust

DAY = timedelta(days=1)
CRED_CHANGE = date(2025, 10, 18)
ANAEMIA_CHANGE = date(2024, 4, 8)
VACCINE_CHANGE = date(2026, 6, 13)
MARCH_VACCINES = date(2026, 3, 1)


@pytest.fixture
def of(book: RuleBook, member: Any) -> Any:
    def judge(birth: date, today: date, *events: Any, **changes: Any) -> dict[str, ServiceStatus]:
        person = member(birth, **changes)
        return {one.key: one for one in services_of(person, None, events, book, today)}

    return judge


def born_so_that(age_months: int, last_day: date) -> date:
    """A birth whose `age_months` plus one month, less a day, ends on `last_day`."""
    year, month = divmod(last_day.year * 12 + last_day.month - 1 - age_months - 1, 12)
    born = date(year, month + 1, min(last_day.day, 28)) + DAY
    while _month_end(born, age_months) < last_day:
        born += DAY
    while _month_end(born, age_months) > last_day:
        born -= DAY
    return born


def _month_end(born: date, age_months: int) -> date:
    year, month = divmod(born.year * 12 + born.month - 1 + age_months + 1, 12)
    day = born.day
    while True:
        try:
            return date(year, month + 1, day) - DAY
        except ValueError:
            day -= 1


CHANGES = [
    # key, months of age at which it opens (due a month later, less a day), change, (old, new)
    ("CRED:12m", 12, CRED_CHANGE, ("NTS 137", "NTS 238")),
    ("CRED:9m", 9, CRED_CHANGE, ("NTS 137", "NTS 238")),
    ("HB:18m", 18, ANAEMIA_CHANGE, ("NTS 134", "NTS 213")),
    ("HB:9m", 9, ANAEMIA_CHANGE, ("NTS 134", "NTS 213")),
    ("SPR:1", 12, VACCINE_CHANGE, ("marzo de 2026", "NTS 246")),
    ("AMA:1", 15, VACCINE_CHANGE, ("marzo de 2026", "NTS 246")),
    ("VARICELA:1", 12, MARCH_VACCINES, ("NTS 196", "marzo de 2026")),
]


@pytest.mark.parametrize(
    ("key", "months", "change", "norms"), CHANGES, ids=[row[0] for row in CHANGES]
)
@pytest.mark.parametrize("seen_after", [-1, 0, 1, 100])
def test_a_service_is_judged_by_the_norm_of_the_day_it_was_due(
    of: Any, key: str, months: int, change: date, norms: tuple[str, str], seen_after: int
) -> None:
    old, new = norms
    for due, norm in (
        (change - 2 * DAY, old),
        (change - DAY, old),
        (change, new),
        (change + DAY, new),
    ):
        born = born_so_that(months, due)
        status = of(born, due + seen_after * DAY)[key]
        assert norm in status.why.norm, (due, born)
        assert status.due == due


@pytest.mark.parametrize(
    ("old_only", "months", "change"),
    [("CRED:14m", 14, CRED_CHANGE), ("CRED:10m", 10, CRED_CHANGE), ("HB:4m", 4, ANAEMIA_CHANGE)],
)
def test_a_control_only_the_older_norm_had_is_asked_for_until_its_last_day_and_not_after(
    of: Any, old_only: str, months: int, change: date
) -> None:
    before = born_so_that(months, change - DAY)
    assert of(before, change)[old_only].state in (State.LOST, State.OVERDUE)
    assert old_only not in of(born_so_that(months, change), change)


@pytest.mark.parametrize(
    ("new_only", "months", "change"),
    [("CRED:15m", 15, CRED_CHANGE), ("HB:12m", 12, ANAEMIA_CHANGE)],
)
def test_a_control_only_the_newer_norm_has_is_not_asked_of_those_who_came_before(
    of: Any, new_only: str, months: int, change: date
) -> None:
    assert new_only not in of(born_so_that(months, change - DAY), change)
    assert of(born_so_that(months, change), change)[new_only].state is State.DUE


def test_nobody_is_asked_for_the_same_age_by_two_norms(of: Any) -> None:
    for change in (CRED_CHANGE, ANAEMIA_CHANGE, VACCINE_CHANGE, MARCH_VACCINES):
        for days in range(0, 1900, 37):
            found = of(change - timedelta(days=days), change + timedelta(days=10))
            assert len({(one.service, one.label) for one in found.values()}) == len(found)


def test_iron_before_april_2024_is_shown_without_an_official_source(of: Any) -> None:
    born = date(2023, 9, 1)
    found = of(born, date(2024, 4, 10))
    assert found["IRON:4m"].why.trust is Trust.RECALL
    assert "NTS 134" in found["IRON:4m"].why.norm
    assert found["HB:4m"].why.trust is Trust.CONFIRMED
    assert "NTS 213" in found["IRON:6m"].why.norm
    assert found["IRON:6m"].why.trust.is_official


def test_a_haemoglobin_of_the_older_norm_is_not_asked_again_by_the_newer_one(
    of: Any, event: Any
) -> None:
    born = date(2023, 6, 1)  # 9 months on 1 March 2024, due until the 31st: the older norm
    done = of(born, date(2024, 5, 1), event("HB", date(2024, 3, 10)))
    assert done["HB:9m"].state is State.DONE
    assert "NTS 134" in done["HB:9m"].why.norm
    assert "HB:6m" not in done


def test_a_carried_vaccine_says_that_the_annexes_were_not_read(of: Any) -> None:
    born = date(2026, 5, 1)
    status = of(born, date(2026, 8, 1))["PENTA:1"]
    assert "NTS 246-MINSA/DGIESP-2026 (RM 561-2026)" in status.why.norm
    assert status.why.trust is Trust.NOT_FOUND
    assert "no se leyeron" in status.why.text


def test_a_hexavalent_counts_for_pentavalent_and_polio_under_the_new_norm(
    of: Any, event: Any
) -> None:
    born = date(2026, 5, 1)
    found = of(born, date(2026, 8, 1), event("HEXA", date(2026, 7, 5)))
    assert (found["PENTA:1"].state, found["IPV:1"].state) == (State.DONE, State.DONE)


def test_rsv_is_listed_under_six_months_without_a_source_and_never_overdue(of: Any) -> None:
    born = VACCINE_CHANGE
    last = date(2026, 12, 12)
    for today in (born, born + 90 * DAY, last):
        status = of(born, today)["VSR:1"]
        assert (status.state, status.why.trust) == (State.DUE, Trust.NOT_FOUND)
    assert of(born, last + DAY)["VSR:1"].state is State.LOST
    assert "VSR:1" not in of(born - DAY, VACCINE_CHANGE)


SCREENINGS = ["EDI:1m", "EDI:6m", "EDI:9m", "EDI:18m", "EDI:30m", "EDI:42m", "EDI:60m"]


def test_development_is_screened_at_the_ages_of_the_norm_and_only_since_it_rules(
    of: Any,
) -> None:
    asked = set()
    for months in range(62):
        born = born_so_that(months, date(2026, 11, 30))
        found = of(born, date(2026, 11, 21))
        asked |= {
            key for key, one in found.items() if one.service == "EDI" and one.state is State.DUE
        }
        asked |= {
            key for key, one in found.items() if key == "MCHAT:24m" and one.state is State.DUE
        }
        assert all("NTS 238" in one.why.norm for one in found.values() if one.service == "EDI")
    assert asked == {*SCREENINGS, "MCHAT:24m"}
    assert "EDI:9m" not in of(born_so_that(9, CRED_CHANGE - DAY), CRED_CHANGE)
    assert of(born_so_that(9, CRED_CHANGE), CRED_CHANGE)["EDI:9m"].state is State.DUE


def test_parasites_were_looked_for_every_year_until_the_older_norm_ended(of: Any) -> None:
    found = of(date(2022, 10, 1), date(2025, 10, 17))
    due = {key: one.why.norm for key, one in found.items() if one.service == "PARASITES"}
    assert set(due) == {"PARASITES:1y", "PARASITES:2y"}
    assert all("NTS 137" in norm for norm in due.values())
