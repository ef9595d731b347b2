"""Where a household lives decides what a haemoglobin means; a mother stays in sight after the birth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from day_world import TODAY, home, person, settlement, valley, visited
from visit_world import load

from juntos_campo.app.attention import (
    MemberStanding,
    attention_of_all,
    household_standings,
    refresh_attention,
    stale_households,
)
from juntos_campo.app.day_print import print_household
from juntos_campo.app.evidence import evidence
from juntos_campo.app.household_file import household_file
from juntos_campo.app.households import household_lines
from juntos_campo.app.record_reader import read_record
from juntos_campo.app.reviews import VISIT
from juntos_campo.app.session import Session
from juntos_campo.app.visit_form import MemberVisit, hb_text, visit_form
from juntos_campo.domain.entities import Household, Pregnancy, SchoolYear, ServiceEvent, Settlement
from juntos_campo.domain.values import PregnancyOutcome, ProgrammeState, RiskLevel, SchoolLevel
from juntos_campo.norms.haemoglobin import AnaemiaLevel
from juntos_campo.store import attention as attention_rows
from juntos_campo.store.attention import data_version, write_attention

CHILD = date(2025, 6, 1)
DAY = timedelta(days=1)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    homes = [home("h2", "s5", child_born=CHILD), home("h3", "s5", child_born=None)]
    with closing(valley(tmp_path, settlement("s5", 20), *homes)) as made:
        yield made


def one(session: Session, household_id: str, name: str) -> MemberStanding:
    found = household_standings(session, household_id)
    return next(standing for standing in found if standing.member.id == f"{household_id}-{name}")


def blood(value: float, on: date = TODAY - 20 * DAY, member: str = "h2-hija") -> ServiceEvent:
    return ServiceEvent(
        id=f"hb-{member}-{on}", household_id=member[:2], member_id=member, service="HB", on=on,
        value=value,
    )  # fmt: skip


def live_at(session: Session, altitude_m: int | None, ubigeo: str = "030701") -> None:
    place = session.store.get(Settlement, "s5")
    assert place is not None
    load(session, replace(place, altitude_m=altitude_m, ubigeo=ubigeo))


def level(session: Session) -> AnaemiaLevel:
    finding = one(session, "h2", "hija").finding
    assert finding is not None
    return finding.assessment.level


def test_haemoglobin_is_judged_at_the_altitude_of_the_settlement(session: Session) -> None:
    load(session, blood(11.5))  # minus 2.1 at 3400 m, minus 2.9 at 4100 m, unchanged at 100 m
    assert level(session) is AnaemiaLevel.MODERATE
    live_at(session, 4100)
    assert level(session) is AnaemiaLevel.MODERATE
    live_at(session, 100)
    assert level(session) is AnaemiaLevel.NONE


def test_without_it_that_of_the_district_is_used_and_named(session: Session) -> None:
    load(session, blood(11.5))
    live_at(session, None)
    standing = one(session, "h2", "hija")
    assert standing.residence.altitude_m == 3360
    assert standing.finding is not None
    assert "capital del distrito de Chuquibambilla" in standing.finding.assessment.why.text
    (line,) = [alert.title for alert in standing.alerts if alert.status.key == "HB:ANAEMIA"]
    assert line == "anemia moderada: 9.4 g/dL ajustada, del 1 nov"


def test_without_either_nothing_is_adjusted_and_the_alert_says_so(session: Session) -> None:
    load(session, blood(9.0))
    live_at(session, None, ubigeo="030710")
    refresh_attention(session)
    texts = [line.text for line in attention_of_all(session)["h2"].lines]
    assert "anemia moderada: 9.0 g/dL sin ajustar por altitud, del 1 nov" in texts


def test_the_treatment_is_asked_for_where_the_altitude_makes_it_an_anaemia(
    session: Session,
) -> None:
    load(session, blood(11.5))
    keys = {status.key for status in one(session, "h2", "hija").statuses}
    assert "IRON:T1" in keys
    live_at(session, 100)
    keys = {status.key for status in one(session, "h2", "hija").statuses}
    assert "IRON:T1" not in keys


def test_the_visit_the_history_and_the_paper_say_where_the_altitude_comes_from(
    session: Session,
) -> None:
    load(session, blood(11.5))
    live_at(session, None)
    form = visit_form(session, "h2")
    child = next(member for member in form.members if member.member.id == "h2-hija")
    where = "ajustada 9.4: anemia moderada; altitud de la capital de Chuquibambilla"
    assert where in child.last_hb
    assert where in hb_text(form, session, "h2-hija", 11.5, TODAY)
    assert any(where in line.text for line in household_file(session, "h2").history)
    live_at(session, None, ubigeo="030710")
    history = household_file(session, "h2").history
    assert any("sin ajustar: sin anemia; no se conoce la altitud" in one.text for one in history)
    assert print_household(session, "h2").startswith(b"%PDF")


def test_the_evidence_of_a_review_says_it_too(session: Session) -> None:
    load(session, visited("h2", TODAY - 2 * DAY), blood(11.5))
    live_at(session, None)
    record = read_record(session, VISIT, f"visit-h2-{TODAY - 2 * DAY}")
    (line,) = evidence(session, record).services
    assert "11.5 g/dL (ajustada 9.4: anemia moderada; altitud de la capital" in line.text


# -- after a birth ---------------------------------------------------------------------------------


def birth(days_ago: int, outcome: PregnancyOutcome = PregnancyOutcome.BIRTH) -> Pregnancy:
    ended = TODAY - days_ago * DAY
    return Pregnancy(
        id="p3", household_id="h3", member_id="h3-titular", last_period=ended - 275 * DAY,
        ended_on=ended, outcome=outcome,
    )  # fmt: skip


def mother(session: Session) -> MemberStanding:
    return one(session, "h3", "titular")


def test_after_a_birth_the_newborn_to_register_is_the_households_alert(session: Session) -> None:
    load(session, birth(10))
    refresh_attention(session)
    texts = [line.text for line in attention_of_all(session)["h3"].lines]
    assert "sin registro del recién nacido en el hogar (vence en 19 días)" in texts
    load(session, person("h3", "bebe", TODAY - 10 * DAY))
    refresh_attention(session)
    lines = attention_of_all(session)["h3"].lines
    assert not any("sin registro" in line.text for line in lines)


def test_the_mother_is_no_gestante_any_more_but_stays_in_sight_for_sixty_days(
    session: Session,
) -> None:
    for days, seen in ((0, True), (60, True), (61, False)):
        load(session, birth(days))
        standing = mother(session)
        assert standing.pregnancy is None
        assert (standing.birth is not None) is seen, days
        assert any(status.key == "NEWBORN:1" for status in standing.statuses) is seen
        assert not any("gestante" in reason for reason in standing.risk.reasons)
    load(session, birth(10))
    view = next(
        one for one in household_file(session, "h3").members if one.member.id == "h3-titular"
    )
    assert view.situation == "dio a luz el 11 nov"
    assert household_lines(session)["h3"].people == "1 persona"


def test_a_pregnancy_past_its_weeks_asks_for_the_birth(session: Session) -> None:
    for days, asked in ((293, False), (294, True)):  # 41 weeks and 6 days; 42 weeks
        running = Pregnancy(
            id="p5", household_id="h3", member_id="h3-titular", last_period=TODAY - days * DAY
        )
        load(session, running)
        texts = [alert.title for alert in mother(session).alerts]
        assert any(text.startswith("sin registro del parto") for text in texts) is asked, days


def test_a_loss_asks_for_nothing(session: Session) -> None:
    load(session, birth(10, PregnancyOutcome.LOSS))
    standing = mother(session)
    assert (standing.birth, standing.alerts) == (None, ())


def test_a_woman_pregnant_again_is_judged_by_the_running_pregnancy(session: Session) -> None:
    running = Pregnancy(
        id="p4", household_id="h3", member_id="h3-titular", last_period=TODAY - 14 * DAY
    )
    load(session, birth(55), running)
    standing = mother(session)
    assert standing.pregnancy == running
    assert standing.birth is None


def in_the_visit(session: Session) -> MemberVisit:
    form = visit_form(session, "h3")
    return next(member for member in form.members if member.member.id == "h3-titular")


def test_the_mother_is_talked_to_and_what_follows_the_birth_can_be_noted(
    session: Session,
) -> None:
    load(session, birth(10))
    member = in_the_visit(session)
    assert member.situation == "dio a luz el 11 nov"
    asked = {question.path.rsplit("/", 1)[1] for question in member.questions}
    assert {"NEWBORN:1", "IRON_FOLIC:P1"} <= asked
    assert not any(key.startswith(("APN", "SYPHILIS")) for key in asked)
    assert member.cards
    assert member.commitments


# -- school ---------------------------------------------------------------------------------------


STUDENT = date(2016, 5, 5)


def year(**changes: object) -> SchoolYear:
    values: dict[str, object] = {
        "id": "y", "household_id": "h3", "member_id": "h3-hijo", "year": 2026,
        "level": SchoolLevel.PRIMARY, "grade": 4, "enrolled_on": date(2026, 3, 2),
    }  # fmt: skip
    return SchoolYear(**{**values, **changes})  # type: ignore[arg-type]


def alerts(session: Session) -> list[str]:
    refresh_attention(session)
    return [line.text for line in attention_of_all(session)["h3"].lines]


def test_a_laptop_without_school_data_alerts_no_student(session: Session) -> None:
    load(session, person("h3", "hijo", STUDENT))
    assert alerts(session) == []
    assert not any(
        status.service in ("ENROL", "ATTENDANCE") for status in one(session, "h3", "hijo").statuses
    )


def test_a_student_who_stops_going_to_school_is_an_alert(session: Session) -> None:
    load(session, person("h3", "hijo", STUDENT), year(attendance={"2026-10": 61.0}))
    assert alerts(session) == ["asistencia baja de octubre: riesgo de abandono"]
    load(session, year(attendance={"2026-10": 96.0}))
    assert alerts(session) == []


def test_a_student_without_enrolment_is_an_alert(session: Session) -> None:
    load(session, person("h3", "hijo", STUDENT), year(enrolled_on=None))
    assert alerts(session) == ["sin matrícula 2026 (venció hace 235 días)"]


def test_school_is_not_asked_as_a_date_from_the_health_card(session: Session) -> None:
    load(session, person("h3", "hijo", STUDENT), year(enrolled_on=None))
    form = visit_form(session, "h3")
    student = next(member for member in form.members if member.member.id == "h3-hijo")
    paths = [question.path for question in (*student.questions, *student.more)]
    assert not any("ENROL" in path or "ATTENDANCE" in path for path in paths)


# -- what is kept ------------------------------------------------------------------------------------


def test_a_household_that_left_the_programme_shows_no_priority(session: Session) -> None:
    household = session.store.get(Household, "h2")
    assert household is not None
    load(session, replace(household, programme_state=ProgrammeState.DISAFFILIATED))
    refresh_attention(session)
    line = household_lines(session)["h2"]
    assert (line.level, line.points, line.first_need, line.next_text) == (None, 0, "", "")
    kept = attention_of_all(session)["h2"]
    assert (kept.level, kept.points, kept.lines, kept.members) == (RiskLevel.LOW, 0, (), {})


def test_an_answer_kept_by_an_older_version_is_computed_anew_and_never_misread(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = '{"household_id": "h2", "of": "another shape"}'
    version = data_version(session.store)
    with monkeypatch.context() as older:
        older.setattr(attention_rows, "SHAPE", attention_rows.SHAPE - 1)
        write_attention(session.store, TODAY, [("h2", "low", 0, body)], version)
    assert stale_households(session) == ["h2"]
    assert "h2" not in attention_of_all(session)
    refresh_attention(session)
    assert attention_of_all(session)["h2"].lines
