"""Answers a person wrote as JSON, brought to the addresses of a form; every slip is told with its place.

Both ways of writing are understood, mixed as one likes: flat addresses (``"k1/peso": 8.4`` with the rows in
``"#ninos": "k1 k2"``) and nested lists (``"ninos": [{"peso": 8.4}, ...]``, rows named 1, 2, ...).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.answering import row_number
from juntos_campo.form_engine.definition import Definition, Group, Question
from juntos_campo.form_engine.record_rows import ROWS, repeat_chain
from juntos_campo.form_engine.tree import MOST_ROWS

_NUMBERS = range(1, MOST_ROWS + 1)
_YES_NO = {True: "si", False: "no"}
"""How our lists call what JSON writes ``true`` and ``false``."""


@dataclass(slots=True)
class GivenAnswers:
    """`answers` by address, rows among them; `faults` in Spanish, each with the place in the file."""

    answers: dict[str, Answer] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def given_answers(definition: Definition, data: dict[str, Any]) -> GivenAnswers:
    """What the JSON object `data` answers."""
    reader = _Reader(definition)
    reader.take(data, "", "")
    reader.check_rows()
    return reader.found


class _Reader:
    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._questions = {question.key: question for question in definition.questions}
        self._repeats = {group.key: group for group in definition.repeats}
        self._groups = {group.name for group in definition.groups if not group.is_repeat}
        self._rows: set[tuple[str, str]] = set()
        self.found = GivenAnswers()

    def take(self, data: dict[str, Any], row: str, place: str) -> None:
        """Take the object of the form itself, of a group or of a row."""
        for name, value in data.items():
            here = f"{place}{name}"
            above, _, key = name.rpartition("/")
            within = "/".join(part for part in (row, above) if part)
            if key.startswith(ROWS):
                self._listed(key[1:], value, within, here)
            elif key in self._repeats and isinstance(value, list):
                self._nested(self._repeats[key], value, within, here)
            elif key in self._groups and isinstance(value, dict) and not above:
                self.take(value, row, f"{here} → ")
            elif key in self._questions:
                self._answer(self._questions[key], value, within, here)
            elif key in self._repeats:
                self.found.faults.append(f"{here}: escriba sus filas entre corchetes: [{{...}}].")
            else:
                self._unknown(key, here)

    def _unknown(self, key: str, place: str) -> None:
        known = [*self._questions, *self._repeats]
        near = get_close_matches(key, known, n=1, cutoff=0.6)
        hint = f" ¿Quiso decir «{near[0]}»?" if near else ""
        self.found.faults.append(f"{place}: esa pregunta no existe en el formulario.{hint}")

    def _listed(self, key: str, value: Any, within: str, place: str) -> None:
        group = self._repeats.get(key)
        if group is None:
            self._unknown(key, place)
            return
        one_by_one = str("" if value is None else value).split()
        keys = value if isinstance(value, list | dict) else one_by_one
        of_keys = all(isinstance(one, str | int) and not isinstance(one, bool) for one in keys)
        if not of_keys or isinstance(value, bool | float | dict):
            self.found.faults.append(f'{place}: escriba las filas así: "k1 k2".')
            return
        self._keep_rows(group, [str(one) for one in keys], within, place)

    def _nested(self, group: Group, value: list[Any], within: str, place: str) -> None:
        keys = [str(number) for number in range(1, len(value) + 1)]
        if not self._keep_rows(group, keys, within, place):
            return
        for key, item in zip(keys, value, strict=True):
            if isinstance(item, dict):
                whole = f"{within}/{key}" if within else key
                self.take(item, whole, f"{place}[{key}] → ")
            else:
                self.found.faults.append(f"{place}[{key}]: cada fila se escribe entre llaves.")

    def _keep_rows(self, group: Group, keys: list[str], within: str, place: str) -> bool:
        depth = len(within.split("/")) if within else 0
        bad = next((key for key in keys if not key or any(one in key for one in " /#\t\n")), None)
        if depth != len(repeat_chain(self._definition, group.path)) - 1:
            self.found.faults.append(
                f"{place}: «{group.key}» va dentro de la fila que la contiene."
            )
            return False
        if bad is not None or len(set(keys)) < len(keys):
            self.found.faults.append(
                f"{place}: cada fila lleva una clave propia, sin espacios ni barras."
            )
            return False
        address = f"{within}/{ROWS}{group.key}" if within else f"{ROWS}{group.key}"
        self.found.answers[address] = " ".join(keys)
        self._rows |= {(group.path, f"{within}/{key}" if within else key) for key in keys}
        return True

    def _answer(self, question: Question, value: Any, row: str, place: str) -> None:
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            value = " ".join(value)
        if isinstance(value, bool):
            acknowledged = "OK" if value else ""
            value = acknowledged if question.type.name == "acknowledge" else _YES_NO[value]
        if isinstance(value, dict | list):
            self.found.faults.append(f"{place}: se esperaba una respuesta, no {_kind(value)}.")
        elif question.calculate is not None:
            self.found.faults.append(f"{place}: la calcula el formulario; no se responde.")
        else:
            self.found.answers[f"{row}/{question.key}" if row else question.key] = value

    def check_rows(self) -> None:
        """Refuse answers in rows nobody made; a repeat that counts its rows makes them itself."""
        for address in self.found.answers:
            row, _, key = address.rpartition("/")
            question = self._questions.get(key)
            if question is None:
                continue
            chain = repeat_chain(self._definition, question.repeat)
            parts = row.split("/") if row else []
            if len(parts) != len(chain):
                where = f"está en la repetición «{chain[-1].key}»" if chain else "no se repite"
                self.found.faults.append(f"{address}: la pregunta {where}.")
                continue
            for depth, group in enumerate(chain, start=1):
                whole = "/".join(parts[:depth])
                if group.count is not None and row_number(parts[depth - 1]) not in _NUMBERS:
                    self.found.faults.append(
                        f"{address}: las filas de «{group.key}» se llaman 1, 2, 3..., hasta {MOST_ROWS}."
                    )
                    break
                if group.count is None and (group.path, whole) not in self._rows:
                    self.found.faults.append(
                        f"{address}: falta la fila «{whole}»; agréguela en «{ROWS}{group.key}»."
                    )
                    break


def _kind(value: Any) -> str:
    return "un objeto" if isinstance(value, dict) else "una lista"
