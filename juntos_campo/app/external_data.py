"""What other systems say of a household, in words: who, what, how it compares, and what to do.

Nothing of it counts as a service received and no alert closes by it: the health post's record may be about
somebody else or another day. The gestor looks at the card or the paper and records what he saw himself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from juntos_campo.app.session import Session
from juntos_campo.domain.entities import ExternalFinding, Member
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.spanish import MONTHS
from juntos_campo.domain.values import FindingOutcome
from juntos_campo.store.external_rows import households_to_look_at

SUMMARY = "SUMMARY"
SYSTEMS = {
    "his": "HIS (salud)",
    "siagie": "SIAGIE (colegio)",
    "reniec": "RENIEC",
    "padron_nominal": "Padrón nominal",
    "cuna_mas": "Cuna Más",
    "pagos": "Pagos de Juntos",
}
WHOLE_HOUSEHOLD = "todo el hogar"
_TOPICS = {
    SUMMARY: "En general",
    "NAME": "Nombre",
    "BIRTH": "Fecha de nacimiento",
    "SEX": "Sexo",
    "DOCUMENT": "Documento",
    "DEATH": "Fallecimiento",
    "CANCELLED": "Estado del documento",
    "CARE": "Servicio de Cuna Más",
}
_COMPARED = {
    FindingOutcome.CONFIRMED: "coincide",
    FindingOutcome.ONLY_HERE: "solo está aquí",
    FindingOutcome.ONLY_THERE: "solo está allá",
    FindingOutcome.CONTRADICTORY: "no coincide",
}
_ORDER = (
    FindingOutcome.CONTRADICTORY,
    FindingOutcome.ONLY_THERE,
    FindingOutcome.ONLY_HERE,
    FindingOutcome.CONFIRMED,
)
_OF_SERVICES = {
    FindingOutcome.ONLY_THERE: "Mire el carné. Si está ahí, anótelo en la visita: recién entonces "
    "cuenta como recibido.",
    FindingOutcome.ONLY_HERE: "Si el carné lo tiene, pida al establecimiento de salud que lo registre.",
    FindingOutcome.CONTRADICTORY: "Compare con el carné. Corrija lo que esté mal aquí, o avise al "
    "establecimiento de salud.",
}
_OF_SCHOOL = {
    FindingOutcome.ONLY_THERE: "Confírmelo con la familia o con el colegio.",
    FindingOutcome.ONLY_HERE: "Pida al colegio que lo registre en el SIAGIE.",
    FindingOutcome.CONTRADICTORY: "Pregunte en el colegio cuál es el dato correcto.",
}
_OF_PEOPLE = {
    FindingOutcome.ONLY_THERE: "Si es correcto, haga una solicitud de actualización.",
    FindingOutcome.CONTRADICTORY: "Mire el documento. Si el padrón está mal, haga una solicitud de "
    "actualización.",
}
_BY_TOPIC = {
    "DEATH": "Confírmelo con la familia, con cuidado. Si es así, haga una solicitud de actualización.",
    "CANCELLED": "Pida a la familia que vaya al RENIEC: un documento cancelado puede suspender el pago.",
    "CARE": "Solo para su conocimiento.",
}
_SUSPENDED = (
    "Explique el motivo a la familia y qué puede hacer; si no está de acuerdo, registre un reclamo."
)
_TWICE = "Avise a su coordinador: la oficina lo revisa. La familia no tiene que hacer nada todavía."


@dataclass(frozen=True, slots=True)
class ExternalLine:
    """One thing another system says.

    Attributes:
        who: given name, or that it is about the household.
        there, here: what each side says; empty where it says nothing.
        compared: ``no coincide``, ``solo está allá``.
        tone: token of the palette for `compared`.
        to_do: the next step; empty when there is none.
    """

    finding: ExternalFinding
    who: str
    system: str
    topic: str
    there: str
    here: str
    compared: str
    tone: str
    to_do: str

    @property
    def on(self) -> date | None:
        return self.finding.on


def external_lines(session: Session, household_id: str) -> list[ExternalLine]:
    """Everything other systems say of a household, what has to be looked at first."""
    found = session.store.find(ExternalFinding, household_id=household_id)
    names = session.store.get_many(Member, {one.member_id for one in found if one.member_id})
    found.sort(key=lambda one: (one.source, one.topic, one.id))
    found.sort(key=lambda one: one.on or date.min, reverse=True)
    found.sort(key=lambda one: (not one.to_look_at, _ORDER.index(one.outcome)))
    return [_line(one, names.get(one.member_id)) for one in found]


def _line(one: ExternalFinding, member: Member | None) -> ExternalLine:
    return ExternalLine(
        finding=one,
        who=member.given if member else WHOLE_HOUSEHOLD,
        system=SYSTEMS.get(one.source, one.source),
        topic=topic_text(one.topic),
        there=one.there_text,
        here=one.here_text,
        compared=_compared(one),
        tone=_tone(one),
        to_do=_to_do(one),
    )


def topic_text(topic: str) -> str:
    """``Control de crecimiento y desarrollo``, ``Matrícula 2026``, ``TB de septiembre 2026``."""
    name, _, rest = topic.partition(":")
    if name in _TOPICS:
        return _TOPICS[name]
    if name == "ENROL":
        return f"Matrícula {rest}"
    if name == "ATTENDANCE":
        return f"Asistencia de {_month(rest)}"
    if name in SERVICES:
        text = SERVICES[name].name
        return f"{text[0].upper()}{text[1:]}"
    return f"{name} de {_month(rest)}" if rest else name


def _month(text: str) -> str:
    """``septiembre 2026`` of ``2026-09``, whatever follows."""
    year, _, rest = text.partition("-")
    return f"{MONTHS[int(rest[:2]) - 1]} {year}" if rest[:2].isdecimal() else text


def _compared(one: ExternalFinding) -> str:
    """Payments and Cuna Más are not recorded here: there is nothing to compare with."""
    contradicts = one.outcome is FindingOutcome.CONTRADICTORY
    if one.source in ("pagos", "cuna_mas") and not contradicts:
        return "aviso"
    return _COMPARED[one.outcome]


def _tone(one: ExternalFinding) -> str:
    if one.to_look_at:
        return "high"
    return "low" if one.outcome is FindingOutcome.CONFIRMED else "information"


def _to_do(one: ExternalFinding) -> str:
    name = one.topic.partition(":")[0]
    if name == SUMMARY or one.outcome is FindingOutcome.CONFIRMED:
        return ""
    if name in _BY_TOPIC:
        return _BY_TOPIC[name]
    if one.source == "pagos":
        return _TWICE if one.outcome is FindingOutcome.CONTRADICTORY else _SUSPENDED
    texts = {"siagie": _OF_SCHOOL, "his": _OF_SERVICES}.get(one.source, _OF_PEOPLE)
    return texts.get(one.outcome, "")


__all__ = ["ExternalLine", "external_lines", "households_to_look_at", "topic_text"]
