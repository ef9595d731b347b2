"""Nobody without the password reads a name: search every file the program left behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from juntos_campo.demo.walk.walk import FILE, Walk
from juntos_campo.demo.world import COORDINATOR, FIELD_WORKER
from juntos_campo.domain.entities import Member


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
        | {one.given for one in members if len(one.given) > 6 and " " in one.given}
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
    content = path.read_bytes()
    folded = content.lower()
    return any(
        form in folded
        for secret in secrets
        for form in (
            secret.lower().encode(),
            secret.lower().encode("utf-16-le"),
            secret.lower().encode("latin-1", "ignore"),
        )
    )


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
