"""What can go wrong with backups, their restoring, and checks (Spanish)."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

_UNCHANGED = "No se cambió nada en la base de datos."

NOT_A_BACKUP = Problem(
    "CEN-301",
    "«{file}» no es un respaldo del servidor de Juntos Campo.",
    "Revise el nombre del archivo; los respaldos terminan en {suffix}.",
    _UNCHANGED,
)
BACKUP_DAMAGED = Problem(
    "CEN-302",
    "El respaldo «{file}» está dañado o incompleto.",
    "Cópielo otra vez de donde se guardó, o use un respaldo anterior.",
    _UNCHANGED,
)
WRONG_PASSPHRASE = Problem(
    "CEN-303",
    "La clave no abre el respaldo «{file}»: es otra, o el archivo está dañado en su comienzo.",
    "Revise la clave con que se hizo; si es la correcta, cópielo otra vez de donde se guardó.",
    _UNCHANGED,
)
PASSPHRASE_NEEDED = Problem(
    "CEN-304",
    "El respaldo «{file}» está cifrado y falta la clave.",
    "Dé el archivo que la contiene con --passphrase-file, o la variable {variable}.",
    _UNCHANGED,
)
BACKUP_NEWER = Problem(
    "CEN-305",
    "El respaldo «{file}» se hizo con una versión más nueva del programa ({version}).",
    "Instale esa versión del programa, o una posterior, y repita la orden.",
    _UNCHANGED,
)
FILE_EXISTS = Problem(
    "CEN-306",
    "El archivo «{file}» ya existe.",
    "Elija otro nombre, o agregue --force para reemplazarlo.",
)
CANNOT_WRITE = Problem(
    "CEN-307",
    "No se pudo escribir «{file}» ({reason}).",
    "Revise la carpeta y el espacio libre, y repita la orden.",
)
NO_SPACE = Problem(
    "CEN-308",
    "En la carpeta «{folder}» quedan {free} MB libres y el respaldo puede ocupar {needed} MB.",
    "Libere espacio, o elija otro disco.",
)
CANNOT_READ = Problem(
    "CEN-309",
    "No se pudo leer «{file}» ({reason}).",
    "Revise el nombre y los permisos.",
    _UNCHANGED,
)
NOT_EMPTY = Problem(
    "CEN-310",
    "La base de datos no está vacía ({what}), y un respaldo solo se restaura en una vacía.",
    "Indique una carpeta nueva con --data, o una base de datos nueva de PostgreSQL con --database.",
    _UNCHANGED,
)
RESTORE_FAILED = Problem(
    "CEN-311",
    "La base de datos no aceptó lo que trae el respaldo ({reason}).",
    "Compruebe el archivo con «juntos-central verify ARCHIVO» y el espacio del disco, y repita la orden.",
    "La base de datos quedó vacía, como estaba.",
)
WEAK_PASSPHRASE = Problem(
    "CEN-312",
    "La clave del respaldo es muy corta.",
    "Use por lo menos {length} caracteres, y guárdela donde no esté el respaldo.",
)
KEEP_WITHOUT_FOLDER = Problem(
    "CEN-313",
    "--keep solo sirve con una carpeta.",
    "Dé una carpeta: cada respaldo recibe ahí un nombre con su fecha.",
)
HEADS_UNREADABLE = Problem(
    "CEN-314",
    "«{file}» no contiene finales de cadenas de auditoría guardados.",
    "Use un archivo escrito con --write-heads, o un respaldo.",
)
NO_SUCH_TARGET = Problem(
    "CEN-315",
    "«{file}» no es una carpeta que exista, ni el nombre de un respaldo.",
    "Cree la carpeta antes, o dé un nombre que termine en {suffix}.",
)
