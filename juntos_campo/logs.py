"""Where the program's log goes. What is logged never holds a name, a document or an address."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST_BYTES = 512 * 1024
KEPT_FILES = 3


def log_to(file: Path) -> None:
    """Write the log of this process to `file`, in small files that replace each other."""
    handler = RotatingFileHandler(
        file, maxBytes=LARGEST_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
