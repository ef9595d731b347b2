"""The code on a print: anybody with the program can check that the paper says what was recorded.

The code is taken from the printed content alone: SHA-256 over the UTF-8 JSON array
``["JC1", kind, subject, part, part, ...]`` (compact separators, texts in Unicode NFC, every part a list
of the printed texts in printed order), of which the first 80 bits are written in Crockford's base 32
as four groups of four. Date of print and page numbers are no part of it: two prints of the same record
carry the same code. It shows copying mistakes and later changes; who printed it is for the signature.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence

import segno
from reportlab.pdfgen.canvas import Canvas

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SCHEME = "JC1"


def print_code(kind: str, subject: str, parts: Iterable[Sequence[str]]) -> str:
    """``7K2M-9QXR-04TD-H8VA`` for what is printed.

    Args:
        kind: what kind of print, with the version of its definition, ``salud02/2026.11.1``.
        subject: id of the record.
        parts: the printed texts, line by line or row by row.
    """
    content = [_SCHEME, kind, subject, *([_nfc(text) for text in part] for part in parts)]
    digest = hashlib.sha256(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    ).digest()
    number = int.from_bytes(digest[:10])
    letters = "".join(_ALPHABET[(number >> shift) & 31] for shift in range(75, -1, -5))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def qr_text(kind: str, subject: str, code: str) -> str:
    """What the QR code holds: no personal data."""
    return f"{_SCHEME}:{kind}:{subject}:{code}"


def draw_qr(canvas: Canvas, text: str, x: float, y: float, size: float) -> None:
    """Draw a QR code with its lower left corner at (x, y); `size` in points, quiet zone included."""
    matrix = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=2)]
    module = size / len(matrix)
    path = canvas.beginPath()
    for line, row in enumerate(matrix):
        start = None
        for column, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                top = y + size - (line + 1) * module
                path.rect(x + start * module, top, (column - start) * module, module)
                start = None
    canvas.drawPath(path, stroke=0, fill=1)
