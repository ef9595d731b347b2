"""What the server tells its operators, and the answers it gives when it cannot work (Spanish)."""

from __future__ import annotations

from juntos_campo.central.problems import NOT_OURS
from juntos_campo.domain.errors import Problem

SETTINGS_WRONG = Problem(
    "CEN-206",
    "La configuración del servidor tiene valores que no corresponden:\n{faults}\n",
    "Corrija lo señalado y ejecute la orden otra vez; «juntos-central config» muestra qué rige.",
    "No se cambió nada.",
)
SETTINGS_FILE_UNREADABLE = Problem(
    "CEN-241",
    "No se pudo leer el archivo de configuración «{file}»: {reason}.",
    "Revise --config o la variable JUNTOS_CENTRAL_CONFIG, y los permisos del archivo.",
    "No se cambió nada.",
)
SETTINGS_NOT_TOML = Problem(
    "CEN-242",
    "El archivo de configuración «{file}» no se entiende desde la línea {line}.",
    'Cada línea lleva nombre = valor; los textos, entre comillas: host = "0.0.0.0".',
    "No se cambió nada.",
)
CERTIFICATE_UNREADABLE = Problem(
    "CEN-243",
    "No se pudo usar el certificado «{file}»: {reason}.",
    "Ponga en un solo archivo PEM el certificado, su cadena y su clave privada sin contraseña.",
    "El servidor no empezó.",
)
CERTIFICATE_DATES = Problem(
    "CEN-244",
    "El certificado «{file}» {reason}.",
    "Renueve el certificado y revise la fecha de este equipo; después empiece el servidor otra vez.",
    "El servidor no empezó.",
)
WORKERS_NEED_POSTGRESQL = Problem(
    "CEN-245",
    "Con SQLite atiende un solo proceso, y se pidieron {workers}.",
    'Pida uno solo (workers = 1), o use PostgreSQL (database_url = "postgresql://...").',
    "El servidor no empezó.",
)
ADDRESS_TAKEN = Problem(
    "CEN-246",
    "El servidor no puede escuchar en {address}: {reason}.",
    "Revise la dirección, o elija otro puerto.",
    "El servidor no empezó.",
)
TWO_DATABASES = Problem(
    "CEN-249",
    "Se escribieron --data y --database a la vez, y no se sabe cuál vale.",
    "Deje uno: --data CARPETA para SQLite, o --database DIRECCIÓN para PostgreSQL.",
    "No se cambió nada.",
)
FOLDER_UNUSABLE = Problem(
    "CEN-250",
    "No se pudo usar la carpeta de datos «{folder}»: {reason}.",
    "Escriba otra carpeta con --data, o dé permiso sobre esa a quien ejecuta la orden.",
    "No se cambió nada.",
)
STOPPING = Problem(
    "CEN-247",
    "El servidor está terminando y ya no recibe pedidos nuevos.",
    "Sincronice otra vez en unos minutos.",
    NOT_OURS,
)
SERVER_FAULT = Problem(
    "CEN-248",
    "El servidor tuvo un error que no esperaba (pedido {request}).",
    "Sincronice otra vez; si se repite, avise a la oficina y dígale el número del pedido.",
    NOT_OURS,
)
