"""What can stop a synchronisation, in words for the person (Spanish)."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

KEPT = "Lo que falta enviar sigue guardado en esta computadora."

NO_CONNECTION = Problem(
    "SYN-001",
    "No se pudo llegar al servidor.",
    "Cuando tenga señal, sincronice otra vez: seguirá donde se quedó.",
    KEPT,
)
TOO_SLOW = Problem(
    "SYN-002",
    "El servidor no respondió a tiempo.",
    "Busque mejor señal y sincronice otra vez: seguirá donde se quedó.",
    KEPT,
)
CAPTIVE_PORTAL = Problem(
    "SYN-003",
    "Respondió otra página en lugar del servidor, como hacen las redes wifi que piden registrarse.",
    "Abra el navegador, entre a esa red y sincronice otra vez.",
    KEPT,
)
SIGN_IN_AGAIN = Problem(
    "SYN-004",
    "El servidor no reconoce esta computadora.",
    "Entre al servidor otra vez con su usuario y contraseña.",
    KEPT,
)
SERVER_SAID = Problem(
    "SYN-005",
    "El servidor no aceptó el pedido ({code}): {text}",
    "Si se repite, avise a su coordinador con ese código.",
    KEPT,
)
SERVER_FAILED = Problem(
    "SYN-006",
    "El servidor tuvo una falla ({status}).",
    "Sincronice otra vez en unos minutos: seguirá donde se quedó.",
    KEPT,
)
ANSWER_DAMAGED = Problem(
    "SYN-007",
    "La respuesta del servidor llegó incompleta.",
    "Sincronice otra vez: seguirá donde se quedó.",
    KEPT,
)
NOT_SECURE = Problem(
    "SYN-008",
    "No se pudo comprobar la identidad del servidor.",
    "Revise la fecha y hora de la computadora; no ponga su contraseña hasta que se arregle.",
    KEPT,
)
CANCELLED = Problem(
    "SYN-009",
    "Usted detuvo la sincronización.",
    "Sincronice otra vez cuando quiera: seguirá donde se quedó.",
    KEPT,
)
DATABASE_COPIED = Problem(
    "SYN-012",
    "Esta base de datos es una copia o viene de un respaldo.",
    "Entre al servidor otra vez con su usuario y contraseña: se inscribirá como otra computadora.",
    KEPT,
)
NO_SERVER = Problem(
    "SYN-010",
    "Esta computadora todavía no tiene un servidor.",
    "Indique la dirección que le dio la oficina y entre con su usuario y contraseña.",
    KEPT,
)
BAD_ADDRESS = Problem(
    "SYN-011",
    "La dirección del servidor «{address}» no es correcta.",
    "Escríbala como se la dio la oficina, por ejemplo https://campo.ejemplo.gob.pe.",
    KEPT,
)
