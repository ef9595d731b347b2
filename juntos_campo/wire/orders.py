"""What the server says of one laptop, signed: until when it may be opened, that it is to be erased.

How they are signed and verified stands in `juntos_campo.wire.standing`.
"""

from __future__ import annotations

from pydantic import AwareDatetime

from juntos_campo.wire.base import Message, RecordId, Signature


class EraseOrder(Message):
    """The office wants this laptop erased; `at`: when it said so, by the server's clock."""

    device: RecordId
    at: AwareDatetime
    signature: Signature


class Lease(Message):
    """The laptop may be opened without contact until `until`; None: for ever. `at`: when it was given."""

    device: RecordId
    at: AwareDatetime
    until: AwareDatetime | None = None
    signature: Signature
