"""The registry of record kinds: the names under which entities are stored and sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from juntos_campo.domain.entities import (
    ChangeRequest,
    Commitment,
    Entity,
    ExternalFinding,
    FieldRecord,
    FormDefinition,
    FormHandling,
    FormRecord,
    HealthFacility,
    Household,
    Member,
    MessagePack,
    Pregnancy,
    Review,
    RulePack,
    School,
    SchoolYear,
    ServiceEvent,
    Settlement,
    Visit,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record.

    Attributes:
        name: as stored and sent.
        entity: its class.
        shared: reference data every device of the territorial unit receives; otherwise a record
            belongs to one field worker's partition.
    """

    name: str
    entity: type[Entity]
    shared: bool = False


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("settlement", Settlement, shared=True),
        Kind("health_facility", HealthFacility, shared=True),
        Kind("school", School, shared=True),
        Kind("rule_pack", RulePack, shared=True),
        Kind("message_pack", MessagePack, shared=True),
        Kind("form_definition", FormDefinition, shared=True),
        Kind("household", Household),
        Kind("member", Member),
        Kind("pregnancy", Pregnancy),
        Kind("school_year", SchoolYear),
        Kind("external_finding", ExternalFinding),
        Kind("service_event", ServiceEvent),
        Kind("visit", Visit),
        Kind("commitment", Commitment),
        Kind("change_request", ChangeRequest),
        Kind("form_record", FormRecord),
        Kind("form_handling", FormHandling),
        Kind("field_record", FieldRecord),
        Kind("review", Review),
    )
}
"""In the order in which a first download should bring them: what others point to comes first."""

_NAMES: dict[type[Entity], str] = {kind.entity: kind.name for kind in KINDS.values()}


def kind_of(entity: Entity) -> str:
    """The kind name of an entity."""
    return _NAMES[type(entity)]


def name_of(entity_type: type[Any]) -> str:
    """The kind name of an entity class."""
    return _NAMES[entity_type]
