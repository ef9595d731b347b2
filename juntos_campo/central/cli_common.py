"""What the commands of `juntos-central` share: settings, an open database, errors told in Spanish."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from juntos_campo.central.database import Database
from juntos_campo.central.settings import ServerSettings, sqlite_url
from juntos_campo.central.settings_file import InForce, find_settings
from juntos_campo.domain.errors import UserError

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


def common_options(config: Config = None) -> None:
    """Servidor central."""
    _config_file.set(config)


def in_force(
    data: Path | None, database: str | None, config: Path | None = None, **more: object
) -> InForce:
    """The settings of this command, and where they come from.

    Raises:
        UserError: CEN-206, CEN-241, CEN-242.
    """
    url = sqlite_url(data) if data is not None else database
    return find_settings(os.environ, config or _config_file.get(), database_url=url, **more)


def settings_for(data: Path | None, database: str | None, **more: object) -> ServerSettings:
    """The settings of this command.

    Raises:
        UserError: CEN-206, CEN-241, CEN-242.
    """
    return in_force(data, database, None, **more).settings


@contextmanager
def ready(data: Path | None, database: str | None) -> Iterator[tuple[Database, ServerSettings]]:
    """The database of this command, prepared by `juntos-central init`; closed when the block ends.

    Raises:
        UserError: CEN-201, CEN-202, CEN-206, CEN-241, CEN-242.
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
        Console(stderr=True).print(
            f"{error.problem.code}: {error}", highlight=False, soft_wrap=True, markup=False
        )
        raise typer.Exit(1) from None
