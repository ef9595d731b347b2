"""The server's log: lines for a terminal, or one JSON object a line for a collector.

No line ever holds a name, a document, a body, a token or an address with its query: our own modules log
event names and codes only, of other libraries nothing below a warning is taken, and of a failure only the
kind and the places in the code, never its message, which may repeat a value.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from juntos_campo.domain.clock import LIMA

_OURS, _SERVER = "juntos_campo", "uvicorn.error"
_MOST_PLACES = 12


class _Lines(logging.Formatter):
    """Takes a record apart; what stands in its message is an event, its `fields` are the rest."""

    def parts(self, record: logging.LogRecord) -> dict[str, Any]:
        moment = datetime.fromtimestamp(record.created, LIMA).isoformat(timespec="milliseconds")
        found: dict[str, Any] = {
            "time": moment,
            "level": record.levelname.lower(),
            "process": record.process,
            "logger": record.name,
            "event": record.getMessage(),
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, Mapping):
            found.update(fields)
        if record.exc_info and record.exc_info[1] is not None:
            found["failure"] = failure(record.exc_info[1])
        return found


class JsonLines(_Lines):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(self.parts(record), ensure_ascii=False, default=str)


class TextLines(_Lines):
    """The same for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        parts = self.parts(record)
        head = [str(parts.pop(name)) for name in ("time", "level", "logger", "event")]
        rest = [f"{name}={value}" for name, value in parts.items() if value not in ("", None)]
        return " ".join((*head, *rest)).replace("\n", " ")


def failure(error: BaseException) -> str:
    """Kinds and places of an error and of what caused it, without a word of their messages."""
    found: list[str] = []
    one: BaseException | None = error
    while one is not None and len(found) < _MOST_PLACES:
        frames = traceback.extract_tb(one.__traceback__)[-_MOST_PLACES:]
        places = " > ".join(
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames
        )
        found.append(f"{type(one).__name__} ({places})")
        one = one.__cause__ or one.__context__
    return " <- ".join(found)


def start_logs(kind: str, level: str, stream: TextIO | None = None) -> logging.Handler:
    """Write the log of this process to `stream` (else standard error); other handlers are taken off.

    Args:
        kind: ``text`` or ``json``.
        level: least level of our own lines.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if kind == "json" else TextLines())
    root = logging.getLogger()
    for other in list(root.handlers):
        root.removeHandler(other)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(level.upper())
    logging.getLogger(_SERVER).setLevel(max(logging.INFO, logging.getLevelName(level.upper())))
    return handler


def end_logs(handler: logging.Handler) -> None:
    """Nothing more is written to the stream of `start_logs`, which may be closed now."""
    logging.getLogger().removeHandler(handler)
    for name in (_OURS, _SERVER):
        logging.getLogger(name).setLevel(logging.NOTSET)
