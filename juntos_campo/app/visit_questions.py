"""What the forms `visita` and `visita_telefonica` ask within a visit.

Each member, and the household, is asked by a session of the form of its own. The visit's answers rule:
a session follows them (`VisitQuestions.follow`) and says what is to be asked now and what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from juntos_campo.app.form_library import LibraryForm, form_of_record, present_form
from juntos_campo.app.orientation import MemberKind, kinds_of
from juntos_campo.app.session import Session
from juntos_campo.app.visit_context import VisitContext
from juntos_campo.app.visit_rules import Finding
from juntos_campo.domain.calendar import completed_months
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.values import Modality
from juntos_campo.domain.visits import (
    HOUSEHOLD,
    QUESTIONS,
    member_path,
    question_of,
    questions_prefix,
)
from juntos_campo.form_engine.definition import Definition, Question
from juntos_campo.form_engine.question_types.base import Choice
from juntos_campo.form_engine.session import Session as FormSession

VISIT_FORM, PHONE_FORM = "visita", "visita_telefonica"
KNOWN = "known"
ADVICE = "_aviso"
"""End of the name of a note that the summary reads aloud."""

SILENT = frozenset({"hidden", "calculate"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One question (or note) that is asked now.

    Attributes:
        label, hint: as the form says them for this person.
        source: where the rule it asks for comes from; empty where the form does not say.
    """

    path: str
    question: Question
    label: str
    hint: str
    choices: tuple[Choice, ...]
    source: str

    @property
    def is_note(self) -> bool:
        return self.question.type.name == "note"

    @property
    def is_advice(self) -> bool:
        """A note an answer called for, to be told to the family."""
        return self.is_note and self.question.name.endswith(ADVICE)


class Sheet:
    """One form asked of one person or of the household.

    Args:
        known: values of ``bind::jc:known``: hidden questions are filled with them, others prefilled.
    """

    def __init__(
        self, definition: Definition, subject: str, now: datetime, known: Mapping[str, Answer]
    ) -> None:
        self.definition = definition
        self._prefix = questions_prefix(subject)
        self._known = {
            one.key: known[name]
            for one in definition.questions
            if (name := one.extra.get(KNOWN, "")) in known
        }
        self._hidden = {
            one.key: one.extra.get(KNOWN, "")
            for one in definition.questions
            if one.type.name == "hidden"
        }
        self._own = {
            f"{self._prefix}/{one.key}": one.key
            for one in definition.questions
            if one.type.answerable and one.type.name not in SILENT
        }
        fixed = {key: value for key, value in self._known.items() if key in self._hidden}
        self.form = FormSession(definition, now, answers=fixed)

    def owns(self, path: str) -> bool:
        """Whether a path is one of this form's questions."""
        return path in self._own

    def follow(self, answers: Mapping[str, Answer], known: Mapping[str, Answer]) -> None:
        """Take over the visit's answers, and `known` values that changed (how the visit is made)."""
        changed: dict[str, Answer] = {
            key: answers.get(path)
            for path, key in self._own.items()
            if (self.form.given(key) or None) != (answers.get(path) or None)
        }
        for key, name in self._hidden.items():
            if name in known and self.form.given(key) != known[name]:
                changed[key] = known[name]
        if changed:
            self.form.set_many(changed)

    def asked(self) -> Iterator[Asked]:
        """Questions and notes that are shown now, in the order of the form."""
        for question in self.definition.questions:
            if question.type.name in SILENT or not self.form.relevant(question.key):
                continue
            yield Asked(
                f"{self._prefix}/{question.key}",
                question,
                self.form.label_of(question),
                self.form.hint_of(question),
                self.form.choices(question.key) if question.choices else (),
                question.extra.get("source", ""),
            )

    def findings(self) -> Iterator[Finding]:
        """What is wrong or missing; both keep the visit open."""
        for found in self.form.findings():
            yield Finding(f"{self._prefix}/{found.address}", found.message)

    def idle(self, answers: Mapping[str, Answer]) -> Iterator[str]:
        """Paths that were answered and are not asked any more."""
        return (
            path for path, key in self._own.items()
            if path in answers and not self.form.relevant(key)
        )  # fmt: skip

    def prefilled(self, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """What is known or usual of questions nobody answered yet, by path."""
        found: dict[str, Answer] = {}
        for path, key in self._own.items():
            value = self._known.get(key) or self.form.question(key).default
            if value and not answers.get(path) and self.form.relevant(key):
                found[path] = value
        return found

    def spoken(self, path: str) -> Answer:
        """The answer of a path as the form reads it; what was typed while it cannot be read."""
        key = self._own[path]
        return self.form.answer(key) or self.form.given(key)


class VisitQuestions:
    """Everything the forms ask in one visit.

    Attributes:
        forms: what is asked by, to be kept with the record.
        by_phone: the visit is a call, as far as its answers were followed.
        subjects: member ids that are asked, in the order of the register, and `HOUSEHOLD`.
    """

    def __init__(
        self,
        forms: Mapping[str, LibraryForm],
        now: datetime,
        known: Mapping[str, Mapping[str, Answer]],
    ) -> None:
        self.forms = tuple(forms.values())
        self._sheets = {
            subject: Sheet(forms[VISIT_FORM].definition, subject, now, values)
            for subject, values in known.items()
        }
        phone = forms[PHONE_FORM].definition
        self._phone = Sheet(phone, HOUSEHOLD, now, known[HOUSEHOLD])
        self.by_phone = False

    @property
    def subjects(self) -> tuple[str, ...]:
        return tuple(self._sheets)

    def follow(self, answers: Mapping[str, Answer]) -> None:
        """Take over what the visit's answers say now."""
        modality = str(answers.get("modality") or "")
        self.by_phone = modality == Modality.PHONE
        for subject, sheet in self._sheets.items():
            attends = str(answers.get(member_path(subject, "attends")) or "")
            sheet.follow(answers, {"visit.modality": modality, "visit.attends": attends})
        self._phone.follow(answers, {})

    def asked(self, subject: str) -> tuple[Asked, ...]:
        """What is asked of a member, or of the household, beside the call itself."""
        sheet = self._sheets.get(subject)
        return tuple(sheet.asked()) if sheet is not None else ()

    def asked_by_phone(self) -> tuple[Asked, ...]:
        """What is asked about the call; nothing unless the visit is made by phone."""
        return tuple(self._phone.asked()) if self.by_phone else ()

    def findings(self) -> tuple[Finding, ...]:
        """What keeps the visit open; the call first."""
        return tuple(found for sheet in self._live() for found in sheet.findings())

    def prefilled(self, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """Of the call: what is known before anybody answered."""
        return self._phone.prefilled(answers) if self.by_phone else {}

    def kept(self, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """The visit's answers as they are recorded: what is not asked any more is left out, the
        others as the form reads them, with the forms they were asked by."""
        self.follow(answers)
        gone = {path for sheet in self._live() for path in sheet.idle(answers)}
        if not self.by_phone:
            gone |= {path for path in answers if self._phone.owns(path)}
        kept = {path: value for path, value in answers.items() if path not in gone}
        for sheet in self._live():
            kept |= {path: sheet.spoken(path) for path in kept if sheet.owns(path)}
        if any(question_of(path) for path in kept):
            kept[QUESTIONS] = " ".join(
                f"{one.form_id}/{one.version}" for one in (form.definition for form in self.forms)
            )
        else:
            kept.pop(QUESTIONS, None)
        return kept

    def advice(self, subject: str) -> tuple[str, ...]:
        """What an answer makes worth saying to the family."""
        return tuple(one.label for one in self.asked(subject) if one.is_advice)

    def _live(self) -> tuple[Sheet, ...]:
        return (*((self._phone,) if self.by_phone else ()), *self._sheets.values())


def visit_questions(session: Session, context: VisitContext) -> VisitQuestions:
    """The questions of one visit, by the forms in force.

    Raises:
        UserError: FRM-... a form that comes with the program is damaged.
    """
    forms = {key: present_form(session, key) for key in (VISIT_FORM, PHONE_FORM)}
    known: dict[str, dict[str, Answer]] = {}
    for one in context.standings:
        kinds = kinds_of(one.member, one.pregnancy, context.today, birth=one.birth)
        if kinds:
            known[one.member.id] = {
                "visit.kinds": " ".join(kinds),
                "member.age_months": completed_months(one.member.birth_date, context.today),
            }
    known[HOUSEHOLD] = {
        "visit.kinds": MemberKind.HOUSEHOLD.value,
        "household.phone": context.household.phone,
    }
    return VisitQuestions(forms, session.clock.now(), known)


class QuestionWords:
    """Words for the questions of a recorded visit; the forms are read when first asked for.

    Args:
        questions: the answer at `QUESTIONS`; empty for the forms in force.
    """

    def __init__(self, session: Session | None = None, questions: str = "") -> None:
        self._session, self._wanted = session, questions
        self._found: dict[str, Question] | None = None
        self._order: list[str] = []
        self._call: frozenset[str] = frozenset()

    def label(self, key: str) -> str:
        """The question as it was asked; its key when no form here has it."""
        question = self._question(key)
        return question.label.plain() if question else key

    def text(self, key: str, answer: Answer) -> str:
        """The answer in words."""
        question = self._question(key)
        if question is None:
            return str(answer)
        labels = {one.name: one.label("default") for one in question.choices}
        if labels:
            return ", ".join(labels.get(name, name) for name in str(answer).split())
        return str(answer)

    def of_call(self, key: str) -> bool:
        """Whether a question is about the call, not about the household."""
        self._question(key)
        return key in self._call

    def rank(self, key: str) -> int:
        """Place in the forms."""
        self._question(key)
        return self._order.index(key) if key in self._order else len(self._order)

    def _question(self, key: str) -> Question | None:
        if self._found is None:
            forms = list(self._forms())
            self._found = {one.key: one for form in forms for one in form.questions}
            self._order = list(self._found)
            self._call = frozenset(one.key for one in forms[0].questions) if forms else frozenset()
        return self._found.get(key)

    def _forms(self) -> Iterator[Definition]:
        session = self._session
        if session is None:
            return
        versions = dict(one.split("/", 1) for one in self._wanted.split() if "/" in one)
        for form_id in (PHONE_FORM, VISIT_FORM):
            found = form_of_record(session, form_id, versions.get(form_id, ""))
            yield found or present_form(session, form_id).definition
