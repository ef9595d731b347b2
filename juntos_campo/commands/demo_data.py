"""`juntos-campo demo-data`: write the invented register, history and school years to a folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from juntos_campo.demo import data
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.spanish import thousands


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("demo-data")(demo_data)


def demo_data(
    households: Annotated[int, typer.Option(min=1, help="Cuántos hogares.")],
    out: Annotated[Path, typer.Option(help="Carpeta donde se escriben los tres archivos.")],
    seed: Annotated[int, typer.Option(help="La misma semilla da siempre los mismos datos.")] = 1,
    date: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Día de referencia (AAAA-MM-DD); por defecto, hoy."
        ),
    ] = None,
    gestores: Annotated[
        str, typer.Option(help="Usuarios de los gestores, separados por comas.")
    ] = "r.ccori",
) -> None:
    """Escribe un padrón, un historial y años escolares de demostración, con personas inventadas."""
    field_workers = [name.strip() for name in gestores.split(",") if name.strip()]
    if not field_workers:
        raise typer.BadParameter("escriba al menos un gestor.", param_hint="'--gestores'")
    today = date.date() if date else SystemClock().today()
    invented = data.generate(households, seed, today, field_workers)
    console = Console()
    for path in (*data.write(invented, out), data.write_schooling(invented, out)):
        console.print(str(path), highlight=False, soft_wrap=True)
    counts = data.summary(invented)
    console.print(", ".join(f"{thousands(number)} {name}" for name, number in counts.items()))
