"""Where the program's log goes. What is logged never holds a name, a document or an address."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST_BYTES = 512 * 1024
KEPT_FILES = 3


def log_to(file: Path) -> logging.Handler:
    """Write the log of this process to `file`, in small files that replace each other.

    Returns:
        The handler, for `stop_logging`.
    """
    handler = RotatingFileHandler(
        file, maxBytes=LARGEST_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Let go of the file that `log_to` opened."""
    logging.getLogger().removeHandler(handler)
    handler.close()
