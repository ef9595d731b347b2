"""The `juntos-campo` command: the window when called bare, else one of the commands.

Only what is asked for is loaded: opening the window does not pay for the command line.
"""

from __future__ import annotations

import sys
from pkgutil import resolve_name

from juntos_campo.garbage import collect_seldom

_WINDOW = "juntos_campo.commands.window:open_window"
_COMMAND_LINE = "juntos_campo.commands.command_line:build"


def main() -> None:
    """Entry point."""
    if len(sys.argv) == 1:
        collect_seldom()
        sys.exit(resolve_name(_WINDOW)(sys.argv))
    resolve_name(_COMMAND_LINE)()()
