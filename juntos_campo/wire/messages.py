"""What a laptop and the central server say to each other, protocol version 1.

Bodies are compact JSON in UTF-8, compressed with zstandard when that makes them smaller
(`juntos_campo.wire.framing`). Fields a newer version adds are ignored by an older one; a change that
an older version could misunderstand raises `PROTOCOL`. The meaning is written down in
`juntos_campo/sync/PROTOCOL.md`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

PROTOCOL = 1
"""The version this program speaks."""

SUPPORTED_PROTOCOLS = (1,)
"""Versions this program still understands; at least one back once there is one."""

DEFAULT_BUDGET = 512 * 1024
"""Uncompressed bytes of changes one response carries at most, unless the laptop asks for another."""

MAX_OPERATIONS = 500
"""Operations one request may carry."""

RecordId: TypeAlias = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.:-]{1,64}$")]
OperationId: TypeAlias = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,64}$")]
KindName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
UserName: TypeAlias = Annotated[str, Field(pattern=r"^[0-9A-Za-z._@-]{1,64}$")]
PartitionName: TypeAlias = Annotated[str, Field(pattern=r"^[0-9A-Za-z._@:-]{1,80}$")]
Counter: TypeAlias = Annotated[int, Field(ge=0, lt=2**53)]
Path: TypeAlias = Annotated[str, Field(pattern=r"^[^\x00]{1,300}$")]


class Message(BaseModel):
    """Base of every message: unknown keys ignored, no NaN, immutable."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False, frozen=True)

    def to_json(self) -> bytes:
        """Compact JSON; what has its default value is left out."""
        return self.model_dump_json(exclude_defaults=True).encode()


class Outcome(StrEnum):
    """What the server did with an operation."""

    APPLIED = "applied"
    PARALLEL = "parallel"
    MERGED_WITH_CONFLICT = "merged_with_conflict"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


MOST_PATHS = 20_000
"""Changed paths of one record: an official form of 400 children has some 12,000."""


class Operation(Message):
    """One change of one record, made on a laptop.

    Attributes:
        base_version: server version the change was made on; 0 when the server had none.
        fields: changed values by path (`juntos_campo.wire.merge`): ``state`` or ``answers/<key>``.
        removed: paths that no longer exist.
        counter: the device's own count of its operations, rising; orders them without a clock.
        device_time: what the laptop's clock said; kept, never used to decide anything.
    """

    op_id: OperationId
    kind: KindName
    id: RecordId
    base_version: Counter
    author: UserName
    counter: Counter
    device_time: AwareDatetime
    fields: dict[Path, Any] = Field(default_factory=dict, max_length=MOST_PATHS)
    removed: tuple[Path, ...] = Field(default=(), max_length=MOST_PATHS)
    deleted: bool = False


class SyncRequest(Message):
    """Changes up, and where this laptop stands.

    Attributes:
        cursor: partition -> last `seq` received of it; a partition left out is wanted from its start.
        counter: the highest counter the device has given so far, sent or not; a lower one than the
            server knows means a restored or copied database.
        budget: uncompressed bytes of changes wanted at most.
    """

    protocol: int
    device: RecordId
    cursor: dict[PartitionName, Counter] = Field(default_factory=dict, max_length=1000)
    operations: tuple[Operation, ...] = Field(default=(), max_length=MAX_OPERATIONS)
    counter: Counter = 0
    budget: Annotated[int, Field(ge=1024, le=64 * 1024 * 1024)] = DEFAULT_BUDGET


class Refusal(Message):
    """Why an operation or a request was refused; `text` is Spanish, for the person."""

    code: str
    text: str


class Ack(Message):
    """The server's answer to one operation.

    Attributes:
        version: version of the record that holds the change; 0 when refused.
        refused: set with outcome ``refused`` only; nothing was changed.
    """

    op_id: str
    version: int = 0
    outcome: Outcome = Outcome.APPLIED
    refused: Refusal | None = None


class Change(Message):
    """The present version of one record. `fields` are all its fields, without the id."""

    kind: str
    id: str
    version: int
    seq: int
    partition: str
    fields: dict[str, Any] = Field(default_factory=dict)
    author: str = ""
    changed_at: str = ""
    deleted: bool = False


class Side(Message):
    """One of the two values of a conflict, who wrote it and when the server received it (ISO)."""

    value: Any = None
    author: str = ""
    at: str = ""


class ConflictNote(Message):
    """Two people changed one field; one value stands, the other is kept here.

    Attributes:
        conflict_id: the same for everybody who is told.
        path: the field; ``@deleted`` when one deleted what the other edited.
        base: the value both started from.
        rule: name of the rule that decided (`juntos_campo.wire.merge.Rule`).
        version: version of the record in which `kept` stands.
    """

    conflict_id: str
    kind: str
    id: str
    path: str
    version: int
    seq: int
    partition: str
    kept: Side
    lost: Side
    rule: str
    base: Any = None


class SyncResponse(Message):
    """Acknowledgements, then a page of what is new.

    Attributes:
        cursor: where the laptop stands once it has stored this page, every partition it may read.
        more: ask again, there are further pages.
        server_time: ISO, by the server's clock.
    """

    protocol: int
    server_time: AwareDatetime
    cursor: dict[str, int] = Field(default_factory=dict)
    acks: tuple[Ack, ...] = ()
    changes: tuple[Change, ...] = ()
    conflicts: tuple[ConflictNote, ...] = ()
    more: bool = False


class LoginRequest(Message):
    """`device` is the id the laptop's database chose for itself."""

    protocol: int
    user: UserName
    password: Annotated[str, Field(min_length=1, max_length=256)]
    device: RecordId
    device_name: Annotated[str, Field(pattern=r"^[^\x00]{0,120}$")] = ""


class LoginResponse(Message):
    """Who the person is. `token` goes into ``Authorization: Bearer`` and is bound to the device."""

    protocol: int
    token: str
    user: str
    full_name: str
    role: str
    server_time: AwareDatetime
    zone: str = ""
    partitions: tuple[str, ...] = ()


class ErrorBody(Message):
    """Body of every answer that is no success; a reply without `code` did not come from our server."""

    code: str
    text: str
    supported: tuple[int, ...] = ()
