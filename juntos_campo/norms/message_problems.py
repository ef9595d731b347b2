"""What can be wrong with a file of messages (Spanish)."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

MESSAGE_FILE = Problem(
    "VIS-020",
    "El archivo de mensajes «{file}» no se puede leer: {detail}.",
    "Corrija el archivo o reinstale el programa; si lo recibió al sincronizar, avise a su "
    "coordinador.",
)
MESSAGE_ENTRY = Problem(
    "VIS-021",
    "En el archivo de mensajes «{file}», entrada «{entry}», el campo «{field}» no vale: {expected}.",
    "Corrija ese campo y vuelva a abrir el programa.",
)
MESSAGE_TWICE = Problem(
    "VIS-022",
    "En el archivo de mensajes «{file}» la entrada «{entry}» está dos veces.",
    "Deje una sola o cambie el «id» de la segunda.",
)
MESSAGE_SERVICE = Problem(
    "VIS-023",
    "En el archivo de mensajes «{file}», entrada «{entry}», el servicio «{service}» no existe.",
    "Use uno de los códigos de servicio del programa, por ejemplo CRED, HB o APN.",
)
MESSAGES_TWICE = Problem(
    "VIS-024",
    "Los archivos de mensajes «{file}» y «{other}» llevan el mismo id, «{pack}».",
    "Deje uno solo o cambie el id de uno.",
)
MESSAGES_OTHER_KIND = Problem(
    "VIS-025",
    "El archivo de mensajes «{file}» lleva el id «{pack}», que es de mensajes de otro tipo ({kind}).",
    "Use el id del archivo que reemplaza, o uno nuevo.",
)
