"""The `juntos-campo` command: the window when called bare, else one of the commands.

Commands are loaded only when one is asked for, so that opening the window does not pay for them.
"""

from __future__ import annotations

import sys
from pkgutil import resolve_name

import typer

_COMMANDS = (
    "demo",
    "demo_data",
    "register",
    "forms",
    "services",
    "sync",
    "print_",
)
_WINDOW = "juntos_campo.commands.window:open_window"


def build() -> typer.Typer:
    """Every command of `juntos-campo`, put together."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        help="Juntos Campo. Sin mandato, abre la ventana.",
    )
    for name in _COMMANDS:
        resolve_name(f"juntos_campo.commands.{name}:register")(app)
    return app


def main() -> None:
    """Entry point."""
    if len(sys.argv) == 1:
        sys.exit(resolve_name(_WINDOW)(sys.argv))
    build()()
