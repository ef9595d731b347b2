"""Messages of the office reach a laptop by the ordinary synchronisation and are used in visits there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from edited import edited
from return_loop import (
    GESTOR,
    MORNING,
    Office,
    connected_laptop,
    office_server,
    synchronised,
    visit,
)

from juntos_campo import paths
from juntos_campo.app.norm_packs import norms_page
from juntos_campo.app.orientation import messages_in_force
from juntos_campo.app.session import Session
from juntos_campo.app.sync_desk import synchronise
from juntos_campo.app.visit_form import visit_form
from juntos_campo.app.visit_labels import visit_labels
from juntos_campo.central.loading import load
from juntos_campo.central.message_files import send_messages
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import MessagePack
from juntos_campo.domain.ids import derived_id
from juntos_campo.sync.wording import report_lines

MESSAGES = paths.resources() / "messages"
CARDS = "orientacion-juntos"
TITLE = ('title = "El control prenatal empieza', 'title = "Su primer control empieza')


server = office_server


@pytest.fixture
def laptop(tmp_path: Path, server: Office) -> Iterator[Session]:
    with connected_laptop(tmp_path / "gestor", GESTOR, server) as session:
        synchronised(session)
        yield session


def edited_cards(*changes: tuple[str, str], name: str = "orientation.toml") -> str:
    return edited((MESSAGES / name).read_text(encoding="utf-8"), *changes)


def send(server: Office, folder: Path, text: str = "", back: tuple[str, ...] = ()) -> None:
    file = folder / "orientation.toml"
    file.write_text(text, encoding="utf-8")
    files = [file] if text else []
    send_messages(server.database, MESSAGES, files, back, FixedClock(MORNING))


def title(session: Session) -> str:
    return messages_in_force(session).titles(["apn-temprano"])[0]


def test_cards_sent_replaced_and_taken_back_are_what_a_visit_offers(
    server: Office, laptop: Session, tmp_path: Path
) -> None:
    shipped = messages_in_force(laptop)
    send(server, tmp_path, edited_cards(TITLE))
    assert "Llegó: 1 juego de mensajes." in synchronised(laptop).details
    assert title(laptop).startswith("Su primer control")
    assert len(messages_in_force(laptop).cards) == len(shipped.cards)
    assert visit_form(laptop, "h1").messages == messages_in_force(laptop)
    with laptop.for_thread() as own:
        assert title(own).startswith("Su primer control")
    send(server, tmp_path, back=(CARDS,))
    synchronised(laptop)
    assert messages_in_force(laptop) == shipped


def test_a_visit_of_before_still_names_a_card_that_was_replaced(
    server: Office, laptop: Session, tmp_path: Path
) -> None:
    named = title(laptop)
    send(server, tmp_path, edited_cards(('id = "apn-temprano"', 'id = "apn-nuevo"')))
    synchronised(laptop)
    cards = [card.id for card in messages_in_force(laptop).cards]
    assert "apn-nuevo" in cards
    assert "apn-temprano" not in cards
    assert title(laptop) == named
    assert visit_labels(laptop, visit()).topics["apn-temprano"] == named


NEWER = [
    edited_cards(('kind = "orientation"', 'kind = "videos"')),
    edited_cards(('kinds = ["pregnant"]', 'kinds = ["abuelos"]')),
    edited_cards(('id = "orientacion-juntos"', 'id = "otra"')),
]


@pytest.mark.parametrize("text", NEWER)
def test_messages_this_program_cannot_use_are_told_once_and_those_of_before_stay(
    server: Office, laptop: Session, text: str
) -> None:
    before = messages_in_force(laptop)
    pack = MessagePack(id=derived_id("message_pack", "n"), pack_id="n", file="n.toml", text=text)
    load(server.database, [pack], FixedClock(MORNING))
    outcome = synchronised(laptop)
    told = [line for line in outcome.details if "versión del programa" in line]
    assert len(told) == 1
    assert "Ayuda" in told[0]
    assert told[0] in report_lines(outcome.report)
    now = messages_in_force(laptop)
    assert (now.cards, now.commitments) == (before.cards, before.commitments)
    assert [one.file for one in norms_page(laptop).messages_left_out] == ["n.toml"]
    assert not [line for line in synchronised(laptop).details if "versión del programa" in line]


def test_one_file_that_fits_only_beside_another_is_used_with_it(
    server: Office, laptop: Session
) -> None:
    """A card moves from the program's file to one of the office's own: either alone would clash."""
    text = edited_cards()
    first = text.index("[[card]]")
    second = text.index("[[card]]", first + 1)
    without = text[:first] + text[second:]
    alone = text[:second].replace('id = "orientacion-juntos"', 'id = "a-nueva"')
    packs = [
        MessagePack(id=derived_id("message_pack", key), pack_id=key, file=f"{key}.toml", text=body)
        for key, body in (("a-nueva", alone), (CARDS, without))
    ]
    load(server.database, packs, FixedClock(MORNING))
    synchronised(laptop)
    assert messages_in_force(laptop).left_out == ()
    assert {one.id for one in messages_in_force(laptop).files if one.received} == {
        "a-nueva",
        CARDS,
    }


def test_only_the_office_changes_messages(server: Office, laptop: Session) -> None:
    pack = MessagePack(
        id=derived_id("message_pack", CARDS), pack_id=CARDS, file="mia.toml", text="x"
    )
    with laptop.work("test") as work:
        work.tx.save(pack)
    refused = synchronise(laptop).report.refused
    assert [(one.kind, one.code) for one in refused] == [("message_pack", "CEN-102")]
