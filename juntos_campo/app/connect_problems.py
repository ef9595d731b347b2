"""What can go wrong when a laptop is connected to its server. Codes ``CON-...``."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

OTHER_PERSON = Problem(
    "CON-001",
    "Esta computadora es de {owner}, y usted entró al servidor como {user}.",
    "Entre con el usuario {owner}; cada persona usa su propia computadora o su propia carpeta.",
)
NEEDS_HTTPS = Problem(
    "CON-002",
    "La dirección «{address}» no protege los datos en el camino.",
    "Use la dirección que empieza con https:// y pídala a la oficina si no la tiene.",
    "No se envió nada.",
)
NOBODY_THERE = Problem(
    "CON-004",
    "No se pudo llegar a «{address}».",
    "Revise que la dirección esté bien escrita y que haya señal, y entre otra vez.",
    "No se envió nada.",
)
NOTHING_TYPED = Problem(
    "CON-003",
    "Falta la dirección del servidor, el usuario o la contraseña.",
    "Complete los tres datos y entre otra vez.",
    "",
)
NOT_LET_IN = Problem("CON-005", "{said}", "{todo}", "")
