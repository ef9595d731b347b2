"""The two values of a conflict, the field and the rule, as a person reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from juntos_campo.app.compare import Labels
from juntos_campo.app.conflict_scope import ANSWERED
from juntos_campo.app.form_labels import form_labels
from juntos_campo.app.people import worker_name
from juntos_campo.app.record_versions import labels_of
from juntos_campo.app.session import Session
from juntos_campo.app.visit_labels import CHANGE_KINDS, COMMITMENT_STATES, visit_labels
from juntos_campo.domain.entities import (
    Entity,
    FieldRecord,
    FormRecord,
    HealthFacility,
    Household,
    Member,
    School,
    Settlement,
    Visit,
)
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.spanish import moment, phone_text, short_date
from juntos_campo.domain.values import ChangeRequestState
from juntos_campo.wire.merge import DELETED

NOTHING = "nada"
"""How an empty value is said."""

HIDDEN = "dato confidencial"
_ISO_DAY = 10
_PHONE = 9

FIELDS = {
    "phone": "teléfono",
    "address": "dirección",
    "reference": "referencia",
    "language": "lengua",
    "settlement_id": "centro poblado",
    "facility_id": "establecimiento de salud",
    "school_id": "institución educativa",
    "field_worker": "gestor",
    "programme_state": "estado en el programa",
    "cse": "clasificación socioeconómica",
    "cse_expires": "vencimiento de la CSE",
    "given": "nombres",
    "paternal": "apellido paterno",
    "maternal": "apellido materno",
    "birth_date": "fecha de nacimiento",
    "document_number": "número de documento",
    "document_kind": "tipo de documento",
    "left_on": "fecha en que dejó el hogar",
    "last_period": "fecha de última regla",
    "due_date_ultrasound": "fecha probable de parto por ecografía",
    "ended_on": "fin de la gestación",
    "outcome": "desenlace de la gestación",
    "state": "estado",
    "kind": "qué cambió",
    "on": "fecha",
    "text": "texto",
    "note": "nota",
    "title": "título",
    "detail": "detalle",
    "agreed_on": "fecha del acuerdo",
    "due_on": "fecha acordada",
    "checked_on": "fecha en que se revisó",
    "value": "resultado",
    "weight_kg": "peso",
    "height_cm": "talla",
    "number": "número de control o dosis",
    "attendance": "asistencia",
    "enrolled_on": "fecha de matrícula",
    "grade": "grado",
    "printed_on": "fecha de impresión",
    "handed_on": "fecha de entrega",
    "handed_to": "a quién se entregó",
    "received_on": "fecha de recojo",
    "received_from": "de quién se recibió",
    "errors_on": "fecha de los errores",
    "errors": "errores encontrados",
    "mended_on": "fecha de la corrección",
    "signed_on": "fecha de la firma",
    "signed_by": "quién firmó",
    "sealed": "sello",
    "consolidated_on": "fecha de consolidación",
    "sent_on": "fecha de envío",
    "passed": "resultado del año",
    "decision": "decisión",
    "comment": "comentario",
    DELETED: "el registro entero",
}

_REQUEST_STATES = {
    ChangeRequestState.DRAFTED: "por enviar",
    ChangeRequestState.SENT: "enviada",
    ChangeRequestState.VALIDATED: "validada por la oficina",
    ChangeRequestState.APPLIED: "aplicada por la oficina",
    ChangeRequestState.REJECTED: "rechazada por la oficina",
}
_WORDS: dict[tuple[str, str], dict[str, str]] = {
    ("commitment", "state"): {str(key): word for key, word in COMMITMENT_STATES.items()},
    ("change_request", "state"): {str(key): word for key, word in _REQUEST_STATES.items()},
    ("change_request", "kind"): {str(key): word for key, word in CHANGE_KINDS.items()},
}
_NAMED: dict[str, type[Settlement | HealthFacility | School | Member]] = {
    "settlement_id": Settlement,
    "facility_id": HealthFacility,
    "school_id": School,
    "member_id": Member,
}

BOTH_KEPT, OFFICE_WINS = "both_kept", "office_wins"
RULES = {
    "last_arrival": "Quedó el que llegó después al servidor.",
    "first_arrival": "Quedó el que ya tenía el servidor.",
    "edit_stands": "Una corrección vale más que un borrado, para que nada escrito desaparezca.",
    BOTH_KEPT: "Quedaron los dos textos, uno debajo del otro: no hace falta elegir.",
    OFFICE_WINS: "En los datos del padrón vale lo que dice la oficina; el otro valor le llegó como "
    "solicitud de actualización.",
}
"""Why one value stands, by the name of the rule."""

_OFFICE_DATA = "En los datos del padrón vale lo que ya tenía el servidor."
_REGISTER = frozenset({"household", "member", "pregnancy", "school_year", "settlement", "school"})


@dataclass(frozen=True, slots=True)
class Words:
    """How the values of one record are put.

    Attributes:
        record: the record, None when it is not on this laptop.
        household_id: "" when it is about none.
        secret: the values are not for this reader.
    """

    record: Entity | None
    household_id: str
    labels: Labels | None
    secret: bool

    def field(self, path: str) -> str:
        """``hemoglobina observada``, ``Yeison: fecha de CRED 6 meses``."""
        name, _, key = path.partition("/")
        if self.labels is not None and key:
            return self.labels.label(key)
        if name in ANSWERED.values():
            return "una respuesta"
        label = FIELDS.get(name, name)
        return f"{label} de {key}" if key else label

    def value(self, session: Session, kind: str, path: str, raw: Any) -> str:
        """A value as a reader writes it; `NOTHING` for an empty one."""
        if self.secret:
            return HIDDEN
        name, _, key = path.partition("/")
        if self.labels is not None and key:
            return self.labels.text(key, raw) or (NOTHING if raw in (None, "") else str(raw))
        if path == DELETED:
            return "borrado" if raw else "corregido"
        return _plain(session, kind, name, raw)


def words_of(session: Session, kind: str, record_id: str) -> Words:
    """The words for one record, read with the form it was made with."""
    if kind not in KINDS:
        return Words(None, "", None, secret=False)
    record = session.store.get(KINDS[kind].entity, record_id)
    if isinstance(record, Visit):
        return Words(record, record.household_id, visit_labels(session, record), secret=False)
    if isinstance(record, FormRecord):
        return Words(record, "", form_labels(session, record), secret=False)
    if isinstance(record, FieldRecord):
        secret = record.confidential and record.field_worker != session.user.name
        return Words(record, record.household_id, labels_of(session, record), secret)
    if isinstance(record, Household):
        return Words(record, record.id, None, secret=False)
    return Words(record, getattr(record, "household_id", ""), None, secret=False)


def rule_text(kind: str, rule: str) -> str:
    """Why one value stands, in a sentence."""
    if rule == "first_arrival" and kind in _REGISTER:
        return _OFFICE_DATA
    return RULES.get(rule, "Lo decidió una regla que esta versión del programa no conoce.")


def author_text(session: Session, author: str) -> str:
    """``usted``, ``la oficina``, ``Juan Quispe``; ``el usuario jquispe`` while his name has not come."""
    if author == session.user.name:
        return "usted"
    name = worker_name(session, author)
    return f"el usuario {author}" if name == author else name


def moment_text(session: Session, iso: str) -> str:
    """``mar 17 nov 18:05`` in this laptop's time zone; "" when nobody noted it."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return ""
    return moment(when.astimezone(session.clock.now().tzinfo))


def _plain(session: Session, kind: str, name: str, raw: Any) -> str:
    if raw in (None, "", [], {}):
        return NOTHING
    if (kind, name) in _WORDS:
        return _WORDS[kind, name].get(str(raw), str(raw))
    if name in _NAMED:
        return _name(session, name, str(raw))
    if isinstance(raw, dict):
        return "; ".join(f"{key}: {value}" for key, value in raw.items())
    return _text(name, raw)


def _name(session: Session, field: str, record_id: str) -> str:
    found = session.store.get(_NAMED[field], record_id)
    if found is None:
        return "uno que no está en esta computadora"
    return found.full_name if isinstance(found, Member) else found.name


def _text(name: str, raw: Any) -> str:
    if isinstance(raw, bool):
        return "sí" if raw else "no"
    if isinstance(raw, list):
        return ", ".join(map(str, raw))
    text = str(raw)
    if name == "phone" and len(text) == _PHONE:
        return phone_text(text)
    try:
        return short_date(date.fromisoformat(text)) if len(text) == _ISO_DAY else text
    except ValueError:
        return text
