"""A measured anaemia is told, graded where the child lives, and weighs; what no source asks for is silent."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from juntos_campo import paths
from juntos_campo.alerts.engine import ANAEMIA_KEY, alerts_of
from juntos_campo.alerts.model import Alert, Risk
from juntos_campo.alerts.risk import member_risk
from juntos_campo.domain.entities import Pregnancy, ServiceEvent
from juntos_campo.domain.values import DocumentKind, PregnancyOutcome, RiskLevel
from juntos_campo.norms.anaemia import HbFinding, last_finding
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.haemoglobin import AnaemiaLevel
from juntos_campo.norms.model import ServiceStatus, State, Trust, Why
from juntos_campo.norms.residence import UNKNOWN, Residence

TODAY = date(2026, 11, 21)
CHILD = date(2025, 6, 1)
WOMAN = date(1996, 1, 1)
LOW = Residence(200, "altitud de Costa (centro poblado)", exact=True)
HIGH = Residence(3848, "altitud de Altura (centro poblado)", exact=True)
Judge = Callable[..., tuple[dict[str, Alert], Risk]]


def days(number: int) -> timedelta:
    return timedelta(days=number)


def pregnancy(**changes: Any) -> Pregnancy:
    return Pregnancy(**{"id": "p", "household_id": "household", "member_id": "member", **changes})


@pytest.fixture
def judged(book: RuleBook, member: Any) -> Judge:
    def judge(
        birth: date,
        *events: ServiceEvent,
        residence: Residence = LOW,
        of: Pregnancy | None = None,
        **changes: Any,
    ) -> tuple[dict[str, Alert], Risk]:
        person = member(birth, **{"document_kind": DocumentKind.DNI, **changes})
        statuses = services_of(person, of, events, book, TODAY, altitude_m=residence.altitude_m)
        finding = finding_of(person, of, events, book, residence)
        alerts = alerts_of(person, of, statuses, TODAY, book, finding=finding)
        risk = member_risk(person, of, statuses, alerts, book=book, today=TODAY, finding=finding)
        return {alert.status.key: alert for alert in alerts}, risk

    return judge


def finding_of(
    person: Any, of: Pregnancy | None, events: Any, book: RuleBook, residence: Residence = LOW
) -> HbFinding | None:
    return last_finding(
        person, of, events, residence=residence, book=book, today=TODAY,
        within_days=book.risk.anaemia.within_days,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "level", "points"),
    [
        (6.9, RiskLevel.VERY_HIGH, 40),
        (9.4, RiskLevel.HIGH, 30),
        (10.4, RiskLevel.MEDIUM, 20),
        (10.5, None, 0),
    ],
    ids=["severe", "moderate", "mild", "none"],
)
def test_an_anaemia_is_an_alert_as_urgent_as_its_grade(
    judged: Judge, event: Any, value: float, level: RiskLevel | None, points: int
) -> None:
    alerts, risk = judged(CHILD, event("HB", TODAY - days(20), value=value))
    assert (alerts[ANAEMIA_KEY].level if ANAEMIA_KEY in alerts else None) is level
    given = [reason for reason in risk.reasons if "g/dL" in reason]
    assert [reason.rsplit("(+", 1)[1] for reason in given] == ([f"{points})"] if points else [])


def test_an_anaemia_is_graded_where_the_child_lives_and_says_how(judged: Judge, event: Any) -> None:
    measured = event("HB", TODAY - days(20), value=11.5)
    assert ANAEMIA_KEY not in judged(CHILD, measured)[0]
    alert = judged(CHILD, measured, residence=HIGH)[0][ANAEMIA_KEY]
    assert alert.title == "anemia moderada: 9.0 g/dL ajustada, del 1 nov"
    assert "altitud de Altura (centro poblado)" in alert.status.why.text
    assert "NTS 213" in alert.status.why.norm
    assert alert.status.why.next_step


def test_without_an_altitude_the_alert_says_that_it_is_not_adjusted(
    judged: Judge, event: Any
) -> None:
    measured = event("HB", TODAY - days(20), value=9.0)
    alert = judged(CHILD, measured, residence=UNKNOWN)[0][ANAEMIA_KEY]
    assert alert.title == "anemia moderada: 9.0 g/dL sin ajustar por altitud, del 1 nov"


def test_iron_after_the_measurement_makes_the_alert_milder_and_a_normal_one_ends_it(
    judged: Judge, event: Any
) -> None:
    low = event("HB", TODAY - days(60), value=9.0)
    before = event("IRON", TODAY - days(61))
    assert judged(CHILD, low, before)[0][ANAEMIA_KEY].level is RiskLevel.HIGH
    after = event("IRON", TODAY - days(60))
    assert judged(CHILD, low, after)[0][ANAEMIA_KEY].level is RiskLevel.MEDIUM
    normal = event("HB", TODAY - days(1), value=11.4)
    alerts, risk = judged(CHILD, low, after, normal)
    assert ANAEMIA_KEY not in alerts
    assert not any("g/dL" in reason for reason in risk.reasons)


def test_a_measurement_says_nothing_any_more_after_half_a_year(judged: Judge, event: Any) -> None:
    assert ANAEMIA_KEY in judged(CHILD, event("HB", TODAY - days(183), value=9.0))[0]
    assert ANAEMIA_KEY not in judged(CHILD, event("HB", TODAY - days(184), value=9.0))[0]


def test_impossible_and_future_figures_make_no_alert(judged: Judge, event: Any) -> None:
    for value in (0.0, 90.0, float("nan")):
        assert ANAEMIA_KEY not in judged(CHILD, event("HB", TODAY - days(9), value=value))[0]
    assert ANAEMIA_KEY not in judged(CHILD, event("HB", TODAY + days(1), value=7.0))[0]
    assert ANAEMIA_KEY not in judged(CHILD, event("HB", CHILD - days(1), value=7.0))[0]


def test_an_older_child_is_told_more_mildly_and_a_schoolchild_not_at_all(
    judged: Judge, event: Any
) -> None:
    measured = event("HB", TODAY - days(20), value=9.5)
    assert judged(date(2022, 11, 1), measured)[0][ANAEMIA_KEY].level is RiskLevel.MEDIUM
    assert ANAEMIA_KEY not in judged(date(2019, 1, 1), measured)[0]
    assert ANAEMIA_KEY not in judged(WOMAN, measured)[0]


def test_a_pregnant_woman_is_judged_by_the_trimester_of_the_day(
    book: RuleBook, member: Any, event: Any, judged: Judge
) -> None:
    running = pregnancy(last_period=TODAY - days(120))
    first, second = event("HB", TODAY - days(30), value=10.8), event("HB", TODAY, value=10.8)
    levels = [
        found.assessment.level
        for one in (first, second)
        if (found := finding_of(member(WOMAN), running, (one,), book)) is not None
    ]
    assert levels == [AnaemiaLevel.MILD, AnaemiaLevel.NONE]
    assert judged(WOMAN, first, of=running)[0][ANAEMIA_KEY].level is RiskLevel.MEDIUM


def test_a_measurement_after_the_birth_is_judged_as_of_a_puerpera(
    book: RuleBook, member: Any, event: Any
) -> None:
    ended = pregnancy(
        last_period=TODAY - days(300), ended_on=TODAY - days(20), outcome=PregnancyOutcome.BIRTH
    )
    found = finding_of(member(WOMAN), ended, (event("HB", TODAY, value=11.5),), book)
    assert found is not None
    assert found.assessment.group == "puérpera"
    before = finding_of(member(WOMAN), ended, (event("HB", TODAY - days(21), value=11.5),), book)
    assert before is not None
    assert before.assessment.group == "gestante, tercer trimestre"


# -- silence -------------------------------------------------------------------------------------


def test_services_no_source_asks_the_programme_for_are_listed_but_make_no_alert_and_no_points(
    book: RuleBook, judged: Judge, member: Any
) -> None:
    data = tomllib.loads((paths.resources() / "norms" / "risk.toml").read_text(encoding="utf-8"))
    silent = {service for row in data["silent"] for service in row["services"]}
    assert {"EDI", "MCHAT", "PARASITES", "VSR"} <= silent
    seen: set[tuple[str, State]] = set()
    for age in range(0, 1900, 20):
        born = TODAY - days(age)
        statuses = services_of(member(born), None, (), book, TODAY)
        seen |= {(one.service, one.state) for one in statuses if one.service in silent}
        alerts, risk = judged(born)
        assert not {alert.status.service for alert in alerts.values()} & silent, age
        assert not any("EDI" in reason or "VSR" in reason for reason in risk.reasons), age
    listed = {service for service, _ in seen}
    assert {"EDI", "MCHAT", "VSR"} <= listed
    assert ("EDI", State.OVERDUE) in seen
    assert ("EDI", State.LOST) in seen


# -- school, birth and newborn ---------------------------------------------------------------------


def status(key: str, state: State, **changes: Any) -> ServiceStatus:
    service = key.partition(":")[0]
    why = Why("porque sí", "norma", Trust.SEED)
    return ServiceStatus(key, service, changes.pop("label", key), state, why, **changes)


@pytest.fixture
def alerted(book: RuleBook, member: Any) -> Any:
    def judge(
        birth: date, *statuses: ServiceStatus, of: Pregnancy | None = None, today: date = TODAY
    ) -> tuple[list[Alert], Risk]:
        person = member(birth, document_kind=DocumentKind.DNI)
        alerts = alerts_of(person, of, statuses, today, book)
        return list(alerts), member_risk(person, of, statuses, alerts, book=book, today=today)

    return judge


STUDENT = date(2014, 5, 5)


def enrolment(state: State) -> ServiceStatus:
    return status(
        "ENROL:2026", state, label="Matrícula 2026", opens=date(2026, 1, 1), due=date(2026, 3, 31)
    )


def month(number: int, state: State = State.OVERDUE) -> ServiceStatus:
    first = date(2026, number, 1)
    last = date(2026, number + 1, 1) - days(1)
    return status(f"ATTENDANCE:2026-{number:02}", state, opens=first, due=last)


def test_a_student_of_any_age_without_enrolment_is_an_alert(alerted: Any) -> None:
    alerts, risk = alerted(STUDENT, enrolment(State.OVERDUE))
    assert [(one.level, one.title) for one in alerts] == [
        (RiskLevel.HIGH, "sin matrícula 2026 (venció hace 235 días)")
    ]
    assert risk.reasons == ("sin matrícula este año: Matrícula 2026 (+15)",)


def test_enrolment_is_announced_in_its_last_month_only(alerted: Any) -> None:
    early, _ = alerted(STUDENT, enrolment(State.DUE), today=date(2026, 2, 28))
    closing, _ = alerted(STUDENT, enrolment(State.DUE), today=date(2026, 3, 1))
    assert early == []
    assert [(one.level, one.title) for one in closing] == [
        (RiskLevel.MEDIUM, "sin matrícula 2026 (vence en 30 días)")
    ]


def test_low_attendance_is_one_alert_of_the_latest_month_and_old_months_fall_silent(
    alerted: Any,
) -> None:
    alerts, risk = alerted(STUDENT, *(month(one) for one in (4, 9, 10)))
    assert [(one.key, one.title) for one in alerts] == [
        ("member|ATTENDANCE:2026-10", "asistencia baja de octubre: riesgo de abandono")
    ]
    assert [reason.rsplit("(+", 1)[1] for reason in risk.reasons] == ["15)"]
    assert alerted(STUDENT, month(4)) == ([], Risk(RiskLevel.LOW, 0, ()))


def test_good_attendance_and_unreported_months_make_no_alert(alerted: Any) -> None:
    assert alerted(STUDENT, month(9, State.DONE), month(10, State.NOT_YET))[0] == []


BORN = pregnancy(
    last_period=TODAY - days(290), ended_on=TODAY - days(10), outcome=PregnancyOutcome.BIRTH
)


def newborn(state: State) -> ServiceStatus:
    ended = BORN.ended_on or TODAY
    return status("NEWBORN:1", state, opens=ended, due=ended + days(30))


def test_a_newborn_to_be_registered_is_an_alert_of_the_mother_after_the_birth(
    alerted: Any,
) -> None:
    alerts, _ = alerted(WOMAN, newborn(State.DUE), of=BORN)
    assert [(one.level, one.title) for one in alerts] == [
        (RiskLevel.HIGH, "sin registro del recién nacido en el hogar (vence en 20 días)")
    ]
    late, risk = alerted(WOMAN, newborn(State.OVERDUE), of=BORN, today=TODAY + days(25))
    assert late[0].level is RiskLevel.VERY_HIGH
    assert risk.points == 20
    assert not any("gestante" in reason for reason in risk.reasons)


def test_what_the_birth_closed_makes_no_alert_and_what_follows_it_does(alerted: Any) -> None:
    ended = BORN.ended_on or TODAY
    closed = status("APN:6", State.LOST, number=6, due=ended, closes=ended)
    iron = status("IRON_FOLIC:P", State.DUE, opens=ended, due=ended + days(15))
    alerts, _ = alerted(WOMAN, closed, iron, of=BORN)
    assert [one.status.key for one in alerts] == ["IRON_FOLIC:P"]


def test_a_pregnancy_past_its_date_asks_for_the_birth(alerted: Any) -> None:
    running = pregnancy(last_period=TODAY - days(300))
    late = status("BIRTH:1", State.OVERDUE, opens=TODAY - days(20), due=TODAY - days(6))
    alerts, _ = alerted(WOMAN, late, of=running)
    assert [(one.level, one.title) for one in alerts] == [
        (RiskLevel.HIGH, "sin registro del parto (venció hace 6 días)")
    ]
