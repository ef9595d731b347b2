"""The demonstration register: the same for everybody, at the published proportions, without a fault."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from stdnum.pe import cui

from juntos_campo.demo.data import DemoData, generate, write, write_schooling
from juntos_campo.demo.data_growth import altitude_gain
from juntos_campo.domain.calendar import completed_months, completed_years
from juntos_campo.domain.entities import Member, ServiceEvent
from juntos_campo.domain.values import DocumentKind, PregnancyOutcome, Relationship, SchoolLevel
from juntos_campo.norms.growth.model import Index
from juntos_campo.norms.growth.zscore import reference, z_score
from juntos_campo.register.history import HistoryFile, read_history
from juntos_campo.register.reader import RegisterFile, read_register
from juntos_campo.register.schooling import SchoolingFile, read_schooling
from juntos_campo.register.territory import districts

DAY = date(2026, 11, 21)
HOUSEHOLDS = 1200


@pytest.fixture(scope="module")
def data() -> DemoData:
    return generate(HOUSEHOLDS, 7, DAY, ["rccori", "mayala"])


@pytest.fixture(scope="module")
def folder(data: DemoData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write(data, folder)
    write_schooling(data, folder)
    return folder


@pytest.fixture(scope="module")
def register(folder: Path) -> RegisterFile:
    return read_register(folder / "padron.csv", DAY)


@pytest.fixture(scope="module")
def history(folder: Path, register: RegisterFile) -> HistoryFile:
    return read_history(folder / "historial.csv", register.members, DAY, register.pregnancies)


@pytest.fixture(scope="module")
def schooling(folder: Path, register: RegisterFile) -> SchoolingFile:
    return read_schooling(folder / "matricula.csv", register.members, DAY, register.schools)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        made = generate(40, seed, DAY, ["rccori"])
        write(made, tmp_path / name)
        write_schooling(made, tmp_path / name)
    for file in ("padron.csv", "historial.csv", "matricula.csv"):
        first, again, other = ((tmp_path / name / file).read_bytes() for name in "abc")
        assert first == again
        assert first != other


def test_nothing_generated_is_faulty(
    register: RegisterFile, history: HistoryFile, schooling: SchoolingFile
) -> None:
    assert register.faults == ()
    assert history.faults == ()
    assert schooling.faults == ()
    assert len(register.households) == HOUSEHOLDS


@pytest.mark.parametrize(("seed", "day"), [(1, date(2024, 2, 29)), (2, date(2025, 1, 1)), (5, DAY)])
def test_any_seed_and_reference_date_reads_back_without_a_fault(
    tmp_path: Path, seed: int, day: date
) -> None:
    made = generate(150, seed, day, ["rccori"])
    write(made, tmp_path)
    register = read_register(tmp_path / "padron.csv", day)
    assert register.faults == ()
    history = read_history(tmp_path / "historial.csv", register.members, day, register.pregnancies)
    assert history.faults == ()
    years = read_schooling(write_schooling(made, tmp_path), register.members, day, register.schools)
    assert years.faults == ()
    assert years.years


@pytest.mark.parametrize("count", [1, 2, 17])
def test_a_handful_of_households_works_too(tmp_path: Path, count: int) -> None:
    write(generate(count, 1, DAY, ["rccori", "mayala"]), tmp_path)
    file = read_register(tmp_path / "padron.csv", DAY)
    assert (file.faults, len(file.households)) == ((), count)


def test_many_field_workers_share_districts_without_contradiction(tmp_path: Path) -> None:
    write(generate(600, 2, DAY, [f"gestor{number}" for number in range(16)]), tmp_path)
    assert read_register(tmp_path / "padron.csv", DAY).faults == ()


def test_target_members_stand_at_the_published_proportions(register: RegisterFile) -> None:
    ages = [completed_years(one.birth_date, DAY) for one in register.members]
    expecting = sum(one.ended_on is None for one in register.pregnancies) / HOUSEHOLDS
    under_three = sum(age < 3 for age in ages) / HOUSEHOLDS
    school_age = sum(3 <= age <= 19 for age in ages) / HOUSEHOLDS
    assert expecting == pytest.approx(38_651 / 793_623, rel=0.02)
    assert under_three == pytest.approx(348_968 / 793_623, rel=0.02)
    assert school_age == pytest.approx(1_254_864 / 793_623, rel=0.04)
    assert expecting + under_three + school_age == pytest.approx(2.07, rel=0.03)
    assert len(ages) == pytest.approx(6_000, rel=0.05)


def test_every_household_has_a_target_member(register: RegisterFile) -> None:
    expecting = {one.household_id for one in register.pregnancies}
    young = {
        one.household_id for one in register.members if completed_years(one.birth_date, DAY) < 20
    }
    assert {one.id for one in register.households} == expecting | young


def test_the_history_is_of_the_size_of_the_standard_load(history: HistoryFile) -> None:
    assert 20_000 <= len(history.events) <= 60_000
    assert min(event.on for event in history.events) >= date(2021, 11, 21)
    assert max(event.on for event in history.events) <= DAY


def test_documents_have_valid_check_digits_from_a_run_nobody_holds(
    data: DemoData, register: RegisterFile
) -> None:
    for row in data.register:
        if row["tipo_documento"] in ("DNI", "CUI"):
            assert cui.is_valid(row["numero_documento"])
    numbers = [one.document_number for one in register.members if one.document_number]
    assert len(set(numbers)) == len(numbers)
    assert all(number >= "96000000" for number in numbers)
    kinds = Counter(one.document_kind for one in register.members)
    assert all(kinds[kind] for kind in DocumentKind)


def test_districts_are_real_ones_of_apurimac(register: RegisterFile) -> None:
    codes = {place.ubigeo for place in register.settlements}
    assert "030701" in codes
    assert {districts()[code].department for code in codes} == {"Apurímac"}
    assert all(2_000 <= (place.altitude_m or 0) <= 4_500 for place in register.settlements)


def test_field_workers_share_the_households_evenly(register: RegisterFile) -> None:
    assert Counter(one.field_worker for one in register.households) == {
        "rccori": 600,
        "mayala": 600,
    }


def test_two_thirds_of_the_households_are_in_cuna_mas_and_some_in_the_vraem(
    register: RegisterFile,
) -> None:
    flags = Counter(flag for one in register.households for flag in one.flags)
    assert flags["CUNA MAS"] / HOUSEHOLDS == pytest.approx(0.65, abs=0.04)
    assert flags["VRAEM"]
    assert flags["INDIGENA"]


def test_a_fifth_to_a_third_of_the_small_children_were_found_anaemic(
    register: RegisterFile, history: HistoryFile
) -> None:
    places = {place.id: place for place in register.settlements}
    homes = {one.id: places[one.settlement_id] for one in register.households}
    births = {one.id: one.birth_date for one in register.members}
    low = tests = 0
    for event in history.events:
        if event.service != "HB" or event.value is None or event.pregnancy_id:
            continue
        if 6 <= completed_months(births[event.member_id], event.on) < 24:
            tests += 1
            low += event.value - altitude_gain(homes[event.household_id].altitude_m or 0) < 10.5
    assert tests > 1_000
    assert 0.18 <= low / tests <= 0.32


def test_children_grow_and_services_are_late_missed_and_lost(
    register: RegisterFile, history: HistoryFile
) -> None:
    births = {one.id: one.birth_date for one in register.members}
    by_member: dict[str, list[tuple[date, float]]] = {}
    first_rota: dict[str, int] = {}
    for event in history.events:
        if event.height_cm is not None:
            by_member.setdefault(event.member_id, []).append((event.on, event.height_cm))
        if event.service == "ROTA" and event.number == 1:
            first_rota[event.member_id] = (event.on - births[event.member_id]).days
    shrunk = [
        one
        for heights in by_member.values()
        for (_, one), (_, two) in pairwise(heights)
        if two < one - 1.5
    ]
    assert not shrunk
    babies = {one.id for one in register.members if 240 < (DAY - one.birth_date).days < 4 * 365}
    given = [first_rota[one] for one in babies if one in first_rota]
    assert max(given) <= 180
    on_time = sum(days <= 119 for days in given) / len(babies)
    lost = 1 - len(given) / len(babies)
    assert 0.5 < on_time < 0.95
    assert 0.01 < lost < 0.3


def test_hardly_a_measurement_is_one_that_who_would_not_believe(
    register: RegisterFile, history: HistoryFile
) -> None:
    """Flags and stunting by the WHO tables, not by the curves the figures were invented with."""
    people = {one.id: one for one in register.members}
    short: dict[str, bool] = {}
    believable = {
        Index.WEIGHT_AGE: (-6, 5),
        Index.HEIGHT_AGE: (-6, 6),
        Index.WEIGHT_HEIGHT: (-5, 5),
    }
    flagged = measured = 0
    for event in history.events:
        member = people[event.member_id]
        days = (event.on - member.birth_date).days
        if event.weight_kg is None or event.height_cm is None or days > 1826:
            continue
        measured += 1
        for index, (low, high) in believable.items():
            lms = reference(index, member.sex, age_days=days, height_cm=event.height_cm)
            value = event.height_cm if index is Index.HEIGHT_AGE else event.weight_kg
            if lms is None:
                continue
            score = z_score(value, lms)
            flagged += not low <= score <= high
            if index is Index.HEIGHT_AGE:
                short[member.id] = score < -2
    assert measured > 5_000
    assert flagged <= measured / 2_000
    assert 0.02 <= sum(short.values()) / len(short) <= 0.15


def test_most_anaemic_children_get_iron_and_a_second_test_but_some_do_not(
    register: RegisterFile, history: HistoryFile
) -> None:
    places = {place.id: place for place in register.settlements}
    homes = {one.id: places[one.settlement_id] for one in register.households}
    births = {one.id: one.birth_date for one in register.members}
    blood: dict[str, list[ServiceEvent]] = {}
    iron: dict[str, set[date]] = {}
    for event in history.events:
        if event.service == "HB" and not event.pregnancy_id:
            blood.setdefault(event.member_id, []).append(event)
        elif event.service == "IRON":
            iron.setdefault(event.member_id, set()).add(event.on)
    found = treated = controlled = 0
    waiting: set[str] = set()
    for member, events in blood.items():
        for event in events:
            age = completed_months(births[member], event.on)
            value = (event.value or 0) - altitude_gain(homes[event.household_id].altitude_m or 0)
            if age < 6 or value >= (10.5 if age < 24 else 11.0 if age < 60 else 11.5) - 0.05:
                continue
            days = [(on - event.on).days for on in iron.get(member, ())]
            got = any(0 <= day <= 30 for day in days)
            if (DAY - event.on).days <= 183:
                if not got:
                    waiting.add(event.household_id)
                continue
            found += 1
            treated += got
            later = [(one.on - event.on).days for one in events]
            controlled += any(80 <= day <= 130 for day in later)
    assert found > 300
    assert 0.7 <= treated / found <= 0.95
    assert 0.5 <= controlled / found <= 0.9
    assert 0.003 * HOUSEHOLDS <= len(waiting) <= 0.05 * HOUSEHOLDS


def test_screenings_of_development_are_recorded_since_the_norm_asks_for_them(
    history: HistoryFile,
) -> None:
    screened = [event for event in history.events if event.service in ("EDI", "MCHAT")]
    assert Counter(event.service for event in screened)["MCHAT"]
    assert len(screened) > 200
    assert min(event.on for event in screened) >= date(2025, 10, 18)


def test_one_or_two_pregnancies_are_past_their_time_and_newborns_are_in_their_homes(
    register: RegisterFile,
) -> None:
    open_ones = [one for one in register.pregnancies if one.ended_on is None]
    weeks = [(DAY - one.last_period).days / 7 for one in open_ones if one.last_period]
    assert 1 <= sum(week > 42 for week in weeks) <= 2
    assert max(weeks) < 44
    newborns = [one for one in register.members if (DAY - one.birth_date).days <= 60]
    assert len(newborns) >= 10
    assert not {one.household_id for one in newborns} & {one.household_id for one in open_ones}
    ended = {(one.household_id, one.ended_on) for one in register.pregnancies if one.ended_on}
    told = sum((one.household_id, one.birth_date) in ended for one in newborns)
    assert 0.6 <= told / len(newborns) <= 1
    assert all(
        one.outcome is PregnancyOutcome.BIRTH for one in register.pregnancies if one.ended_on
    )


def test_no_mother_has_children_weeks_apart_and_no_two_siblings_share_a_name(
    register: RegisterFile,
) -> None:
    siblings: dict[tuple[str, str, str], list[Member]] = {}
    for one in register.members:
        if one.relationship is Relationship.CHILD:
            siblings.setdefault((one.household_id, one.paternal, one.maternal), []).append(one)
    close = 0
    for children in siblings.values():
        births = sorted({one.birth_date for one in children})
        close += sum((two - one).days < 300 for one, two in pairwise(births))
        assert len({one.given for one in children}) == len(children)
    assert close < len(siblings) / 50


def test_nearly_every_student_is_enrolled_in_time_and_mostly_in_class(
    register: RegisterFile, schooling: SchoolingFile
) -> None:
    births = {one.id: one.birth_date for one in register.members}
    of_age = {
        one.id
        for one in register.members
        if 3 <= completed_years(one.birth_date, date(2026, 3, 31)) <= 16
    }
    this_year = [one for one in schooling.years if one.year == 2026]
    assert {one.member_id for one in this_year} == of_age
    assert all(3 <= completed_years(births[one.member_id], DAY) <= 19 for one in this_year)
    enrolled = [one for one in this_year if one.enrolled_on]
    assert 0.01 <= 1 - len(enrolled) / len(this_year) <= 0.04
    late = sum(one.enrolled_on > date(2026, 3, 31) for one in enrolled if one.enrolled_on)
    assert 0.02 <= late / len(enrolled) <= 0.07
    assert {month for one in enrolled for month in one.attendance} == {
        f"2026-{month:02d}" for month in range(3, 11)
    }
    shares = [share for one in enrolled for share in one.attendance.values()]
    assert sum(85 <= share <= 98 for share in shares) / len(shares) > 0.8
    gone = sum(one.attendance.get("2026-10") == 0 for one in enrolled)
    assert 1 <= gone <= len(enrolled) / 25
    assert all(one.passed is None for one in this_year)


def test_the_past_year_of_secondary_students_says_who_passed_and_who_was_best(
    schooling: SchoolingFile,
) -> None:
    now = {one.member_id: one for one in schooling.years if one.year == 2026}
    past = [one for one in schooling.years if one.year == 2025 and one.member_id in now]
    assert past
    assert {one.level for one in past} == {SchoolLevel.SECONDARY}
    passed = sum(bool(one.passed) for one in past) / len(past)
    assert 0.85 <= passed <= 0.98
    assert any(one.top_third for one in past)
    for one in past:
        if now[one.member_id].enrolled_on:
            assert now[one.member_id].grade == one.grade + bool(one.passed)


def test_nothing_can_be_asked_for_nobody() -> None:
    with pytest.raises(ValueError, match="households"):
        generate(0, 1, DAY, ["rccori"])
    with pytest.raises(ValueError, match="field_workers"):
        generate(1, 1, DAY, [])
