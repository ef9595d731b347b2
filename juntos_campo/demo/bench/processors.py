"""Seconds of processor that a program and those it started have used, and memory; on Linux, else always 0.

On a machine that others use as well, and that measures with its own processors, exchanges a second tell as
much of the others as of the server. This does not.
"""

from __future__ import annotations

import os
from pathlib import Path

_PROCESSES = Path("/proc")
_PARENT, _USED, _USED_BY_ENDED = 1, slice(11, 13), slice(13, 15)


def processor_seconds(process: int) -> float:
    """Of the process and all below it, those that ended included."""
    found = {int(one.name): _fields(one) for one in _PROCESSES.glob("[0-9]*")}
    ours, before = {process}, 0
    while len(ours) > before:
        before = len(ours)
        ours |= {one for one, said in found.items() if said and int(said[_PARENT]) in ours}
    ticks = sum(sum(map(int, found[one][_USED])) for one in ours if found.get(one))
    if found.get(process):
        ticks += sum(map(int, found[process][_USED_BY_ENDED]))
    return ticks / os.sysconf("SC_CLK_TCK") if ticks else 0.0


def parent_of(process: int) -> int:
    """The process that started this one; 0 when nobody can tell."""
    said = _fields(_PROCESSES / str(process))
    return int(said[_PARENT]) if said else 0


def most_memory_mb(process: int) -> float:
    """The most memory a process that still runs has had at once."""
    try:
        told = (_PROCESSES / str(process) / "status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    most = next((line for line in told.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(most.split()[1]) / 1024


def _fields(process: Path) -> list[str]:
    """What ``stat`` says after the program's name, which may hold anything; nothing of one that ended."""
    try:
        return (
            (process / "stat")
            .read_text(encoding="utf-8", errors="replace")
            .rpartition(")")[2]
            .split()
        )
    except OSError:
        return []
