"""Whether an answer to a question is an answer to the same question in another version of its form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import fold
from juntos_campo.form_engine.definition import Question
from juntos_campo.form_engine.question_types.base import AnswerError, Reading

_NUMBERS = frozenset({"integer", "decimal", "range"})
_TEXTS = frozenset({"text", "barcode"})
_LISTS = frozenset({"select_one", "select_multiple", "rank"})
_FILES = frozenset({"image", "audio", "file"})
_WHOLE_DATE = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?[/.-]\d\d?[/.-]\d{4}", re.ASCII)
_NO_DAY = date(2000, 1, 1)
"""Only whole dates are read here, so it does not matter what they are close to."""


class DropReason(StrEnum):
    """Why an answer has no place any more.

    GONE: the question is not asked; COMPUTED: the form works it out itself; TYPE: another kind of
    answer is asked for; CHOICE: the chosen entry is not in the list; REPEAT: the question moved into
    or out of a repeat.
    """

    GONE = "gone"
    COMPUTED = "computed"
    TYPE = "type"
    CHOICE = "choice"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Carried:
    """What stays of an answer and what does not; of several choices it may be some and some."""

    kept: Answer = None
    dropped: Answer = None
    reason: DropReason = DropReason.TYPE


def carry(
    before: Question, after: Question, answer: Answer, languages: tuple[str, str] = ("", "")
) -> Carried:
    """An answer to `before` as an answer to `after`.

    The same type: as it is, unreadable or not; of a list, what the new list holds under its name or
    its label. Numbers become each other where no digit is lost, one choice several and several one if
    there is just one, anything but files a text as it was shown, a text what it reads as. A moment
    gives its day. Nothing else: a day is no moment, a ticked box no yes.

    Args:
        languages: in which labels are read, of the old and of the new version.
    """
    was, now = before.type.name, after.type.name
    if after.calculate and not before.calculate:
        return Carried(None, answer, DropReason.COMPUTED)
    if not after.type.answerable and was != now:
        return Carried(None, answer, DropReason.GONE)
    if was in _LISTS and now in _LISTS:
        return _choices(before, after, answer, languages)
    if was == now or (was in _FILES and now == "file"):
        return Carried(answer)
    found = _converted(before, after, answer, languages)
    if found is not None:
        return Carried(found)
    return Carried(None, answer, DropReason.CHOICE if now in _LISTS else DropReason.TYPE)


def _converted(
    before: Question, after: Question, answer: Answer, languages: tuple[str, str]
) -> Answer:
    """The answer as one of another type; None when the types do not agree."""
    was, now = before.type.name, after.type.name
    if now in _TEXTS:
        return None if was in _FILES else shown(before, answer, languages[0]) or None
    if now in _LISTS:
        plain = was in _TEXTS or was in _NUMBERS
        text = shown(before, answer, languages[0]) if plain else ""
        return _named(after, text, languages[1]) or None
    text = _text_for(was, now, answer)
    try:
        return after.type.read(text, _reading(after, languages[1])) if text else None
    except AnswerError:
        return None


def shown(question: Question, answer: Answer, language: str = "") -> str:
    """An answer as its question shows it; what was typed when it cannot be read."""
    reading, text = _reading(question, language), "" if answer is None else str(answer).strip()
    if not text:
        return ""
    try:
        return question.type.show(question.type.read(text, reading), reading) or text
    except AnswerError:
        return text


def _text_for(was: str, now: str, answer: Answer) -> str:
    """What the new type is given to read; empty when the two types do not agree."""
    text = "" if answer is None else str(answer).strip()
    if now in _NUMBERS and (was in _NUMBERS or was in _TEXTS or was == "select_one"):
        return text.removesuffix(".0")
    if now == "date" and was == "dateTime":
        return text[:10]
    if now == "date" and was in _TEXTS and _WHOLE_DATE.fullmatch(text):
        return text
    return ""


def _choices(
    before: Question, after: Question, answer: Answer, languages: tuple[str, str]
) -> Carried:
    was, now, text = before.type.name, after.type.name, str(answer or "").strip()
    if now == "rank" and was != "rank":
        return Carried(None, answer)
    labels = {one.name: one.label(languages[0]) for one in before.choices}
    names = [text] if was == "select_one" else text.split()
    if not after.choices or any(name not in labels for name in names):
        # A list that is only known later (register, file), or what was typed is no choice: as it is,
        # and the form says what is wrong with it.
        return Carried(answer) if was == now else Carried(None, answer, DropReason.CHOICE)
    kept, gone = [], []
    listed = {one.name for one in after.choices}
    for name in names:
        found = name if name in listed else _named(after, labels[name], languages[1])
        if found:
            kept.append(found)
        else:
            gone.append(name)
    if now == "select_one" and len(kept) + len(gone) > 1:
        return Carried(None, answer)
    if not gone and was == now and kept == names:
        return Carried(answer)
    remaining = " ".join(dict.fromkeys(kept)) or None
    return Carried(remaining, " ".join(gone) or None, DropReason.CHOICE)


def _named(question: Question, text: str, language: str) -> str:
    """The choice of that name or label; empty when there is none, or several."""
    if any(one.name == text for one in question.choices):
        return text
    found = [one.name for one in question.choices if fold(one.label(language)) == fold(text)]
    return found[0] if len(found) == 1 else ""


def _reading(question: Question, language: str) -> Reading:
    return Reading(_NO_DAY, language, question.choices, question.parameters)
