"""The paths of a visit's answers in words: ``Yeison: fecha de CRED 6 meses``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from juntos_campo.app.compare import Section
from juntos_campo.app.orientation import messages_in_force
from juntos_campo.app.session import Session
from juntos_campo.app.visit_questions import QuestionWords
from juntos_campo.domain.entities import Answer, Commitment, Member, Visit
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.spanish import decimal_text, short_date
from juntos_campo.domain.values import ChangeRequestKind, CommitmentState, Modality
from juntos_campo.domain.visits import HOUSEHOLD, QUESTIONS, question_of
from juntos_campo.norms.book import RuleBook

MODALITIES = {
    Modality.HOME: "en el hogar",
    Modality.PHONE: "por teléfono",
    Modality.OTHER_PLACE: "en otro lugar",
}
COMMITMENT_STATES = {
    CommitmentState.OPEN: "sigue pendiente",
    CommitmentState.MET: "cumplido",
    CommitmentState.NOT_MET: "no cumplido",
}
CHANGE_KINDS = {
    ChangeRequestKind.MOVED: "se mudó",
    ChangeRequestKind.HEALTH_FACILITY: "cambio de establecimiento de salud",
    ChangeRequestKind.SCHOOL: "cambio de institución educativa",
    ChangeRequestKind.TO_PRIMARY: "pasó a primaria",
    ChangeRequestKind.FINISHED_SCHOOL: "terminó la secundaria",
    ChangeRequestKind.PREGNANT: "gestante",
    ChangeRequestKind.NEWBORN: "recién nacido",
    ChangeRequestKind.DEATH: "fallecimiento",
    ChangeRequestKind.UNDER_THREE: "menor de 3 años",
    ChangeRequestKind.PHONE: "cambio de teléfono",
    ChangeRequestKind.LEFT_HOUSEHOLD: "dejó el hogar",
    ChangeRequestKind.HOLDER: "cambio de titular",
    ChangeRequestKind.PERSONAL_DATA: "datos personales",
}
MARKS = {
    "signature": "firma en la pantalla",
    "paper": "firmó en papel",
    "fingerprint": "huella en papel",
    "refused": "no quiso firmar",
    "absent": "sin firma",
}
ATTENDS = {"yes": "asiste todos los días", "sometimes": "falta algunos días", "no": "no asiste"}

_START, _MEMBERS, _ALL, _PAST, _NEW, _CHANGES, _END = 0, 10, 999, 1_000, 1_001, 1_002, 1_003

_TITLES = {
    _START: "Quién atendió",
    _ALL: "Todo el hogar",
    _PAST: "Compromisos anteriores",
    _NEW: "Compromisos nuevos",
    _CHANGES: "Cambios en el hogar",
    _END: "Firma y próxima visita",
}
_ROOT = {
    "attended_by": (_START, "quién atendió la visita"),
    "modality": (_START, "cómo fue la visita"),
    "mark": (_END, "firma o huella"),
    "signature": (_END, "firma dibujada"),
    QUESTIONS: (_END, "formularios de las preguntas"),
    "next_visit_on": (_END, "fecha de la próxima visita"),
    "note": (_END, "nota de la visita"),
}
_MEMBER = {
    "hb": "hemoglobina observada",
    "weight_kg": "peso",
    "height_cm": "talla",
    "attends": "asistencia a clases",
    "topics": "temas conversados",
    "note": "nota",
}
_CHANGE = {"kind": "qué cambió", "member": "de quién", "detail": "detalle"}
_YES_NO = {"True": "sí", "False": "no"}
_SOMEBODY = "Alguien que ya no está en el padrón"


@dataclass(frozen=True, slots=True)
class VisitLabels:
    """Labels of one household's visits.

    Attributes:
        names: member id -> given name, in the order of the register.
        services: key of a due service -> its short label.
        commitments: commitment id -> its text.
        topics: id of an orientation card -> its title.
        questions: words of what the visit's forms ask.
    """

    names: Mapping[str, str]
    services: Mapping[str, str]
    commitments: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    questions: QuestionWords = field(default_factory=QuestionWords)

    def label(self, path: str) -> str:
        head, _, rest = path.partition("/")
        member_id = rest.partition("/")[0]
        asked = question_of(path)
        if asked is not None:
            return f"{self._name(asked[0])}: {self.questions.label(asked[1])}"
        if head == "member":
            return f"{self._name(member_id)}: {self.short(path)}"
        if head == "new_commitment":
            return f"{self._name(member_id)}: compromiso nuevo"
        if head == "commitment":
            return f"Compromiso «{self.short(path)}»"
        short = self.short(path)
        return short[:1].upper() + short[1:]

    def short(self, path: str) -> str:
        head, *rest = path.split("/", 3)
        asked = question_of(path)
        if asked is not None or head in _ROOT:
            return self.questions.label(asked[1]) if asked is not None else _ROOT[head][1]
        if head == "member" and len(rest) > 1:
            if rest[1] == "service" and len(rest) == 3:
                return f"fecha de {service_label(rest[2], self.services)}"
            return _MEMBER.get(rest[1], rest[1])
        if head == "commitment" and rest:
            return self.commitments.get(rest[0], "de una visita anterior")
        if head == "new_commitment" and rest:
            return self._name(rest[0])
        return f"cambio {rest[0]}: {_CHANGE.get(rest[1], rest[1])}" if len(rest) == 2 else path

    def text(self, path: str, answer: Answer) -> str:
        if answer is None or answer == "" or isinstance(answer, bool):
            return _YES_NO.get(str(answer), "")
        asked = question_of(path)
        if asked is not None:
            return self.questions.text(asked[1], answer)
        head, *rest = path.split("/", 3)
        last = rest[-1] if rest else head
        if head == "attended_by" or (head == "change" and last == "member"):
            return "otra persona" if answer == "other" else self._name(str(answer))
        if head == "member" and len(rest) == 2:
            return self._member_text(last, answer)
        if head in ("next_visit_on", "member"):
            return _date(str(answer))
        topic = f"{head}/{last}" if f"{head}/{last}" in _WORDS else head
        drawn = "dibujada en la pantalla" if head == "signature" else str(answer)
        return _WORDS.get(topic, {}).get(str(answer), drawn)

    def _member_text(self, name: str, answer: Answer) -> str:
        if name in _MEASURES:
            return _measure(answer, name)
        if name == "topics":
            return " · ".join(self.topics.get(one, one) for one in str(answer).split())
        return ATTENDS.get(str(answer), str(answer)) if name == "attends" else str(answer)

    def section(self, path: str) -> Section:
        head, _, rest = path.partition("/")
        if head == HOUSEHOLD:
            order = _START if self.questions.of_call(rest.rpartition("/")[2]) else _ALL
            return Section(order, _TITLES[order])
        if head == "member":
            member_id = rest.partition("/")[0]
            known = list(self.names)
            place = known.index(member_id) if member_id in known else len(known)
            return Section(_MEMBERS + place, self._name(member_id))
        order = {
            "commitment": _PAST,
            "new_commitment": _NEW,
            "change": _CHANGES,
        }.get(head, _ROOT.get(head, (_END, ""))[0])
        return Section(order, _TITLES[order])

    def rank(self, path: str) -> tuple[int, str]:
        asked = question_of(path)
        if asked is not None:
            return (5_000 + self.questions.rank(asked[1]), "")
        head, *rest = path.split("/", 3)
        if head == "member" and len(rest) == 3:
            known = list(self.services)
            return (known.index(rest[2]) if rest[2] in known else len(known), rest[2])
        order = [*_ROOT] if head in _ROOT else [*_MEMBER, *_CHANGE]
        last = rest[-1] if rest else head
        place = order.index(last) if last in order else len(order)
        if head == "change" and rest:
            return (place, "") if not rest[0].isdigit() else (int(rest[0]) * 10 + place, "")
        return (10_000 + place, "") if head == "member" else (place, "")

    def member(self, path: str) -> str:
        head, _, rest = path.partition("/")
        member_id = rest.partition("/")[0] if head in ("member", "new_commitment") else ""
        return "" if member_id == HOUSEHOLD else member_id

    def typed(self, path: str) -> bool:
        return path != QUESTIONS

    def _name(self, member_id: str) -> str:
        if member_id == HOUSEHOLD:
            return "Todo el hogar"
        return self.names.get(member_id, _SOMEBODY)


_MEASURES = {"hb": "g/dL", "weight_kg": "kg", "height_cm": "cm"}
_WORDS: dict[str, dict[str, str]] = {
    "modality": {str(key): word for key, word in MODALITIES.items()},
    "commitment": {str(key): word for key, word in COMMITMENT_STATES.items()},
    "change/kind": {str(key): word for key, word in CHANGE_KINDS.items()},
    "mark": MARKS,
}


def visit_labels(session: Session, visit: Visit) -> VisitLabels:
    """The words for the visits of this visit's household."""
    members = session.store.find(Member, household_id=visit.household_id)
    commitments = session.store.find(Commitment, household_id=visit.household_id)
    return VisitLabels(
        {one.id: one.given for one in members},
        service_labels(session.book),
        {one.id: one.text for one in commitments},
        _card_titles(session),
        QuestionWords(session, str(visit.answers.get(QUESTIONS) or "")),
    )


def _card_titles(session: Session) -> dict[str, str]:
    """Titles of the cards; a damaged file is told of where cards are used, not here."""
    try:
        return messages_in_force(session).title_by_id()
    except UserError:
        return {}


def service_labels(book: RuleBook) -> dict[str, str]:
    """Key of a due service -> its label, of every rule pack."""
    return {
        expected.key: expected.versions[-1].label
        for family in book.families
        for expected in family.expected
    }


def service_label(key: str, labels: Mapping[str, str]) -> str:
    """``CRED 6 meses`` for ``CRED:6m``; a key no rule pack knows is put together from its parts."""
    if key in labels:
        return labels[key]
    code, _, number = key.partition(":")
    service = SERVICES.get(code)
    name = service.short if service else code
    if number.endswith("m") and number[:-1].isdigit():
        number = f"{number[:-1]} meses"
    return f"{name} {number}".strip()


def _date(text: str) -> str:
    try:
        return short_date(date.fromisoformat(text))
    except ValueError:
        return text


def _measure(answer: Answer, name: str) -> str:
    try:
        number = float(answer)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return str(answer)
    return f"{decimal_text(number)} {_MEASURES[name]}"
