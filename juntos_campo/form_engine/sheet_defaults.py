"""Fixed default values: each must be an answer its question would take."""

from __future__ import annotations

from datetime import date

from pyxform.utils import default_is_dynamic

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.form_engine.problems import BAD_DEFAULT, MISSING_CALCULATION
from juntos_campo.form_engine.question_types import QUESTION_TYPES
from juntos_campo.form_engine.question_types.base import AnswerError, Choice, Reading
from juntos_campo.form_engine.sheet_rows import Survey
from juntos_campo.form_engine.sheet_source import RawSheet

_ANY_DAY = date(2000, 1, 1)
_UNCHECKED = ("image", "file", "audio")


def is_computed(default: str, kind: str) -> bool:
    """Whether pyxform takes a default for an expression."""
    return bool(default_is_dynamic(default, kind.split(maxsplit=1)[0]))


def check_defaults(survey: Survey, choices: RawSheet | None, faults: list[UserError]) -> None:
    """Refuse fixed defaults that are no answers."""
    lists: dict[str, list[Choice]] = {}
    for row in choices.rows if choices else ():
        name = row.cells.get("name", "")
        lists.setdefault(row.cells.get("list_name", ""), []).append(Choice(name, {}))
    for row, _ in survey.questions:
        default, words = row.cells.get("default", ""), row.cells["type"].split()
        kind = QUESTION_TYPES.get(words[0])
        if words[0] == "calculate" and default and not row.cells.get("calculation"):
            if not is_computed(default, words[0]):
                where, name = row.place("calculation"), row.cells["name"]
                faults.append(user_error(MISSING_CALCULATION, where, name=name))
            continue
        if not default or kind is None or not kind.answerable or kind.name in _UNCHECKED:
            continue
        if is_computed(default, words[0]) or (kind.takes_list and words[1] not in lists):
            continue
        known = tuple(lists.get(words[1], ())) if kind.takes_list else ()
        try:
            kind.read(default, Reading(_ANY_DAY, choices=known))
        except AnswerError as error:
            where = row.place("default")
            faults.append(
                user_error(BAD_DEFAULT, where, value=default, type=kind.name, remedy=str(error))
            )
