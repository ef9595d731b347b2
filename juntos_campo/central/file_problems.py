"""Why the server does not take or give a photo, a file or a file of messages (Spanish)."""

from __future__ import annotations

from juntos_campo.central.problems import NOT_OURS
from juntos_campo.domain.errors import Problem

FILE_UNKNOWN = Problem(
    "CEN-131",
    "Ningún registro suyo que esté en el servidor lleva ese archivo.",
    "Sincronice otra vez; si se repite, avise a su coordinador.",
    NOT_OURS,
)
FILE_TOO_LARGE = Problem(
    "CEN-132",
    "El archivo pesa más de {most} MB.",
    "Tome la foto con menos resolución y adjúntela otra vez.",
    NOT_OURS,
)
FILE_QUOTA = Problem(
    "CEN-133",
    "Hoy el servidor ya recibió de usted {most} MB de fotos y archivos, que es lo más por día.",
    "Los demás se enviarán desde mañana, al sincronizar.",
    NOT_OURS,
)
FILE_DAMAGED = Problem(
    "CEN-134",
    "El archivo llegó alterado al servidor y se descartó.",
    "Sincronice otra vez: se enviará desde el comienzo.",
    NOT_OURS,
)
FILE_NOT_HERE = Problem(
    "CEN-135",
    "El archivo todavía no llegó completo al servidor.",
    "Vendrá cuando lo envíe la computadora en que se adjuntó.",
    NOT_OURS,
)

MESSAGES_NOT_SENT = Problem(
    "CEN-230",
    "La oficina no envió ningún archivo de mensajes llamado «{pack}».",
    "Escriba uno de los que envió: {sent}.",
)
