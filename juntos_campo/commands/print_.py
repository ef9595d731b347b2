"""`juntos-campo print`: an official form of a facility or school and bimester as a PDF."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from juntos_campo import paths
from juntos_campo.app.form_print import print_official
from juntos_campo.app.form_problems import (
    CANNOT_WRITE,
    FACILITY_NOT_HERE,
    SCHOOL_NOT_HERE,
    UNKNOWN_BIMESTER,
)
from juntos_campo.app.official_catalogue import PlaceKind, official_form
from juntos_campo.app.session import Session, open_session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.entities import HealthFacility, School
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.norms.rules import rules_of
from juntos_campo.terminal.asking import ask_password


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("print")(print_form)


def print_form(
    form: Annotated[
        str,
        typer.Argument(metavar="FORMATO", help="Formato: salud01, salud02, salud03 o educacion."),
    ],
    *,
    facility: Annotated[
        str, typer.Option(help="Código RENIPRESS del establecimiento de salud.")
    ] = "",
    school: Annotated[
        str, typer.Option(help="Código modular de la institución educativa (educacion).")
    ] = "",
    bimester: Annotated[
        str, typer.Option(help="Año y número, por ejemplo 2026-6; si falta, el presente.")
    ] = "",
    out: Annotated[Path, typer.Option(help="Archivo PDF que se escribe.")],
    data: Annotated[Path | None, typer.Option(help="Carpeta de datos del programa.")] = None,
    password: Annotated[
        str, typer.Option(envvar="JUNTOS_CAMPO_PASSWORD", help="Si falta, se pregunta.")
    ] = "",
) -> None:
    """Imprime un formato como está ahora, en borrador o cerrado."""
    console = Console(highlight=False)
    try:
        official_form(form)
        period = read_bimester(bimester) if bimester else Bimester.of(SystemClock().today())
        place = paths.DataPlace(data) if data else paths.default_place()
        secret = password or ask_password()
        book = rules_of(paths.resources() / "norms")
        with closing(
            open_session(place, password=secret, clock=SystemClock(), book=book)
        ) as session:
            write_form(session, form, school or facility, period, out)
    except UserError as error:
        console.print(Text(str(error)), soft_wrap=True)
        raise typer.Exit(1) from None
    console.print(Text(f"Se escribió {out}."), soft_wrap=True)


def read_bimester(text: str) -> Bimester:
    """``2026-6``.

    Raises:
        UserError: FOR-005, it is no bimester.
    """
    try:
        return Bimester.parse(text)
    except ValueError:
        raise user_error(UNKNOWN_BIMESTER, text=text) from None


def write_form(
    session: Session, form_id: str, place_code: str, bimester: Bimester, out: Path
) -> None:
    """Print a form of the facility with that RENIPRESS code, or of the school with that código
    modular, into `out`.

    Raises:
        UserError: FOR-001, FOR-010 no such place here, FOR-006 no such form, FOR-007 the file cannot
            be written.
    """
    if official_form(form_id).place is PlaceKind.SCHOOL:
        ids = [one.id for one in session.store.find(School, code=place_code)]
        missing = SCHOOL_NOT_HERE
    else:
        ids = [one.id for one in session.store.find(HealthFacility, code=place_code)]
        missing = FACILITY_NOT_HERE
    if not ids:
        raise user_error(missing, where=place_code)
    data = print_official(session, form_id, ids[0], bimester)
    try:
        out.write_bytes(data)
    except OSError as error:
        detail = disk_reason(error)
        raise user_error(CANNOT_WRITE, name=out.name, detail=detail) from None
