"""What a household is told it may receive: every transfer, its conditions and its edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from verified_families import (
    attended,
    bimester_of,
    case,
    expecting,
    full_year,
    home,
    line_of,
    person,
    received,
    school,
    secondary,
)

from juntos_campo.domain.entities import ServiceEvent
from juntos_campo.domain.values import Cse, PregnancyOutcome, ProgrammeState, SchoolLevel
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.model import Trust
from juntos_campo.norms.verification.estimate import HouseholdCase
from juntos_campo.norms.verification.model import OfficialAnswer, TransferLine, Verdict

TODAY = date(2026, 11, 21)
CHILD = person("ana", date(2026, 2, 10))
PUPIL = person("leo", date(2016, 8, 1))
STUDENT = person("luz", date(2012, 8, 1))
FULFILLED, FAILED, OPEN = Verdict.FULFILLED, Verdict.NOT_FULFILLED, Verdict.PENDING


@pytest.fixture(scope="module")
def cared(book: RuleBook) -> list[ServiceEvent]:
    """Ana's services up to October, each on the first day possible."""
    return attended(CHILD, book, date(2026, 10, 31))


def studious(**changes: Any) -> HouseholdCase:
    """A household with one pupil who goes to school."""
    years = [school("leo", 2026, level=SchoolLevel.PRIMARY, grade=5, attendance=full_year(2026))]
    return case(PUPIL, school_years=years, **changes)


def codes(lines: Sequence[TransferLine]) -> list[str]:
    return [one.code for one in lines]


# -- TB --------------------------------------------------------------------------------------------


def test_a_household_where_all_fulfil_may_expect_200_soles(book: RuleBook) -> None:
    found = bimester_of(studious(), "2026-5", book, TODAY)
    assert codes(found.lines) == ["TB", "TB"]
    assert [one.amount for one in found.lines] == [100, 100]
    assert (found.expected, found.open, found.lost) == (200, 0, 0)


def test_one_member_who_did_not_fulfil_puts_the_months_base_transfer_at_risk(
    book: RuleBook,
) -> None:
    low = full_year(2026) | {"2026-10": 50.0}
    brother = person("raul", date(2014, 1, 1))
    years = [school("leo", 2026, attendance=full_year(2026)), school("raul", 2026, attendance=low)]
    found = bimester_of(case(PUPIL, brother, school_years=years), "2026-5", book, TODAY)
    assert [one.verdict for one in found.lines] == [FULFILLED, FAILED]
    assert (found.expected, found.lost) == (100, 100)
    why = line_of(found, "TB", 10).reasons[0]
    assert why.text.startswith("Raul:")
    assert "50 %" in why.text


def test_an_excepted_month_is_paid(book: RuleBook) -> None:
    answer = OfficialAnswer("leo", date(2026, 10, 1), False, "A", "Formato")
    found = bimester_of(studious(answers=[answer]), "2026-5", book, TODAY)
    assert line_of(found, "TB", 10).verdict is FULFILLED


def test_what_cannot_be_judged_yet_stays_open(book: RuleBook) -> None:
    found = bimester_of(studious(), "2026-6", book, TODAY)
    assert (found.expected, found.open, found.lost) == (0, 200, 0)


def test_a_household_without_anybody_to_verify_loses_nothing_and_reads_why(
    book: RuleBook,
) -> None:
    found = bimester_of(case(person("rosa", date(1980, 1, 1))), "2026-5", book, TODAY)
    assert (found.expected, found.open, found.lost) == (0, 0, 0)
    assert "nadie" in line_of(found, "TB", 9).reasons[0].text


@pytest.mark.parametrize(
    ("household", "verdicts", "word"),
    [
        ({"programme_state": ProgrammeState.SUSPENDED}, [FAILED, FAILED], "suspendido"),
        ({"programme_state": ProgrammeState.DISAFFILIATED}, [FAILED, FAILED], "desafiliado"),
        ({"programme_state": ProgrammeState.IN_AFFILIATION}, [OPEN, OPEN], "afiliación"),
        ({"affiliated_on": date(2026, 9, 30)}, [FULFILLED, FULFILLED], ""),
        ({"affiliated_on": date(2026, 10, 1)}, [FAILED, FULFILLED], "se afilió"),
        ({"cse_expires": date(2026, 9, 29)}, [OPEN, OPEN], "venció el 29 set 2026"),
        ({"cse_expires": date(2026, 10, 31)}, [FULFILLED, FULFILLED], ""),
        ({"cse": Cse.NOT_POOR}, [OPEN, OPEN], "no pobre"),
    ],
)
def test_the_households_own_state_stops_payment_and_is_said_first(
    book: RuleBook, household: dict[str, Any], verdicts: list[Verdict], word: str
) -> None:
    found = bimester_of(studious(household=home(**household)), "2026-5", book, TODAY)
    assert [one.verdict for one in found.lines] == verdicts
    assert word in found.lines[0].reasons[0].text


# -- TPI -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(0, FULFILLED), (97, FULFILLED), (98, FAILED), (200, FAILED), (-1, OPEN), (None, OPEN)],
)
def test_only_a_pregnancy_captured_in_the_first_trimester_gives_the_right(
    book: RuleBook, days: int | None, verdict: Verdict
) -> None:
    start = date(2026, 2, 2)
    captured = None if days is None else start + timedelta(days=days)
    mother = person("rosa", date(1996, 1, 1))
    one = expecting("rosa", start, captured_on=captured)
    events = attended(mother, book, date(2026, 9, 30), pregnancy=one, start=start)
    found = bimester_of(case(mother, events=events, pregnancies=[one]), "2026-5", book, TODAY)
    line = line_of(found, "TPI", 9)
    assert line.verdict is verdict
    assert line.amount == (0 if verdict is FAILED else 50)


@pytest.mark.parametrize(
    ("joined", "registered", "verdict", "amount"),
    [
        (date(2018, 3, 1), CHILD.birth_date + timedelta(days=30), FULFILLED, 50),
        (date(2018, 3, 1), CHILD.birth_date + timedelta(days=31), FAILED, 0),
        (date(2018, 3, 1), None, OPEN, 50),
        (CHILD.birth_date + timedelta(days=30), None, OPEN, 50),
        (CHILD.birth_date + timedelta(days=31), None, FAILED, 0),
    ],
)
def test_a_newborn_gives_the_right_when_known_within_30_days_and_is_never_guessed(
    book: RuleBook,
    cared: list[ServiceEvent],
    joined: date,
    registered: date | None,
    verdict: Verdict,
    amount: int,
) -> None:
    events = [*cared, received("ana", "NEWBORN", registered)] if registered else cared
    family = case(CHILD, events=events, household=home(affiliated_on=joined))
    line = line_of(bimester_of(family, "2026-5", book, TODAY), "TPI", 9)
    assert (line.verdict, line.amount) == (verdict, amount)
    if verdict is OPEN:
        assert any("No se conoce" in why.text for why in line.reasons)


def test_the_registration_noted_with_the_mother_counts_for_the_child_born_that_day(
    book: RuleBook, cared: list[ServiceEvent]
) -> None:
    mother = person("rosa", date(1996, 1, 1))
    birth = expecting("rosa", None, ended_on=CHILD.birth_date, outcome=PregnancyOutcome.BIRTH)
    noted = received("rosa", "NEWBORN", CHILD.birth_date + timedelta(days=10))
    family = case(CHILD, mother, events=[*cared, noted], pregnancies=[birth])
    assert line_of(bimester_of(family, "2026-5", book, TODAY), "TPI", 9).verdict is FULFILLED
    other = replace(birth, ended_on=CHILD.birth_date + timedelta(days=1))
    family = replace(family, pregnancies=[other])
    assert line_of(bimester_of(family, "2026-5", book, TODAY), "TPI", 9).verdict is OPEN


def test_a_child_of_a_pregnancy_captured_early_keeps_the_right(
    book: RuleBook, cared: list[ServiceEvent]
) -> None:
    mother = person("rosa", date(1996, 1, 1))
    birth = expecting(
        "rosa",
        date(2025, 5, 6),
        captured_on=date(2025, 7, 1),
        ended_on=CHILD.birth_date,
        outcome=PregnancyOutcome.BIRTH,
    )
    family = case(CHILD, mother, events=cared, pregnancies=[birth])
    assert line_of(bimester_of(family, "2026-5", book, TODAY), "TPI", 9).verdict is FULFILLED


def test_while_nobodys_capture_is_known_one_child_who_fulfils_keeps_it_open(
    book: RuleBook, cared: list[ServiceEvent]
) -> None:
    twin = replace(CHILD, id="eva", given="Eva")
    both = bimester_of(case(CHILD, twin, events=cared), "2026-5", book, TODAY)
    assert line_of(both, "TPI", 9).verdict is OPEN
    neither = bimester_of(case(CHILD, twin), "2026-5", book, TODAY)
    assert line_of(neither, "TPI", 9).verdict is FAILED


def test_tpi_is_judged_by_its_own_package_tb_by_every_service(
    book: RuleBook, cared: list[ServiceEvent]
) -> None:
    """Influenza is no part of the package; CRED is."""
    registered = received("ana", "NEWBORN", CHILD.birth_date)
    by_service = {
        service: bimester_of(
            case(CHILD, events=[registered, *(one for one in cared if one.service != service)]),
            "2026-5",
            book,
            TODAY,
        )
        for service in ("INFLUENZA", "CRED")
    }
    assert line_of(by_service["INFLUENZA"], "TB", 9).verdict is FAILED
    assert line_of(by_service["INFLUENZA"], "TPI", 9).verdict is FULFILLED
    assert line_of(by_service["CRED"], "TPI", 9).verdict is FAILED


@pytest.mark.parametrize(
    ("birth", "expected"),
    [(date(2021, 10, 31), ["TB", "TPI", "TB"]), (date(2021, 11, 1), ["TB", "TPI", "TB", "TPI"])],
)
def test_the_right_ends_with_the_fifth_birthday_a_limit_marked_as_in_conflict(
    book: RuleBook, birth: date, expected: list[str]
) -> None:
    years = [school("ana", 2026, level=SchoolLevel.INITIAL, grade=4, attendance=full_year(2026))]
    family = case(person("ana", birth), school_years=years)
    found = bimester_of(family, "2026-5", book, TODAY)
    assert codes(found.lines) == expected
    assert book.transfers[-1].childhood.child_until_trust is Trust.CONFLICT


# -- TBS, TAS --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grade", "code", "amount"),
    [(1, "TBS", 50), (2, "TBS", 50), (3, "TAS", 80), (4, "TAS", 80), (5, "TAS", 80)],
)
def test_a_secondary_student_has_the_transfer_of_the_grade(
    book: RuleBook, grade: int, code: str, amount: int
) -> None:
    years = [secondary("luz", 2026, grade, attendance=full_year(2026))]
    found = bimester_of(case(STUDENT, school_years=years), "2026-5", book, TODAY)
    line = line_of(found, code, 9)
    assert (line.member_id, line.amount, line.verdict) == ("luz", amount, FULFILLED)
    assert found.expected == 200 + 2 * amount


def test_press_and_documents_disagree_on_tas_and_the_line_says_so(book: RuleBook) -> None:
    years = [secondary("luz", 2026, 3, attendance=full_year(2026))]
    line = line_of(bimester_of(case(STUDENT, school_years=years), "2026-5", book, TODAY), "TAS", 9)
    about = line.reasons[-1]
    assert "por bimestre" in about.text
    assert about.trust is Trust.CONFLICT


def test_primary_pupils_and_holidays_have_no_secondary_transfer(book: RuleBook) -> None:
    assert set(codes(bimester_of(studious(), "2026-5", book, TODAY).lines)) == {"TB"}
    years = [secondary("luz", 2026, 3, attendance=full_year(2026))]
    holidays = bimester_of(case(STUDENT, school_years=years), "2026-1", book, TODAY)
    assert set(codes(holidays.lines)) == {"TB"}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"enrolled_on": date(2026, 3, 31)}, FULFILLED),
        ({"enrolled_on": date(2026, 4, 1)}, FAILED),
        ({"enrolled_on": None}, FAILED),
        ({"attendance": full_year(2026, 84.0)}, FAILED),
        ({"attendance": {}}, OPEN),
    ],
)
def test_tas_asks_for_timely_enrolment_and_attendance(
    book: RuleBook, changes: dict[str, Any], verdict: Verdict
) -> None:
    years = [secondary("luz", 2026, 3, **{"attendance": full_year(2026), **changes})]
    found = bimester_of(case(STUDENT, school_years=years), "2026-5", book, TODAY)
    assert line_of(found, "TAS", 9).verdict is verdict


@pytest.mark.parametrize(
    ("passed", "verdict"), [(True, FULFILLED), (None, FULFILLED), (False, OPEN)]
)
def test_who_repeats_the_year_is_left_for_the_office_to_decide(
    book: RuleBook, passed: bool | None, verdict: Verdict
) -> None:
    years = [
        secondary("luz", 2025, 3, passed=passed),
        secondary("luz", 2026, 3, attendance=full_year(2026)),
    ]
    line = line_of(bimester_of(case(STUDENT, school_years=years), "2026-5", book, TODAY), "TAS", 9)
    assert line.verdict is verdict
    assert any("no aprobó" in why.text for why in line.reasons) is (passed is False)


@pytest.mark.parametrize(
    ("level", "grade", "passed", "code"),
    [
        (SchoolLevel.PRIMARY, 6, True, "TBS"),
        (SchoolLevel.SECONDARY, 2, True, "TAS"),
        (SchoolLevel.SECONDARY, 2, False, "TBS"),
        (SchoolLevel.SECONDARY, 2, None, ""),
        (SchoolLevel.PRIMARY, 5, True, ""),
    ],
)
def test_who_dropped_out_loses_the_transfer_of_the_grade_that_was_next(
    book: RuleBook, level: SchoolLevel, grade: int, passed: bool | None, code: str
) -> None:
    years = [school("luz", 2025, level=level, grade=grade, passed=passed)]
    found = bimester_of(case(STUDENT, school_years=years), "2026-5", book, TODAY)
    students = [one for one in found.lines if one.member_id]
    assert {one.code for one in students} == ({code} if code else set())
    assert all(one.verdict is FAILED for one in students)


def test_a_pregnant_student_keeps_her_own_transfer_by_her_attendance(book: RuleBook) -> None:
    """A health form about her pregnancy says nothing of her classes."""
    one = expecting("luz", date(2026, 6, 1))
    years = [secondary("luz", 2026, 3, attendance=full_year(2026))]
    answer = OfficialAnswer("luz", date(2026, 9, 1), False, "E", "Formato")
    family = case(STUDENT, school_years=years, pregnancies=[one], answers=[answer])
    found = bimester_of(family, "2026-5", book, TODAY)
    assert line_of(found, "TB", 9).verdict is FAILED
    assert line_of(found, "TAS", 9).verdict is FULFILLED


# -- VRAEM -----------------------------------------------------------------------------------------


def vraem(book: RuleBook, bimester: str = "2026-2", **changes: Any) -> list[TransferLine]:
    flags = changes.pop("flags", ("VRAEM",))
    student = person("luz", changes.pop("birth", date(2011, 12, 31)))
    year = secondary("luz", 2025, 2, **{"passed": True, "top_third": False, **changes})
    family = case(student, school_years=[year], settlement_flags=flags)
    return [one for one in bimester_of(family, bimester, book, TODAY).lines if one.code == "VRAEM"]


def test_a_grade_passed_in_the_vraem_is_paid_once_a_year(book: RuleBook) -> None:
    assert [one.amount for one in vraem(book)] == [300]
    for other in ("2026-1", "2026-3", "2026-6", "2027-2"):
        assert vraem(book, other) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"top_third": True}, [(300, FULFILLED), (200, FULFILLED)]),
        ({"top_third": None}, [(300, FULFILLED), (200, OPEN)]),
        ({"top_third": False}, [(300, FULFILLED)]),
        ({"passed": False, "top_third": True}, [(300, FAILED)]),
        ({"passed": None}, [(300, OPEN)]),
        ({"flags": ()}, []),
        ({"flags": ("FRONTERA", "vraem")}, [(300, FULFILLED)]),
        ({"birth": date(2012, 1, 1)}, []),
        ({"level": SchoolLevel.PRIMARY}, []),
    ],
)
def test_the_vraem_transfer_by_result_age_and_place(
    book: RuleBook, changes: dict[str, Any], expected: list[tuple[int, Verdict]]
) -> None:
    if "level" in changes:
        year = school("luz", 2025, level=SchoolLevel.PRIMARY, grade=6, passed=True)
        family = case(STUDENT, school_years=[year], settlement_flags=("VRAEM",))
        lines = bimester_of(family, "2026-2", book, TODAY).lines
        found = [one for one in lines if one.code == "VRAEM"]
    else:
        found = vraem(book, **changes)
    assert [(one.amount, one.verdict) for one in found] == expected


def test_every_line_says_it_is_an_estimate_and_how_far_its_amount_is_known(
    book: RuleBook, cared: list[ServiceEvent]
) -> None:
    years = [
        secondary("luz", 2025, 2, passed=True),
        secondary("luz", 2026, 3, attendance=full_year(2026)),
    ]
    family = case(
        person("luz", date(2011, 1, 1)),
        CHILD,
        events=cared,
        school_years=years,
        settlement_flags=("VRAEM",),
    )
    lines = [*bimester_of(family, "2026-2", book, TODAY).lines]
    assert {one.code for one in lines} == {"TB", "TPI", "TAS", "VRAEM"}
    for one in lines:
        assert "estimación" in one.reasons[0].text
        assert "oficina verifica" in one.reasons[0].text
        assert "S/" in one.reasons[-1].text
