"""The list of households and the search: everybody assigned is there and found by whatever is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from day_world import TODAY, home, person, settlement, valley
from visit_world import load

from juntos_campo.app.attention import refresh_attention
from juntos_campo.app.households import find_anything, household_lines, search_households
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Household, Member, Settlement


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    records = [home("h2", "s5"), home("h3", "s5", child_born=None)]
    with closing(valley(tmp_path, settlement("s5", 20), *records)) as made:
        yield made


def test_every_household_is_listed_once_the_most_urgent_first(session: Session) -> None:
    lines = list(household_lines(session).values())
    assert sorted(line.id for line in lines) == ["h1", "h2", "h3"]
    assert [line.points for line in lines] == sorted((line.points for line in lines), reverse=True)
    assert lines[0].first_need
    assert lines[-1].first_need == ""


def test_a_household_not_computed_today_is_listed_without_a_priority(session: Session) -> None:
    load(session, *home("h4", "s5"))
    line = household_lines(session)["h4"]
    assert line.level is None
    assert line.holder == "APAZA H4, Titular"


def test_asking_for_one_household_reads_as_in_the_whole_list(session: Session) -> None:
    assert household_lines(session, ["h2"]) == {"h2": household_lines(session)["h2"]}
    assert household_lines(session, ["not-here"]) == {}


def test_the_line_counts_who_lives_there_now(session: Session) -> None:
    assert household_lines(session)["h1"].people == "4 personas · 1 gestante · 2 menores de 6"
    load(
        session,
        person("h2", "mayor", date(2010, 1, 1), left_on=date(2026, 3, 1)),
        person("h2", "abuela", date(1950, 1, 1), holder=True, left_on=TODAY),
    )
    line = household_lines(session)["h2"]
    assert line.people == "2 personas · 1 menor de 6"
    assert line.holder == "APAZA H2, Titular"


@pytest.mark.parametrize(
    "typed",
    [
        "quispe",
        "QUISPE HUAMÁN",
        "huaman quispe",
        "maria elena",
        "María Ele",
        "elena qui",
        "yeison",
        "0307-004417",
        "004417",
        "983111222",
        "983 111 222",
        "983-111-222",
        "huancarp",
        "Chuquibambilla quispe",
        "  flor  ",
    ],
)
def test_a_household_is_found_by_every_key(session: Session, typed: str) -> None:
    assert search_households(session, typed) == ["h1"]


def test_a_person_is_found_by_the_document(session: Session) -> None:
    for member in session.store.find(Member):
        found = find_anything(session, member.document_number)
        assert [hit.member_id for hit in found] == [member.id]
        assert found[0].document == member.document_number
        spaced = f"{member.document_number[:4]} {member.document_number[4:]}"
        assert [hit.member_id for hit in find_anything(session, spaced)] == [member.id]


def test_enie_and_accents_do_not_hide_anybody(session: Session) -> None:
    load(session, replace(person("h3", "iñés", date(1980, 1, 1)), paternal="Ñahuincopa"))
    for typed in ("nahuin", "ÑAHUIN", "ñahuin", "ines", "IÑÉS"):
        assert [hit.member_id for hit in find_anything(session, typed)] == ["h3-iñés"], typed


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "-", "_", '"', "'", "*", "quis*", '"quispe', "NEAR(", "a OR b", "(", "\x00", "%"],
)
def test_no_typing_breaks_the_search(session: Session, typed: str) -> None:
    search_households(session, typed)
    find_anything(session, typed)


def test_somebody_who_left_is_found_but_not_shown_as_living_there(session: Session) -> None:
    load(session, person("h2", "ausente", date(1990, 1, 1), left_on=date(2026, 3, 1)))
    hit = find_anything(session, "ausente")[0]
    assert hit.household_id == "h2"
    assert "ya no está en el hogar" in hit.name
    assert "ya no" not in find_anything(session, "titular h2")[0].name


def test_the_search_knows_a_change_at_once(session: Session) -> None:
    household, place = session.store.get(Household, "h2"), session.store.get(Settlement, "s5")
    assert household is not None
    assert place is not None
    with session.work("test.edit") as work:
        work.tx.save(replace(household, phone="944555666"))
    assert search_households(session, "944555666") == ["h2"]
    load(session, replace(place, name="Nueva Esperanza"))
    assert sorted(search_households(session, "esperanza")) == ["h2", "h3"]
    with session.work("test.leave") as work:
        work.tx.delete(household)
    refresh_attention(session)
    assert search_households(session, "944555666") == []
    assert "h2" not in household_lines(session)


def test_a_name_weighs_more_than_a_place(session: Session) -> None:
    load(
        session,
        replace(settlement("s7", 10), name="Flor de Mayo"),
        *home("h7", "s7", child_born=None),
    )
    assert find_anything(session, "flor")[0].member_id == "flor"
