"""What the server's OpenAPI document says, in Spanish and in the programme's own words."""

from __future__ import annotations

from typing import Final

ABOUT: Final = (
    "Sincroniza las computadoras de los gestores locales y de los coordinadores zonales con la oficina. "
    "Cada computadora recibe solo los hogares de su territorio. Los códigos de error (CEN-…) vienen con un "
    "texto para la persona. El significado de cada mensaje está en el protocolo de sincronización."
)

TAGS: Final = {
    "Entrada": "Usuario, contraseña e inscripción de una computadora.",
    "Intercambio": "Lo registrado sube, y lo nuevo de los hogares asignados baja.",
    "Archivos": "Fotos, firmas y otros archivos, por trozos que se pueden continuar.",
    "Memoria USB": "Archivos sellados que alguien trae por una computadora sin conexión.",
    "Oficinas": "Para las unidades territoriales, la sede central y los auditores.",
    "Estado": "Para quien opera el servidor: si vive y si puede atender.",
}

MODELS: Final = {
    "LoginRequest": ("Entrada", "Quién entra, y desde qué base de datos."),
    "LoginResponse": ("Entrada aceptada", "Quién es la persona y qué recibirá su computadora."),
    "SyncRequest": ("Pedido de intercambio", "Cambios que suben, y hasta dónde recibió la laptop."),
    "SyncResponse": ("Respuesta de intercambio", "Acuses, y después una página de lo nuevo."),
    "Operation": ("Cambio", "Un cambio de un registro, hecho en una laptop."),
    "Arrival": ("Primera descarga", "Hasta dónde va la primera descarga de una partición."),
    "Ack": ("Acuse", "Lo que el servidor hizo con un cambio."),
    "Refusal": ("Rechazo", "Por qué no se guardó un cambio."),
    "Outcome": (
        "Resultado",
        "Aplicado, con conflicto, repetido, rechazado, en espera o solicitado.",
    ),
    "Change": ("Registro vigente", "La versión vigente de un registro."),
    "Removal": (
        "Retiro",
        "Algo sale para siempre de la laptop: pasó a otro gestor, o se eliminó por ley.",
    ),
    "ConflictNote": (
        "Cambio cruzado",
        "Dos personas cambiaron un dato; un valor rige, el otro se conserva.",
    ),
    "Side": ("Valor de una parte", "Un valor, quién lo escribió y cuándo llegó."),
    "FileQuestion": ("Pregunta por archivos", "De qué archivos se quiere saber."),
    "FileAnswer": ("Estado de archivos", "En el orden en que se preguntó."),
    "FileState": ("Estado de un archivo", "Cuánto tiene el servidor de un archivo."),
    "ChunkTaken": ("Trozo recibido", "Cuánto tiene el servidor del archivo después de este trozo."),
    "TokenRequest": ("Pedido de llave", "Una laptop pide otra llave de acceso con su firma."),
    "TokenAnswer": ("Llave nueva", "Sellada para la laptop que la pidió."),
    "AccountList": ("Personas", "Quiénes pueden usar el servidor, por orden de usuario."),
    "AccountInfo": ("Persona", "Quién es, de dónde, y si puede entrar."),
    "DeviceInfo": ("Computadora", "Una computadora inscrita a nombre de una persona."),
    "AuditPage": ("Registro de auditoría", "Filas por orden de número."),
    "AuditEntry": ("Fila de auditoría", "Quién hizo qué; sin datos de las familias."),
    "ErrorBody": ("Error", "Qué pasó y qué hacer. Lo que está en la laptop sigue guardado ahí."),
}
"""Title and description of each message, by its name in the program."""

FIELDS: Final = {
    "accounts": "Las personas, por orden de usuario.",
    "action": "Qué se hizo.",
    "active": "La persona puede entrar.",
    "actor": "Usuario que lo hizo; vacío si no se sabe.",
    "blocked": "La oficina bloqueó la computadora.",
    "created_at": "Cuándo se inscribió.",
    "detail": "Códigos y nombres de datos, sin valores.",
    "devices": "Sus computadoras.",
    "entries": "Las filas, por orden de número.",
    "hash": "Sello de esta fila y de todas las anteriores de la misma persona.",
    "locked_until": "Hasta cuándo espera por contraseñas equivocadas.",
    "position": "Número de la fila entre las de la misma persona.",
    "renew_days": "Después de cuántos días la laptop pide otra llave.",
    "renews": "El programa de la laptop sabe renovar su llave.",
    "sealed": "La llave de acceso, sellada para la clave de la laptop.",
    "seen_at": "Último contacto.",
    "sequence": "Número de la fila.",
    "unit": "Código de la unidad territorial.",
    "acks": "Un acuse por cada cambio del pedido, en su orden.",
    "arriving": "Particiones cuya primera descarga está en marcha.",
    "at": "Momento, o lugar hasta donde se llegó.",
    "author": "Usuario que hizo el cambio.",
    "base": "Valor del que partieron los dos.",
    "base_version": "Versión del servidor sobre la que se hizo el cambio; 0 si el registro es nuevo.",
    "budget": "Bytes sin comprimir que la laptop quiere recibir como máximo.",
    "changed_at": "Cuándo lo recibió el servidor.",
    "changes": "Registros nuevos o cambiados.",
    "clock_offset": "Segundos entre el reloj de la laptop y el del servidor, si se conocen.",
    "code": "Código del rechazo, estable.",
    "complete": "El archivo está entero y su contenido se comprobó.",
    "conflict_id": "El mismo para todos los que reciben el aviso.",
    "conflicts": "Cambios cruzados.",
    "counter": "Cuenta propia de la computadora, siempre creciente.",
    "cursor": "Hasta qué número se recibió de cada partición.",
    "deleted": "El registro se eliminó.",
    "device": "Id que la base de datos de la laptop eligió para sí.",
    "device_name": "Nombre de la computadora.",
    "device_time": "Hora del reloj de la laptop; se guarda, no decide nada.",
    "fields": "Datos del registro, por su nombre.",
    "files": "Un estado por archivo preguntado.",
    "flags": "Lo que parece imposible: reloj o fecha.",
    "full_name": "Nombres y apellidos.",
    "id": "Id del registro.",
    "ids": "Ids de los archivos: el SHA-256 de su contenido y su extensión.",
    "kept": "El valor que rige.",
    "kind": "Tipo de registro.",
    "loaded": "La laptop tiene hogares de un archivo que el servidor todavía no confirmó.",
    "lost": "El valor que se conserva aparte.",
    "more": "Hay más páginas: se pide otra vez.",
    "op_id": "Id del cambio, hecho por la laptop.",
    "operations": "Cambios que suben.",
    "outcome": "Lo que se hizo con el cambio.",
    "partition": "Partición: la parte del padrón que una persona recibe.",
    "partitions": "Particiones que la persona recibe.",
    "password": "Contraseña.",
    "path": "El dato del que se trata.",
    "pending": "Siguen más cambios en otro pedido: la respuesta trae solo acuses.",
    "people": "Nombres completos de los colegas que la página menciona.",
    "prev": "Cambio anterior de esta laptop sobre el mismo registro.",
    "protocol": "Versión del protocolo.",
    "reason": "Por qué sale: pasó a otro gestor, o se eliminó por ley.",
    "received": "Bytes que tiene el servidor, desde el primero.",
    "refused": "Por qué no se guardó.",
    "removals": "Lo que sale de la laptop para siempre.",
    "removed": "Datos que ya no existen.",
    "role": "Función de la persona.",
    "rule": "Regla que decidió.",
    "seq": "Número dentro de su partición.",
    "served": "Cuántos hogares pedidos vienen enteros en esta página.",
    "server_key": "Clave pública del servidor.",
    "server_time": "Hora del servidor.",
    "sign_key": "Clave pública de la laptop.",
    "signature": "Firma del servidor sobre las normas, formularios y mensajes de la página.",
    "size": "Bytes del archivo entero; 0 si no se sabe.",
    "stamp": "Sello de la última respuesta guardada; otro indica una base de datos copiada.",
    "status": "«ok» si el servidor responde.",
    "supported": "Versiones del protocolo que el servidor habla.",
    "text": "Texto para la persona.",
    "token": "Va en «Authorization: Bearer» y vale solo para esa computadora.",
    "until": "Hasta dónde llega la primera descarga.",
    "user": "Usuario.",
    "value": "El valor.",
    "version": "Versión del registro en el servidor.",
    "want": "Hogares cuyo historial se pide ahora, en orden.",
    "wanted": "Esta persona puede enviar el archivo.",
    "zone": "Zona de coordinación.",
}
"""Description of each field, whatever message it stands in."""

_LOGIN: Final = {
    "protocol": 2,
    "user": "r.ccori",
    "password": "una contraseña larga",
    "device": "0f6c2b1e9a7d4c3f8b5a6d7e8f901234",
    "device_name": "LAPTOP-GRAU-07",
}
_LOGIN_ANSWER: Final = {
    "protocol": 2,
    "token": "Zk3…",
    "user": "r.ccori",
    "full_name": "Rosa Ccori Huillca",
    "role": "field_worker",
    "server_time": "2026-11-17T08:00:00-05:00",
    "zone": "Grau",
    "partitions": ["ref", "fw:r.ccori"],
}
_SYNC: Final = {
    "protocol": 1,
    "device": "0f6c2b1e9a7d4c3f8b5a6d7e8f901234",
    "cursor": {"ref": 40, "fw:r.ccori": 1280},
    "operations": [
        {
            "op_id": "op-00000001",
            "kind": "visit",
            "id": "7d1e",
            "base_version": 3,
            "author": "r.ccori",
            "counter": 52,
            "device_time": "2026-11-17T07:40:00-05:00",
            "fields": {"answers/note": "Se acordó ir al control CRED"},
        }
    ],
}
_SYNC_ANSWER: Final = {
    "protocol": 1,
    "server_time": "2026-11-17T08:00:00-05:00",
    "cursor": {"ref": 40, "fw:r.ccori": 1281},
    "acks": [{"op_id": "op-00000001", "version": 4}],
}
_FILE: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.jpg"

EXAMPLES: Final = {
    "LoginRequest": _LOGIN,
    "LoginResponse": _LOGIN_ANSWER,
    "SyncRequest": _SYNC,
    "SyncResponse": _SYNC_ANSWER,
    "FileQuestion": {"ids": [_FILE]},
    "FileAnswer": {"files": [{"size": 48213, "received": 32768, "wanted": True}]},
    "ChunkTaken": {"received": 48213, "complete": True},
    "file": _FILE,
}
"""By the name of the message; invented people only."""
