"""Packages: complete, missing something, or incomplete for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from verified_families import attended, expecting, person

from juntos_campo.domain.entities import Member, Pregnancy, ServiceEvent
from juntos_campo.domain.values import PregnancyOutcome
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.verification.model import PackageStanding
from juntos_campo.norms.verification.packages import packages_of

CHILD = person("ana", date(2025, 11, 10))


def standings(
    book: RuleBook,
    today: date,
    events: Sequence[ServiceEvent] = (),
    member: Member = CHILD,
    pregnancy: Pregnancy | None = None,
) -> dict[str, PackageStanding]:
    statuses = services_of(member, pregnancy, events, book, today)
    return {one.key: one for one in packages_of(member, pregnancy, statuses, book, today)}


@pytest.mark.parametrize(
    ("birth", "keys"),
    [
        (date(2026, 11, 21), {"TPI_CHILD", "UNDER_12M"}),
        (date(2025, 11, 22), {"TPI_CHILD", "UNDER_12M"}),
        (date(2025, 11, 21), {"TPI_CHILD", "12_TO_35M"}),
        (date(2023, 11, 22), {"TPI_CHILD", "12_TO_35M"}),
        (date(2023, 11, 21), set()),
        (date(1990, 1, 1), set()),
    ],
)
def test_a_child_has_the_packages_of_the_age(book: RuleBook, birth: date, keys: set[str]) -> None:
    assert set(standings(book, date(2026, 11, 21), member=person("ana", birth))) == keys


def test_a_child_who_received_everything_has_a_complete_package_at_every_age(
    book: RuleBook,
) -> None:
    events = attended(CHILD, book, date(2027, 3, 10))
    for today in (date(2025, 12, 20), date(2026, 6, 1), date(2026, 11, 9), date(2027, 3, 10)):
        until = [one for one in events if one.on <= today]
        for standing in standings(book, today, until).values():
            assert standing.complete, (today, standing)
            assert standing.done
            assert not standing.why.next_step


@pytest.mark.parametrize(
    ("today", "complete"), [(date(2026, 6, 9), True), (date(2026, 6, 10), False)]
)
def test_a_service_not_run_out_yet_does_not_make_it_incomplete(
    book: RuleBook, today: date, complete: bool
) -> None:
    """CRED of 6 months, from 10 May to 9 June 2026; of 4 months it was received."""
    events = [one for one in attended(CHILD, book, today) if one.service != "CRED"]
    events += [one for one in attended(CHILD, book, date(2026, 5, 9)) if one.service == "CRED"]
    standing = standings(book, today, events)["UNDER_12M"]
    assert standing.complete is complete
    assert ("CRED 6 meses" in standing.coming) is complete
    assert ("CRED 6 meses" in standing.lost) is not complete


def test_what_is_lost_is_named_and_stays_lost(book: RuleBook) -> None:
    events = attended(CHILD, book, date(2026, 10, 1), without=("ROTA:2",))
    standing = standings(book, date(2026, 10, 1), events)["TPI_CHILD"]
    assert not standing.complete
    assert standing.lost == ("Rota 2",)
    assert standing.missing == ()
    assert "Rota 2" in standing.why.text


def test_what_is_missing_comes_with_what_to_do(book: RuleBook) -> None:
    events = attended(CHILD, book, date(2026, 10, 1), without=("PENTA:3",))
    standing = standings(book, date(2026, 10, 1), events)["UNDER_12M"]
    assert standing.missing == ("Penta 3",)
    assert "Penta 3" in standing.why.next_step


def test_from_the_first_birthday_an_old_loss_is_forgotten_but_not_a_vaccine_still_possible(
    book: RuleBook,
) -> None:
    events = attended(CHILD, book, date(2026, 11, 20), without=("ROTA:2", "PENTA:3"))
    standing = standings(book, date(2026, 11, 20), events)["12_TO_35M"]
    assert standing.lost == ()
    assert standing.missing == ("Penta 3",)


def test_the_package_of_the_first_year_does_not_list_what_comes_after_it(book: RuleBook) -> None:
    today = date(2026, 10, 1)
    standing = standings(book, today, attended(CHILD, book, today))["UNDER_12M"]
    assert not any("18 meses" in label or "SPR" in label for label in standing.coming)


def test_tpi_counts_its_own_services_only(book: RuleBook) -> None:
    skipped = ("INFLUENZA:1", "INFLUENZA:2", "BCG:1", "HB:9m")
    events = attended(CHILD, book, date(2026, 10, 20), without=skipped)
    found = standings(book, date(2026, 10, 20), events)
    assert found["TPI_CHILD"].complete
    assert not found["UNDER_12M"].complete


def test_a_pregnant_woman_has_two_packages_until_the_birth(book: RuleBook) -> None:
    mother = person("rosa", date(1996, 1, 1))
    one = expecting("rosa", date(2026, 3, 2))
    start, today = date(2026, 3, 2), date(2026, 10, 1)
    events = attended(
        mother, book, today, pregnancy=one, start=start, without=("APN:3", "APN:4", "APN:5")
    )
    found = standings(book, today, events, mother, one)
    assert set(found) == {"TPI_PREGNANT", "PREGNANT"}
    assert found["TPI_PREGNANT"].complete
    assert "3.er control prenatal" in (*found["PREGNANT"].missing, *found["PREGNANT"].lost)
    ended = expecting("rosa", date(2026, 1, 5), ended_on=today, outcome=PregnancyOutcome.BIRTH)
    assert standings(book, today, events, mother, ended) == {}


def test_no_source_says_what_makes_a_package_complete_and_the_answer_says_so(
    book: RuleBook,
) -> None:
    found = standings(book, date(2026, 10, 1))
    assert not found["UNDER_12M"].why.trust.is_official
    assert not found["TPI_CHILD"].why.trust.is_official
