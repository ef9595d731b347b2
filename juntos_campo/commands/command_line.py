"""Every command of `juntos-campo`, put together."""

from __future__ import annotations

from pkgutil import resolve_name

import typer

from juntos_campo.terminal.program import Program

_COMMANDS = (
    "demo",
    "demo_data",
    "register",
    "forms",
    "services",
    "norms",
    "growth",
    "haemoglobin",
    "verification",
    "sync",
    "print_",
    "verify_print",
    "bench",
)


def build() -> typer.Typer:
    """The command line; each command is a module of this package with a `register`."""
    app = Program("Juntos Campo. Sin ninguna orden, abre la ventana.")
    for name in _COMMANDS:
        resolve_name(f"juntos_campo.commands.{name}:register")(app)
    return app
