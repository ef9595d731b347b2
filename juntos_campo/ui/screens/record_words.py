"""Words, icons and columns of our own records, the same in Registros and in a household's file."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from juntos_campo.app.field_records import DeleteReason
from juntos_campo.app.record_list import RecordLine, RecordState
from juntos_campo.app.record_subject import About
from juntos_campo.domain.spanish import short_date
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.widgets.meaning import Mark
from juntos_campo.ui.widgets.rows_model import Column

STATE: dict[RecordState, Mark] = {
    RecordState.DRAFT: Mark("information", "pencil-simple", "borrador"),
    RecordState.REFUSED: Mark("very_high", "prohibit", "no aceptado"),
    RecordState.UNSENT: Mark("medium", "cloud-arrow-up", "por enviar"),
    RecordState.SENT: Mark("low", "cloud-check", "enviado"),
}
REASON: dict[DeleteReason, str] = {
    DeleteReason.DUPLICATE: "Está dos veces",
    DeleteReason.WRONG_SUBJECT: "Es de otro hogar, persona o lugar",
    DeleteReason.TRIAL: "Fue una prueba",
    DeleteReason.BY_MISTAKE: "Se hizo por error",
}
ASK: dict[About, str] = {
    About.HOUSEHOLD: "¿De qué hogar?",
    About.MEMBER: "¿De qué persona?",
    About.FACILITY: "¿De qué establecimiento de salud?",
    About.SCHOOL: "¿De qué institución educativa?",
    About.SETTLEMENT: "¿De qué centro poblado?",
}


def words(text: str) -> str:
    """A text of this module in the language of the screen."""
    return QCoreApplication.translate("record_words", text)


def state_text(line: RecordLine) -> str:
    """``por enviar``"""
    return words(STATE[line.state].word)


def record_columns(*, own: bool) -> list[Column[RecordLine]]:
    """The columns of a list of records.

    Args:
        own: the reader makes records; a coordinator is told whose they are.
    """
    columns = [
        Column(
            title=words("Estado"),
            text=state_text,
            chips=lambda line: [(state_text(line), STATE[line.state])],
            tooltip=lambda line: line.remark or words(STATE[line.state].word),
            sort=lambda line: list(RecordState).index(line.state),
            width=132,
        ),
        Column(
            title=words("Registro"),
            text=lambda line: line.form,
            tooltip=lambda line: line.form,
            strong=True,
            sort=lambda line: line.form,
            weight=1.2,
        ),
        Column(
            title=words("Sobre"),
            text=lambda line: line.who,
            below=_below,
            tooltip=_about,
            sort=lambda line: line.who,
            weight=1.1,
        ),
        Column(
            title=words("Fecha"),
            text=lambda line: short_date(line.on),
            sort=lambda line: line.on,
            width=140,
        ),
    ]
    if not own:
        columns.append(
            Column(
                title=words("Gestor"),
                text=lambda line: line.field_worker,
                sort=lambda line: line.field_worker,
                width=120,
                hide_below=760,
            )
        )
    return columns


def open_line(context: UiContext, line: RecordLine) -> None:
    """Go on with a draft, or read a closed record."""
    go = context.navigation
    if line.state is RecordState.DRAFT:
        go.open_record(draft_id=line.draft_id)
    elif line.record_id and line.may_open:
        go.read_record(line.record_id)


def action_text(line: RecordLine) -> str:
    """What Enter does with a line."""
    return words("Continuar") if line.state is RecordState.DRAFT else words("Ver registro")


def _below(line: RecordLine) -> str:
    """Where it is, or what has to be known of it first."""
    if not line.may_open:
        return words("Solo lo abre quien lo hizo")
    return line.remark or line.place or words("sin hogar ni persona")


def _about(line: RecordLine) -> str:
    if not line.who:
        return words("No es sobre un hogar ni una persona en particular")
    return "\n".join(part for part in (line.who, line.place, line.remark) if part)
