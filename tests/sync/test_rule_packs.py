"""A pack of the office reaches a laptop by the ordinary synchronisation and judges there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from edited import edited_copy
from return_loop import (
    GESTOR,
    MORNING,
    PASSWORD,
    Office,
    connected_laptop,
    office_server,
    synchronised,
)

from juntos_campo import paths
from juntos_campo.app.attention import household_standings, refresh_attention, stale_households
from juntos_campo.app.rules_change import follow_rules
from juntos_campo.app.session import Session, open_session
from juntos_campo.app.sync_desk import synchronise
from juntos_campo.central.loading import load
from juntos_campo.central.norm_files import send_norms
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import RulePack
from juntos_campo.domain.ids import derived_id
from juntos_campo.norms.model import ServiceStatus, State
from juntos_campo.norms.rules import rules_of
from juntos_campo.store.attention import read_attention
from juntos_campo.sync.wording import report_lines

NORMS = paths.resources() / "norms"
CRED = "cred-nts238"
LATE = ('closes = "36m-1d"', 'closes = "32m-1d"')
"""Luz is 34 months old and had no control of 30 months: overdue, and with this closed for good."""


server = office_server


@pytest.fixture
def laptop(tmp_path: Path, server: Office) -> Iterator[Session]:
    """Up to date, every household judged."""
    with connected_laptop(tmp_path / "gestor", GESTOR, server) as session:
        session.rules = rules_of(NORMS)
        synchronise(session)
        refresh_attention(session)
        yield session


def send(
    server: Office, folder: Path, *changes: tuple[str, str], back: tuple[str, ...] = ()
) -> None:
    files = [edited_copy(NORMS / f"{CRED}.toml", folder, *changes)] if changes else []
    send_norms(server.database, NORMS, files, back, FixedClock(MORNING))


def control(session: Session) -> ServiceStatus:
    statuses = [
        status
        for one in household_standings(session, "h2")
        for status in one.statuses
        if (one.member.id, status.key) == ("luz", "CRED:30m")
    ]
    return statuses[0]


def answers(session: Session) -> dict[str, str]:
    """What is kept for Hoy, by household."""
    return dict(read_attention(session.store, session.today))


def test_a_corrected_norm_judges_the_children_after_the_next_synchronisation(
    server: Office, laptop: Session, tmp_path: Path
) -> None:
    assert control(laptop).state is State.OVERDUE
    before = answers(laptop)
    send(server, tmp_path, LATE)
    outcome = synchronised(laptop)
    assert control(laptop).state is State.LOST
    assert outcome.changed.everything
    assert "Llegó: 1 norma." in outcome.details
    assert set(stale_households(laptop)) == set(before), "everybody is judged anew"
    refresh_attention(laptop)
    assert answers(laptop)["h2"] != before["h2"]
    with laptop.for_thread() as own:
        assert control(own).state is State.LOST


def test_a_norm_replaced_twice_and_taken_back_judges_as_it_stands_each_time(
    server: Office, laptop: Session, tmp_path: Path
) -> None:
    shipped = control(laptop)
    send(server, tmp_path, LATE)
    synchronised(laptop)
    send(server, tmp_path, LATE, ('label = "CRED 30 meses"', 'label = "CRED de dos años y medio"'))
    synchronised(laptop)
    assert control(laptop).label == "CRED de dos años y medio"
    send(server, tmp_path, back=(CRED,))
    synchronised(laptop)
    assert control(laptop) == shipped
    assert stale_households(laptop)


def test_a_quiet_synchronisation_judges_nobody_anew(laptop: Session) -> None:
    outcome = synchronised(laptop)
    assert not outcome.changed.everything
    assert stale_households(laptop) == []


def unreadable(server: Office, text: str) -> None:
    """A pack that a newer server took and this program does not know."""
    pack = RulePack(id=derived_id("rule_pack", CRED), pack_id=CRED, file="nueva.toml", text=text)
    load(server.database, [pack], FixedClock(MORNING))


NEWER = [
    '[pack]\nkind = "telesalud"\nid = "cred-nts238"\n',
    (NORMS / f"{CRED}.toml").read_text(encoding="utf-8").replace("[pack]", "[pack]\nnuevo = 1", 1),
    "esto no es TOML",
]


@pytest.mark.parametrize("text", NEWER)
def test_a_norm_this_program_cannot_read_is_told_once_and_the_old_one_goes_on(
    server: Office, laptop: Session, tmp_path: Path, text: str
) -> None:
    before = control(laptop)
    unreadable(server, text)
    outcome = synchronised(laptop)
    told = [line for line in outcome.details if "versión del programa" in line]
    assert len(told) == 1
    assert "Ayuda" in told[0]
    assert told[0] in report_lines(outcome.report)
    assert control(laptop) == before
    assert stale_households(laptop) == [], "the rules in force are the same"
    assert [one.pack_id for one in laptop.book.left_out] == [CRED]
    assert not [line for line in synchronised(laptop).details if "versión del programa" in line]
    laptop.close()
    place = laptop.place
    with closing(
        open_session(place, password=PASSWORD, clock=laptop.clock, book=rules_of(NORMS))
    ) as again:
        assert control(again) == before, "the program starts with it as well"
        assert not follow_rules(again)


def test_a_pack_that_came_by_the_command_is_noticed_by_the_open_window(
    server: Office, laptop: Session, tmp_path: Path
) -> None:
    """Two programs on one database: the window has read its rules, the command synchronises."""
    assert control(laptop).state is State.OVERDUE
    send(server, tmp_path, LATE)
    with closing(
        open_session(laptop.place, password=PASSWORD, clock=laptop.clock, book=rules_of(NORMS))
    ) as command:
        synchronised(command)
    assert stale_households(laptop)
    refresh_attention(laptop)
    assert control(laptop).state is State.LOST
    assert stale_households(laptop) == []


def test_a_renewed_program_judges_anew_what_the_old_one_answered_the_same_day(
    laptop: Session,
) -> None:
    with laptop.work("test") as work:
        work.tx.set_meta("rules.stamp", "the stamp of the program before")
    assert follow_rules(laptop)
    assert set(stale_households(laptop)) == {"h1", "h2"}
    assert not follow_rules(laptop)


def test_only_the_office_changes_norms(server: Office, laptop: Session) -> None:
    """Somebody who writes a pack into his own laptop's outbox changes nobody else's norms."""
    pack = RulePack(id=derived_id("rule_pack", CRED), pack_id=CRED, file="mia.toml", text="x")
    with laptop.work("test") as work:
        work.tx.save(pack)
    refused = synchronise(laptop).report.refused
    assert [(one.kind, one.code) for one in refused] == [("rule_pack", "CEN-102")]
