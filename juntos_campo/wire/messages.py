"""What a laptop and the central server say to each other.

These are the messages as both sides think of them. Version 1 writes them as JSON, version 2 in the
compact form of `juntos_campo.wire.compact`; both are compressed (`juntos_campo.wire.framing`). What
version 2 added has defaults, so that a message of version 1 is one without it. Fields a newer version
adds are ignored by an older one; a change that an older version could misunderstand raises
`PROTOCOL`. The meaning is written down in `juntos_campo/sync/PROTOCOL.md`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    AwareDatetime,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from juntos_campo.wire.base import (
    Counter,
    IdPrefix,
    KindName,
    Message,
    OperationId,
    PartitionName,
    Path,
    PublicKey,
    RecordId,
    Stamp,
    UserName,
)
from juntos_campo.wire.orders import EraseOrder, Lease

__all__ = ["Counter", "Message", "PartitionName", "RecordId", "Stamp", "UserName"]

PROTOCOL = 2
"""The version this program speaks."""

SUPPORTED_PROTOCOLS = (1, 2)
"""Versions this program still understands: its own and at least one back."""

DEFAULT_BUDGET = 512 * 1024
"""Uncompressed bytes of changes one response carries at most, unless the laptop asks for another."""

MAX_OPERATIONS = 500
"""Operations one request may carry."""

HISTORY_KINDS = frozenset(
    {
        "service_event",
        "visit",
        "commitment",
        "change_request",
        "field_record",
        "school_year",
        "external_finding",
        "review",
    }
)
"""What a first download brings household by household, after the roster (`SyncRequest.want`).

A review comes with what it judges, or a household that leaves meanwhile would leave it behind.
"""


class Outcome(StrEnum):
    """What the server did with an operation.

    WAITING: nothing yet, since what it points to has not arrived; the laptop keeps it and sends it
    again. REQUESTED: the office's value stands, the laptop's became a change request. Both since
    version 2; a laptop of version 1 is answered ``refused`` instead.
    """

    APPLIED = "applied"
    PARALLEL = "parallel"
    MERGED_WITH_CONFLICT = "merged_with_conflict"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    WAITING = "waiting"
    REQUESTED = "requested"


MOST_PATHS = 20_000
"""Changed paths of one record the server takes: an official form of 400 children has some 12,000."""


class Operation(Message):
    """One change of one record, made on a laptop.

    Attributes:
        base_version: server version the change was made on; 0 when the server had none.
        fields: changed values by path (`juntos_campo.wire.merge`): ``state`` or ``answers/<key>``.
        removed: paths that no longer exist.
        counter: the device's own count of its operations, rising; orders them without a clock.
        device_time: what the laptop's clock said; kept, never used to decide anything.
        prev: id of the operation this laptop made before on the same record since `base_version`
            (acknowledged or not); its values were known when this one was made. Since version 2.
        clock_offset: seconds to add to `device_time` for the server's time, as last seen; None when
            the laptop never knew. Since version 2.
    """

    op_id: OperationId
    kind: KindName
    id: RecordId
    base_version: Counter
    author: UserName
    counter: Counter
    device_time: AwareDatetime
    fields: dict[Path, Any] = Field(default_factory=dict)
    removed: tuple[Path, ...] = ()
    deleted: bool = False
    prev: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,64}$")] = ""
    clock_offset: Annotated[int, Field(ge=-(2**40), lt=2**40)] | None = None


class Arrival(Message):
    """How far the first download of a partition is.

    Attributes:
        until: last `seq` of the partition when it began; from there the cursor goes on.
        at: `seq` up to which the roster (all but `HISTORY_KINDS` of households) was sent; the roster
            is whole once it equals `until`.
    """

    until: Counter
    at: Counter = 0


class Unreadable(Message):
    """An operation that is none: it is refused by itself, the others of the request go on.

    Attributes:
        place: its place among the operations of the request, from 0.
        fault: names of the fields that are wrong, without values.
    """

    op_id: OperationId
    place: int
    fault: str


class SyncRequest(Message):
    """Changes up, and where this laptop stands.

    Attributes:
        cursor: partition -> last `seq` received of it; a partition left out is wanted from its start.
        counter: the highest counter the device has given so far, sent or not; a lower one than the
            server knows means a restored or copied database.
        budget: uncompressed bytes of changes wanted at most.
        stamp: what the last answer this database stored gave it; another one means a copy.
        pending: more operations follow in a further request: the answer holds acknowledgements only.
        arriving: partitions whose first download is under way; they are not in `cursor` yet.
        want: partition -> beginnings of the ids of households whose history is wanted now, in order.
        loaded: this laptop holds households from a file that the server has not confirmed: it asks for
            what left a partition also while that partition arrives.
        unreadable: never sent: what came among the operations and is none.
    """

    protocol: int
    device: RecordId
    cursor: dict[PartitionName, Counter] = Field(default_factory=dict, max_length=1000)
    operations: tuple[Operation, ...] = Field(default=(), max_length=MAX_OPERATIONS)
    counter: Counter = 0
    budget: Annotated[int, Field(ge=1024, le=64 * 1024 * 1024)] = DEFAULT_BUDGET
    stamp: Stamp = ""
    pending: bool = False
    arriving: dict[PartitionName, Arrival] = Field(default_factory=dict, max_length=1000)
    want: dict[PartitionName, Annotated[tuple[IdPrefix, ...], Field(max_length=2000)]] = Field(
        default_factory=dict, max_length=1000
    )
    loaded: bool = False
    unreadable: tuple[Unreadable, ...] = Field(default=(), exclude=True)

    @model_validator(mode="wrap")
    @classmethod
    def _set_faulty_operations_aside(cls, data: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        """One operation of no sense must not keep a laptop from sending the others."""
        if not isinstance(data, dict):
            return read(data)
        try:
            return read({name: value for name, value in data.items() if name != "unreadable"})
        except ValidationError as error:
            faults = _faults_of_operations(error)
            operations = data.get("operations")
            if not faults or not isinstance(operations, list | tuple):
                raise
        sound = [one for place, one in enumerate(operations) if place not in faults]
        return read(
            {
                **data,
                "operations": sound,
                "unreadable": [
                    {"op_id": _op_id(operations[place]), "place": place, "fault": fault}
                    for place, fault in faults.items()
                ],
            }
        )


def _faults_of_operations(error: ValidationError) -> dict[int, str]:
    """Place of an operation -> what is wrong with it; empty when something else is wrong as well."""
    faults: dict[int, set[str]] = {}
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        match item["loc"]:
            case ("operations", int(place), *where):
                faults.setdefault(place, set()).add(str(where[0])[:80] if where else "todo")
            case _:
                return {}
    return {place: ", ".join(sorted(names)[:5]) for place, names in faults.items()}


def _op_id(operation: Any) -> Any:
    return operation.get("op_id") if isinstance(operation, dict) else None


class Refusal(Message):
    """Why an operation or a request was refused; `text` is Spanish, for the person."""

    code: str
    text: str


class Ack(Message):
    """The server's answer to one operation.

    Attributes:
        version: version of the record that holds the change; 0 when refused or waiting.
        refused: set with the outcomes ``refused`` and ``waiting`` only; nothing was changed.
        flags: what looks impossible about it (`IMPOSSIBLE_DATE`...); it was taken all the same.
    """

    op_id: str
    version: int = 0
    outcome: Outcome = Outcome.APPLIED
    refused: Refusal | None = None
    flags: tuple[str, ...] = ()


IMPOSSIBLE_CLOCK = "clock"
"""Flag: the laptop's clock was off by more than a day when it recorded this."""

IMPOSSIBLE_DATE = "date"
"""Flag: the record tells of a day after the one on which the server received it."""


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
    flags: tuple[str, ...] = ()


class Removal(Message):
    """Something leaves the partition and this laptop, for good.

    Attributes:
        reason: ``reassigned`` (the household went to another field worker) or ``erased`` (by law).
        kind, id: the record; kind ``household`` takes everything recorded about it along.
    """

    partition: str
    seq: int
    reason: str
    kind: str
    id: str
    at: str = ""


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
        stamp: to be sent with the next request, once this answer is stored.
        arriving: where the first downloads stand after this page.
        served: partition -> how many of `SyncRequest.want`, from the first on, are whole in this page.
        signature: the server's, over the reference data of this page (`juntos_campo.wire.signing`).
        people: user name -> full name of colleagues whom this page mentions. Since version 2.
    """

    protocol: int
    server_time: AwareDatetime
    cursor: dict[str, int] = Field(default_factory=dict)
    acks: tuple[Ack, ...] = ()
    changes: tuple[Change, ...] = ()
    conflicts: tuple[ConflictNote, ...] = ()
    more: bool = False
    removals: tuple[Removal, ...] = ()
    stamp: str = ""
    arriving: dict[str, Arrival] = Field(default_factory=dict)
    served: dict[str, int] = Field(default_factory=dict)
    signature: str = ""
    people: dict[str, str] = Field(default_factory=dict)


class LoginRequest(Message):
    """`device` is the id the laptop's database chose for itself, `sign_key` its Ed25519 public key.

    Attributes:
        counter, stamp: as in `SyncRequest`; signing in does not make a copy the original.
        renews: the program has its token replaced in time (`wire.renewal`).
    """

    protocol: int
    user: UserName
    password: Annotated[str, Field(min_length=1, max_length=256)]
    device: RecordId
    device_name: Annotated[str, Field(pattern=r"^[^\x00]{0,120}$")] = ""
    sign_key: PublicKey = ""
    counter: Counter = 0
    stamp: Stamp = ""
    renews: bool = False


class LoginResponse(Message):
    """Who the person is. `token` goes into ``Authorization: Bearer`` and is bound to the device.

    Attributes:
        server_key: the server's Ed25519 public key, in hexadecimal; the laptop keeps it.
        stamp: as in `SyncResponse`.
        renew_days: after so many days the laptop asks for another token; 0 when it is never to.
        lease: None from a server that knows of none.
    """

    protocol: int
    token: str
    user: str
    full_name: str
    role: str
    server_time: AwareDatetime
    zone: str = ""
    partitions: tuple[str, ...] = ()
    server_key: str = ""
    stamp: str = ""
    renew_days: int = 0
    lease: Lease | None = None


class ErrorBody(Message):
    """Body of every answer that is no success; a reply without `code` did not come from our server.

    Attributes:
        erase: the office wants the laptop that asked erased.
    """

    code: str
    text: str
    supported: tuple[int, ...] = ()
    erase: EraseOrder | None = None
