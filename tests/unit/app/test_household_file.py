"""The household's file: everybody who lives there, what each needs, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from day_world import TODAY, home, person, settlement, valley, visited
from visit_world import load

from juntos_campo.app.household_file import MemberView, household_file
from juntos_campo.app.session import Session
from juntos_campo.app.visit import start_visit
from juntos_campo.domain.entities import Household, Member, ServiceEvent
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import RiskLevel, ServiceSource


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(valley(tmp_path, settlement("s5", 20), home("h2", "s5"))) as made:
        yield made


def views(session: Session, household_id: str = "h1") -> dict[str, MemberView]:
    return {one.member.id: one for one in household_file(session, household_id).members}


def test_everybody_of_the_household_is_in_its_file_and_nobody_else(session: Session) -> None:
    file = household_file(session, "h1")
    assert {one.member.id for one in file.members} == {"elena", "yeison", "flor", "dina"}
    assert file.holder is not None
    assert file.holder.id == "elena"
    assert file.settlement is not None
    assert {one.household_id for one in file.commitments} == {"h1"}
    who = {line.who for line in file.history}
    assert who == {"Yeison", "Flor"}


def test_a_member_who_left_is_listed_no_more_nor_taken_for_the_holder(session: Session) -> None:
    load(session, person("h2", "abuela", date(1950, 1, 1), holder=True, left_on=TODAY))
    file = household_file(session, "h2")
    assert [one.member.id for one in file.members] == ["h2-titular", "h2-hija"]
    assert file.holder is not None
    assert file.holder.id == "h2-titular"


def test_a_household_of_another_gestor_is_told_in_words(session: Session) -> None:
    with pytest.raises(UserError) as caught:
        household_file(session, "elsewhere")
    assert caught.value.problem.code == "APP-001"
    household = session.store.get(Household, "h2")
    assert household is not None
    with session.work("test.leave") as work:
        work.tx.delete(household)
    with pytest.raises(UserError):
        household_file(session, "h2")


def test_what_is_missing_is_not_listed_as_received_and_the_urgent_stands_first(
    session: Session,
) -> None:
    for view in views(session).values():
        missing = {status.key for status in view.missing}
        assert missing.isdisjoint(status.key for status in view.received)
        urgency = {alert.status.key: alert.level for alert in view.standing.alerts}
        order = [
            list(RiskLevel).index(urgency.get(status.key, RiskLevel.LOW)) for status in view.missing
        ]
        assert order == sorted(order)
    assert views(session)["yeison"].missing
    assert views(session)["yeison"].received


def test_a_screening_the_programme_does_not_follow_hides_nothing_that_presses(
    session: Session,
) -> None:
    child = views(session)["yeison"]
    due = [one.key for one in child.standing.statuses if one.service == "EDI"]
    pressing = {one.service for one in child.standing.statuses if one.state.is_missing}
    assert due, "it is among the services"
    assert "EDI" in pressing
    assert "EDI" not in {one.service for one in child.missing}


def test_a_service_recorded_now_is_in_the_file_at_once(session: Session) -> None:
    before = {status.key for status in views(session)["yeison"].missing}
    with session.work("test.edit") as work:
        work.tx.save(
            ServiceEvent(
                id="new", household_id="h1", member_id="yeison", service="CRED",
                on=date(2026, 11, 14), number=6, weight_kg=7.6, source=ServiceSource.REPORTED,
            )
        )  # fmt: skip
    file = household_file(session, "h1")
    after = {
        status.key for view in file.members if view.member.id == "yeison" for status in view.missing
    }
    assert "CRED:6m" in before
    assert "CRED:6m" not in after
    assert file.history[0].source == "lo dijo la familia"
    assert "7.6 kg" in file.history[0].text
    assert file.attention.household_id == "h1"
    assert not any(line.key.endswith("CRED:6m") for line in file.attention.lines)


def test_the_pregnant_woman_and_the_pupil_are_told_from_the_others(session: Session) -> None:
    shown = views(session)
    assert shown["elena"].situation == "gestante 13 sem"
    assert shown["elena"].is_target
    assert shown["dina"].is_target
    assert not views(session, "h2")["h2-titular"].is_target


@pytest.mark.parametrize(("days", "target"), [(1, True), (0, False)])
def test_one_is_a_target_member_until_the_nineteenth_birthday(
    session: Session, days: int, target: bool
) -> None:
    load(session, person("h2", "joven", date(2007, 11, 21) + timedelta(days=days)))
    assert views(session, "h2")["h2-joven"].is_target is target


def test_visits_stand_with_the_last_one_first_and_the_open_one_is_known(session: Session) -> None:
    early, late = visited("h2", date(2026, 9, 1)), visited("h2", date(2026, 10, 1))
    early = replace(early, closed_at=early.closed_at - timedelta(days=60))
    load(session, early, late)
    assert [one.on for one in household_file(session, "h2").visits] == [late.on, early.on]
    assert household_file(session, "h2").draft_id == ""
    draft = start_visit(session, "h2")
    assert household_file(session, "h2").draft_id == draft.id
    assert household_file(session, "h1").draft_id == ""


def test_a_facility_or_school_that_is_not_known_leaves_the_file_readable(session: Session) -> None:
    child = session.store.get(Member, "h2-hija")
    assert child is not None
    load(session, replace(child, facility_id="gone", school_id="gone"))
    view = views(session, "h2")["h2-hija"]
    assert (view.facility, view.school, view.situation) == ("", "", "")
