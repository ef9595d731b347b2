"""The `juntos-campo` command: the window when called bare, else one of the commands.

Only what is asked for is loaded: opening the window does not pay for the command line.
"""

from __future__ import annotations

import gc
import sys
from pkgutil import resolve_name

_WINDOW = "juntos_campo.commands.window:open_window"
_COMMAND_LINE = "juntos_campo.commands.command_line:build"
_OBJECTS_BETWEEN_COLLECTIONS = (50_000, 20, 50)


def main() -> None:
    """Entry point."""
    if len(sys.argv) == 1:
        collect_seldom()
        sys.exit(resolve_name(_WINDOW)(sys.argv))
    resolve_name(_COMMAND_LINE)()()


def collect_seldom() -> None:
    """Starting makes hundreds of thousands of objects that all stay; looking for garbage among them
    every 700 objects is a tenth of the time until the window stands."""
    gc.set_threshold(*_OBJECTS_BETWEEN_COLLECTIONS)
