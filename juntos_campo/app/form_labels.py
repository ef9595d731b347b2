"""The cells of an official form in words: ``QUISPE HUAMÁN, Yeison: noviembre, CRED fecha``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from juntos_campo.app.compare import Section
from juntos_campo.app.form_roster import rows_of
from juntos_campo.app.official_catalogue import OFFICIAL_FORMS
from juntos_campo.app.official_forms import definition_of
from juntos_campo.app.official_representatives import in_row_order
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Answer, FormRecord, Member
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.spanish import MONTHS, fold
from juntos_campo.form_engine.definition import Definition, Question
from juntos_campo.form_engine.question_types.base import Reading

_HEAD, _ROWS = 0, 10
_SOMEBODY = "Alguien que ya no está en el padrón"


@dataclass(frozen=True, slots=True)
class FormLabels:
    """Labels of one official form.

    Attributes:
        questions: key -> question of the installed definition; empty when there is none.
        names: row -> full name, in the order of the sheet.
        groups: path of a column group -> name of the month it is for.
        near: the day a date of this form is closest to.
    """

    questions: Mapping[str, Question]
    groups: Mapping[str, str]
    names: Mapping[str, str]
    near: date

    def label(self, path: str) -> str:
        row = path.rpartition("/")[0]
        short = self.short(path)
        if row:
            return f"{self.names.get(row, _SOMEBODY)}: {short}"
        return short[:1].upper() + short[1:]

    def short(self, path: str) -> str:
        question = self.questions.get(path.rpartition("/")[2])
        if question is None:
            return path.rpartition("/")[2]
        group = self.groups.get(question.parent, "")
        label = question.label.plain() or question.name
        return f"{group}, {label}" if group else label

    def text(self, path: str, answer: Answer) -> str:
        if answer is None or answer == "":
            return ""
        question = self.questions.get(path.rpartition("/")[2])
        if question is None:
            return str(answer)
        return question.type.show(answer, Reading(self.near, choices=question.choices))

    def section(self, path: str) -> Section:
        row = path.rpartition("/")[0]
        if not row:
            return Section(_HEAD, "Cabecera")
        known = list(self.names)
        place = known.index(row) if row in known else len(known)
        return Section(_ROWS + place, self.names.get(row, _SOMEBODY))

    def rank(self, path: str) -> tuple[int, str]:
        question = self.questions.get(path.rpartition("/")[2])
        return (question.position, "") if question else (100_000, path)

    def member(self, path: str) -> str:
        return path.rpartition("/")[0]

    def typed(self, path: str) -> bool:
        """The cell is filled in by a person, not copied from the register or computed."""
        question = self.questions.get(path.rpartition("/")[2])
        return question is None or not (question.readonly or question.calculate)


def form_labels(session: Session, record: FormRecord) -> FormLabels:
    """The words for one form record; a form this laptop has no definition of keeps its own keys."""
    try:
        definition = definition_of(session, record)
    except UserError:
        return FormLabels({}, {}, _names(session, record), session.today)
    questions = {one.key: one for one in definition.questions}
    bimester = Bimester.parse(record.bimester)
    return FormLabels(
        questions, _months(definition, bimester), _names(session, record), session.today
    )


def service_of_column(session: Session, record: FormRecord, path: str) -> str | None:
    """Code of the service whose date or result a column holds; None for any other column."""
    try:
        definition = definition_of(session, record)
    except UserError:
        return None
    key = path.rpartition("/")[2]
    for question in definition.questions:
        if question.key == key:
            service, _, rest = question.extra.get("known", "").partition(".")
            return service if service in SERVICES and rest.startswith("on@") else None
    return None


def _months(definition: Definition, bimester: Bimester) -> dict[str, str]:
    """Group path -> month, for the column groups of the two months."""
    names = {
        f"mes{number}": MONTHS[first.month - 1] for number, first in enumerate(bimester.months, 1)
    }
    return {group.path: names[group.name] for group in definition.groups if group.name in names}


def _names(session: Session, record: FormRecord) -> dict[str, str]:
    """Row -> name, in the order of the sheet: as the register has it, else as the form says."""
    rows = rows_of(record.cells)
    members = session.store.get_many(Member, sorted(rows))
    official = OFFICIAL_FORMS.get(record.form_id)
    if official is not None and official.adds_rows:
        keys = in_row_order(rows)
        return {key: str(record.cells.get(f"{key}/{official.name}") or key) for key in keys}
    ordered = sorted(members.values(), key=lambda one: fold(one.full_name))
    return {one.id: one.full_name for one in ordered}
