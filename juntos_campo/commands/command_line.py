"""Every command of `juntos-campo`, put together."""

from __future__ import annotations

from pkgutil import resolve_name

import typer

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
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        help="Juntos Campo. Sin mandato, abre la ventana.",
    )
    for name in _COMMANDS:
        resolve_name(f"juntos_campo.commands.{name}:register")(app)
    return app
