"""The compact form of version 2: messages as columns, compressed with our dictionary.

A request is one body. An answer is two, so that a cut link can go on where it broke: the head holds
what belongs to this very exchange (acknowledgements, time, stamp, cursor), the page what is new. The
page's bytes depend on nothing but its content, so the server can make them again; `Head.tag` says which
page it is. Both are written down in `juntos_campo/sync/PROTOCOL.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from juntos_campo.domain.ids import derived_ids
from juntos_campo.wire.column_reader import read_columns
from juntos_campo.wire.column_writer import Table, write_columns
from juntos_campo.wire.dictionaries import NEWEST, compress, dictionary_of, expand
from juntos_campo.wire.framing import LARGEST_HEAD, DamagedBodyError
from juntos_campo.wire.messages import Change, SyncRequest, SyncResponse
from juntos_campo.wire.told import columns_of

__all__ = [
    "Head",
    "asked_of",
    "decode_request",
    "decode_response",
    "dictionary_of",
    "encode_page",
    "encode_quiet",
    "encode_request",
    "encode_response",
    "head_of",
    "tag_of",
]

_PAGE = frozenset({"changes", "conflicts", "removals"})
_HEAD_UNFOLDS = 8 * LARGEST_HEAD

NATURAL_KEYS: dict[str, tuple[str, ...]] = {
    "household": ("code",),
    "member": ("document_kind", "document_number"),
    "health_facility": ("code",),
    "school": ("code",),
    "school_year": ("member_id", "year"),
    "service_event": ("member_id", "service", "on", "number"),
}
"""Kind -> fields whose values the register derives the record's id from (`juntos_campo.domain.ids`).

Such an id is not sent. The writer makes sure that the fields give it; where they do not, it is sent."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the transport needs of an answer's head.

    Attributes:
        tag: of the page's bytes, 16 hexadecimal digits; empty when the page is empty.
        total: bytes of the whole page.
    """

    tag: str
    total: int


def encode_request(request: SyncRequest, *, dictionary: int = NEWEST) -> bytes:
    """The body of a request."""
    whole = request.model_dump(mode="json", exclude_defaults=True, exclude={"operations"})
    if request.operations:
        whole["operations"] = [one.model_dump(mode="json") for one in request.operations]
    return compress(write_columns(whole), dictionary)


def decode_request(data: bytes, limit: int) -> SyncRequest:
    """The request in a body that unfolds to about `limit` bytes of JSON at most.

    Raises:
        DamagedBodyError: cut off, altered, too large; `UnknownDictionaryError` of a newer program.
        ValidationError: (pydantic) a value outside its bounds.
    """
    return SyncRequest.model_validate(_mapping(read_columns(expand(data, limit), limit)))


def encode_response(
    response: SyncResponse,
    *,
    asked: Sequence[str] = (),
    dictionary: int = NEWEST,
    page: bytes | None = None,
) -> tuple[bytes, bytes]:
    """Head and page of an answer; an empty page is no bytes.

    Args:
        asked: `asked_of` the request: who asked knows them, so that acknowledgements in that order
            need not name them.
        dictionary: one that the asking side knows, i.e. the one of its request.
        page: what this gave before for the same changes, conflicts and removals, to spare the work.
    """
    if page is None:
        page = encode_page(response, dictionary=dictionary)
    head = response.model_dump(mode="json", exclude_defaults=True, exclude={*_PAGE, "acks"})
    if page:
        head["tag"], head["total"] = tag_of(page), len(page)
    if response.acks:
        in_order = [one.op_id for one in response.acks] == list(asked)
        left_out = {"op_id"} if in_order else None
        head["acks"] = [one.model_dump(mode="json", exclude=left_out) for one in response.acks]
    return compress(write_columns(head), dictionary), page


def encode_quiet(
    protocol: int,
    server_time: datetime,
    cursor: Mapping[str, int],
    stamp: str,
    *,
    dictionary: int = NEWEST,
) -> bytes:
    """The head that `encode_response` gives an answer of a quiet day, which holds nothing else."""
    head = {
        "protocol": protocol,
        "server_time": server_time.isoformat(),
        "cursor": dict(cursor),
        "stamp": stamp,
    }
    return compress(write_columns(head), dictionary)


def encode_page(response: SyncResponse, *, dictionary: int = NEWEST) -> bytes:
    """The page of an answer, which needs nothing of it but changes, conflicts and removals."""
    page: dict[str, Any] = {}
    if response.changes:
        page["changes"] = _table(response.changes)
    if response.conflicts:
        page["conflicts"] = [one.model_dump(mode="json") for one in response.conflicts]
    if response.removals:
        page["removals"] = [one.model_dump(mode="json") for one in response.removals]
    return compress(write_columns(page), dictionary) if page else b""


def head_of(head: bytes) -> Head:
    """What the transport needs of a head.

    Raises:
        DamagedBodyError: this is no head.
    """
    return _place(_read_head(head))


def decode_response(
    head: bytes, page: bytes, limit: int, *, asked: Sequence[str] = ()
) -> SyncResponse:
    """The answer made of a head and the whole page.

    Args:
        limit: bytes of JSON the page may unfold to, about.
        asked: see `encode_response`; the same as there.

    Raises:
        DamagedBodyError: cut off, altered, too large, not the page of this head, or acknowledgements
            of other operations than `asked`.
        ValidationError: (pydantic) a value outside its bounds.
    """
    whole = _read_head(head)
    place = _place(whole)
    if len(page) != place.total or tag_of(page) != place.tag:
        raise DamagedBodyError("the page is not the one its head tells of")
    acks = whole.pop("acks", ())
    held = _mapping(read_columns(expand(page, limit), limit)) if page else {}
    if not _PAGE.issuperset(held) or not _PAGE.isdisjoint(whole):
        raise DamagedBodyError("head and page are mixed up")
    changes = held.get("changes", ())
    _put_ids(changes)
    return SyncResponse.model_validate({**whole, **held, "acks": _named(acks, asked)})


def asked_of(request: SyncRequest) -> list[str]:
    """Ids of the operations of a request in the order sent, those the server could not read included."""
    asked = [one.op_id for one in request.operations]
    for one in sorted(request.unreadable, key=lambda one: one.place):
        asked.insert(one.place, one.op_id)
    return asked


def tag_of(page: bytes) -> str:
    """Tag of a page's bytes; empty for an empty page."""
    return hashlib.blake2b(page, digest_size=8).hexdigest() if page else ""


def _table(changes: Sequence[Change]) -> Table:
    """Changes as they travel: `id` None where the fields give it."""
    told = columns_of(changes)
    natural = _natural_ids(told.kind, told.fields)
    ids = [None if one == its else one for one, its in zip(told.id, natural, strict=True)]
    return Table(told._fields, (told.kind, ids, *told[2:]))


def _natural_ids(kinds: Sequence[str], fields: Sequence[Mapping[str, Any]]) -> Sequence[str | None]:
    """The id that each one's fields give; columns keep them exactly, so both sides find the same."""
    found: list[str | None] = [None] * len(kinds)
    for kind in NATURAL_KEYS.keys() & set(kinds):
        places = [place for place, one in enumerate(kinds) if one == kind]
        ids = _ids_of(kind, [fields[place] for place in places])
        for place, its in zip(places, ids, strict=True):
            found[place] = its
    return found


def _ids_of(kind: str, fields: Sequence[Mapping[str, Any]]) -> Sequence[str | None]:
    names = NATURAL_KEYS[kind]
    try:
        keys = zip(*([one[name] for one in fields] for name in names), strict=True)
        return derived_ids(kind, len(names), keys)
    except (KeyError, ValueError):  # not there; a number of thousands of digits
        return [_ids_of(kind, [one])[0] for one in fields] if len(fields) > 1 else [None]


def _put_ids(changes: Any) -> None:
    """Give changes without an id the one that their fields give; anything odd is left to validation."""
    rows = [
        row
        for row in (changes if isinstance(changes, list) else ())
        if isinstance(row, dict)
        and row.get("id") is None
        and isinstance(row.get("kind"), str)
        and isinstance(row.get("fields"), dict)
    ]
    ids = _natural_ids([row["kind"] for row in rows], [row["fields"] for row in rows])
    for row, its in zip(rows, ids, strict=True):
        row["id"] = its


def _named(acks: Any, asked: Sequence[str]) -> list[Any]:
    """Acknowledgements with the ids of their operations."""
    if not isinstance(acks, list | tuple) or not all(isinstance(one, dict) for one in acks):
        raise DamagedBodyError("acknowledgements that are none")
    if not acks or "op_id" in acks[0]:
        return list(acks)
    if len(acks) != len(asked):
        raise DamagedBodyError("acknowledgements of other operations than were sent")
    return [{"op_id": op_id, **one} for op_id, one in zip(asked, acks, strict=True)]


def _read_head(head: bytes) -> dict[str, Any]:
    return _mapping(read_columns(expand(head, _HEAD_UNFOLDS), _HEAD_UNFOLDS))


def _place(whole: dict[str, Any]) -> Head:
    tag, total = whole.pop("tag", ""), whole.pop("total", 0)
    if not isinstance(tag, str) or type(total) is not int or total < 0 or bool(tag) != bool(total):
        raise DamagedBodyError("the head cannot be read")
    return Head(tag, total)


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DamagedBodyError("a message that is none")
    return value
