"""Sincronizar in words, between a real server on loopback and a real encrypted laptop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from return_loop import (
    COORDINATOR,
    GESTOR,
    PASSWORD,
    REGISTER,
    Office,
    advance,
    correct,
    office_server,
    open_laptop,
    save,
    visit,
)

from juntos_campo.app.connect import connect, is_connected, server_address
from juntos_campo.app.reviews import Stage, return_with_comments, returned, review_state
from juntos_campo.app.session import Session, User
from juntos_campo.app.sync_desk import sync_history, synchronise
from juntos_campo.app.sync_waiting import send_again, waiting_summary
from juntos_campo.app.sync_words import describe
from juntos_campo.domain.entities import Household, Visit
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role
from juntos_campo.store import outbox

server = office_server


@pytest.fixture
def gestor(tmp_path: Path) -> Iterator[Session]:
    session = open_laptop(tmp_path / "gestor", GESTOR, register=False)
    yield session
    session.close()


@pytest.fixture
def zone(tmp_path: Path) -> Iterator[Session]:
    session = open_laptop(tmp_path / "zone", COORDINATOR, register=False)
    yield session
    session.close()


def code(caught: pytest.ExceptionInfo[UserError]) -> str:
    return caught.value.problem.code


def test_the_first_download_brings_the_gestors_own_households_and_says_so(
    server: Office, gestor: Session
) -> None:
    connect(gestor, server.url, "rccori", PASSWORD)
    outcome = synchronise(gestor)
    assert outcome.complete
    assert outcome.headline == "No había nada por enviar."
    assert any("2 hogares" in line for line in outcome.details)
    assert {one.field_worker for one in gestor.store.find(Household)} == {"rccori"}
    assert outcome.changed.kinds >= {"household", "member"}


def test_a_return_travels_over_the_real_server_and_back_corrected(
    server: Office, gestor: Session, zone: Session
) -> None:
    connect(gestor, server.url, "rccori", PASSWORD)
    connect(zone, server.url, "mzea", PASSWORD)
    synchronise(gestor)
    first = visit()
    save(gestor, first)
    assert waiting_summary(gestor).text == "1 visita"
    outcome = synchronise(gestor)
    assert outcome.headline == "El servidor recibió 1 de 1 cambio."
    synchronise(zone)
    path = "member/yeison/service/CRED:6m"
    return_with_comments(zone, "v1", "", {path: "No coincide con el carné"}, version=1)
    assert waiting_summary(zone).text == "1 revisión"
    synchronise(zone)
    synchronise(gestor)
    (item,) = returned(gestor)
    assert item.comments == {path: "No coincide con el carné"}
    corrected = correct(gestor, first, **{path.replace("/", "__"): "2026-11-16"})
    synchronise(gestor)
    synchronise(zone)
    seen = zone.store.get(Visit, "v1")
    assert seen == corrected
    assert review_state(zone, seen).stage is Stage.CORRECTED
    ((earlier, version, _, _),) = zone.store.history(Visit, "v1")
    assert (earlier, version) == (first, 1)


def test_without_network_the_account_says_what_is_kept_and_nothing_is_claimed(
    server: Office, gestor: Session
) -> None:
    connect(gestor, server.url, "rccori", PASSWORD)
    save(gestor, visit())
    server.go_away()
    outcome = synchronise(gestor)
    assert not outcome.complete
    assert outcome.headline == "El servidor recibió 0 de 1 cambio."
    assert "sigue guardado" in outcome.stopped
    assert "Falta enviar 1 cambio." in outcome.details
    assert waiting_summary(gestor).changes == 1
    (past,) = sync_history(gestor)
    assert not past.complete
    assert "no está atendiendo" in past.detail


def test_a_refused_change_is_named_with_its_reason_and_can_be_tried_again(
    server: Office, gestor: Session
) -> None:
    connect(gestor, server.url, "rccori", PASSWORD)
    synchronise(gestor)
    with gestor.work("test") as work:
        for entity in REGISTER:
            work.tx.load(entity)
    save(gestor, visit("v9", "h3"))
    outcome = synchronise(gestor)
    assert outcome.complete
    assert outcome.headline == "El servidor recibió 0 de 1 cambio."
    summary = waiting_summary(gestor)
    assert (summary.text, summary.attention) == ("", 1)
    (line,) = summary.refused
    assert line.what == "Visita a ROJAS VILLCAS, Ana (sáb 21 nov 2026)"
    assert line.reason
    send_again(gestor, line)
    assert waiting_summary(gestor).text == "1 visita"


def test_the_time_a_sync_takes_is_told_from_the_last_one(server: Office, gestor: Session) -> None:
    connect(gestor, server.url, "rccori", PASSWORD)
    assert waiting_summary(gestor).seconds is None
    synchronise(gestor)
    save(gestor, visit())
    summary = waiting_summary(gestor)
    assert summary.seconds is not None
    assert 1 <= summary.seconds < 60
    assert 600 < summary.size_bytes < 3_000
    assert summary.last_complete == gestor.clock.now()


def test_a_laptop_never_takes_in_the_data_of_another_person(
    server: Office, gestor: Session
) -> None:
    with pytest.raises(UserError) as caught:
        connect(gestor, server.url, "jquispe", PASSWORD)
    assert code(caught) == "CON-001"
    assert not is_connected(gestor)


def test_a_wrong_password_or_an_empty_field_connects_nothing(
    server: Office, gestor: Session
) -> None:
    for password, expected in (("otra", "CON-005"), ("", "CON-003")):
        with pytest.raises(UserError) as caught:
            connect(gestor, server.url, "rccori", password)
        assert code(caught) == expected
    assert not is_connected(gestor)
    with pytest.raises(UserError) as caught:
        synchronise(gestor)
    assert code(caught) == "SYN-010"


def test_a_changed_role_is_noticed_and_kept_for_the_next_opening(
    server: Office, tmp_path: Path
) -> None:
    session = open_laptop(
        tmp_path / "x", User("mzea", "Marta Zea", Role.FIELD_WORKER), register=False
    )
    connected = connect(session, server.url, "mzea", PASSWORD)
    assert connected.role_changed
    assert session.store.meta("user.role") == Role.ZONE_COORDINATOR
    session.close()


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("campo.ejemplo.gob.pe", "https://campo.ejemplo.gob.pe"),
        (" https://campo.ejemplo.gob.pe/ ", "https://campo.ejemplo.gob.pe"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("localhost:8000", "http://localhost:8000"),
    ],
)
def test_an_address_is_understood_as_people_write_it(typed: str, used: str) -> None:
    assert server_address(typed) == used


def test_names_and_passwords_are_never_sent_in_the_clear() -> None:
    with pytest.raises(UserError) as caught:
        server_address("http://campo.ejemplo.gob.pe")
    assert code(caught) == "CON-002"


def test_every_kind_of_record_can_be_named_to_a_person(gestor: Session) -> None:
    with gestor.work("test") as work:
        for entity in REGISTER:
            work.tx.load(entity)
    save(gestor, visit())
    assert describe(gestor, "member", "yeison") == "CCORI QUISPE, Yeison"
    assert describe(gestor, "service_event", "e1") == (
        "Atención de QUISPE HUAMÁN, María Elena (lun 16 nov 2026)"
    )
    assert describe(gestor, "settlement", "s1") == "Centro poblado Huancarpuquio"
    assert describe(gestor, "visit", "gone") == "Visita que ya no está en esta computadora"
    assert describe(gestor, "mystery", "x") == "Registro que ya no está en esta computadora"


def test_a_quiet_history_is_told_newest_first(server: Office, gestor: Session) -> None:
    connect(gestor, server.url, "rccori", PASSWORD)
    synchronise(gestor)
    advance(gestor, hours=1)
    save(gestor, visit())
    synchronise(gestor)
    newest, oldest = sync_history(gestor)
    assert newest.headline == "El servidor recibió 1 de 1 cambio."
    assert oldest.headline == "No había nada por enviar."
    assert "2 hogares" in oldest.detail
    assert outbox.waiting(gestor.store) == []
