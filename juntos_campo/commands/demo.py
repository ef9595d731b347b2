"""`juntos-campo demo`: the program on invented data, with its own server; or the whole day by itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_data_path
from rich.console import Console

from juntos_campo.demo.stage import show
from juntos_campo.demo.walk.run import walk_the_day
from juntos_campo.demo.world import COORDINATOR, FIELD_WORKER, DemoError, World
from juntos_campo.domain.errors import UserError


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("demo")(demo)


def demo(
    *,
    headless: Annotated[
        bool, typer.Option("--headless", help="Recorre solo el día de campo, sin pantalla.")
    ] = False,
    out: Annotated[
        Path, typer.Option(help="Con --headless: carpeta de capturas, PDF y resumen.")
    ] = Path("demo-output"),
    households: Annotated[int, typer.Option(min=20, help="Cuántos hogares.")] = 1200,
    seed: Annotated[int, typer.Option(help="La misma semilla da las mismas personas.")] = 7,
    as_coordinator: Annotated[
        bool, typer.Option("--coordinador", help="Abre la computadora del coordinador zonal.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--nuevo", help="Empieza otra vez desde cero.")] = False,
    data: Annotated[Path | None, typer.Option(help="Carpeta de la demostración.")] = None,
) -> None:
    """Demostración con personas inventadas: servidor central, gestor y coordinador."""
    console = Console(highlight=False)
    try:
        if headless:
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
            status = walk_the_day(out, households=households, seed=seed, console=console)
        else:
            status = show(
                World(data or user_data_path("juntos-campo-demo", appauthor=False)),
                COORDINATOR if as_coordinator else FIELD_WORKER,
                households=households,
                seed=seed,
                fresh=fresh,
                say=lambda text: console.print(text, markup=False),
            )
    except (DemoError, UserError) as error:
        console.print(str(error), soft_wrap=True, markup=False)
        raise typer.Exit(1) from None
    raise typer.Exit(status)
