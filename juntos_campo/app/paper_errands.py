"""What is to be done about papers that are under way: for the day's plan.

Nothing here reads a form's definition: Hoy opens with it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from juntos_campo.app.paperwork import UNBEGUN, Paper, filling_of, own_handlings, paper_of
from juntos_campo.app.paperwork_deadlines import Deadlines, deadlines_or_none
from juntos_campo.app.paperwork_rules import Filling, Step, is_signed
from juntos_campo.app.session import Session
from juntos_campo.domain import form_ids
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormHandling, HealthFacility, School
from juntos_campo.domain.spanish import count, fold
from juntos_campo.store.form_rows import form_states

_AT_PLACE = frozenset({Step.RECEIVED, Step.MENDED, Step.SIGNED, Step.HANDED})
"""Steps that are taken where the facility is."""
BIMESTERS_BACK = 2
"""Papers of so many earlier bimesters are still looked after."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to do about the paper of a form.

    Attributes:
        text: ``Recoger Salud 03 firmado``; the bimester is told apart.
        late: days; 0 when it is in time.
        on_the_way: the day's plan goes to a settlement of that facility.
    """

    paper: Paper
    text: str
    late: int
    on_the_way: bool

    @property
    def key(self) -> str:
        """Names it among the lines of a day."""
        return f"paper|{self.paper.key}|{self.paper.bimester}"


def errands(session: Session, facilities: Collection[str]) -> tuple[Errand, ...]:
    """What is to be done about papers that are under way: at `facilities` (ids), and what is late
    anywhere. The latest first; those on the way before the others.

    Without the deadlines' file only what is on the way is told; the screen of forms says why.
    """
    limits, _ = deadlines_or_none()
    found = []
    for paper in _under_way(session, limits):
        on_the_way = paper.place_id in facilities and paper.next in _AT_PLACE
        if paper.next is not None and (on_the_way or paper.late):
            found.append(Errand(paper, errand_text(paper), paper.late, on_the_way))
    found.sort(key=lambda one: (not one.on_the_way, -one.late, fold(one.paper.place), one.text))
    return tuple(found)


def _under_way(session: Session, limits: Deadlines) -> list[Paper]:
    """Papers with at least one step taken, of this bimester and the ones before."""
    bimester = Bimester.of(session.today)
    found: list[tuple[FormHandling, Filling]] = []
    for _ in range(BIMESTERS_BACK + 1):
        handlings = own_handlings(session, bimester)
        standings = form_states(session.store, bimester) if handlings else {}
        for one in handlings:
            standing = standings.get((one.form_id, one.facility_id or one.school_id), UNBEGUN)
            found.append((one, filling_of(standing, returned=False)))
        bimester = bimester.previous()
    names = _place_names(session, [one for one, _ in found])
    return [
        paper_of(session, one, filling, limits, place=name, code=code)
        for one, filling in found
        for name, code in (names.get(one.facility_id or one.school_id, ("", "")),)
        if name
    ]


def _place_names(session: Session, handlings: list[FormHandling]) -> dict[str, tuple[str, str]]:
    store = session.store
    facilities = store.get_many(HealthFacility, (one.facility_id for one in handlings))
    schools = store.get_many(School, (one.school_id for one in handlings))
    found = {one.id: (one.name, one.code) for one in facilities.values()}
    return found | {one.id: (one.name, one.code) for one in schools.values()}


def errand_text(paper: Paper) -> str:
    """What the next step asks of the field worker: ``Recoger Salud 03 firmado``."""
    name, ending = paper.short, "o"
    if paper.form_id == form_ids.EDUCATION:
        name, ending = "lista de educación", "a"
    texts = {
        Step.PRINTED: f"Imprimir {name}",
        Step.HANDED: f"Entregar {name}",
        Step.RECEIVED: f"Recoger {name}"
        + (f" firmad{ending}" if is_signed(paper.handling) else ""),
        Step.FILLED: f"Llenar {name}",
        Step.MENDED: f"Hacer corregir {name}",
        Step.SIGNED: f"Hacer firmar y sellar {name}",
        Step.CONSOLIDATED: f"Consolidar {name}",
        Step.SENT: f"Enviar {name}",
    }
    return texts[paper.next] if paper.next else name


def late_text(days: int) -> str:
    """``5 días tarde``"""
    return f"{count(days, 'día')} tarde"
