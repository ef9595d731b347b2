"""What the tables of the database hold, as an operator is told."""

from __future__ import annotations

TABLE_WORDS = {
    "assignments": "asignaciones de hogares",
    "attachment_chunks": "partes de fotos y archivos",
    "attachment_names": "nombres de fotos y archivos",
    "attachments": "fotos y archivos",
    "audit": "filas de auditoría",
    "audit_chains": "cadenas de auditoría",
    "bundles": "envíos por memoria USB",
    "conflicts": "conflictos",
    "devices": "computadoras",
    "erase_orders": "órdenes de borrar una laptop",
    "erased": "eliminaciones por orden de ley",
    "external_matches": "personas reconocidas de otros sistemas",
    "external_records": "datos de otros sistemas",
    "findings": "comparaciones con otros sistemas",
    "imports": "importaciones",
    "indicator_runs": "cálculos de indicadores",
    "indicator_standing_runs": "cálculos por gestor",
    "indicator_standings": "situaciones por gestor",
    "indicator_values": "valores de indicadores",
    "keys": "claves del servidor",
    "leave_households": "hogares en licencia",
    "leaves": "licencias",
    "lookup_keys": "claves de búsqueda",
    "operations": "cambios recibidos",
    "partitions": "territorios de gestores",
    "place_readers": "lugares que recibe cada gestor",
    "records": "registros",
    "record_versions": "versiones de registros",
    "removals": "retiros de registros",
    "throttles": "intentos de entrar",
    "units": "unidades territoriales",
    "users": "personas inscritas",
    "zones": "zonas de coordinación",
}
"""By the table's name."""


def table_words(name: str) -> str:
    """``records`` -> ``registros``, also after a verb (``restaurar records``); what is no table stays."""
    *before, table = name.split(" ")
    return " ".join([*before, TABLE_WORDS.get(table, table)])
