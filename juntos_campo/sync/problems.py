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
    "Si es un wifi que pide registrarse, abra el navegador, entre a esa red y sincronice otra vez. Si pasa "
    "en toda red, avise a la oficina; no ponga su contraseña hasta que se arregle.",
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
NOT_SIGNED = Problem(
    "SYN-014",
    "Llegaron normas o formularios sin la firma del servidor.",
    "No se guardó nada de esa página. Sincronice otra vez; si se repite, avise a la oficina.",
    KEPT,
)
SERVER_CHANGED = Problem(
    "SYN-015",
    "El servidor no es el mismo de antes: en esa dirección responde otro.",
    "Pregunte a la oficina; solo si confirma el cambio, entre otra vez con «Cambiar servidor».",
    KEPT,
)
NAME_NOT_FOUND = Problem(
    "SYN-020",
    "No se encontró el servidor «{host}» en la red.",
    "Casi siempre es que no hay señal: sincronice otra vez cuando la tenga. Si hay señal, revise la "
    "dirección del servidor.",
    KEPT,
)
CONNECTION_REFUSED = Problem(
    "SYN-021",
    "El servidor «{host}» no está atendiendo en este momento.",
    "Sincronice otra vez en unos minutos; si se repite, avise a la oficina.",
    KEPT,
)
CERTIFICATE_DATES = Problem(
    "SYN-022",
    "Según la fecha de esta computadora ({today}), el certificado del servidor no está vigente.",
    "Revise la fecha y hora de la computadora y sincronice otra vez; si están bien, avise a la oficina.",
    KEPT,
)
CERTIFICATE_OF_ANOTHER = Problem(
    "SYN-023",
    "Quien respondió no es el servidor «{host}», sino otro equipo de la red.",
    "Si es un wifi que pide registrarse, abra el navegador, entre a esa red y sincronice otra vez; "
    "no ponga su contraseña antes.",
    KEPT,
)
PROXY_FAILED = Problem(
    "SYN-024",
    "El proxy de esta red ({proxy}) no dejó llegar al servidor.",
    "Pida a quien administra la red que permita el servidor {host}, o use otra red.",
    KEPT,
)
PROXY_PASSWORD = Problem(
    "SYN-025",
    "El proxy de esta red ({proxy}) pide usuario y contraseña.",
    "Pida a quien administra la red que configure el proxy en esta computadora, o use otra red.",
    KEPT,
)
SERVER_BUSY = Problem(
    "SYN-026",
    "El servidor está ocupado y pidió esperar.",
    "Sincronice otra vez en {wait}: seguirá donde se quedó.",
    KEPT,
)
NOT_PRIVATE = Problem(
    "SYN-027",
    "La dirección «{address}» no protege los datos en el camino, y no se envió nada.",
    "Use la dirección que empieza con https:// y pídala a la oficina si no la tiene.",
    KEPT,
)
AUTHORITY_UNREADABLE = Problem(
    "SYN-028",
    "No se puede leer el archivo de certificados «{file}» con que se reconoce al servidor.",
    "Pida a la oficina ese archivo otra vez, o quítelo si la oficina ya no lo usa.",
    KEPT,
)
NOT_ENCRYPTED = Problem(
    "SYN-029",
    "Lo que respondió en «{host}» no habla de forma segura (https).",
    "Revise la dirección del servidor. Si es un wifi que pide registrarse, entre antes a esa red con el "
    "navegador.",
    KEPT,
)
