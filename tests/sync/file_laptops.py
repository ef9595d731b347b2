"""Photos on the laptops of the small world, and links that let only so much of them through."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from juntos_campo.central.tables import attachments
from juntos_campo.domain.entities import FieldRecord
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.store.attachments import get_attachment, put_attachment
from juntos_campo.sync.file_report import FilesReport
from juntos_campo.sync.files import FileRun
from juntos_campo.sync.http_files import HttpFiles
from juntos_campo.sync.problems import NO_CONNECTION
from juntos_campo.wire.file_messages import ChunkTaken, FileState

from .conftest import MORNING, Laptop, World, household


def photo(number: int = 1, size: int = 100_000) -> bytes:
    """Bytes that do not compress, as those of a photo."""
    return random.Random(number).randbytes(size)


def with_photo(laptop: Laptop, record_id: str, data: bytes, **more: Any) -> str:
    """Keep a photo and save a record that names it; its id."""
    key = put_attachment(laptop.store, "foto.JPG", "image/jpeg", data, laptop.clock.now())
    laptop.save(record_naming(record_id, key, laptop.user, **more))
    return key


def record_naming(record_id: str, key: str, user: str, **more: Any) -> FieldRecord:
    given = {"household_id": household(user).id, "answers": {"foto": key}, **more}
    return FieldRecord(
        id=record_id, field_worker=user, form_id="ficha", form_version="1", on=MORNING.date(),
        started_at=MORNING, closed_at=MORNING, **given,
    )  # fmt: skip


def move_files(laptop: Laptop, link: Any = None, **more: Any) -> FilesReport:
    """What follows the exchange of a synchronisation."""
    return FileRun(
        laptop.store,
        link or HttpFiles(laptop.transport),
        laptop.clock,
        laptop.user,
        **{"pause": lambda _seconds: None, **more},
    ).run()


def has(laptop: Laptop, key: str, data: bytes) -> bool:
    """Whether the laptop holds exactly these bytes under their name."""
    found = get_attachment(laptop.store, key)
    assert key.startswith(hashlib.sha256(data).hexdigest())
    return found is not None and found.data == data and found.size == len(data)


class CutLink:
    """Lets `room` bytes of files through, both ways together, then every request fails.

    With `lost` a chunk that no longer fits reaches the server, but the answer does not come back.
    """

    def __init__(self, inner: HttpFiles, room: int, *, lost: bool = False) -> None:
        self.inner, self.room, self.lost = inner, room, lost
        self.dead = False
        self.moved = 0

    def ask(self, keys: Sequence[str]) -> tuple[FileState, ...]:
        if self.dead:
            raise user_error(NO_CONNECTION)
        return self.inner.ask(keys)

    def put(self, key: str, at: int, size: int, data: bytes) -> ChunkTaken:
        fits = self._fits(len(data))
        if not fits and not (self.lost and not self.dead):
            self.dead = True
            raise user_error(NO_CONNECTION)
        taken = self.inner.put(key, at, size, data)
        if not fits:
            self.dead = True
            raise user_error(NO_CONNECTION)
        return taken

    def get(self, key: str, at: int, most: int) -> tuple[int, bytes]:
        size, data = self.inner.get(key, at, most)
        if self.dead or not self._fits(len(data)):
            self.dead = True
            raise user_error(NO_CONNECTION)
        return size, data

    def _fits(self, number: int) -> bool:
        if self.dead or number > self.room:
            return False
        self.room -= number
        self.moved += number
        return True


def on_server(world: World, key: str) -> Any:
    with world.database.reading() as connection:
        return connection.execute(sa.select(attachments).where(attachments.c.id == key)).first()


def code_of(act: Callable[[], object]) -> str:
    """The server's code when it refuses."""
    with pytest.raises(UserError) as error:
        act()
    return str(error.value.values.get("code"))
