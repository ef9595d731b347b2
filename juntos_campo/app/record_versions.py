"""The versions of a closed record side by side, each read by the version of the form it was made with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from juntos_campo.app.compare import Difference, Labels, Section, reading_order
from juntos_campo.app.form_labels import form_labels
from juntos_campo.app.form_library import form_of_record
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Answer, FieldRecord, FormRecord
from juntos_campo.form_engine.answering import ROWS
from juntos_campo.form_engine.comparison import label_of
from juntos_campo.form_engine.definition import Definition, Question
from juntos_campo.form_engine.migration import migrate
from juntos_campo.form_engine.question_types.base import Reading

_LAST = 100_000
"""Rank of what the form does not hold."""


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """A record as it once was closed, or as it is.

    Attributes:
        number: from 1; the last one is the record as it is.
        server_version: 0 while the server has none.
        saved_at: when it was closed; None when nobody noted it.
        replaced_by: user name of whoever saved the next version; "" for the last one.
    """

    number: int
    form_version: str
    answers: Mapping[str, Answer]
    server_version: int
    saved_at: datetime | None
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class RecordLabels:
    """The cells of a record of ours in words; a `compare.Labels`.

    Attributes:
        questions: key -> question; empty when no version of the form is on this laptop.
        sections: path of a top group -> its place and heading.
        rows: row key -> ``Participantes, fila 2``.
        near: the day a date is closest to.
    """

    questions: Mapping[str, Question]
    sections: Mapping[str, Section]
    rows: Mapping[str, str]
    near: date
    language: str = ""

    def label(self, path: str) -> str:
        row = self.rows.get(path.rpartition("/")[0], "")
        return f"{row}: {self.short(path)}" if row else self.short(path)

    def short(self, path: str) -> str:
        question = self._question(path)
        return label_of(question, self.language) if question else path.rpartition("/")[2]

    def text(self, path: str, answer: Answer) -> str:
        question = self._question(path)
        if answer in (None, "") or question is None:
            return "" if answer is None else str(answer)
        reading = Reading(self.near, self.language, question.choices, question.parameters)
        return question.type.show(answer, reading)

    def section(self, path: str) -> Section:
        question = self._question(path)
        top = "/".join(question.path.split("/")[:3]) if question else ""
        return self.sections.get(top, Section(_LAST, ""))

    def rank(self, path: str) -> tuple[int, str]:
        question, row = self._question(path), path.rpartition("/")[0]
        if question is None:
            return _LAST * _LAST, path
        # Row by row, not question by question.
        place = list(self.rows).index(row) + 1 if row in self.rows else 0
        return place * _LAST + question.position, path

    def member(self, path: str) -> str:
        del path
        return ""

    def typed(self, path: str) -> bool:
        question = self._question(path)
        return question is None or (question.type.answerable and not question.calculate)

    def _question(self, path: str) -> Question | None:
        return self.questions.get(path.rpartition("/")[2])


def versions_of(session: Session, record: FieldRecord | FormRecord) -> tuple[RecordVersion, ...]:
    """Every version of a record, the oldest first, the record as it is last."""
    stored = session.store.stored(type(record), record.id)
    past = session.store.history(type(record), record.id)
    found = [
        RecordVersion(
            number, one.form_version, answers_of(one), server_version, _saved(one), replaced_by
        )
        for number, (one, server_version, _, replaced_by) in enumerate(past, start=1)
    ]
    version = stored.server_version if stored else 0
    last = RecordVersion(
        len(past) + 1, record.form_version, answers_of(record), version, _saved(record)
    )
    return (*found, last)


def differences(
    session: Session,
    record: FieldRecord | FormRecord,
    before: RecordVersion,
    after: RecordVersion,
) -> tuple[Difference, ...]:
    """What differs between two versions of a record, in reading order; computed cells are left out.

    A question that only one of the two forms asks counts as answered in one of them alone.
    """
    old = form_of_record(session, record.form_id, before.form_version)
    new = form_of_record(session, record.form_id, after.form_version)
    was = labels_of(session, record, before, old)
    now = labels_of(session, record, after, new)
    earlier = _cells(before.answers)
    lost: list[Difference] = []
    if old is not None and new is not None and old is not new:
        done = migrate(old, new, before.answers)
        lost = [Difference(one.address, one.label, one.text, "") for one in done.dropped]
        earlier = _cells(done.state)
    present = _cells(after.answers)
    differing = [
        path
        for path in {**earlier, **present}
        if earlier.get(path) != present.get(path) and now.typed(path)
    ]
    # A row that is gone has no place among the rows there are; its old one names it.
    naming = {path: was if path not in present and old is new else now for path in differing}
    found = [
        Difference(
            path,
            naming[path].label(path),
            (was if old is new else now).text(path, earlier.get(path)),
            now.text(path, present.get(path)),
        )
        for path in reading_order(differing, now)
    ]
    return (*found, *lost)


def texts_before(found: Iterable[Difference]) -> dict[str, str]:
    """Address -> text before, as the form view marks differences with."""
    return {one.path: one.before for one in found}


def labels_of(
    session: Session,
    record: FieldRecord | FormRecord,
    version: RecordVersion | None = None,
    definition: Definition | None = None,
) -> Labels:
    """The words for one version of a record; without a version for the record as it is.

    Args:
        definition: the form of that version, if the caller has it.
    """
    if isinstance(record, FormRecord):
        return form_labels(session, record)
    form_version = version.form_version if version else record.form_version
    definition = definition or form_of_record(session, record.form_id, form_version)
    if definition is None:
        return RecordLabels({}, {}, {}, session.today)
    answers = version.answers if version else record.answers
    return RecordLabels(
        {one.key: one for one in definition.questions},
        {
            node.path: Section(place, _heading(node.label.plain(), definition))
            for place, node in enumerate(definition.children(definition.root))
        },
        _rows(definition, answers),
        session.today,
        definition.languages[0],
    )


def answers_of(record: FieldRecord | FormRecord) -> Mapping[str, Answer]:
    """Address -> answer of either kind of record."""
    return record.answers if isinstance(record, FieldRecord) else record.cells


def _cells(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    return {
        path: answer
        for path, answer in answers.items()
        if not path.rpartition("/")[2].startswith(ROWS) and answer not in (None, "")
    }


def _rows(definition: Definition, answers: Mapping[str, Answer]) -> dict[str, str]:
    """Row key -> what the row is called, in the order of the record."""
    repeats = {one.key: one.label.plain() or one.name for one in definition.repeats}
    found: dict[str, str] = {}
    for path, keys in answers.items():
        parent, _, name = path.rpartition("/")
        if name.startswith(ROWS) and (title := repeats.get(name.removeprefix(ROWS))):
            for number, key in enumerate(str(keys or "").split(), start=1):
                found[f"{parent}/{key}" if parent else key] = f"{title}, fila {number}"
    for path in _cells(answers):
        row = path.rpartition("/")[0]
        if row and row not in found:  # rows the form counts by itself
            found[row] = f"fila {row.rpartition('/')[2]}"
    return found


def _heading(text: str, definition: Definition) -> str:
    return text or definition.title


def _saved(record: FieldRecord | FormRecord) -> datetime | None:
    return record.closed_at if isinstance(record, FieldRecord) else record.completed_at
