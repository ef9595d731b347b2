"""From an open form to the sheet that is printed, and the text a cell has on paper."""

from __future__ import annotations

from datetime import date

from juntos_campo.app.official_forms import open_form
from juntos_campo.app.official_known import repeat_path
from juntos_campo.app.open_form import OpenForm
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import FormState
from juntos_campo.form_engine.definition import Question
from juntos_campo.pdf.official_sheet import build_sheet
from juntos_campo.pdf.sheet_model import SheetColumn, SheetModel


def print_official(session: Session, form_id: str, place_id: str, bimester: Bimester) -> bytes:
    """The PDF of an official form as it stands now, draft or complete.

    Raises:
        UserError: FOR-006 there is no such form; FOR-001, FOR-010 the place is not on this laptop.
    """
    return print_form(session, open_form(session, form_id, place_id, bimester))


def print_form(session: Session, opened: OpenForm) -> bytes:
    """The PDF of a form that is open."""
    return build_sheet(sheet_of(session, opened))


def file_name(opened: OpenForm) -> str:
    """Name a print is saved under: ``salud02-00002345-2026-6.pdf``."""
    return f"{opened.official.form_id}-{opened.place.code}-{opened.bimester}.pdf"


def printed_columns(opened: OpenForm) -> tuple[Question, ...]:
    """The questions of a row that are shown and printed: those with a width."""
    columns = opened.definition.columns(repeat_path(opened.definition, opened.official))
    return tuple(one for one in columns if width_mm(one) > 0)


def is_left(question: Question) -> bool:
    """Whether a column is read from its left edge: words, not figures worked out."""
    return question.type.name == "text" and not question.calculate


def width_mm(question: Question) -> float:
    """Width on paper in millimetres; 0 is not shown."""
    return float(question.extra.get("width", "0") or 0)


def group_heading(opened: OpenForm, question: Question) -> str:
    """Heading over the columns of a group: ``Noviembre``.

    It may name answers of the head only, so it is read at the form itself: there may be no row.
    """
    group = opened.definition.ancestors(question)[-1]
    if group.is_repeat:
        return ""
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
        for row in opened.rows
    )
    columns = tuple(
        SheetColumn(
            definition_label(opened, one),
            width_mm(one),
            group_heading(opened, one),
            centred=not is_left(one),
            fixed=one.readonly is not None,
        )
        for one in questions
    )
    official = opened.official
    progress = opened.progress(looked_over=False)
    draft = opened.state is not FormState.COMPLETE
    return SheetModel(
        kind=f"{definition.form_id}/{definition.version}",
        record_id=opened.record_id,
        title=definition.title,
        subtitle=official.norm,
        head=head,
        columns=columns,
        rows=rows,
        printed_at=session.clock.now(),
        printed_by=session.user.full_name,
        signer=form.shown(official.signer),
        state=f"Borrador: {progress.text}" if draft and progress.rows else "",
        legend=_legend(questions),
        notice=official.notice,
        empty_text=official.empty_text,
        totals=count(len(rows), *official.person),
        rows_a_page=official.rows_a_page,
        signature=official.signature,
        seal=official.seal,
    )


def definition_label(opened: OpenForm, question: Question) -> str:
    return question.label.plain(opened.form.language)


def _legend(questions: tuple[Question, ...]) -> tuple[str, ...]:
    """The choices that are printed by letter, explained once."""
    lines: dict[str, None] = {}
    for question in questions:
        if question.choices and all(len(choice.name) == 1 for choice in question.choices):
            label = question.label.plain()
            lines |= dict.fromkeys(
                f"{label} {choice.label('default')}" for choice in question.choices
            )
    return tuple(lines)
