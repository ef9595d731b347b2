"""The account of a synchronisation names what the server confirmed, and never more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from return_loop import (
    GESTOR,
    Office,
    laptops_up_to_date,
    office_server,
    save,
    visit,
)

from juntos_campo.app.session import Session
from juntos_campo.app.sync_account import Account, headline, past_account
from juntos_campo.app.sync_desk import sync_history, synchronise
from juntos_campo.app.sync_waiting import waiting_summary
from juntos_campo.store import outbox, sync_state

server = office_server


@pytest.fixture
def gestor(tmp_path: Path, server: Office) -> Iterator[Session]:
    with laptops_up_to_date(tmp_path, server, GESTOR) as (session,):
        yield session


def lines(account: Account | None, title: str) -> list[tuple[str, str]]:
    assert account is not None
    return [(one.what, one.detail) for part in account.parts if part.title == title
            for one in part.lines]  # fmt: skip


def test_each_record_the_server_has_and_each_it_refused_is_named(gestor: Session) -> None:
    save(gestor, visit())
    save(gestor, visit("v9", "h3"))
    outcome = synchronise(gestor)
    assert lines(outcome.account, "El servidor ya tiene") == [
        ("Visita a QUISPE HUAMÁN, María Elena (sáb 21 nov 2026)", "")
    ]
    ((what, why),) = lines(outcome.account, "El servidor no aceptó")
    assert what == "Visita a un hogar que no está en esta computadora (sáb 21 nov 2026)"
    assert "no está asignado a usted" in why


def test_the_history_shows_the_same_account_later(gestor: Session) -> None:
    save(gestor, visit())
    outcome = synchronise(gestor)
    newest = sync_history(gestor)[0]
    assert past_account(gestor, newest.began) == outcome.account
    assert past_account(gestor, "1999-01-01T00:00:00-05:00") is None


def test_a_cut_synchronisation_names_nothing_as_received(server: Office, gestor: Session) -> None:
    save(gestor, visit())
    server.go_away()
    account = synchronise(gestor).account
    assert account is not None
    assert not account.complete
    assert "sigue guardado" in account.stopped
    assert lines(account, "El servidor ya tiene") == []
    assert lines(account, "Para saber")[0] == (
        "Quedó por enviar: 1 cambio",
        "sigue guardado en esta computadora",
    )


def test_what_waits_is_listed_record_by_record_with_what_the_server_still_lacks(
    gestor: Session,
) -> None:
    save(gestor, visit())
    save(gestor, visit("v2", "h2"))
    (first, _) = outbox.waiting(gestor.store)
    with gestor.work("test") as work:
        outbox.wait(work.tx, first, "El hogar todavía no llegó al servidor.")
        sync_state.set_clock_offset(work.tx, -3 * 3600)
    summary = waiting_summary(gestor)
    assert [(one.record_id, one.reason) for one in summary.lines] == [
        ("v1", "El hogar todavía no llegó al servidor."),
        ("v2", ""),
    ]
    assert [one.record_id for one in summary.held_back] == ["v1"]
    assert "adelantado unas 3 horas" in summary.clock


def test_a_first_download_that_was_cut_says_that_a_part_came() -> None:
    assert headline(0, 0, complete=False, received=True) == "Llegó solo una parte."
    assert headline(0, 0, complete=False) == "No se llegó a sincronizar."
    assert headline(0, 2, complete=False, received=True) == "El servidor recibió 0 de 2 cambios."
