"""Making sure that what was renamed or removed in a folder survives a power cut."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_KNOWS_NO_SUCH_THING = (errno.EINVAL, errno.ENOTSUP)


def force_folder(folder: Path) -> None:
    """Have the folder's own entries on the disk when this returns; Windows and some sticks cannot.

    Raises:
        OSError: the disk refuses.
    """
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _KNOWS_NO_SUCH_THING:
            raise
    finally:
        os.close(handle)
