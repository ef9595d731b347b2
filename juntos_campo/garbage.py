"""How seldom Python looks for garbage, and in which thread."""

from __future__ import annotations

import gc

_OBJECTS_BETWEEN_COLLECTIONS = (50_000, 20, 50)


def collect_seldom() -> None:
    """Starting makes hundreds of thousands of objects that all stay; looking for garbage among them
    every 700 objects is a tenth of the time until the window stands."""
    gc.set_threshold(*_OBJECTS_BETWEEN_COLLECTIONS)


def collect_due() -> int | None:
    """Do here and now what Python would have done by itself by now, were it not switched off.

    Python looks for garbage in whatever thread happens to make an object, and deletes what it finds there.
    Who needs the deleting done in a thread of his choice switches that off and calls this now and then: the
    objects are counted all the same, and the thresholds mean what they always mean.

    Returns:
        The generation that was looked through, None when it was not time yet.
    """
    due = due_generation(gc.get_count(), gc.get_threshold())
    if due is not None:
        gc.collect(due)
    return due


def due_generation(counts: tuple[int, int, int], limits: tuple[int, int, int]) -> int | None:
    """The generation to look through now; None when it is not time yet.

    Args:
        counts: as `gc.get_count` tells them.
        limits: as `gc.get_threshold` tells them; a first one of 0 means never.

    Python 3.14.0 to 3.14.4 have two generations and go through the old one in small steps, one each time
    the young one is due; there the last limit is always told as 0, and generation 1 means such a step
    (https://docs.python.org/3.14/library/gc.html).
    """
    if not limits[0] or counts[0] <= limits[0]:
        return None
    if not limits[2]:
        return 1
    return max(at for at in range(3) if counts[at] > limits[at])
