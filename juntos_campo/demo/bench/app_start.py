"""The program of P1: the real window with the password already typed, until Hoy has been painted.

Run as a process of its own with the folder of the laptop; reads the password from its input. It begins
as the command does, with nothing of the program loaded.
"""

from __future__ import annotations

import sys
from pkgutil import resolve_name

if __name__ == "__main__":
    resolve_name("juntos_campo.garbage:collect_seldom")()
    drive = resolve_name("juntos_campo.demo.bench.driven_start:drive")
    drive(sys.argv[1], sys.stdin.readline().rstrip("\n"))
