"""`juntos-campo verify`: whether a PDF is whole and says what is recorded; offline."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from juntos_campo import paths
from juntos_campo.app.print_check import Against, PrintCheck, check_print
from juntos_campo.app.session import open_session
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.norms.rules import rules_of
from juntos_campo.pdf.problems import PRINT_UNREADABLE
from juntos_campo.terminal.asking import ask_password

_SAID = {
    None: "No se comparó con lo registrado: indique la carpeta de datos con --data.",
    Against.SAME: "Dice lo mismo que está registrado en esta computadora.",
    Against.OTHER: "NO dice lo que está registrado: cambió después de imprimirse, o nunca se registró así.",
    Against.NOT_HERE: "No se comparó con lo registrado: el registro no está en esta computadora.",
    Against.OF_A_DAY: "No se comparó con lo registrado: muestra cómo estaba todo el día en que se imprimió.",
}


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("verify")(verify)


def verify(
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO", help="PDF que imprimió Juntos Campo.")],
    *,
    data: Annotated[
        Path | None, typer.Option(help="Carpeta de datos, para comparar con lo registrado.")
    ] = None,
    password: Annotated[
        str, typer.Option(envvar="JUNTOS_CAMPO_PASSWORD", help="Si falta, se pregunta.")
    ] = "",
) -> None:
    """Comprueba que un PDF no fue alterado y, con --data, que dice lo que está registrado."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    try:
        found = check(file, data, password)
    except UserError as error:
        console.print(str(error))
        raise typer.Exit(1) from None
    console.print(f"El archivo está entero, como se imprimió. Verificación {found.seal.code}.")
    console.print(_SAID[found.against])
    if found.against is Against.OTHER:
        raise typer.Exit(1)


def check(file: Path, data: Path | None, password: str) -> PrintCheck:
    """Check a file; without `data` by itself alone.

    Raises:
        UserError: as `check_print` and `open_session`; PDF-003 it cannot be read.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise user_error(PRINT_UNREADABLE, name=file.name, detail=disk_reason(error)) from None
    if data is None:
        return check_print(content, file.name)
    secret = password or ask_password()
    book = rules_of(paths.resources() / "norms")
    place, clock = paths.DataPlace(data), SystemClock()
    with closing(open_session(place, password=secret, clock=clock, book=book)) as session:
        return check_print(content, file.name, session)
