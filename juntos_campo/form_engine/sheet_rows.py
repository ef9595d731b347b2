"""The survey sheet row by row: types, names, groups and what belongs to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from juntos_campo.domain.errors import Problem, UserError, user_error
from juntos_campo.domain.spanish import fold
from juntos_campo.form_engine.problems import (
    BAD_NAME,
    DUPLICATE_NAME,
    INCOMPLETE_ROW,
    MISPLACED_COLUMN,
    MISSING_CALCULATION,
    MISSING_COLUMN,
    NO_QUESTIONS,
    RESERVED_NAME,
    UNBALANCED,
    UNKNOWN_COLUMN,
    UNKNOWN_ROW_TYPE,
    UNKNOWN_TYPE,
    UNSUPPORTED_VALUE,
)
from juntos_campo.form_engine.question_types import ALIASES, INSTEAD, QUESTION_TYPES
from juntos_campo.form_engine.sheet_columns import base_and_language
from juntos_campo.form_engine.sheet_source import RawSheet, Row

FROM_FILE = {
    "select_one_from_file": "select_one",
    "select_multiple_from_file": "select_multiple",
}
OR_OTHER = "or_other"
GROUP_ROWS = ("begin group", "end group", "begin repeat", "end repeat")
_NAME = re.compile(r"[A-Za-z_À-ÖØ-öø-ÿ][A-Za-z0-9_.\-À-ÖØ-öø-ÿ]*")
_RESERVED = ("meta", "instanceID", "instanceName")
_ROOT = "data"
"""What pyxform calls the root of a record; a repeat of that name would be taken for it."""
_UNSEEN = (
    "calculate",
    "hidden",
    "start",
    "end",
    "today",
    "deviceid",
    "username",
    "phonenumber",
    "email",
)
_TABLE_LIST = "table-list"
_APPEARANCES_INSTEAD = {
    "search(": "Use select_one_from_file con choice_filter.",
    "ex:": "Otras aplicaciones no se abren desde el formulario: quítela.",
    "printer:": "El registro se imprime desde su pantalla: quítela.",
}
_APPEARANCE = re.compile(
    r"field-list|table-list|grid|minimal|compact(-\d+)?|quick|quickcompact|autocomplete|likert|label|list"
    r"|list-nolabel|columns(-\d+|-pack|-flex)?|no-buttons|horizontal|horizontal-compact|picker|vertical"
    r"|no-ticks|rating|month-year|year|no-calendar|signature|draw|annotate|new|new-front|numbers"
    r"|thousands-sep|multiline|url|maps|placement-map|masked|counter|w\d+"
)
_ONLY_GROUPS = {
    "constraint": "Ponga la restricción en una pregunta del grupo.",
    "required": "Ponga required en las preguntas del grupo.",
    "calculation": "Ponga el cálculo en una pregunta.",
    "default": "Ponga el valor por defecto en una pregunta.",
    "choice_filter": "Ponga choice_filter en la pregunta de selección.",
    "parameters": "Ponga parameters en una pregunta.",
    "trigger": "Ponga trigger en la pregunta que cambia.",
}


@dataclass(slots=True)
class Survey:
    """The survey sheet understood.

    Attributes:
        rows: those that hold something, their `type` in its one spelling, notes with a name.
        paths: schema path of each row by its place in `rows`; "" for those that end a group.
        named: name -> the rows that have it.
        lists: name of a choice list -> the rows that use it.
    """

    rows: list[Row] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    named: dict[str, list[Row]] = field(default_factory=dict)
    lists: dict[str, list[Row]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def questions(self) -> Iterator[tuple[Row, str]]:
        """Rows and paths of questions."""
        pairs = zip(self.rows, self.paths, strict=True)
        return ((row, path) for row, path in pairs if row.cells["type"] not in GROUP_ROWS)


@dataclass(frozen=True, slots=True)
class _Open:
    row: Row
    kind: str
    path: str
    names: set[str] = field(default_factory=set)


def _appearances(row: Row) -> list[str]:
    return row.cells.get("appearance", "").split()


def read_survey(sheet: RawSheet, faults: list[UserError]) -> Survey:
    """Understand the survey sheet; what is wrong with it is added to `faults`."""
    return _Reader(faults).read(sheet)


class _Reader:
    def __init__(self, faults: list[UserError]) -> None:
        self._faults = faults
        self._survey = Survey()
        self._open = [_Open(Row(0, {}), "", f"/{_ROOT}")]
        self._repeats: set[str] = set()
        self._texts = True
        self._textless = False

    def read(self, sheet: RawSheet) -> Survey:
        bases = {base_and_language(column)[0] for column in sheet.header}
        self._texts = bool(bases & {"label", "hint"})
        for row in sheet.rows:
            if row.cells:
                self._row(row)
        for opened in self._open[1:]:
            if opened.kind not in ("group", "repeat"):
                continue  # told where it begins
            self._fault(UNBALANCED, opened.row, "type", type=opened.row.cells["type"])
        if self._textless and not any(one.problem is UNKNOWN_COLUMN for one in self._faults):
            where = "hoja survey, fila 1"
            self._faults.append(user_error(MISSING_COLUMN, where, sheet="survey", column="label"))
        if not any(True for _ in self._survey.questions) and not self._faults:
            self._faults.append(user_error(NO_QUESTIONS, "hoja survey"))
        return self._survey

    def _fault(self, problem: Problem, row: Row, at: str, **values: str) -> None:
        self._faults.append(user_error(problem, row.place(at), **values))

    def _misplaced(self, row: Row, column: str, remedy: str) -> None:
        """A column that says nothing in such a row: pyxform would skip it without a word."""
        kind = row.cells["type"]
        self._fault(MISPLACED_COLUMN, row, column, column=column, type=kind, remedy=remedy)

    def _row(self, row: Row) -> None:
        written = row.cells.get("type", "")
        if not written:
            if row.cells.get("name") or any(column.startswith("label") for column in row.cells):
                self._fault(INCOMPLETE_ROW, row, "type", column="type")
            else:
                self._survey.warnings.append(
                    f"hoja survey, fila {row.number}: no tiene tipo, nombre ni texto, y no se lee."
                )
            return
        kind = canonical_type(written)
        row = replace(row, cells={**row.cells, "type": kind})
        if kind.startswith("end "):
            self._end(row, written)
            return
        if kind == "note" and not row.cells.get("name"):
            row.cells["name"] = f"generated_note_name_{row.number}"
        name = row.cells.get("name", "")
        usable = self._check_name(row, name)
        path = f"{self._open[-1].path}/{name}"
        if kind in GROUP_ROWS:
            self._begin(row, kind, name, path)
        elif kind.startswith("begin "):
            self._fault(UNKNOWN_ROW_TYPE, row, "type", type=written)
            self._open.append(_Open(row, kind.split()[1], path))
        else:
            if not self._check_question(row, written):
                # The name stays known: one slip is one message, not one for each that refers to it.
                self._survey.named.setdefault(name, []).append(row)
                return
            self._check_columns(row, kind)
            if usable:
                self._keep(row, path)

    def _keep(self, row: Row, path: str) -> None:
        self._survey.rows.append(row)
        self._survey.paths.append(path)
        if path:
            self._survey.named.setdefault(row.cells.get("name", ""), []).append(row)

    def _begin(self, row: Row, kind: str, name: str, path: str) -> None:
        what = kind.removeprefix("begin ")
        self._open.append(_Open(row, what, path))
        if what == "repeat":
            if name == _ROOT:
                self._fault(RESERVED_NAME, row, "name", name=name)
            if name in self._repeats:
                self._fault(DUPLICATE_NAME, row, "name", name=name)
            self._repeats.add(name)
        elif row.cells.get("repeat_count"):
            remedy = "Cambie la fila a «begin repeat» o borre la celda."
            self._misplaced(row, "repeat_count", remedy)
        self._check_appearance(row)
        for column, remedy in _ONLY_GROUPS.items():
            if row.cells.get(column):
                self._misplaced(row, column, remedy)
        self._keep(row, path)

    def _end(self, row: Row, written: str) -> None:
        kind = row.cells["type"].removeprefix("end ")
        for column in row.cells:
            if base_and_language(column)[0] not in ("type", "name", "label"):
                self._misplaced(row, column, "Póngalo en la fila begin de su grupo.")
        row = replace(row, cells={"type": row.cells["type"]})
        if row.cells["type"] not in GROUP_ROWS:
            closes = self._open[-1].kind == kind.split()[0]
            if not closes or kind.split()[0] in ("group", "repeat"):
                self._fault(UNKNOWN_ROW_TYPE, row, "type", type=written)
            if closes:
                self._open.pop()
            return
        if len(self._open) == 1 or self._open[-1].kind != kind:
            self._fault(UNBALANCED, row, "type", type=written)
            # The nearest group of that kind is taken for closed, so that one slip is one message.
            if not any(opened.kind == kind for opened in self._open[1:]):
                return
            while self._open[-1].kind != kind:
                self._open.pop()
                self._keep(replace(row, cells={"type": row.cells["type"]}), "")
        self._open.pop()
        self._keep(row, "")

    def _check_name(self, row: Row, name: str) -> bool:
        names = self._open[-1].names
        if not name:
            self._fault(INCOMPLETE_ROW, row, "name", column="name")
        elif not _NAME.fullmatch(name):
            self._fault(BAD_NAME, row, "name", name=name, example=usable_name(name))
        elif name in _RESERVED:
            self._fault(RESERVED_NAME, row, "name", name=name)
        elif name in names:
            self._fault(DUPLICATE_NAME, row, "name", name=name)
        else:
            if name.lower() in {other.lower() for other in names}:
                self._survey.warnings.append(
                    f"{row.place('name')}: «{name}» se distingue de otro nombre solo por mayúsculas."
                )
            names.add(name)
            return True
        return False

    def _check_question(self, row: Row, written: str) -> bool:
        words = row.cells["type"].split()
        base = FROM_FILE.get(words[0], words[0])
        known = QUESTION_TYPES.get(base)
        rest = words[1:]
        has_other = rest[-1:] == [OR_OTHER]
        rest = rest[:-1] if has_other else rest
        if known is None or len(rest) != int(known.takes_list) or (has_other and base == "rank"):
            self._unknown_type(row, written, words, takes_list=bool(known and known.takes_list))
            return False
        if not rest:
            return True
        if words[0] in FROM_FILE:
            return self._check_file(row, rest[0], has_other)
        if "${" in rest[0]:
            return self._check_of_rows(row, base, has_other)
        self._survey.lists.setdefault(rest[0], []).append(row)
        if has_other and row.cells.get("choice_filter"):
            remedy = "Quite «or_other» y agregue la opción «otro» con una pregunta de texto."
            self._misplaced(row, "choice_filter", remedy)
        return True

    def _check_of_rows(self, row: Row, base: str, has_other: bool) -> bool:
        """Of the answers in a repeat one can be chosen: several would be told apart by blanks."""
        if base != "select_one" or has_other:
            remedy = "De las filas de una repetición se elige una: use «select_one ${pregunta}»."
            self._fault(UNSUPPORTED_VALUE, row, "type", value=row.cells["type"], remedy=remedy)
            return False
        return True

    def _check_file(self, row: Row, file: str, has_other: bool) -> bool:
        if has_other or not file.lower().endswith(".csv"):
            remedy = (
                "Quite «or_other» y agregue la opción al archivo."
                if has_other
                else "Guarde la lista como .csv y escriba su nombre completo, por ejemplo lista.csv."
            )
            self._fault(UNSUPPORTED_VALUE, row, "type", value=row.cells["type"], remedy=remedy)
            return False
        return True

    def _check_appearance(self, row: Row) -> None:
        written = row.cells.get("appearance", "")
        for start, remedy in _APPEARANCES_INSTEAD.items():
            if start in written:
                self._fault(UNSUPPORTED_VALUE, row, "appearance", value=written, remedy=remedy)
                return
        for word in _appearances(row):
            if not _APPEARANCE.fullmatch(word):
                self._survey.warnings.append(
                    f"{row.place('appearance')}: «{word}» no se conoce y no cambia nada."
                )
        if _TABLE_LIST in _appearances(self._open[-1].row):
            self._check_table_list(row)

    def _check_table_list(self, row: Row) -> None:
        """A table has one heading: its questions share a list, whole."""
        words = row.cells["type"].split()
        others = [title for title, rows in self._survey.lists.items() for other in rows
                  if other.number > self._open[-1].row.number]  # fmt: skip
        if row.cells.get("choice_filter"):
            self._misplaced(row, "choice_filter", "Quite el filtro, o «table-list» del grupo.")
        if len(words) > 1 and any(title != words[1] for title in others):
            remedy = f"En un grupo «table-list» todas usan la misma lista: «{others[0]}»."
            self._fault(UNSUPPORTED_VALUE, row, "type", value=row.cells["type"], remedy=remedy)

    def _unknown_type(self, row: Row, written: str, words: list[str], takes_list: bool) -> None:
        if takes_list and len(words) == 1:
            remedy = f"Escriba detrás el nombre de una lista de la hoja choices: {words[0]} sino."
            self._fault(UNSUPPORTED_VALUE, row, "type", value=written, remedy=remedy)
            return
        known = {name.lower(): name for name in (*QUESTION_TYPES, *FROM_FILE)}
        near = get_close_matches(words[0].lower(), known, n=1, cutoff=0.75)
        allowed = ", ".join(
            f"{name} LISTA" if kind.takes_list else name for name, kind in QUESTION_TYPES.items()
        )
        remedy = INSTEAD.get(words[0].lower(), f"Use uno de estos: {allowed}.")
        if near and near[0] != words[0].lower() and words[0].lower() not in INSTEAD:
            remedy = f"¿Quiso decir «{known[near[0]]}»? Corrija el tipo."
        self._fault(UNKNOWN_TYPE, row, "type", type=written, remedy=remedy)

    def _check_columns(self, row: Row, kind: str) -> None:
        if is_seen(row) and not has_text(row):
            if self._texts:
                self._fault(INCOMPLETE_ROW, row, "label", column="label")
            self._textless = not self._texts
        self._check_appearance(row)
        cells, base = row.cells, kind.split(maxsplit=1)[0]
        if kind == "calculate" and not cells.get("calculation") and not cells.get("default"):
            self._fault(MISSING_CALCULATION, row, "calculation", name=cells.get("name", ""))
        if cells.get("repeat_count"):
            remedy = "Va en la fila «begin repeat»."
            self._misplaced(row, "repeat_count", remedy)
        if cells.get("choice_filter") and not base.startswith("select") and base != "rank":
            remedy = "Va en una pregunta de selección."
            self._misplaced(row, "choice_filter", remedy)


def is_seen(row: Row) -> bool:
    """Whether a person sees the question of a row."""
    kind = QUESTION_TYPES.get(FROM_FILE.get(first := row.cells["type"].split()[0], first))
    if kind is None or kind.name in _UNSEEN:
        return False
    computed = row.cells.get("calculation") or row.cells.get("trigger")
    return not computed or has_text(row)


def has_text(row: Row) -> bool:
    """Whether a row says something to whoever fills the form in."""
    return any(
        base_and_language(column)[0] in ("label", "hint", "media::image") for column in row.cells
    )


def canonical_type(written: str) -> str:
    """The one spelling of a `type` cell: ``Begin_Group`` -> ``begin group``, ``photo`` -> ``image``."""
    words = written.split()
    text = " ".join(words)
    lower = text.lower()
    for start in ("begin", "end"):
        if lower.startswith((f"{start} ", f"{start}_")):
            rest = lower[len(start) + 1 :]
            return f"{start} {rest}"
    for other in (" or specify other", " or other"):
        if lower.endswith(other):
            text = f"{text[: -len(other)]} {OR_OTHER}"
            lower = text.lower()
    if lower in ALIASES:
        return ALIASES[lower]
    for alias in sorted(ALIASES, key=len, reverse=True):
        if " " in alias and lower.startswith(f"{alias} "):
            return f"{ALIASES[alias]} {text[len(alias) + 1 :]}"
    first = words[0].lower() if words else ""
    known = {name.lower(): name for name in (*QUESTION_TYPES, *FROM_FILE)}
    return " ".join([known.get(first, words[0]), *text.split()[1:]]) if words else ""


def usable_name(name: str) -> str:
    """A name that could stand in place of one that cannot."""
    plain = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")
    if not plain:
        return "pregunta"
    return plain if plain[0].isalpha() else f"p_{plain}"
