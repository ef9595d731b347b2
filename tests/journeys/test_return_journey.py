"""A visit typed, synced, sent back, corrected and approved: two laptops and a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from return_loop import COORDINATOR, GESTOR, Office, advance, laptops_up_to_date, office_server

from juntos_campo.app.record_reader import read_record
from juntos_campo.app.review_queue import queue
from juntos_campo.app.reviews import Stage, approve, return_with_comments, returned, review_state
from juntos_campo.app.session import Session
from juntos_campo.app.sync_desk import synchronise
from juntos_campo.app.visit import close_visit, reopen_visit, save_answer, save_many, start_visit
from juntos_campo.app.visits_list import Shelf, visit_lines
from juntos_campo.domain.entities import ServiceEvent, Visit

CRED = "member/yeison/service/CRED:6m"


server = office_server


@pytest.fixture
def laptops(tmp_path: Path, server: Office) -> Iterator[tuple[Session, ...]]:
    """Field worker and coordinator, connected, with their first download."""
    with laptops_up_to_date(tmp_path, server, GESTOR, COORDINATOR) as pair:
        yield pair


@pytest.mark.journey
def test_what_the_coordinator_finds_wrong_comes_back_corrected_and_both_versions_stay(
    laptops: tuple[Session, Session],
) -> None:
    gestor, zone = laptops
    draft = start_visit(gestor, "h1")
    save_many(
        gestor,
        draft.id,
        {
            "attended_by": "elena",
            CRED: "2026-11-14",
            "member/yeison/weight_kg": "7.2",
            "member/yeison/height_cm": "66",
            "mark": "paper",
            "next_visit_on": "2026-12-19",
        },
    )
    first, _ = close_visit(gestor, draft.id)
    sent = synchronise(gestor)
    assert sent.report.still_waiting == 0
    assert not sent.report.refused

    assert synchronise(zone).complete
    (item,) = queue(zone)
    assert item.id == first.id
    return_with_comments(
        zone, first.id, "", {CRED: "El carné dice 16 de noviembre"}, version=item.version
    )
    assert synchronise(zone).complete
    advance(gestor, hours=5)
    assert synchronise(gestor).complete

    (back,) = returned(gestor)
    assert back.comments == {CRED: "El carné dice 16 de noviembre"}
    assert [line.shelf for line in visit_lines(gestor)] == [Shelf.RETURNED]
    correction = reopen_visit(gestor, first.id)
    assert [line.shelf for line in visit_lines(gestor)] == [Shelf.DRAFT]
    save_answer(gestor, correction.id, CRED, "2026-11-16")
    second, _ = close_visit(gestor, correction.id)
    assert second.id == first.id
    assert returned(gestor) == []
    assert synchronise(gestor).complete
    assert synchronise(zone).complete

    (item,) = queue(zone)
    assert item.returned is not None
    seen = read_record(zone, "visit", first.id)
    assert [(one.path, one.before, one.text) for one in seen.differences] == [
        (CRED, "sáb 14 nov 2026", "lun 16 nov 2026")
    ]
    ((earlier, *_),) = zone.store.history(Visit, first.id)
    assert earlier.answers[CRED] == "2026-11-14"
    learnt = [one.on.isoformat() for one in zone.store.find(ServiceEvent, visit_id=first.id)]
    assert learnt == ["2026-11-16"]
    approve(zone, first.id, version=item.version)
    assert synchronise(zone).complete
    assert synchronise(gestor).complete
    present = gestor.store.get(Visit, first.id)
    assert present is not None
    assert review_state(gestor, present).stage is Stage.APPROVED
    assert queue(zone) == []
