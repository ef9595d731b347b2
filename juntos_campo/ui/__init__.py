"""The window (PySide6). Knows no SQL, no HTTP and no rule: it asks `juntos_campo.app` and shows."""

from __future__ import annotations

import ctypes
import sys

if sys.version_info < (3, 12):
    # PySide6 6.12.0 takes one reference from None at every call of a method without a result, as if
    # None could not be destroyed; that holds from Python 3.12 on (PEP 683). On 3.11 the interpreter
    # aborts with "deallocating None" after a few thousand calls. So give None what 3.12 gives it.
    ctypes.c_ssize_t.from_address(id(None)).value |= 1 << 40
