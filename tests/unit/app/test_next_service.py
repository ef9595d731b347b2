"""What stands under "Próximo"."""

from __future__ import annotations

from datetime import date
from typing import Any

from juntos_campo.alerts.model import Risk
from juntos_campo.app.attention import MemberStanding, next_service_text
from juntos_campo.domain.values import RiskLevel
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.residence import UNKNOWN
from juntos_campo.norms.verification.education import education_of

TODAY = date(2026, 11, 21)


def standing(book: RuleBook, person: Any, statuses: Any) -> MemberStanding:
    return MemberStanding(
        member=person,
        pregnancy=None,
        events=(),
        statuses=statuses,
        alerts=(),
        risk=Risk(RiskLevel.LOW, 0, ()),
        residence=UNKNOWN,
    )


def test_next_year_s_enrolment_does_not_say_its_year_twice(book: RuleBook, member: Any) -> None:
    student = member(date(2017, 5, 2))
    statuses = [
        status._replace(opens=date(2027, 1, 1))
        for status in education_of(student, (), book, TODAY)
        if status.key == "ENROL:2027"
    ]
    assert statuses, "enrolment of the coming year is announced in November"
    text = next_service_text([standing(book, student, tuple(statuses))], TODAY)
    assert text == "Matrícula 2027 desde el 1 ene"


def test_a_service_of_next_year_says_the_year(book: RuleBook, member: Any) -> None:
    child = member(date(2026, 7, 20))
    statuses = tuple(
        status for status in services_of(child, None, [], book, TODAY) if status.key == "CRED:6m"
    )
    assert next_service_text([standing(book, child, statuses)], TODAY) == (
        "CRED 6 meses desde el 20 ene 2027"
    )


def test_a_screening_nobody_follows_is_not_announced_as_the_next_thing(
    book: RuleBook, member: Any
) -> None:
    child = member(date(2024, 5, 20))
    early = date(2026, 5, 1)
    coming = tuple(one for one in services_of(child, None, [], book, early) if one.service == "EDI")
    only = [standing(book, child, coming)]
    assert "EDI" in next_service_text(only, early)
    assert next_service_text(only, early, book.risk.silent) == ""
