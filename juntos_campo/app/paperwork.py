"""The papers of a bimester's official forms: where each is, taking and undoing its steps.

Nothing here reads a form's definition, so that Hoy can tell what is to be collected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from juntos_campo.app.paperwork_deadlines import Deadlines, deadlines_or_none, due_day, late_days
from juntos_campo.app.paperwork_problems import NONE_TO_TAKE
from juntos_campo.app.paperwork_rules import (
    PENDING,
    Filling,
    Step,
    day_of,
    has_open_errors,
    next_step,
    obstacles,
)
from juntos_campo.app.paperwork_steps import Taking, taken, undone
from juntos_campo.app.session import NOTHING_CHANGED, Changed, Session
from juntos_campo.domain import form_ids
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormHandling, HealthFacility, School
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.spanish import fold
from juntos_campo.store.form_rows import FormStanding, form_states

if TYPE_CHECKING:  # the forms themselves are heavy, and only their list is needed
    from juntos_campo.app.official_forms import FormDue

_ACTION, _UNDO = "paper.", "undo_"
"""Names of the steps in the audit trail: ``paper.handed``, ``paper.undo_handed``."""
UNBEGUN = FormStanding(False, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One official form of one place and bimester, with the way of its paper.

    Attributes:
        people: on its list.
        progress: how far it is filled, in words; "" while nobody began.
        faulty: rows with an error in them.
        due_on, late: last day of the next step, and by how many days it is late.
    """

    form_id: str
    short: str
    place_id: str
    place: str
    code: str
    at_school: bool
    bimester: Bimester
    people: int
    progress: str
    faulty: int
    filling: Filling
    handling: FormHandling
    next: Step | None
    due_on: date | None
    late: int

    @property
    def key(self) -> str:
        """Names it within its bimester."""
        return f"{self.form_id}|{self.place_id}"

    @property
    def has_errors(self) -> bool:
        """Something is wrong on the paper or in the form."""
        return has_open_errors(self.handling) or self.faulty > 0

    @property
    def state(self) -> str:
        """Where it is in one or two words: ``por recoger``."""
        if self.filling.returned:
            return "devuelto"
        if self.next is None:
            return "enviado"
        if self.next is Step.SIGNED and self.handling.signed_on is not None:
            return "falta el sello" if not self.handling.sealed else "por firmar de nuevo"
        if self.next is Step.PRINTED and self.filling.complete:
            return "por imprimir y firmar"
        return PENDING[self.next]

    @property
    def holder(self) -> str:
        """Who has the paper, ``Rosa Huillca``; "" when it is with the field worker or not printed."""
        away = self.handling.handed_on is not None and self.handling.received_on is None
        return self.handling.handed_to if away else ""

    @property
    def obstacles(self) -> tuple[str, ...]:
        """Why it cannot be consolidated or sent yet."""
        return obstacles(self.handling, self.filling)


def handling_id(form_id: str, place_id: str, bimester: Bimester, field_worker: str) -> str:
    """Id of the paper's way. Two field workers may share a facility: each has a paper of his own."""
    return derived_id("form_handling", form_id, place_id, str(bimester), field_worker)


def papers(session: Session, bimester: Bimester, dues: Iterable[FormDue]) -> tuple[Paper, ...]:
    """The papers of the forms that are due, by place, in the order of the forms."""
    limits, _ = deadlines_or_none()
    standings = form_states(session.store, bimester)
    handlings = {one.id: one for one in own_handlings(session, bimester)}
    found = []
    for due in dues:
        place_id = due.place.id
        school = isinstance(due.place, School)
        standing = standings.get((due.form_id, place_id), UNBEGUN)
        handling = _handling(session, handlings, due.form_id, place_id, bimester, school)
        filling = filling_of(standing, returned=due.returned)
        found.append(
            paper_of(
                session,
                handling,
                filling,
                limits,
                place=due.place.name,
                code=due.place.code,
                people=due.people,
                progress=due.progress.text if due.progress else "",
                faulty=due.progress.with_errors if due.progress else 0,
            )
        )
    order = {form_id: number for number, form_id in enumerate(form_ids.OFFICIAL)}
    found.sort(key=lambda one: (one.at_school, fold(one.place), one.place_id, order[one.form_id]))
    return tuple(found)


def own_handlings(session: Session, bimester: Bimester) -> list[FormHandling]:
    found = session.store.find(FormHandling, bimester=str(bimester))
    return [one for one in found if one.field_worker == session.user.name]


def _handling(
    session: Session,
    known: dict[str, FormHandling],
    form_id: str,
    place_id: str,
    bimester: Bimester,
    school: bool,
) -> FormHandling:
    """The way of a paper as recorded, or one on which no step was taken."""
    own_id = handling_id(form_id, place_id, bimester, session.user.name)
    return known.get(own_id) or FormHandling(
        id=own_id,
        field_worker=session.user.name,
        form_id=form_id,
        bimester=str(bimester),
        facility_id="" if school else place_id,
        school_id=place_id if school else "",
    )


def filling_of(standing: FormStanding, *, returned: bool) -> Filling:
    closed = standing.closed_at
    return Filling(closed.date() if closed else None, standing.begun, returned)


def paper_of(
    session: Session,
    handling: FormHandling,
    filling: Filling,
    limits: Deadlines,
    *,
    place: str,
    code: str,
    people: int = 0,
    progress: str = "",
    faulty: int = 0,
) -> Paper:
    bimester = Bimester.parse(handling.bimester)
    due = due_day(handling, filling, bimester, limits)
    return Paper(
        form_id=handling.form_id,
        short=form_ids.SHORT.get(handling.form_id, handling.form_id),
        place_id=handling.facility_id or handling.school_id,
        place=place,
        code=code,
        at_school=bool(handling.school_id),
        bimester=bimester,
        people=people,
        progress=progress,
        faulty=faulty,
        filling=filling,
        handling=handling,
        next=next_step(handling, filling),
        due_on=due,
        late=late_days(due, session.today),
    )


# -- steps -----------------------------------------------------------------------------------------


def take_step(session: Session, paper: Paper, taking: Taking) -> Changed:
    """Note a step of one paper. Durable when it returns.

    Raises:
        UserError: PAP-001 to PAP-015, the step is not possible (nothing changed); STO-008.
    """
    changed = taken(paper.handling, taking, paper.filling, paper.bimester, session.today)
    return _save(session, _ACTION + taking.step, [changed])


def undo_step(session: Session, paper: Paper) -> tuple[Changed, Step]:
    """Take back the last step of a paper; also says which that was.

    Raises:
        UserError: PAP-017, there is none.
    """
    changed, step = undone(paper.handling, noted_steps(session, paper.handling.id))
    return _save(session, _ACTION + _UNDO + step, [changed]), step


def noted_steps(session: Session, record_id: str) -> list[Step]:
    """Steps of a paper that stand, in the order in which they were noted on this laptop."""
    noted: list[Step] = []
    for row in session.store.audit_of("form_handling", record_id):
        action = str(row["action"])
        name = action.removeprefix(_ACTION).removeprefix(_UNDO)
        if not action.startswith(_ACTION) or name not in set(Step):
            continue
        step = Step(name)
        if action.startswith(_ACTION + _UNDO):
            if step in noted:
                del noted[len(noted) - 1 - noted[::-1].index(step)]
        else:
            noted.append(step)
    return noted


def take_all(
    session: Session, chosen: Sequence[Paper], taking: Taking, where: str
) -> tuple[Changed, int]:
    """Note a step of every paper of `chosen` that is ready for it, in one transaction.

    Args:
        where: Spanish, for the sentence: ``Puesto de salud Curanco``.

    Returns:
        What changed, and of how many papers.

    Raises:
        UserError: PAP-016 none is ready; the error of the day or name when that is what stops it.
    """
    ready = [one for one in chosen if ready_for(one, taking.step)]
    if not ready:
        raise user_error(NONE_TO_TAKE, place=where)
    changed = [
        taken(one.handling, taking, one.filling, one.bimester, session.today) for one in ready
    ]
    return _save(session, _ACTION + taking.step, changed), len(changed)


def ready_for(paper: Paper, step: Step) -> bool:
    """Whether a step is what a paper waits for; one that was printed elsewhere can be handed out too,
    and one that is out can be signed where it is."""
    if paper.next is step:
        return True
    handing = step is Step.HANDED and paper.next is Step.PRINTED and not paper.filling.complete
    signing = step is Step.SIGNED and paper.next in (Step.RECEIVED, Step.FILLED)
    return handing or (signing and paper.handling.signed_on is None)


def note_printed(session: Session, form_id: str, place_id: str, bimester: Bimester) -> Changed:
    """A form was printed from this program today.

    Kept is the last print before the paper was handed out, collected or signed; a copy printed later
    changes nothing of its way. Printing before the bimester begins is no step of it either.
    """
    school = session.store.get(HealthFacility, place_id) is None
    known = {one.id: one for one in own_handlings(session, bimester)}
    handling = _handling(session, known, form_id, place_id, bimester, school)
    later = (step for step in Step if step is not Step.PRINTED)
    if session.today < bimester.start or any(day_of(handling, step) for step in later):
        return NOTHING_CHANGED
    return _save(session, _ACTION + Step.PRINTED, [replace(handling, printed_on=session.today)])


def _save(session: Session, action: str, handlings: Iterable[FormHandling]) -> Changed:
    with session.work(action) as work:
        for one in handlings:
            work.tx.save(one)
    return work.changed
