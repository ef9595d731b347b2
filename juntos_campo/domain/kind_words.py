"""The kinds of records in Spanish."""

from __future__ import annotations

KIND_NAMES: dict[str, tuple[str, str]] = {
    "settlement": ("centro poblado", "centros poblados"),
    "health_facility": ("establecimiento de salud", "establecimientos de salud"),
    "school": ("institución educativa", "instituciones educativas"),
    "rule_pack": ("norma", "normas"),
    "message_pack": ("juego de mensajes", "juegos de mensajes"),
    "form_definition": ("formulario", "formularios"),
    "household": ("hogar", "hogares"),
    "member": ("persona", "personas"),
    "pregnancy": ("gestación", "gestaciones"),
    "school_year": ("año escolar", "años escolares"),
    "external_finding": ("dato de otro sistema", "datos de otros sistemas"),
    "service_event": ("atención", "atenciones"),
    "visit": ("visita", "visitas"),
    "commitment": ("compromiso", "compromisos"),
    "change_request": ("solicitud de actualización", "solicitudes de actualización"),
    "form_record": ("formato", "formatos"),
    "form_handling": ("trámite de formato", "trámites de formato"),
    "field_record": ("registro", "registros"),
    "review": ("revisión", "revisiones"),
}
"""By the kind's name: one of it, several of it; in the order in which they are told."""
