"""P3: services and alerts of everybody from scratch, and of one household after an edit."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

from juntos_campo.app.attention import refresh_attention
from juntos_campo.app.session import Session
from juntos_campo.demo.bench.durable import bare_commit, forget
from juntos_campo.demo.bench.load import Load
from juntos_campo.demo.bench.measure import Measure, at_most, median, p95, timed
from juntos_campo.demo.bench.profiled import Share, shares_of
from juntos_campo.domain.entities import Household, Member

TIMES = 3
EDITS = 60
BAR_SECONDS = 1.5
BAR_MS = 10.0
STANDARD_MEMBERS = 6000


def measure(load: Load) -> list[Measure]:
    """The bar of the first row grows with the members, so that a bigger load is held to the same."""
    with load.opened() as session:
        members = session.store.count(Member)
        everybody = [one.id for one in session.store.find(Household)]
        times = [timed(lambda: refresh_attention(session, everybody)) for _ in range(TIMES)]
        reading = median([timed(lambda: _read_bare(session)) for _ in range(TIMES)])
        edits, commits = _edits(session, everybody[:: max(1, len(everybody) // EDITS)][:EDITS])
        forget(session.store)
    figure = median(times)
    limit = BAR_SECONDS * max(1.0, members / STANDARD_MEMBERS)
    return [
        Measure(
            id="P3",
            what=f"servicios y alertas de {members} personas desde cero; "
            "referencia: solo leer los mismos registros",
            figure=figure,
            unit="s",
            reference=reading,
            bar=f"{limit:.2g} s",
            holds=at_most(limit, figure),
        ),
        Measure(
            id="P3",
            what=f"un hogar después de un cambio, p95 de {len(edits)}; "
            "referencia: un guardado durable desnudo",
            figure=p95(edits) * 1000,
            unit="ms",
            reference=p95(commits) * 1000,
            bar=f"{BAR_MS:g} ms",
            holds=at_most(BAR_MS, p95(edits) * 1000),
        ),
    ]


def profile(load: Load) -> list[Share]:
    """Where the time of the first row goes: a run of its own, since watching slows it."""
    with load.opened() as session:
        everybody = [one.id for one in session.store.find(Household)]
        refresh_attention(session, everybody)
        shares = shares_of(lambda: refresh_attention(session, everybody))
        forget(session.store)
    return shares


def _read_bare(session: Session) -> None:
    for kind in ("household", "member", "pregnancy", "service_event", "school_year"):
        for (body,) in session.store.rows(f"SELECT body FROM {kind} WHERE NOT deleted"):  # noqa: S608
            json.loads(body)


def _edits(session: Session, household_ids: list[str]) -> tuple[list[float], list[float]]:
    edits: list[float] = []
    commits: list[float] = []
    for number, (household_id, household) in enumerate(
        session.store.get_many(Household, household_ids).items()
    ):
        with session.work("bench.edit") as work:
            work.tx.save(replace(household, phone=f"9{number:08d}"))
        edits.append(timed(partial(refresh_attention, session, [household_id])))
        commits.append(timed(partial(bare_commit, session.store, "x" * 400)))
    return edits, commits
