"""The dates in a reason: the last day, a day that no source gives, and the end nobody knows yet."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from typing import Any

import pytest

from juntos_campo import paths
from juntos_campo.domain.entities import Pregnancy
from juntos_campo.domain.values import DocumentKind
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.model import ServiceStatus, State

LAST_DAY = "El último día para recibirlo es referencial (sin fuente oficial)."
BORN = date(2025, 2, 10)


@pytest.fixture
def judge(book: RuleBook, member: Any) -> Any:
    def answer(today: date, birth: date = BORN, **person: Any) -> dict[str, ServiceStatus]:
        found = services_of(member(birth, **person), None, [], book, today)
        return {one.key: one for one in found}

    return answer


@pytest.mark.parametrize(
    ("days", "said"),
    [(2, "(faltan 2 días)"), (1, "(falta 1 día)"), (0, "vence el 9 jun 2025 (hoy)")],
)
def test_the_days_that_are_left_are_said_as_one_says_them(judge: Any, days: int, said: str) -> None:
    penta = judge(date(2025, 6, 9) - timedelta(days=days))["PENTA:1"]  # day 119 of its life
    assert penta.state is State.DUE
    assert said in penta.why.text


def test_a_last_day_that_nobody_read_is_not_passed_off_as_the_norm_s(judge: Any) -> None:
    due, overdue, lost = (
        judge(BORN + timedelta(days=age))["PENTA:1"] for age in (100, 200, 5 * 366)
    )
    assert (due.state, overdue.state, lost.state) == (State.DUE, State.OVERDUE, State.LOST)
    assert LAST_DAY not in due.why.text  # its plazo is the indicator's, and the end is not named
    assert LAST_DAY in overdue.why.text
    assert LAST_DAY in lost.why.text
    assert LAST_DAY in judge(BORN + timedelta(days=200))["PENTA:2"].why.text  # waits, end named


def test_a_last_day_that_was_read_bears_no_doubt(judge: Any) -> None:
    lost = judge(BORN + timedelta(days=181))["ROTA:1"]
    assert lost.state is State.LOST
    assert "sin fuente oficial" not in lost.why.text


def test_a_last_day_nobody_read_stays_so_under_the_norm_that_continues_it(book: RuleBook) -> None:
    seen = [
        row
        for family in book.families
        for expected in family.expected
        for row in expected.versions
        if row.key == "BCG:1"
    ]
    assert len(seen) == 3
    assert not any(row.closes_trust.is_official for row in seen)


def test_a_prenatal_service_is_wanted_before_the_birth_and_not_by_a_day_of_the_calendar(
    book: RuleBook, member: Any
) -> None:
    start = date(2026, 5, 14)
    pregnancy = Pregnancy(
        id="pregnancy", household_id="household", member_id="member", last_period=start
    )
    woman = member(date(1998, 3, 3), document_kind=DocumentKind.DNI)
    today = start + timedelta(weeks=27)
    found = {one.key: one for one in services_of(woman, pregnancy, [], book, today)}
    hiv, waiting = found["HIV:1"], found["APN:2"]
    assert hiv.state is State.OVERDUE
    assert hiv.why.next_step.endswith("en su establecimiento de salud, antes del parto.")
    assert "última fecha" not in waiting.why.text
    closed = {
        one.key: one for one in services_of(woman, pregnancy, [], book, start + timedelta(weeks=44))
    }
    assert closed["HIV:1"].state is State.LOST
    assert "10 mar 2027" in closed["HIV:1"].why.text  # the last day of the 43rd week


def test_what_is_lost_is_no_longer_brought_forward(judge: Any) -> None:
    early, late = judge(date(2025, 10, 1))["HB:9m"], judge(date(2026, 3, 1))["HB:9m"]
    assert (early.state, late.state) == (State.DUE, State.LOST)
    assert "se adelanta" in early.why.text
    assert "se adelanta" not in late.why.text


def test_a_document_is_not_received_but_applied_for(judge: Any) -> None:
    dni = judge(BORN + timedelta(days=40), document_kind=DocumentKind.NONE)["DNI:30d"]
    assert dni.why.next_step == "Que lo tramiten cuanto antes en el Reniec o la municipalidad."


def test_every_end_beyond_the_plazo_says_how_far_to_trust_it() -> None:
    """Where a row still takes what comes late, its source speaks of that day or is marked for it."""
    read = {"ROTA:2"}  # 240 days: indicator MC-02
    for file in sorted((paths.resources() / "norms").glob("*.toml")):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        for series in data.get("series", ()) if data["pack"]["kind"] == "services" else ():
            for row in series["rows"]:
                if row.get("closes", row.get("due")) == row.get("due") and "close_gap" not in row:
                    continue
                marks = [
                    {**series, **row}.get(name)
                    for name in ("closes_trust", "window_trust", "trust")
                ]
                mark = next(one for one in marks if one)
                assert mark not in ("confirmed", "seed") or row["key"] in read, row["key"]
