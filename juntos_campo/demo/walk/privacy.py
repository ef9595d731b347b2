"""Nobody without the password reads a name: search every file the program left behind."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from juntos_campo.demo.walk.own_record import NAME, NUMBER
from juntos_campo.demo.walk.walk import FILE, Walk
from juntos_campo.demo.world import COORDINATOR, FIELD_WORKER
from juntos_campo.domain.entities import Member

SHORTEST = 6
"""Letters of the shortest name or number searched for."""

_ACCENTED = "áéíóúüñÁÉÍÓÚÜÑ".encode("latin-1")
_UTF8 = re.compile(rb"(?:[0-9A-Za-z ]|\xc3[\x80-\xbf]){%d,}" % SHORTEST)
_LATIN1 = re.compile(rb"[0-9A-Za-z %s]{%d,}" % (_ACCENTED, SHORTEST))
_UTF16 = re.compile(rb"(?:[0-9A-Za-z %s]\x00){%d,}" % (_ACCENTED, SHORTEST))


def search_every_file(walk: Walk) -> None:
    """No name and no DNI in any file of either laptop, nor in the server's log.

    The office's own files and what was printed on purpose are not the program's leavings.
    """
    walk.step("Ningún archivo del programa deja leer un nombre o un DNI")
    with walk.looking_into(FIELD_WORKER) as session:
        members = session.store.find(Member)
    secrets = sorted(
        {member.document_number for member in members if member.document_number}
        | {f"{one.paternal} {one.maternal}" for one in members if one.maternal}
        | {one.given for one in members if len(one.given) >= SHORTEST and " " in one.given}
        | {NAME, NUMBER}  # typed into a form of ours
    )
    files = [
        *_files(walk.world.laptop(FIELD_WORKER).root),
        *_files(walk.world.laptop(COORDINATOR).root),
        walk.world.root / "servidor.log",
    ]
    found = [path.name for path in files if _holds_any(path, secrets)]
    walk.checks.equal(
        f"{len(files)} archivos, {len(secrets)} nombres y documentos buscados: ninguno aparece",
        FILE,
        found,
        [],
    )
    walk.checks.expect(
        "la misma búsqueda sí los encuentra en el padrón de la oficina",
        FILE,
        _holds_any(walk.world.register_file, secrets),
    )
    databases = [walk.world.laptop(one).database for one in (FIELD_WORKER, COORDINATOR)]
    walk.checks.expect(
        "sin la llave, las bases no se abren",
        FILE,
        not any(_opens(path) for path in databases),
    )


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _holds_any(path: Path, secrets: list[str]) -> bool:
    text = readable_runs(path.read_bytes())
    return any(secret.casefold() in text for secret in secrets)


def readable_runs(content: bytes) -> str:
    """Every run of letters, digits and spaces in a file, whichever way it is encoded; case folded.

    What is encrypted has hardly any, so that thousands of names can be searched for quickly.
    """
    runs = [run.group().decode("utf-8", "replace") for run in _UTF8.finditer(content)]
    runs += [run.group().decode("latin-1") for run in _LATIN1.finditer(content)]
    runs += [run.group().decode("utf-16-le", "replace") for run in _UTF16.finditer(content)]
    return "\n".join(runs).casefold()


def _opens(path: Path) -> bool:
    connection = sqlite3.connect(path)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.DatabaseError:
        return False
    else:
        return True
    finally:
        connection.close()
