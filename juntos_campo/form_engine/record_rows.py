"""Which rows the answers of a record have, repeat by repeat, without filling the form in again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.definition import Definition, Group, Question

ROWS = "#"
"""Begins the last part of an address that keeps rows, not an answer."""


@dataclass(slots=True)
class RecordRows:
    """The answers of a record by place.

    Attributes:
        rows: (path of a repeat, row it lies in) -> whole row keys in order.
        answers: (path of a question, row) -> answer.
        strange: addresses that name no question and no repeat of the form.
    """

    rows: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)


def repeat_chain(definition: Definition, repeat: str) -> tuple[Group, ...]:
    """The repeats a repeat lies in and itself, outermost first; empty for the head."""
    if not repeat:
        return ()
    group = definition.nodes[repeat]
    above = [one for one in definition.ancestors(group) if one.is_repeat]
    assert isinstance(group, Group)  # noqa: S101 - `repeat` is the path of one
    return (*above, group)


def record_rows(definition: Definition, answers: Mapping[str, Answer]) -> RecordRows:
    """Take a record's answers apart; rows nobody listed (a repeat that counts its own) are found by
    the answers in them.

    Args:
        answers: as `Session.record_answers` gives them.
    """
    found = RecordRows()
    questions = {question.key: question for question in definition.questions}
    repeats = {group.key: group for group in definition.repeats}
    # The lists of rows first: they say the order.
    for address, answer in sorted(answers.items(), key=lambda one: not _is_list(one[0])):
        row, _, key = address.rpartition("/")
        if _is_list(address):
            group = repeats.get(key[1:])
            if group is not None:
                for own in str(answer or "").split():
                    _add_row(found, definition, group.path, f"{row}/{own}" if row else own)
            continue
        question = questions.get(key)
        if question is None or not _fits(definition, question, row):
            found.strange.append(address)
            continue
        if row:
            _add_row(found, definition, question.repeat, row)
        found.answers[question.path, row] = answer
    return found


def _is_list(address: str) -> bool:
    return address.rpartition("/")[2].startswith(ROWS)


def _fits(definition: Definition, question: Question, row: str) -> bool:
    depth = len(row.split("/")) if row else 0
    return depth == len(repeat_chain(definition, question.repeat))


def _add_row(found: RecordRows, definition: Definition, repeat: str, row: str) -> None:
    parts = row.split("/")
    for depth, group in enumerate(repeat_chain(definition, repeat)[: len(parts)], start=1):
        within, whole = "/".join(parts[: depth - 1]), "/".join(parts[:depth])
        rows = found.rows.setdefault((group.path, within), [])
        if whole not in rows:
            rows.append(whole)
