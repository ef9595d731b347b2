"""Papers of the bimester before, under way, so that the demonstration shows what is to be collected.

Taken through the use cases themselves on the gestor's laptop: they wait there to be synchronised.
"""

from __future__ import annotations

from datetime import date, timedelta

from juntos_campo.app.official_columns import cause_key, fulfilled_key
from juntos_campo.app.official_editing import complete_form, edit_cells
from juntos_campo.app.official_forms import forms_due, open_form
from juntos_campo.app.paperwork import Paper, papers, take_step
from juntos_campo.app.paperwork_rules import Step
from juntos_campo.app.paperwork_steps import Taking
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.form_ids import SALUD02, SALUD03
from juntos_campo.store.form_rows import form_states

WHO = "Lic. Julia Ccahua Torres"
MOST_ROWS = 40
NOT_FULFILLED = ("E", "A", "D")


def put_papers_under_way(session: Session) -> int:
    """Hand out, collect and sign some papers of the bimester before; how many steps were noted.

    Does nothing where a form of that bimester was begun already.
    """
    bimester = Bimester.of(session.today).previous()
    if form_states(session.store, bimester):
        return 0
    listed = [one for one in _papers(session, bimester) if one.form_id in (SALUD02, SALUD03)]
    small = [one for one in listed if one.people <= MOST_ROWS]
    if not small:
        return 0
    filled = max(small, key=lambda one: (one.form_id == SALUD02, one.people, one.key))
    steps = _fill(session, filled)
    away = [one for one in listed if one.key != filled.key][:3]
    for number, paper in enumerate(away):
        handed = bimester.end + timedelta(days=2 + number)
        steps += _note(session, paper, Step.HANDED, min(handed, session.today))
    for paper in away[:1]:
        steps += _note(session, paper, Step.SIGNED, session.today)
    return steps


def _papers(session: Session, bimester: Bimester) -> tuple[Paper, ...]:
    return papers(session, bimester, forms_due(session, bimester))


def _note(session: Session, paper: Paper, step: Step, on: date) -> int:
    """One step of a paper as it stands now."""
    now = next(one for one in _papers(session, paper.bimester) if one.key == paper.key)
    take_step(session, now, Taking(step=step, on=on, who=WHO))
    return 1


def _fill(session: Session, paper: Paper) -> int:
    """Fill and close a form: all fulfilled but some of the first, one of them without need."""
    opened = open_form(session, paper.form_id, paper.place_id, paper.bimester)
    cells: dict[str, Answer] = {opened.official.signer: WHO}
    for number, row in enumerate(opened.form.rows(opened.official.repeat)):
        for month in (1, 2):
            failed = month == 1 and number < len(NOT_FULFILLED)
            if opened.form.relevant(f"{row}/{fulfilled_key(month)}"):
                cells[f"{row}/{fulfilled_key(month)}"] = "no" if failed else "si"
                if failed:
                    cells[f"{row}/{cause_key(month)}"] = NOT_FULFILLED[number]
    edit_cells(session, opened, cells)
    try:
        complete_form(session, opened)
    except UserError:  # what the invented services contradict stays a draft, to be looked at
        return 0
    return _note(session, paper, Step.PRINTED, session.today) + 1
