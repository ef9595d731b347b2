"""Assignments and leaves as an operator of the server types them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from office_commands import run

from juntos_campo.central.assignments import household_id
from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.settings import sqlite_url
from juntos_campo.domain.clock import LIMA, SystemClock
from juntos_campo.domain.entities import Household


@pytest.fixture
def filled_place(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A server with ana, who has 00001 and 00002, and beto, who has 00003."""
    monkeypatch.setenv("JUNTOS_CENTRAL_ARGON2_MEMORY_KIB", "64")
    monkeypatch.setenv("COLUMNS", "200")
    for user in ("ana", "beto"):
        person = ("--user", user, "--name", user, "--zone", "Z1", "--role", "gestor")
        assert run("enrol", *person, "--password", "papa nativa 2026", "--data", place)[0] == 0
    store = Database(sqlite_url(place))
    homes = [
        Household(id=household_id(code), code=code, field_worker=worker, settlement_id="s-1")
        for code, worker in (("00001", "ana"), ("00002", "ana"), ("00003", "beto"))
    ]
    load(store, homes, SystemClock())
    store.close()
    return place


def test_a_leave_is_ordered_shown_and_cancelled_and_the_history_tells_it(
    filled_place: Path,
) -> None:
    data = ("--data", filled_place)
    today = datetime.now(LIMA).date()
    # It has begun whatever happens to the date while this runs.
    days = (
        "--from",
        f"{today - timedelta(days=1):%d/%m/%Y}",
        "--until",
        str(today + timedelta(days=9)),
    )
    status, text = run("leave", "ana", "--to", "beto", *days, *data)
    assert (status, "2 hogares pasaron a beto" in text) == (0, True), text
    status, text = run("leave", "ana", "--to", "beto", *days, *data)
    assert (status, "CEN-282" in text) == (1, True)
    status, text = run("leaves", *data)
    assert (status, "en curso" in text) == (0, True)
    later = today + timedelta(days=20)
    status, text = run("change-leave", "1", "--until", f"{later:%d/%m/%Y}", *data)
    assert (status, f"hasta el {later:%d/%m/%Y}" in text) == (0, True), text
    assert f"{later:%d/%m/%Y}" in run("leaves", *data)[1]
    status, text = run("change-leave", "7", "--until", str(later), *data)
    assert (status, "CEN-284" in text) == (1, True)
    status, text = run("cancel-leave", "1", *data)
    assert (status, "2 hogares volvieron con ana" in text) == (0, True)
    status, text = run("history", "00001", *data)
    assert status == 0
    words = ("padrón", "licencia", "regreso de licencia")
    assert [text.index(word) for word in words] == sorted(text.index(word) for word in words)
    assert run("history", "99999", *data)[0] == 1
    status, text = run("daily", *data)
    assert (status, "Ninguna licencia" in text, "Indicadores" in text) == (0, True, True)


def test_a_table_is_tried_corrected_and_done(filled_place: Path, tmp_path: Path) -> None:
    data, file = ("--data", filled_place), tmp_path / "tabla.csv"
    file.write_text("codigo_hogar;de;a\n00001;ana;beto\n00003;ana;beto\n00002;ana;otro\n")
    status, text = run("assign", file, *data)
    assert status == 1
    assert "CEN-285" in text
    assert "otro" in text
    file.write_text("codigo_hogar;de;a\n00001;ana;beto\n00003;ana;beto\n")
    status, text = run("assign", file, "--dry-run", *data)
    assert (status, "no se movió ningún hogar" in text) == (0, True)
    assert "hoy" in run("history", "00001", *data)[1]
    status, text = run("assign", file, *data)
    assert (status, "1 hogar pasó a su nuevo gestor" in text) == (0, True)
    status, text = run("reassign", "--from", "beto", "--to", "ana", *data)
    assert "2 hogares pasaron de beto a ana" in text
