"""From an open form to the sheet that is printed, and the text a cell has on paper."""

from __future__ import annotations

from datetime import date

from juntos_campo.app.form_roster import CHILDREN
from juntos_campo.app.official_forms import NO_OFFICIAL_COLUMNS, open_form
from juntos_campo.app.open_form import OpenForm
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import FormState
from juntos_campo.form_engine.definition import Question
from juntos_campo.pdf.official_sheet import build_sheet
from juntos_campo.pdf.sheet_model import SheetColumn, SheetModel

NORM = (
    "Programa JUNTOS · Cumplimiento de la corresponsabilidad en salud · Directiva "
    "083-MINSA/DGSP-V02 (RM 807-2010)"
)
LEFT_ALIGNED = frozenset(("text",))


def print_salud02(session: Session, facility_id: str, bimester: Bimester) -> bytes:
    """The PDF of Formato Salud 02 as it stands now, draft or complete.

    Raises:
        UserError: FOR-001, the facility is not on this laptop.
    """
    return print_form(session, open_form(session, facility_id, bimester))


def print_form(session: Session, opened: OpenForm) -> bytes:
    """The PDF of a form that is open."""
    return build_sheet(sheet_of(session, opened))


def printed_columns(opened: OpenForm) -> tuple[Question, ...]:
    """The questions of a child that are shown and printed: those with a width."""
    columns = opened.definition.columns(opened.definition.repeats[0].path)
    return tuple(one for one in columns if width_mm(one) > 0)


def width_mm(question: Question) -> float:
    """Width on paper in millimetres; 0 is not shown."""
    return float(question.extra.get("width", "0") or 0)


def group_heading(opened: OpenForm, question: Question) -> str:
    """Heading over the columns of a group: ``Noviembre``.

    It may name answers of the head only, so it is read at the form itself: there may be no row.
    """
    group = opened.definition.ancestors(question)[-1]
    text = opened.form.label(group.label, opened.definition.root)
    return text[:1].upper() + text[1:]


def cell_text(opened: OpenForm, address: str, question: Question) -> str:
    """A cell as it stands on paper: days of the bimester without their year, reasons by letter."""
    answer = opened.form.answer(address)
    if answer is None:
        return opened.form.shown(address)
    if question.type.is_date and not question.readonly:
        day = date.fromisoformat(str(answer))
        if opened.bimester.contains(day):
            return f"{day:%d/%m}"
    if question.choices and len(str(answer)) == 1:
        return str(answer)
    return opened.form.shown(address)


def sheet_of(session: Session, opened: OpenForm) -> SheetModel:
    """What is printed of an open form."""
    questions = printed_columns(opened)
    form, definition = opened.form, opened.definition
    head = tuple(
        (definition_label(opened, one), form.shown(one.key))
        for one in definition.columns("")
        if width_mm(one) > 0
    )
    rows = tuple(
        tuple(cell_text(opened, f"{row}/{one.key}", one) for one in questions)
        for row in form.rows(CHILDREN)
    )
    columns = tuple(
        SheetColumn(
            definition_label(opened, one),
            width_mm(one),
            group_heading(opened, one),
            centred=one.type.name not in LEFT_ALIGNED,
            fixed=one.readonly is not None,
        )
        for one in questions
    )
    progress = opened.progress()
    draft = opened.state is not FormState.COMPLETE
    return SheetModel(
        kind=f"{definition.form_id}/{definition.version}",
        record_id=opened.record_id,
        title=definition.title,
        subtitle=NORM,
        head=head,
        columns=columns,
        rows=rows,
        printed_at=session.clock.now(),
        printed_by=session.user.full_name,
        signer=form.shown("jefe"),
        state=f"Borrador: {progress.text}" if draft and progress.rows else "",
        legend=_legend(questions),
        notice=NO_OFFICIAL_COLUMNS,
        empty_text="Sin niñas ni niños menores de 6 años en el padrón de este establecimiento.",
        totals=count(len(rows), "niña o niño", "niñas y niños"),
    )


def definition_label(opened: OpenForm, question: Question) -> str:
    return question.label.plain(opened.form.language)


def _legend(questions: tuple[Question, ...]) -> tuple[str, ...]:
    """The choices that are printed by letter, explained once."""
    for question in questions:
        if question.choices and all(len(choice.name) == 1 for choice in question.choices):
            label = question.label.plain()
            return tuple(f"{label} {choice.label('default')}" for choice in question.choices)
    return ()
