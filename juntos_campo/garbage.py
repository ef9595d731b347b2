"""How seldom Python looks for garbage."""

from __future__ import annotations

import gc

_OBJECTS_BETWEEN_COLLECTIONS = (50_000, 20, 50)


def collect_seldom() -> None:
    """Starting makes hundreds of thousands of objects that all stay; looking for garbage among them
    every 700 objects is a tenth of the time until the window stands."""
    gc.set_threshold(*_OBJECTS_BETWEEN_COLLECTIONS)
