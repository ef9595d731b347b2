"""Words, icons and colours of the return loop, the same on Visitas, Coordinación and the reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pkgutil import resolve_name

from PySide6.QtCore import QCoreApplication

from juntos_campo.app.compare import DifferenceKind
from juntos_campo.app.evidence import Agreement, Check
from juntos_campo.app.record_reader import ReadField, ReadRecord
from juntos_campo.app.reviews import ReviewState, Stage
from juntos_campo.domain.entities import Review
from juntos_campo.domain.spanish import moment
from juntos_campo.domain.values import Decision
from juntos_campo.ui.widgets.meaning import Mark
from juntos_campo.ui.widgets.record_list import FieldItem, HeadItem, Item, Note

STAGE: dict[Stage, Mark] = {
    Stage.UNSENT: Mark("information", "cloud-arrow-up", "por enviar"),
    Stage.REFUSED: Mark("very_high", "prohibit", "no aceptada por el servidor"),
    Stage.WAITING: Mark("soft", "hourglass", "en revisión"),
    Stage.RETURNED: Mark("high", "arrow-bend-up-left", "devuelta"),
    Stage.APPROVED: Mark("low", "check-circle", "aprobada"),
    Stage.CORRECTED: Mark("information", "arrows-clockwise", "corregida, en revisión"),
}
BEGUN = Mark("information", "pencil-simple", "empezada")

_DIFFERENCE: dict[DifferenceKind, Mark] = {
    DifferenceKind.ADDED: Mark("information", "plus", "Nuevo: antes no tenía respuesta"),
    DifferenceKind.CHANGED: Mark("information", "git-diff", "Cambió. Antes: {before}"),
    DifferenceKind.REMOVED: Mark("medium", "minus", "Se quitó. Antes: {before}"),
}
_AGREEMENT: dict[Agreement, tuple[str, str]] = {
    Agreement.CONFIRMED: ("check", "low"),
    Agreement.DIFFERENT: ("warning", "high"),
    Agreement.UNKNOWN: ("circle-dashed", "soft"),
}


_SAY_FLAG = "juntos_campo.sync.sentences:flag_text"
"""Named, not imported: few records have one, and Coordinación opens every day."""


def words(text: str) -> str:
    """A text of this module in the language of the screen."""
    return QCoreApplication.translate("review_words", text)


def stage_text(state: ReviewState) -> str:
    """``aprobada``, ``devuelta (por enviar)``"""
    text = words(STAGE[state.stage].word)
    decided = state.stage in (Stage.APPROVED, Stage.RETURNED)
    return text + words(" (por enviar)") if decided and not state.told else text


def difference_note(field: ReadField) -> Note | None:
    """Sign and words of how a field differs from the earlier version."""
    mark = _DIFFERENCE.get(field.difference)
    if mark is None:
        return None
    return Note(mark.icon, words(mark.word).format(before=field.before), mark.tone)


def check_note(check: Check) -> Note:
    """What the health system says about a field."""
    sign, tone = _AGREEMENT[check.agreement]
    return Note(sign, check.text, tone)


def comment_note(text: str, *, unsent: bool = False) -> Note:
    """A coordinator's comment."""
    if unsent:
        return Note(
            "chat-text", words("Comentario por enviar: {text}").format(text=text), "high", True
        )
    return Note("chat-text", words("Comentario: {text}").format(text=text), "high", True)


def record_items(
    record: ReadRecord,
    *,
    only_differences: bool = False,
    checks: Mapping[str, Check] | None = None,
    unsent: Mapping[str, str] | None = None,
) -> list[Item]:
    """The record as list items, section by section.

    Args:
        checks: path -> what the health system says.
        unsent: path -> comment begun and not sent.
    """
    items: list[Item] = []
    section = ""
    for field in record.fields:
        if only_differences and field.difference is DifferenceKind.SAME and not field.comment:
            continue
        if field.section != section:
            section = field.section
            items.append(HeadItem(section))
        items.append(
            _field_item(field, (checks or {}).get(field.path), (unsent or {}).get(field.path))
        )
    return items


def _field_item(field: ReadField, check: Check | None, unsent: str | None) -> FieldItem:
    notes = [difference_note(field), check_note(check) if check else None]
    if field.comment:
        notes.append(comment_note(field.comment))
    if unsent:
        notes.append(comment_note(unsent, unsent=True))
    label = field.short[:1].upper() + field.short[1:]
    return FieldItem(field.path, label, field.text, tuple(one for one in notes if one))


def flag_items(record: ReadRecord) -> list[Item]:
    """What the server found impossible about the record; nothing for most."""
    if not record.flags:
        return []
    say = resolve_name(_SAY_FLAG)
    lines = [FieldItem(f"flag/{flag}", words("Fecha y hora"), say(flag)) for flag in record.flags]
    return [HeadItem(words("Por revisar")), *lines]


def review_items(reviews: Iterable[Review], names: Mapping[str, str]) -> list[Item]:
    """The decisions so far, the newest first; `names` of those who decided, by user."""
    items: list[Item] = []
    for one in sorted(reviews, key=lambda one: one.reviewed_at, reverse=True):
        returned = one.decision is Decision.RETURNED
        mark = STAGE[Stage.RETURNED if returned else Stage.APPROVED]
        text = words("{what} por {who}, versión {version}").format(
            what=words(mark.word).capitalize(),
            who=names.get(one.reviewer, one.reviewer),
            version=one.target_version,
        )
        notes = (comment_note(one.comment),) if one.comment else ()
        items.append(FieldItem(f"review/{one.id}", moment(one.reviewed_at), text, notes))
    return [HeadItem(words("Revisiones")), *items] if items else []


def kind_word(kind: str) -> str:
    """``visita``, ``formato``"""
    return words("visita") if kind == "visit" else words("formato")
