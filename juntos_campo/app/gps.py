"""A place from a GPS receiver on this laptop, by way of ``gpsd`` (its JSON protocol on the loopback)."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing

from juntos_campo.domain.errors import Problem, user_error

HOST, PORT = "127.0.0.1", 2947
"""Where ``gpsd`` listens by default."""
PROBE_SECONDS, FIX_SECONDS = 0.5, 20.0
_WATCH = b'?WATCH={"enable":true,"json":true};\n'
_TWO_DIMENSIONS = 2
_MOST_BYTES = 1_000_000

NO_FIX = Problem(
    "GPS-001",
    "El GPS no dio una posición.",
    "Salga a cielo abierto y vuelva a intentar, o escriba latitud y longitud.",
)


def gps_answers(host: str = HOST, port: int = PORT, wait: float = PROBE_SECONDS) -> bool:
    """Whether ``gpsd`` is there and has at least one receiver."""
    try:
        for report in _reports(host, port, wait):
            if report.get("class") == "DEVICES":
                return bool(report.get("devices"))
    except OSError:
        return False
    return False


def read_position(host: str = HOST, port: int = PORT, wait: float = FIX_SECONDS) -> str:
    """The first position, ``latitude longitude altitude accuracy``: degrees and metres, 0 where unknown.

    Raises:
        UserError: GPS-001, none came within `wait` seconds.
    """
    try:
        for report in _reports(host, port, wait):
            place = _place(report)
            if place:
                return place
    except OSError:
        pass
    raise user_error(NO_FIX)


def _place(report: dict[str, object]) -> str:
    if report.get("class") != "TPV" or _number(report, "mode") < _TWO_DIMENSIONS:
        return ""
    if "lat" not in report or "lon" not in report:
        return ""
    altitude = _number(report, "altMSL") or _number(report, "alt")
    accuracy = _number(report, "eph") or max(_number(report, "epx"), _number(report, "epy"))
    numbers = (_number(report, "lat"), _number(report, "lon"))
    return f"{numbers[0]:.7f} {numbers[1]:.7f} {altitude:.1f} {accuracy:.1f}"


def _number(report: dict[str, object], name: str) -> float:
    value = report.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _reports(host: str, port: int, wait: float) -> Iterator[dict[str, object]]:
    """What ``gpsd`` says, one object a line, for `wait` seconds."""
    deadline = time.monotonic() + wait
    with closing(socket.create_connection((host, port), timeout=min(wait, PROBE_SECONDS))) as line:
        line.sendall(_WATCH)
        kept = b""
        while (left := deadline - time.monotonic()) > 0:
            line.settimeout(left)
            data = line.recv(4096)
            if not data or len(kept) > _MOST_BYTES:
                return
            kept += data
            *lines, kept = kept.split(b"\n")
            for one in lines:
                try:
                    report = json.loads(one)
                except ValueError:
                    continue
                if isinstance(report, dict):
                    yield report
