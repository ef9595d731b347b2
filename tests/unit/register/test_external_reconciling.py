"""What other systems recorded against what is recorded here: each thing in one class, nothing lost."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from external_samples import BORN, known, person
from hypothesis import given, settings
from hypothesis import strategies as st

from juntos_campo.domain.entities import ServiceEvent
from juntos_campo.domain.values import DocumentKind, SchoolLevel, ServiceSource, Sex
from juntos_campo.register.external.assignment import best_pairs
from juntos_campo.register.external.findings import Finding, Outcome
from juntos_campo.register.external.identities import TheirIdentity, reconcile_identities
from juntos_campo.register.external.payments import (
    Estimate,
    Expected,
    TheirPayment,
    reconcile_payments,
)
from juntos_campo.register.external.records import (
    HealthService,
    Identity,
    LifeState,
    ListedChild,
    Payment,
    SchoolRecord,
)
from juntos_campo.register.external.school_years import (
    OurSchoolYear,
    TheirSchoolYear,
    reconcile_school_years,
)
from juntos_campo.register.external.services import (
    TheirService,
    reconcile_services,
    weight,
)
from juntos_campo.register.external.tolerances import tolerances

START = date(2026, 8, 1)
ALLOWED = tolerances()
HERE, THERE = Outcome.ONLY_HERE, Outcome.ONLY_THERE
SAME, AGAINST = Outcome.CONFIRMED, Outcome.CONTRADICTORY


def their(
    day: int, service: str = "HB", number: int = 0, value: float | None = None, member: str = "m"
) -> TheirService:
    record = HealthService(
        row=2,
        person=person((DocumentKind.DNI, "98000003")),
        code=service,
        service=service,
        on=START + timedelta(days=day),
        number=number,
        value=value,
    )
    return TheirService(member, record)


def our(
    day: int, service: str = "HB", number: int = 0, value: float | None = None, event: str = "e"
) -> ServiceEvent:
    return ServiceEvent(
        id=event,
        household_id="h",
        member_id="m",
        service=service,
        on=START + timedelta(days=day),
        number=number,
        value=value,
        source=ServiceSource.HEALTH_CARD,
    )


def outcomes(found: Sequence[Finding]) -> list[Outcome]:
    return [one.outcome for one in found]


@pytest.mark.parametrize(
    ("there", "here", "expected", "words"),
    [
        (their(0, value=10.2), our(2, value=10.2), [SAME], "lo confirma"),
        (their(0, value=12.0), our(0, value=10.2), [AGAINST], "el resultado, aquí 10.2 y en el HIS 12.0"),
        (their(0), our(9), [AGAINST], "la fecha, aquí 10/08/2026 y en el HIS 01/08/2026"),
        (their(0, "PENTA", 2), our(0, "PENTA", 3), [AGAINST], "el número, aquí 3 y en el HIS 2"),
        (their(0, "PENTA", 2), our(60, "PENTA", 2), [AGAINST], "la fecha"),
        (their(0, "PENTA", 0), our(1, "PENTA", 2), [SAME], "lo confirma"),
        (their(0, "CRED"), our(30, "CRED"), [HERE, THERE], ""),
        (their(0, "HB"), our(0, "CRED"), [THERE, HERE], ""),
    ],
)  # fmt: skip
def test_a_service_of_both_sides_is_judged_as_a_person_would(
    there: TheirService, here: ServiceEvent, expected: list[Outcome], words: str
) -> None:
    found = reconcile_services([there], [here], ALLOWED)
    assert sorted(outcomes(found)) == sorted(expected)
    assert words in found[0].sentence


def test_what_is_on_one_side_says_what_it_is_and_who_has_it() -> None:
    (there,) = reconcile_services([their(0, "APN", 2)], [], ALLOWED)
    assert there.sentence == "Control prenatal: el HIS tiene 01/08/2026, n.º 2; aquí no consta."
    (here,) = reconcile_services([], [our(0, value=10.25)], ALLOWED)
    assert here.sentence.startswith("Dosaje de hemoglobina: aquí consta 01/08/2026, 10.")
    assert here.sentence.endswith("el HIS no lo tiene.")


def test_what_came_from_the_health_system_does_not_confirm_itself() -> None:
    loaded = replace(our(0), source=ServiceSource.HEALTH_SYSTEM)
    assert outcomes(reconcile_services([their(0)], [loaded], ALLOWED)) == [THERE]


DAYS = st.integers(0, 20)
THEIRS = st.lists(
    st.tuples(DAYS, st.integers(0, 2), st.sampled_from([None, 10.0, 12.0])), max_size=4
)


@settings(max_examples=60)
@given(THEIRS, THEIRS, st.randoms(use_true_random=False))
def test_every_record_ends_in_one_class_and_the_best_pairing_is_found(
    left: list[tuple[int, int, float | None]],
    right: list[tuple[int, int, float | None]],
    rng: object,
) -> None:
    there = [their(day, "PENTA", number, value) for day, number, value in dict.fromkeys(left)]
    here = [
        our(day, "PENTA", number, value, f"e{at}") for at, (day, number, value) in enumerate(right)
    ]
    found = reconcile_services(there, here, ALLOWED)
    assert Counter(one.here for one in found if one.here) == Counter(one.id for one in here)
    assert sum(bool(one.there) for one in found) == len(there)
    assert all((one.outcome in (SAME, AGAINST)) is bool(one.here and one.there) for one in found)
    counts = Counter(outcomes(found))
    assert (counts[SAME], counts[AGAINST]) == _most(there, here)
    shuffled_there, shuffled_here = [*there, *there], list(here)
    rng.shuffle(shuffled_there)  # type: ignore[attr-defined]
    rng.shuffle(shuffled_here)  # type: ignore[attr-defined]
    assert reconcile_services(shuffled_there, shuffled_here, ALLOWED) == found


def _most(there: list[TheirService], here: list[ServiceEvent]) -> tuple[int, int]:
    """The most confirmed, then the most contradictory pairs of any pairing, all of them tried."""
    allowed = ALLOWED.of("PENTA")

    def rank(one: TheirService, event: ServiceEvent) -> tuple[int, int]:
        said = one.record
        apart = abs((said.on - event.on).days)
        same_dose = said.number == event.number and said.number > 0
        if apart > (allowed.numbered_days if same_dose else allowed.near_days):
            return (0, 0)
        clash = (
            apart > allowed.days
            or (said.number and event.number and said.number != event.number)
            or (None not in (said.value, event.value) and said.value != event.value)
        )
        return (0, 1) if clash else (1, 0)

    places: list[ServiceEvent | None] = [*here, *[None] * len(there)]
    best = (0, 0)
    for choice in itertools.permutations(places, len(there)):
        ranks = [rank(one, event) for one, event in zip(there, choice, strict=True) if event]
        best = max(best, (sum(one for one, _ in ranks), sum(two for _, two in ranks)))
    return best


@given(st.integers(0, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(-3, 9), min_size=width, max_size=width), min_size=1, max_size=4
    )
))  # fmt: skip
def test_no_pairing_weighs_more_than_the_one_chosen(weights: list[list[int]]) -> None:
    pairs = best_pairs(weights)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    places = [*range(len(weights[0])), *[-1] * len(weights)]
    best = max(
        sum(max(0, weights[row][at]) for row, at in enumerate(choice) if at >= 0)
        for choice in itertools.permutations(places, len(weights))
    )
    assert sum(weights[row][column] for row, column in pairs) == best


def test_a_nearer_day_wins_where_two_would_confirm() -> None:
    found = reconcile_services([their(0)], [our(2, event="far"), our(1, event="near")], ALLOWED)
    assert [one.here for one in found if one.outcome is SAME] == ["near"]
    allowed = ALLOWED.of("HB")
    assert weight(their(0).record, our(1), allowed) > weight(their(0).record, our(2), allowed)


def school(enrolled: date | None, **more: object) -> TheirSchoolYear:
    record = SchoolRecord(
        row=2,
        person=person((DocumentKind.DNI, "98000003")),
        year=2026,
        school_code="0990010",
        level=SchoolLevel.PRIMARY,
        grade=4,
        enrolled_on=enrolled,
        attendance=(("2026-03", 95.0), ("2026-04", 60.0)),
    )
    return TheirSchoolYear("m", replace(record, **more))  # type: ignore[arg-type]


MARCH = date(2026, 3, 9)
OURS = OurSchoolYear(
    id="y",
    member_id="m",
    year=2026,
    enrolled_on=MARCH,
    school_code="0990010",
    level=SchoolLevel.PRIMARY,
    grade=4,
    attendance={"2026-03": 92.0, "2026-04": 90.0, "2026-05": 88.0},
)


def test_enrolment_and_each_month_of_attendance_are_compared_apart() -> None:
    found = reconcile_school_years([school(MARCH)], [OURS], ALLOWED)
    assert {one.topic: one.outcome for one in found} == {
        "ENROL:2026": SAME,
        "ATTENDANCE:2026-03": SAME,
        "ATTENDANCE:2026-04": AGAINST,
        "ATTENDANCE:2026-05": HERE,
    }
    april = next(one for one in found if one.topic == "ATTENDANCE:2026-04")
    assert "Asistencia de abril 2026" in april.sentence
    assert "aquí 90.0 % y en el SIAGIE 60.0 %" in april.sentence


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (school(None), "sin matrícula"),
        (school(date(2026, 4, 20)), "20/04/2026"),
        (school(MARCH, school_code="0990099"), "0990099"),
        (school(MARCH, grade=5), "5.º"),
        (school(MARCH, level=SchoolLevel.SECONDARY), "secundaria"),
    ],
)
def test_another_enrolment_contradicts_and_says_both(there: TheirSchoolYear, words: str) -> None:
    found = reconcile_school_years([there], [OURS], ALLOWED)
    enrolment = next(one for one in found if one.topic == "ENROL:2026")
    assert enrolment.outcome is AGAINST
    assert words in enrolment.sentence


def test_a_student_in_two_rows_is_compared_once_with_the_latest_enrolment() -> None:
    rows = [school(MARCH), school(date(2026, 6, 1), school_code="0990099")]
    moved = replace(OURS, enrolled_on=date(2026, 6, 1), school_code="0990099")
    found = reconcile_school_years(rows, [moved], ALLOWED)
    assert reconcile_school_years(rows[::-1], [moved], ALLOWED) == found
    assert sorted(one.outcome for one in found if one.topic == "ENROL:2026") == [SAME, THERE]


def identity(state: LifeState = LifeState.ALIVE, **more: object) -> TheirIdentity:
    who = replace(person((DocumentKind.DNI, "98000003"), sex=Sex.MALE), **more)  # type: ignore[arg-type]
    died = date(2026, 8, 2) if state is LifeState.DEAD else None
    return TheirIdentity("m", Identity(row=2, person=who, state=state, died_on=died))


MEMBER = known("m", DocumentKind.DNI, "98000003").member


@pytest.mark.parametrize(
    ("there", "topic", "outcome", "words"),
    [
        (identity(), "NAME", SAME, "lo confirma"),
        (identity(given="Yeisson Luis"), "NAME", AGAINST, "una letra distinta"),
        (identity(birth=BORN + timedelta(days=1)), "BIRTH", AGAINST, "21/05/2026"),
        (identity(sex=Sex.FEMALE), "SEX", AGAINST, "aquí varón y en el RENIEC mujer"),
        (identity(), "DOCUMENT", SAME, "98000003"),
        (identity(documents=((DocumentKind.DNI, "98000009"),)), "DOCUMENT", AGAINST, "98000009"),
        (identity(LifeState.DEAD), "DEATH", THERE, "02/08/2026"),
        (identity(LifeState.CANCELLED), "CANCELLED", AGAINST, "cancelado"),
    ],
)
def test_what_the_civil_registry_says_otherwise_is_told_field_by_field(
    there: TheirIdentity, topic: str, outcome: Outcome, words: str
) -> None:
    found = reconcile_identities([there], [MEMBER])
    (one,) = (each for each in found if each.topic == topic)
    assert one.outcome is outcome
    assert words in one.sentence
    assert reconcile_identities([there, there], [MEMBER]) == found


def test_a_death_is_confirmed_once_the_member_left_and_a_member_nobody_answered_for_is_only_here() -> (
    None
):
    gone = replace(MEMBER, left_on=date(2026, 8, 5))
    found = reconcile_identities([identity(LifeState.DEAD)], [gone])
    assert [one.outcome for one in found if one.topic == "DEATH"] == [SAME]
    assert [(one.topic, one.outcome) for one in reconcile_identities([], [MEMBER])] == [
        ("IDENTITY", HERE)
    ]


def test_the_new_dni_of_a_child_with_a_cnv_is_told_as_news_and_not_as_an_error() -> None:
    child = replace(MEMBER, document_kind=DocumentKind.CNV, document_number="2600123456")
    who = person((DocumentKind.DNI, "98000003"), (DocumentKind.CNV, "2600123456"))
    there = TheirIdentity("m", ListedChild(row=2, person=who))
    found = {one.topic: one for one in reconcile_identities([there], [child])}
    assert found["DOCUMENT"].outcome is SAME
    assert found["DOCUMENT:DNI"].outcome is THERE
    assert "el padrón nominal tiene DNI 98000003" in found["DOCUMENT:DNI"].sentence


def paid(amount: float | None = 100, state: bool = True, reason: str = "") -> TheirPayment:
    record = Payment(
        row=2,
        person=person(name="", birth=None),
        household_code="0307-000001",
        transfer="TB",
        month=date(2026, 9, 1),
        paid=state,
        amount=amount,
        reason=reason,
    )
    return TheirPayment("", record)


def estimate(expected: Expected, amount: float = 100) -> Estimate:
    return Estimate(
        household_code="0307-000001",
        transfer="TB",
        month=date(2026, 9, 1),
        expected=expected,
        amount=amount,
        reason="falta CRED",
    )


@pytest.mark.parametrize(
    ("there", "here", "outcome", "words"),
    [
        (paid(), estimate(Expected.PAID), SAME, "S/ 100"),
        (paid(None), estimate(Expected.PAID), SAME, "pagado"),
        (
            paid(50),
            estimate(Expected.PAID),
            AGAINST,
            "el monto, aquí S/ 100 y en el programa S/ 50",
        ),
        (paid(), estimate(Expected.NOT_PAID), AGAINST, "falta CRED"),
        (paid(0, False, "inasistencia"), estimate(Expected.PAID), AGAINST, "inasistencia"),
        (paid(0, False), estimate(Expected.NOT_PAID), SAME, "suspendido"),
        (paid(), estimate(Expected.OPEN), THERE, "pagado"),
    ],
)
def test_a_payment_is_held_against_the_estimate(
    there: TheirPayment, here: Estimate, outcome: Outcome, words: str
) -> None:
    (found,) = reconcile_payments([there, there], [here], ALLOWED)
    assert found.outcome is outcome
    assert words in found.sentence
    assert found.sentence.startswith("TB de setiembre 2026")


def test_payments_that_contradict_each_other_count_for_nothing() -> None:
    rows = [paid(100), paid(0, False)]
    found = reconcile_payments(rows, [estimate(Expected.PAID)], ALLOWED)
    assert sorted(outcomes(found)) == [HERE, THERE, THERE]
    assert reconcile_payments(rows[::-1], [estimate(Expected.PAID)], ALLOWED) == found
