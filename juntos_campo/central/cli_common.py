"""What the commands of `juntos-central` share: settings, an open database, errors told in Spanish."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer
from rich.console import Console

from juntos_campo.central.database import Database
from juntos_campo.central.problems import DATABASE_UNREACHABLE
from juntos_campo.central.serving_problems import FOLDER_UNUSABLE, TWO_DATABASES
from juntos_campo.central.settings import ServerSettings, sqlite_url, without_secrets
from juntos_campo.central.settings_file import InForce, find_settings
from juntos_campo.domain.disk_words import UNKNOWN, disk_reason
from juntos_campo.domain.errors import UserError, user_error

Data = Annotated[
    Path | None, typer.Option("--data", help="Carpeta de datos del servidor (SQLite).")
]
Url = Annotated[
    str | None, typer.Option("--database", help="Dirección de la base de datos (PostgreSQL).")
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config", help="Archivo de configuración (TOML); también JUNTOS_CENTRAL_CONFIG."
    ),
]

_config_file: ContextVar[Path | None] = ContextVar("config_file", default=None)
_address: ContextVar[str] = ContextVar("address", default="")

_REASONS = (
    (
        ("authentication failed", "autentificac", "no password supplied"),
        "el usuario o la contraseña no son correctos",
    ),
    (("does not exist", "no existe"), "no hay en ese servidor una base de datos o un usuario así"),
    (("permission denied", "no pg_hba", "pg_hba.conf"), "PostgreSQL no deja entrar desde aquí"),
    (("refused", "rehusada", "rechazada"), "en esa dirección nadie atiende"),
    (("translate host", "resolve host", "name or service"), "no se conoce ese equipo"),
    (("timeout", "timed out", "unreachable"), "ese equipo no responde"),
    (("too many clients", "connection slots"), "PostgreSQL ya tiene todas sus conexiones ocupadas"),
    (("no such file",), "PostgreSQL no está en marcha en este equipo, o usa otro puerto"),
    (("read-only",), "es una réplica: no recibe cambios"),
)
"""Words of PostgreSQL's sentences, in its languages, and what they mean to an operator."""


def common_options(config: Config = None) -> None:
    """Servidor central."""
    _config_file.set(config)


def in_force(
    data: Path | None, database: str | None, config: Path | None = None, **more: object
) -> InForce:
    """The settings of this command, and where they come from.

    Raises:
        UserError: CEN-206, CEN-241, CEN-242, CEN-249.
    """
    if data is not None and database is not None:
        raise user_error(TWO_DATABASES)
    url = sqlite_url(data) if data is not None else database
    found = find_settings(os.environ, config or _config_file.get(), database_url=url, **more)
    _address.set(without_secrets(found.settings.database_url))
    return found


def settings_for(data: Path | None, database: str | None, **more: object) -> ServerSettings:
    """The settings of this command.

    Raises:
        UserError: CEN-206, CEN-241, CEN-242, CEN-249.
    """
    return in_force(data, database, None, **more).settings


def prepare_sqlite(data: Path | None, url: str) -> None:
    """Make the folder and the empty file of a database that is not there yet; only who makes them reads
    them: they will hold the families' names.

    Raises:
        UserError: CEN-250 the folder cannot be used.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return
    file = Path(str(parsed.database))
    try:
        if data is not None:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        no_folder = isinstance(error, FileExistsError)
        reason = "es un archivo" if no_folder else disk_reason(error)
        raise user_error(FOLDER_UNUSABLE, folder=file.parent, reason=reason) from error


@contextmanager
def ready(data: Path | None, database: str | None) -> Iterator[tuple[Database, ServerSettings]]:
    """The database of this command, prepared by `juntos-central init`; closed when the block ends.

    Raises:
        UserError: CEN-201, CEN-202, CEN-206, CEN-241, CEN-242, CEN-249.
    """
    settings = settings_for(data, database)
    store = Database(settings.database_url)
    try:
        store.require_ready()
        yield store, settings
    finally:
        store.close()


@contextmanager
def told() -> Iterator[None]:
    """An error a person can meet is told in Spanish and ends the command with status 1."""
    try:
        yield
    except UserError as error:
        text = f"{error.problem.code}: {error}"
        if error.problem is DATABASE_UNREACHABLE and error.__cause__ is not None:
            text += f"\nDirección: {_address.get()} ({why_unreachable(error.__cause__)})."
        Console(stderr=True).print(text, highlight=False, soft_wrap=True, markup=False)
        raise typer.Exit(1) from None


def why_unreachable(error: BaseException) -> str:
    """Why a database does not open, in a few words for an operator; the driver's own are English."""
    said = str(getattr(error, "orig", None) or error).lower()
    for parts, words in _REASONS:
        if any(part in said for part in parts):
            return words
    reason = disk_reason(Exception(said))
    return "no se sabe por qué" if reason == UNKNOWN else reason
