"""P4: saving a visit durably, with outbox, audit and history, against a bare commit of its bytes."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from juntos_campo.app.session import Session
from juntos_campo.demo.bench.durable import bare_commit, forget
from juntos_campo.demo.bench.load import Load
from juntos_campo.demo.bench.measure import Measure, at_most, p95, timed
from juntos_campo.domain.entities import Answer, Household, Visit
from juntos_campo.domain.ids import random_id
from juntos_campo.domain.values import Modality
from juntos_campo.wire.codec import dump_json

TIMES = 200
BAR = 3.0
VISIT_BYTES = 2048


def measure(load: Load) -> list[Measure]:
    """Visits and bare commits by turns; p95 of both."""
    with load.opened() as session:
        households = session.store.find(Household)
        saves: list[float] = []
        commits: list[float] = []
        for number in range(TIMES):
            visit = _visit(session, households[number % len(households)].id)
            text = dump_json(visit, {})
            saves.append(timed(partial(_save, session, visit)))
            commits.append(timed(partial(bare_commit, session.store, text)))
        forget(session.store)
    figure, reference = p95(saves) * 1000, p95(commits) * 1000
    return [
        Measure(
            id="P4",
            what=f"guardar una visita de {len(text.encode())} bytes, p95 de {TIMES}",
            figure=figure,
            unit="ms",
            reference=reference,
            bar=f"{BAR:g} veces un guardado durable desnudo de los mismos bytes",
            holds=at_most(BAR * reference, figure),
        )
    ]


def _save(session: Session, visit: Visit) -> None:
    with session.work("visit.close") as work:
        work.tx.save(visit)


def _visit(session: Session, household_id: str) -> Visit:
    now = session.clock.now()
    answers: dict[str, Answer] = {"modality": Modality.HOME.value}
    number = 0
    made = Visit(
        id=random_id(),
        household_id=household_id,
        field_worker=session.user.name,
        on=session.today,
        modality=Modality.HOME,
        started_at=now - timedelta(minutes=35),
        closed_at=now,
        answers=answers,
    )
    while len(dump_json(made, {}).encode()) < VISIT_BYTES:
        answers[f"member/m{number:02d}/service/CRED:{number}m"] = session.today.isoformat()
        number += 1
    return made
