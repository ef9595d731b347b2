"""What travels, in words: kinds of record, single records, conflicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from juntos_campo.app.compare import Labels
from juntos_campo.app.form_labels import form_labels
from juntos_campo.app.record_versions import labels_of
from juntos_campo.app.review_queue import form_title, household_names
from juntos_campo.app.session import Changed, Session
from juntos_campo.app.visit_labels import visit_labels
from juntos_campo.domain.entities import (
    ChangeRequest,
    Commitment,
    Entity,
    FieldRecord,
    FormDefinition,
    FormHandling,
    FormRecord,
    Household,
    Member,
    Pregnancy,
    Review,
    SchoolYear,
    ServiceEvent,
    Visit,
)
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.spanish import ABSENT, moment, short_date
from juntos_campo.form_engine.markdown import settings_of
from juntos_campo.store.sync_state import StoredConflict, conflicts, mark_seen
from juntos_campo.sync.wording import KIND_NAMES
from juntos_campo.wire.merge import DELETED

_FIELDS = {
    "phone": "teléfono",
    "address": "dirección",
    "reference": "referencia",
    "language": "lengua",
    "settlement_id": "centro poblado",
    "facility_id": "establecimiento de salud",
    "school_id": "institución educativa",
    "given": "nombres",
    "paternal": "apellido paterno",
    "maternal": "apellido materno",
    "birth_date": "fecha de nacimiento",
    "document_number": "número de documento",
    "state": "estado",
    "on": "fecha",
    "text": "texto",
    "note": "nota",
    "title": "título",
    "detail": "detalle",
    "due_on": "fecha acordada",
    "value": "resultado",
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
    DELETED: "el registro entero",
}


def describe(session: Session, kind: str, record_id: str) -> str:
    """``Visita a QUISPE HUAMÁN, María Elena (vie 20 nov 2026)``: names one record for a person."""
    store = session.store
    entity = store.get(KINDS[kind].entity, record_id) if kind in KINDS else None
    word = KIND_NAMES.get(kind, ("registro", "registros"))[0]
    name = word[:1].upper() + word[1:]
    if entity is None:
        return f"{name} que ya no está en esta computadora"
    household_id = entity.id if isinstance(entity, Household) else ""
    if isinstance(
        entity, Visit | ServiceEvent | Commitment | ChangeRequest | Pregnancy | SchoolYear
    ):
        household_id = entity.household_id
    if household_id:
        day = f" ({short_date(entity.on)})" if isinstance(entity, Visit | ServiceEvent) else ""
        of = "a" if isinstance(entity, Visit) else "de"
        return f"{name} {of} {_holder(session, household_id)}{day}"
    if isinstance(entity, Review):
        return f"Revisión de «{describe(session, entity.target_kind, entity.target_id)}»"
    if isinstance(entity, Member):
        return entity.full_name
    return _form(session, name, entity) or f"{name} {getattr(entity, 'name', ABSENT)}"


def _form(session: Session, name: str, entity: Entity) -> str:
    """Names what has to do with a form; empty for anything else."""
    if isinstance(entity, FormRecord):
        return form_title(entity)
    if isinstance(entity, FormHandling):
        return f"Trámite: {form_title(entity)}"
    if isinstance(entity, FieldRecord):
        return _field_record(session, entity)
    if isinstance(entity, FormDefinition):
        title = settings_of(entity.text).get("form_title", entity.form_id)
        return f"{name} «{title}», versión {entity.version}"
    return ""


def _field_record(session: Session, record: FieldRecord) -> str:
    if record.confidential and record.field_worker != session.user.name:
        return f"Registro confidencial ({short_date(record.on)})"
    return f"{record.title or record.form_id} ({short_date(record.on)})"


def _holder(session: Session, household_id: str) -> str:
    return household_names(session, [household_id]).get(household_id, (ABSENT, ABSENT))[0]


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """Two people changed one field.

    Attributes:
        what: the record and the field.
        text: who put what and when, which stands and why.
        kept, lost: the two values as a reader writes them.
    """

    conflict_id: str
    kind: str
    record_id: str
    household_id: str
    what: str
    text: str
    kept: str
    lost: str
    seen: bool


_REASONS = {
    "last_arrival": "Quedó el que llegó después.",
    "first_arrival": "Quedó el que ya tenía el servidor.",
    "edit_stands": "Una corrección vale más que un borrado, para que nada escrito desaparezca.",
}


def conflict_lines(session: Session, *, unseen_only: bool = True) -> list[ConflictLine]:
    """Conflicts the server told of, the newest first."""
    return [_conflict(session, one) for one in conflicts(session.store, unseen_only=unseen_only)]


def conflict_read(session: Session, conflict_id: str) -> Changed:
    """The person has read it."""
    with session.work("conflict.read") as work:
        mark_seen(work.tx, conflict_id)
    return Changed(frozenset({"conflict"}))


def _conflict(session: Session, one: StoredConflict) -> ConflictLine:
    labels, household_id = _labels_of(session, one)
    name, _, key = one.path.partition("/")
    field = labels.label(key) if labels and key else _FIELDS.get(name, name)

    def value(raw: Any) -> str:
        if labels and key:
            return labels.text(key, raw) or "nada"
        return _value(raw)

    kept, lost = value(one.kept), value(one.lost)
    text = (
        f"{_who(session, one.lost_author)} puso «{lost}»{_when(one.lost_at)}; "
        f"{_who(session, one.kept_author)} puso «{kept}»{_when(one.kept_at)}. "
        f"Vale «{kept}». {_REASONS.get(one.rule, '')}"
    )
    what = f"{describe(session, one.kind, one.record_id)}: {field}"
    return ConflictLine(
        one.conflict_id,
        one.kind,
        one.record_id,
        household_id,
        what,
        text[:1].upper() + text[1:].strip(),
        kept,
        lost,
        one.seen,
    )


def _labels_of(session: Session, one: StoredConflict) -> tuple[Labels | None, str]:
    """Labels for the answers of a visit, form or record of ours, and the household concerned."""
    entity = session.store.get(KINDS[one.kind].entity, one.record_id) if one.kind in KINDS else None
    if isinstance(entity, Visit):
        return visit_labels(session, entity), entity.household_id
    if isinstance(entity, FormRecord):
        return form_labels(session, entity), ""
    if isinstance(entity, FieldRecord):
        return labels_of(session, entity), entity.household_id
    if isinstance(entity, Household):
        return None, entity.id
    return None, getattr(entity, "household_id", "")


def _who(session: Session, author: str) -> str:
    if author == session.user.name:
        return "usted"
    return author or "la oficina"


def _when(iso: str) -> str:
    try:
        return f" ({moment(datetime.fromisoformat(iso))})"
    except ValueError:
        return ""


def _value(raw: Any) -> str:
    if raw in (None, ""):
        return "nada"
    if isinstance(raw, str) and len(raw) == 10:
        try:
            return short_date(date.fromisoformat(raw))
        except ValueError:
            return raw
    return str(raw)
