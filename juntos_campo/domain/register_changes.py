"""Which request asks the office for which change of the register, and what the fields are called."""

from __future__ import annotations

from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.values import ChangeRequestKind

_KINDS = {
    "phone": ChangeRequestKind.PHONE,
    "address": ChangeRequestKind.MOVED,
    "reference": ChangeRequestKind.MOVED,
    "settlement_id": ChangeRequestKind.MOVED,
    "facility_id": ChangeRequestKind.HEALTH_FACILITY,
    "school_id": ChangeRequestKind.SCHOOL,
    "grade": ChangeRequestKind.SCHOOL,
    "left_on": ChangeRequestKind.LEFT_HOUSEHOLD,
    "household_id": ChangeRequestKind.LEFT_HOUSEHOLD,
    "relationship": ChangeRequestKind.HOLDER,
}

_WORDS = {
    "code": "código del hogar",
    "settlement_id": "centro poblado",
    "address": "dirección",
    "reference": "referencia",
    "phone": "teléfono",
    "language": "lengua",
    "cse": "clasificación socioeconómica",
    "cse_expires": "vencimiento de la CSE",
    "programme_state": "estado en el programa",
    "affiliated_on": "fecha de afiliación",
    "field_worker": "gestor",
    "household_id": "hogar",
    "document_kind": "tipo de documento",
    "document_number": "número de documento",
    "paternal": "apellido paterno",
    "maternal": "apellido materno",
    "given": "nombres",
    "sex": "sexo",
    "birth_date": "fecha de nacimiento",
    "relationship": "parentesco",
    "facility_id": "establecimiento de salud",
    "school_id": "institución educativa",
    "grade": "grado",
    "birth_weight_g": "peso al nacer",
    "gestation_weeks": "semanas de gestación",
    "left_on": "fecha en que dejó el hogar",
    "last_period": "fecha de última regla",
    "due_date_ultrasound": "fecha probable de parto por ecografía",
    "captured_on": "fecha de captación",
    "ended_on": "fin de la gestación",
    "outcome": "desenlace de la gestación",
}


def request_kind(kind: str, field: str) -> ChangeRequestKind:
    """The request that asks for a change of `field` of a record of `kind`."""
    if kind == "pregnancy" and field != "facility_id":
        return ChangeRequestKind.PREGNANT
    return _KINDS.get(field, ChangeRequestKind.PERSONAL_DATA)


def field_words(field: str) -> str:
    """A field of the register as people call it; its own name when it has none."""
    return _WORDS.get(field, field)


def request_of_conflict(conflict_id: str) -> str:
    """Id of the request to which a value that gave way to the office's led."""
    return derived_id("change_request", conflict_id, "conflict")
