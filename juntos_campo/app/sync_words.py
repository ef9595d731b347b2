"""What travels, in words: single records."""

from __future__ import annotations

from juntos_campo.app.review_queue import form_title, household_names
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import (
    ChangeRequest,
    Commitment,
    Entity,
    ExternalFinding,
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
from juntos_campo.domain.kind_words import KIND_NAMES
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.spanish import ABSENT, short_date
from juntos_campo.form_engine.markdown import settings_of


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
        entity,
        Visit
        | ServiceEvent
        | Commitment
        | ChangeRequest
        | Pregnancy
        | SchoolYear
        | ExternalFinding,
    ):
        household_id = entity.household_id
    if isinstance(entity, Commitment):
        name = f"{name} «{entity.text}»"
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
    name = household_names(session, [household_id]).get(household_id, ("", ""))[0]
    if not name:
        return "un hogar que no está en esta computadora"
    return "un hogar sin titular" if name == ABSENT else name
