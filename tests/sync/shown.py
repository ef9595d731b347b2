"""What a laptop shows, held against what its person typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from juntos_campo.domain.kinds import KINDS
from juntos_campo.store import outbox
from juntos_campo.wire.codec import encode
from juntos_campo.wire.merge import flatten

if TYPE_CHECKING:
    from .model import Laptop


def hidden(laptop: Laptop) -> list[str]:
    """Values that wait to be sent and yet are not what the laptop shows."""
    wanted: dict[tuple[str, str], dict[str, Any]] = {}
    for one in outbox.waiting(laptop.store):
        wanted.setdefault((one.kind, one.record_id), {}).update(one.fields)
    found = []
    for (kind, record_id), fields in wanted.items():
        entity = laptop.store.get(KINDS[kind].entity, record_id)
        shown = flatten(encode(entity)) if entity is not None else fields
        hidden = [path for path, value in fields.items() if shown.get(path) != value]
        found += [f"hidden: {laptop.name}: {kind} {record_id} {path}" for path in hidden]
    return found
