"""The last line of every PDF we write: what it is a print of, and a digest of all bytes before.

    %JC1 <kind> <subject> <code> <SHA-256 of everything before this line, in hexadecimal>

Kind and subject are percent-encoded. To readers of PDF the line is a comment. It shows that a file was cut,
damaged or saved again with other content. It is no signature: who alters a file on purpose can write the
digest anew, which is why `app.print_check` compares the code with what is recorded.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from juntos_campo.domain.errors import user_error
from juntos_campo.pdf.problems import NOT_SEALED, PRINT_ALTERED

_LINE = re.compile(
    rb"\n%JC1 ([A-Za-z0-9%._~-]+) ([A-Za-z0-9%._~-]*) ([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}) ([0-9a-f]{64})\n\Z"
)


@dataclass(frozen=True, slots=True)
class Seal:
    """What a print says of itself; fields as in `pdf.verification.print_code`, whose result is `code`."""

    kind: str
    subject: str
    code: str


def sealed(data: bytes, seal: Seal) -> bytes:
    """A PDF with its last line."""
    kind, subject = (quote(text, safe="").encode() for text in (seal.kind, seal.subject))
    body = data.rstrip(b"\n")
    said = b"\n%JC1 " + b" ".join((kind, subject, seal.code.encode()))
    digest = hashlib.sha256(body + said).hexdigest().encode()
    return body + said + b" " + digest + b"\n"


def read_seal(data: bytes, name: str = "") -> Seal:
    """What a PDF is a print of, once it is certain that no byte of it changed.

    Args:
        name: of the file, for messages.

    Raises:
        UserError: PDF-001 it is not sealed, PDF-002 it was altered.
    """
    found = _LINE.search(data, max(0, len(data) - 1024))
    if found is None or not data.startswith(b"%PDF-"):
        raise user_error(NOT_SEALED, name=name)
    kind, subject, code, digest = found.groups()
    if hashlib.sha256(data[: found.start(4) - 1]).hexdigest().encode() != digest:
        raise user_error(PRINT_ALTERED, name=name)
    return Seal(unquote(kind.decode()), unquote(subject.decode()), code.decode())
