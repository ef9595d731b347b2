"""Photos, signatures and files: taken in chunks, checked by their hash, given to who may read them.

Whoever may read one of the records that name a file may read the file; those of a confidential record
are for who made it alone. A field worker sends files that a record of his names, wherever its household
lies by now. A chunk goes in where what came before ends; what is already there is passed over and what
lies beyond a gap is left out, so that chunks may come twice, overlap, or in any order.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from juntos_campo.central import authorisation
from juntos_campo.central.accounts import Account, Caller
from juntos_campo.central.database import Database
from juntos_campo.central.file_names import drop_files
from juntos_campo.central.file_problems import (
    FILE_DAMAGED,
    FILE_NOT_HERE,
    FILE_QUOTA,
    FILE_TOO_LARGE,
    FILE_UNKNOWN,
)
from juntos_campo.central.ledger import moment
from juntos_campo.central.problems import MESSAGE_UNREADABLE
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import attachment_chunks, attachment_names, attachments, records
from juntos_campo.central.trail import note
from juntos_campo.central.units import units_of_partitions
from juntos_campo.domain.clock import LIMA, Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import Role
from juntos_campo.wire.file_messages import (
    LARGEST_CHUNK,
    ChunkTaken,
    FileAnswer,
    FileState,
    is_content_of,
)

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Rights:
    """What somebody may do with one file."""

    read: bool = False
    send: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes of the file `key`, of `size` bytes in all, from `at` on."""

    key: str
    at: int
    size: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Files:
    """The service behind ``/v2/files``."""

    database: Database
    settings: ServerSettings
    clock: Clock

    def states(self, caller: Caller, keys: Sequence[str]) -> FileAnswer:
        """How far each file is; nothing is told of a file that is none of the caller's."""
        with self.database.reading() as connection:
            rights = _rights(connection, caller.account, keys)
            rows = {
                row.id: row
                for row in connection.execute(
                    sa.select(attachments).where(attachments.c.id.in_(list(rights)))
                )
            }
        return FileAnswer(files=tuple(_state(rights.get(key), rows.get(key)) for key in keys))

    def take(self, caller: Caller, chunk: Chunk) -> ChunkTaken:
        """Put a chunk of a file behind what is there.

        Raises:
            UserError: CEN-006 the chunk lies outside the file, CEN-131 no record of his names it,
                CEN-132, CEN-133, CEN-134 the whole is not what the id says and was thrown away.
        """
        if not chunk.data or chunk.at + len(chunk.data) > chunk.size:
            raise user_error(MESSAGE_UNREADABLE, detail="el trozo no cabe en el archivo")
        if chunk.size > self.settings.largest_file:
            raise user_error(FILE_TOO_LARGE, most=self.settings.largest_file // MEGABYTE)
        now = self.clock.now()
        with self.database.writing() as connection:
            rights = _rights(connection, caller.account, [chunk.key])
            if not rights.get(chunk.key, _Rights()).send:
                raise user_error(FILE_UNKNOWN)
            taken = self._append(connection, caller, chunk, now)
        if taken is None:
            raise user_error(FILE_DAMAGED)
        return taken

    def give(self, caller: Caller, key: str, at: int, most: int) -> tuple[int, bytes]:
        """The size of a whole file, and at most `most` of its bytes from `at` on.

        Raises:
            UserError: CEN-131 it is none of the caller's, CEN-135 it has not come yet.
        """
        end = at + min(most, LARGEST_CHUNK)
        with self.database.reading() as connection:
            if not _rights(connection, caller.account, [key]).get(key, _Rights()).read:
                raise user_error(FILE_UNKNOWN)
            row = connection.execute(sa.select(attachments).where(attachments.c.id == key)).first()
            if row is None or not row.complete:
                raise user_error(FILE_NOT_HERE)
            return row.size, b"".join(_slices(connection, key, at, end))

    def _append(
        self, connection: sa.Connection, caller: Caller, chunk: Chunk, now: datetime
    ) -> ChunkTaken | None:
        """What the server has afterwards; None when the whole was wrong and is gone."""
        key, size = chunk.key, chunk.size
        row = _locked(connection, chunk, caller, now)
        if row.complete:
            return ChunkTaken(received=row.size, complete=True)
        if (
            row.size != size
        ):  # begun with another size: one of the two is wrong, and this one is here
            drop_files(connection, [key])
            row = _locked(connection, chunk, caller, now)
        fresh = chunk.data[row.received - chunk.at :] if chunk.at <= row.received else b""
        if not fresh:
            return ChunkTaken(received=row.received)
        self._within_quota(connection, caller, len(fresh), now)
        connection.execute(
            sa.insert(attachment_chunks).values(attachment=key, start=row.received, data=fresh)
        )
        received = row.received + len(fresh)
        complete = received == size
        if complete and not is_content_of(key, _slices(connection, key, 0, size)):
            drop_files(connection, [key])
            note(connection, now, caller.account.name, caller.device, "file.damaged", detail=key)
            return None
        connection.execute(
            sa.update(attachments)
            .where(attachments.c.id == key)
            .values(received=received, complete=complete)
        )
        if complete:
            note(connection, now, caller.account.name, caller.device, "file.received", detail=key)
        return ChunkTaken(received=received, complete=complete)

    def _within_quota(
        self, connection: sa.Connection, caller: Caller, more: int, now: datetime
    ) -> None:
        """A person has one laptop: what he sent today is what it sent."""
        midnight = now.astimezone(LIMA).replace(hour=0, minute=0, second=0, microsecond=0)
        today = connection.execute(
            sa.select(sa.func.coalesce(sa.func.sum(attachments.c.received), 0)).where(
                attachments.c.user_name == caller.account.name,
                attachments.c.added_at >= moment(midnight),
            )
        ).scalar_one()
        if int(today) + more > self.settings.files_a_day:
            raise user_error(FILE_QUOTA, most=self.settings.files_a_day // MEGABYTE)


def _rights(connection: sa.Connection, account: Account, keys: Sequence[str]) -> dict[str, _Rights]:
    """What the account may do with each of the files that some record names."""
    readable = frozenset(authorisation.readable(connection, account))
    own = authorisation.partition_of(account.name)
    sends = account.role is Role.FIELD_WORKER
    units = units_of_partitions(connection, readable)
    rows = _naming(connection, keys, units)
    elsewhere = set(keys) - {row.attachment for row in rows} if sends else ()
    if elsewhere:  # of a household that went to another unit meanwhile
        rows += _naming(connection, sorted(elsewhere), None)
    found: dict[str, _Rights] = {}
    for key, partition, body in rows:
        fields = json.loads(body)
        mine = fields.get("field_worker") == account.name
        may_read = partition in readable and (mine or not fields.get("confidential"))
        before = found.get(key, _Rights())
        found[key] = _Rights(
            before.read or may_read, before.send or (sends and (mine or partition == own))
        )
    return {key: one for key, one in found.items() if one.read or one.send}


def _naming(
    connection: sa.Connection, keys: Sequence[str], units: Collection[str] | None
) -> list[Any]:
    """(file, partition, body) of the records in `units`, or anywhere, that name one of the files."""
    same = sa.and_(records.c.kind == attachment_names.c.kind, records.c.id == attachment_names.c.id)
    if units is not None:
        same &= records.c.unit.in_(units)
    sql = sa.select(attachment_names.c.attachment, records.c.partition, records.c.body)
    named = attachment_names.c.attachment.in_(list(keys))
    return list(connection.execute(sql.join(records, same).where(named)))


def _state(rights: _Rights | None, row: Any) -> FileState:
    if rights is None:
        return FileState()
    if row is None:
        return FileState(wanted=rights.send)
    return FileState(
        size=row.size, received=row.received, complete=row.complete, wanted=rights.send
    )


def _locked(connection: sa.Connection, chunk: Chunk, caller: Caller, now: datetime) -> Any:
    """The row of a file, begun when it is new; locked until the transaction ends."""
    connection.execute(
        sa.text(
            "INSERT INTO attachments (id, size, received, complete, user_name, added_at) "
            "VALUES (:id, :size, 0, :no, :user, :at) ON CONFLICT (id) DO NOTHING"
        ),
        {
            "id": chunk.key,
            "size": chunk.size,
            "no": False,
            "user": caller.account.name,
            "at": moment(now),
        },
    )
    lock = (
        sa.update(attachments)
        .where(attachments.c.id == chunk.key)
        .values(received=attachments.c.received)
        .returning(attachments)
    )
    return connection.execute(lock).one()


def _slices(connection: sa.Connection, key: str, start: int, end: int) -> Iterator[bytes]:
    """The bytes of a file with start <= place < end, chunk by chunk, in order."""
    of_file = attachment_chunks.c.attachment == key
    first = (
        sa.select(sa.func.coalesce(sa.func.max(attachment_chunks.c.start), 0))
        .where(of_file, attachment_chunks.c.start <= start)
        .scalar_subquery()
    )
    places = connection.execute(
        sa.select(attachment_chunks.c.start)
        .where(of_file, attachment_chunks.c.start >= first, attachment_chunks.c.start < end)
        .order_by(attachment_chunks.c.start)
    ).scalars()
    for place in list(places):
        data = connection.execute(
            sa.select(attachment_chunks.c.data).where(of_file, attachment_chunks.c.start == place)
        ).scalar_one()
        yield bytes(data)[max(0, start - place) : end - place]
