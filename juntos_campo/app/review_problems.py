"""What can go wrong when a record is reviewed. Codes ``REV-...``."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

ONLY_COORDINATOR = Problem(
    "REV-001",
    "Solo un coordinador zonal aprueba o devuelve registros.",
    "Si le corresponde, pida a la oficina que corrija su rol.",
)
RECORD_NOT_HERE = Problem(
    "REV-002",
    "Ese registro ya no está en esta computadora.",
    "Sincronice; si el hogar fue reasignado, lo revisa otro coordinador.",
)
NOT_ON_SERVER = Problem(
    "REV-003",
    "Ese registro todavía no llegó al servidor.",
    "Se puede revisar cuando el gestor sincronice.",
)
CHANGED_MEANWHILE = Problem(
    "REV-004",
    "El gestor corrigió este registro mientras usted lo revisaba.",
    "Mire la versión nueva y decida otra vez.",
    "Sus comentarios siguen en la pantalla.",
)
NOTHING_SAID = Problem(
    "REV-005",
    "Para devolver un registro hace falta decir qué está mal.",
    "Escriba un comentario general o comente el campo equivocado.",
)
ALREADY_SENT = Problem(
    "REV-006",
    "Esa decisión ya está en el servidor o pudo llegar en una sincronización cortada.",
    "Decida otra vez sobre el registro: vale la última decisión.",
)
NOT_YOUR_DECISION = Problem(
    "REV-007",
    "Esa decisión la tomó otra persona.",
    "Decida otra vez sobre el registro: vale la última decisión.",
)
