"""What a bundle file holds: the exchanges of one laptop, or the server's answers to them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from juntos_campo.wire.file_messages import MOST_ASKED, FileId
from juntos_campo.wire.messages import (
    Counter,
    Message,
    PartitionName,
    RecordId,
    SyncRequest,
    SyncResponse,
)
from juntos_campo.wire.orders import EraseOrder, Lease

BundleId = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,64}$")]
MOST_REQUESTS = 2000


class BundleKind(StrEnum):
    """REQUEST goes from a laptop to the server, ANSWER back to that laptop."""

    REQUEST = "request"
    ANSWER = "answer"


class BundleHeader(Message):
    """What anybody may read: no names, no numbers of people.

    Attributes:
        id: of this file.
        device: the laptop that made the request, also in the answer.
        server: fingerprint of the server's key.
        answers: id of the request an answer belongs to; empty in a request.
        size: bytes of the sealed content.
    """

    kind: BundleKind
    id: BundleId
    device: RecordId
    server: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    made_at: AwareDatetime
    size: Annotated[int, Field(ge=0, lt=2**31)]
    answers: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,64}$")] = ""


class BundledFile(Message):
    """A photo or signature whose bytes follow the message, in this order."""

    id: FileId
    size: Annotated[int, Field(ge=0, lt=2**31)]


class BundleRequest(Message):
    """A laptop's exchanges.

    Attributes:
        number: 1, 2, 3 ... of this database; two files of one number come from two copies of it.
        requests: in order; without stamps, which belong to exchanges over the net.
        files: photos and files of its records.
        wanted: files of others' records that it lacks.
    """

    number: Annotated[Counter, Field(ge=1)]
    requests: Annotated[tuple[SyncRequest, ...], Field(min_length=1, max_length=MOST_REQUESTS)]
    files: tuple[BundledFile, ...] = ()
    wanted: Annotated[tuple[FileId, ...], Field(max_length=MOST_ASKED)] = ()


class BundlePage(Message):
    """One answer, and where the reader must stand for its cursor to count.

    Attributes:
        start: partition -> `seq` after which `response` tells everything up to its cursor.
    """

    start: dict[PartitionName, Counter]
    response: SyncResponse


class BundleAnswer(Message):
    """The server's answers, in order.

    Attributes:
        received_at: when it took the request, by its clock.
        files: those that were wanted and that it has, as far as there was room.
        stored: those of the request that it holds now, whole and checked.
        declined: why it will not take others; Spanish.
        lease: None from a server that knows of none.
        erase: the office wants this laptop erased; nothing was taken from the file, and nothing is given.
    """

    received_at: AwareDatetime
    pages: tuple[BundlePage, ...]
    files: tuple[BundledFile, ...] = ()
    stored: tuple[FileId, ...] = ()
    declined: tuple[str, ...] = ()
    lease: Lease | None = None
    erase: EraseOrder | None = None
