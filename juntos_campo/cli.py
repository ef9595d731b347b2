"""The `juntos-campo` command: the window when called bare, else one of the commands."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=False, add_completion=False)


def main() -> None:
    """Entry point."""
    app()
