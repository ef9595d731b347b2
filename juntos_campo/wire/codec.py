"""Entities to and from the fields that are stored and sent.

`fields` are the JSON values of an entity without its id. Fields a newer version of the program has
and we do not know are not dropped: `decode` hands them back so that the store can keep them and the
next `encode` can return them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from functools import cache
from typing import Any, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError

from juntos_campo.domain.entities import Entity
from juntos_campo.domain.errors import Problem, UserError, user_error
from juntos_campo.domain.kinds import KINDS, kind_of, name_of

Fields: TypeAlias = dict[str, Any]
E = TypeVar("E", bound=Entity)

UNREADABLE_RECORD = Problem(
    "WIR-001",
    "Un registro de tipo «{kind}» no se pudo leer: {detail}.",
    "Actualice el programa y sincronice otra vez; si se repite, avise a su coordinador.",
)


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    """Reads and writes one kind; made when the first such record is met, since it takes its time."""
    return TypeAdapter(KINDS[kind].entity)


_NAMES: dict[str, tuple[str, ...]] = {
    name: tuple(field.name for field in dataclass_fields(kind.entity))
    for name, kind in KINDS.items()
}
_KNOWN: dict[str, frozenset[str]] = {name: frozenset(names) for name, names in _NAMES.items()}


def prepare(*entity_types: type[Entity]) -> None:
    """Make ready to read these, at a moment when nobody waits for them."""
    for entity_type in entity_types:
        _adapter(name_of(entity_type))


def field_names(kind: str) -> tuple[str, ...]:
    """Names of the entity's attributes, `id` first."""
    return _NAMES[kind]


def encode(entity: Entity, extra: Fields | None = None) -> Fields:
    """JSON values of every field but the id; `extra` are unknown fields kept for others."""
    values: Fields = _adapter(kind_of(entity)).dump_python(entity, mode="json")
    del values["id"]
    return {**extra, **values} if extra else values


def decode(kind: str, record_id: str, fields: Fields) -> tuple[Any, Fields]:
    """The entity and the fields this version does not know.

    Raises:
        UserError: WIR-001, the fields are not those of a `kind`. The detail names fields, not values.
    """
    known = {name: value for name, value in fields.items() if name in _KNOWN[kind]}
    extra = {name: value for name, value in fields.items() if name not in _KNOWN[kind]}
    try:
        return _adapter(kind).validate_python({**known, "id": record_id}), extra
    except ValidationError as error:
        raise _unreadable(kind, error) from None


def decode_to_text(kind: str, record_id: str, fields: Fields) -> tuple[Any, str]:
    """The entity and its text as `dump_json` writes it, for who reads tens of thousands.

    Raises:
        UserError: as `decode`.
    """
    if not fields.keys() <= _KNOWN[kind]:
        entity, extra = decode(kind, record_id, fields)
        return entity, dump_json(entity, extra)
    adapter = _adapter(kind)
    try:
        entity = adapter.validator.validate_python({**fields, "id": record_id})
    except ValidationError as error:
        raise _unreadable(kind, error) from None
    return entity, adapter.serializer.to_json(entity).decode()


def _unreadable(kind: str, error: ValidationError) -> UserError:
    where = ", ".join(".".join(map(str, item["loc"])) or "?" for item in error.errors())
    return user_error(UNREADABLE_RECORD, kind=kind, detail=where)


def changed_fields(old: Fields | None, new: Fields) -> Fields:
    """The fields of `new` that differ from `old` (all of them when there was no old)."""
    if old is None:
        return dict(new)
    return {name: value for name, value in new.items() if name not in old or old[name] != value}


def unknown_fields(kind: str, fields: Fields) -> Fields:
    """Those of `fields` that this version of the program does not know."""
    known = _KNOWN[kind]
    return {name: value for name, value in fields.items() if name not in known}


def dump_json(entity: Entity, extra: Fields) -> str:
    """The whole entity with its id as one JSON object, as the store keeps it."""
    return json.dumps(
        {"id": entity.id, **encode(entity, extra)}, ensure_ascii=False, separators=(",", ":")
    )


def from_json(entity_type: type[E], text: str) -> E:
    """Read what `dump_json` wrote. Fields we do not know are passed over, not lost: they stay stored."""
    return reader_of(entity_type)(text)


def reader_of(entity_type: type[E]) -> Callable[[str], E]:
    """`from_json` of one kind, for who reads thousands: without the steps that are the same for all."""
    read: Callable[[str], E] = _adapter(name_of(entity_type)).validator.validate_json
    return read
