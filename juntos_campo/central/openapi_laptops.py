"""The addresses laptops use, and those that tell how the server is, as OpenAPI describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from juntos_campo.central.bundle_problems import (
    ALREADY_TAKEN,
    BUNDLE_OF_COPY,
    LAPTOP_UNKNOWN,
    LAPTOP_WITHOUT_KEY,
)
from juntos_campo.central.file_problems import (
    FILE_DAMAGED,
    FILE_NOT_HERE,
    FILE_QUOTA,
    FILE_TOO_LARGE,
    FILE_UNKNOWN,
)
from juntos_campo.central.openapi_parts import BINARY, NUMBER, Body, Route, parameter
from juntos_campo.central.openapi_texts import EXAMPLES, FIELDS
from juntos_campo.central.problems import (
    ADDRESS_TOO_OFTEN,
    DATABASE_COPIED,
    DATABASE_NOT_READY,
    DATABASE_UNREACHABLE,
    DEVICE_BLOCKED,
    DEVICE_OF_ANOTHER,
    DEVICE_TOO_OFTEN,
    LOCKED,
    MESSAGE_TOO_LARGE,
    MESSAGE_UNREADABLE,
    NO_SUCH_ADDRESS,
    NOT_AUTHENTICATED,
    NOT_FOR_LAPTOPS,
    PROTOCOL_UNKNOWN,
    WRONG_CREDENTIALS,
)
from juntos_campo.central.serving_problems import STOPPING
from juntos_campo.wire.file_messages import (
    FILE_ID,
    SIZE_HEADER,
    ChunkTaken,
    FileAnswer,
    FileQuestion,
)
from juntos_campo.wire.messages import (
    LoginRequest,
    LoginResponse,
    SyncRequest,
    SyncResponse,
)
from juntos_campo.wire.renewal import TokenAnswer, TokenRequest
from juntos_campo.wire.standing import StandingAnswer, StandingRequest

_KEY = parameter(
    "key", "path", "El id del archivo.", {"type": "string", "pattern": f"^{FILE_ID}$"},
    example=EXAMPLES["file"],
)  # fmt: skip
_AT = parameter("at", "query", "Desde qué byte.", NUMBER, required=True, example=32768)
_RESUME = parameter(
    "X-Resume", "header", "La página que la laptop tiene en parte y cuántos bytes de ella: etiqueta:bytes.",
    {"type": "string", "pattern": "^[0-9a-f]{16}:[0-9]{1,9}$"}, example="00112233aabbccdd:4096",
)  # fmt: skip
_STATE = {
    "type": "object",
    "title": "Estado",
    "required": ["status"],
    "properties": {
        "status": {"type": "string", "description": FIELDS["status"]},
        "protocol": {"type": "integer", "description": FIELDS["protocol"]},
        "supported": {
            "type": "array",
            "items": {"type": "integer"},
            "description": FIELDS["supported"],
        },
    },
    "example": {"status": "ok"},
}
_UNREADABLE = (MESSAGE_UNREADABLE, MESSAGE_TOO_LARGE)
_ENTER = Route(
    "Entrada",
    "Entrar e inscribir una computadora",
    "Comprueba usuario y contraseña y da a esta computadora su llave de acceso, que reemplaza la anterior. "
    "Después de varias contraseñas equivocadas el usuario espera. Quien no trabaja con una laptop entra sin "
    "sign_key, y su llave dura unas horas.",
    Body("Quién es la persona y qué recibirá.", LoginResponse),
    (WRONG_CREDENTIALS, LOCKED, ADDRESS_TOO_OFTEN, NOT_FOR_LAPTOPS, DEVICE_OF_ANOTHER, DEVICE_BLOCKED,
     DATABASE_COPIED, PROTOCOL_UNKNOWN, *_UNREADABLE),
    Body("En JSON; puede venir comprimido (Content-Encoding: zstd).", LoginRequest),
    open_to_all=True,
)  # fmt: skip
_KNOWN = (NOT_AUTHENTICATED, NOT_FOR_LAPTOPS, DEVICE_TOO_OFTEN)
_EXCHANGE_PROBLEMS = (*_KNOWN, DATABASE_COPIED, PROTOCOL_UNKNOWN, *_UNREADABLE)
_FILE_PROBLEMS = (*_KNOWN, *_UNREADABLE)

LAPTOP_ROUTES: Final[Mapping[tuple[str, str], Route]] = {
    ("get", "/v1/health"): Route(
        "Estado",
        "Estado del servidor y versiones que habla",
        "Responde cuando la base de datos responde.",
        Body("El servidor atiende.", schema=_STATE),
        open_to_all=True,
    ),
    ("get", "/v1/live"): Route(
        "Estado",
        "Si el proceso vive",
        "No mira la base de datos: sirve para decidir si hay que empezar el proceso otra vez.",
        Body("El proceso vive.", schema=_STATE),
        open_to_all=True,
    ),
    ("get", "/v1/ready"): Route(
        "Estado",
        "Si se le pueden enviar pedidos",
        "La base de datos responde, su esquema es el de este programa y el servidor no está terminando.",
        Body("Puede atender.", schema=_STATE),
        (STOPPING, DATABASE_NOT_READY, DATABASE_UNREACHABLE),
        open_to_all=True,
    ),
    ("post", "/v1/login"): _ENTER,
    ("post", "/v2/login"): _ENTER,
    ("post", "/v2/token"): Route(
        "Entrada",
        "Renovar la llave de acceso de una computadora",
        "Sin contraseña: la laptop firma el pedido con su clave, y la llave nueva viene sellada para ella. "
        "La anterior vale hasta que se muestre la nueva.",
        Body("La llave nueva, que solo esa computadora puede abrir.", TokenAnswer),
        (NOT_AUTHENTICATED, DEVICE_BLOCKED, ADDRESS_TOO_OFTEN, *_UNREADABLE),
        Body("En JSON; puede venir comprimido (Content-Encoding: zstd).", TokenRequest),
        open_to_all=True,
    ),
    ("post", "/v2/standing"): Route(
        "Entrada",
        "Si la oficina ordenó borrar esta computadora",
        "Sin contraseña ni firma: el programa lo pregunta al abrirse, antes de que nadie escriba nada. De un "
        "código que nadie tiene se responde lo mismo que de una computadora sin orden. Con «erased» la "
        "computadora avisa que ya se borró.",
        Body("La orden firmada, o nada.", StandingAnswer),
        (ADDRESS_TOO_OFTEN, *_UNREADABLE),
        Body("En JSON; puede venir comprimido (Content-Encoding: zstd).", StandingRequest),
        open_to_all=True,
    ),
    ("post", "/v1/sync"): Route(
        "Intercambio",
        "Un intercambio: cambios que suben, acuses y cambios que bajan",
        "Versión 1, en JSON. Cada cambio se guarda o se rechaza por separado; repetir un pedido no duplica "
        "nada.",
        Body("Acuses, y una página de lo nuevo.", SyncResponse),
        _EXCHANGE_PROBLEMS,
        Body("En JSON; puede venir comprimido (Content-Encoding: zstd).", SyncRequest),
    ),
    ("post", "/v2/sync"): Route(
        "Intercambio",
        "El mismo intercambio en forma compacta, que se puede continuar si se corta",
        "Versión 2. Los mismos mensajes en columnas y comprimidos con diccionario. Si la conexión se cortó, "
        "X-Resume dice cuánto llegó y se envía solo el resto de la misma página.",
        Body("Cabeza y página, en forma compacta.", kind=BINARY),
        _EXCHANGE_PROBLEMS,
        Body("El pedido de intercambio, en forma compacta.", kind=BINARY),
        (_RESUME,),
    ),
    ("post", "/v2/files"): Route(
        "Archivos",
        "Cuánto tiene el servidor de unos archivos",
        "Antes de enviar o pedir un archivo: dice desde qué byte se continúa.",
        Body("Un estado por archivo, en el orden de la pregunta.", FileAnswer),
        _FILE_PROBLEMS,
        Body("Los archivos por los que se pregunta.", FileQuestion),
    ),
    ("put", "/v2/files/{key}"): Route(
        "Archivos",
        "Un trozo de un archivo",
        "Los bytes desde «at» del archivo, que tiene «size». Al llegar el último se comprueba el contenido.",
        Body("Cuánto se tiene ahora.", ChunkTaken),
        (*_FILE_PROBLEMS, NO_SUCH_ADDRESS, FILE_UNKNOWN, FILE_TOO_LARGE, FILE_QUOTA, FILE_DAMAGED),
        Body("Bytes del archivo, 1 MB como máximo.", kind=BINARY),
        (
            _KEY,
            _AT,
            parameter("size", "query", "Bytes del archivo entero.", NUMBER, required=True),
        ),
    ),
    ("get", "/v2/files/{key}"): Route(
        "Archivos",
        "Bytes de un archivo",
        "Hasta «most» bytes del archivo, desde el byte «at».",
        Body(
            "Los bytes pedidos.",
            kind=BINARY,
            headers={SIZE_HEADER: {"description": "Bytes del archivo entero.", "schema": NUMBER}},
        ),
        (*_FILE_PROBLEMS, NO_SUCH_ADDRESS, FILE_UNKNOWN, FILE_NOT_HERE),
        None,
        (
            _KEY,
            _AT,
            parameter("most", "query", "Cuántos bytes como máximo.", NUMBER, required=True),
        ),
    ),
    ("post", "/v2/bundle"): Route(
        "Memoria USB",
        "Un archivo .jcb de otra computadora",
        "Quien lo trae no puede abrirlo. La respuesta va sellada para la computadora que lo escribió.",
        Body("El archivo de respuesta, para la memoria USB.", kind=BINARY),
        (*_KNOWN, MESSAGE_TOO_LARGE, LAPTOP_UNKNOWN, LAPTOP_WITHOUT_KEY, DEVICE_BLOCKED,
         ALREADY_TAKEN, BUNDLE_OF_COPY),
        Body("El archivo .jcb tal como está en la memoria.", kind=BINARY),
    ),
}  # fmt: skip
"""By method and address."""
