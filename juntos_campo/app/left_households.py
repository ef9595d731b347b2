"""Households that went to another field worker and are here only for what is unfinished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from juntos_campo.app.record_places import household_of
from juntos_campo.app.review_queue import household_names
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Household
from juntos_campo.domain.spanish import count
from juntos_campo.store import departures, outbox
from juntos_campo.store.drafts import find_draft


@dataclass(frozen=True, slots=True)
class LeftHousehold:
    """One of them.

    Attributes:
        what: ``QUISPE HUAMÁN, María Elena · hogar 0307-000001``.
        why: what keeps it here, and what to do, in a sentence.
    """

    household_id: str
    what: str
    why: str


def left_households(session: Session) -> list[LeftHousehold]:
    """All of them, by name; one statement when there is none."""
    ids = departures.departed(session.store)
    if not ids:
        return []
    names = household_names(session, ids)
    households = session.store.get_many(Household, ids)
    unsent = _unsent(session)
    found = [
        LeftHousehold(
            one.id, f"{names[one.id][0]} · hogar {one.code}", _why(session, one.id, unsent)
        )
        for one in households.values()
    ]
    return sorted(found, key=lambda one: one.what)


def left_household(session: Session, household_id: str) -> LeftHousehold | None:
    """What to say of one household; None when it is still this person's."""
    if not departures.has_departed(session.store, household_id):
        return None
    found = left_households(session)
    return next((one for one in found if one.household_id == household_id), None)


def _unsent(session: Session) -> dict[str, tuple[int, int]]:
    """Household id -> records that wait to be sent, and records that were refused."""
    found: dict[str, tuple[int, int]] = {}
    for place, operations in enumerate(
        (outbox.waiting(session.store), outbox.refused(session.store))
    ):
        for kind, record_id in dict.fromkeys((one.kind, one.record_id) for one in operations):
            about = household_of(session, kind, record_id)
            waiting, refused = found.get(about, (0, 0))
            found[about] = (waiting + (not place), refused + place)
    return found


def _why(session: Session, household_id: str, unsent: Mapping[str, tuple[int, int]]) -> str:
    waiting, refused = unsent.get(household_id, (0, 0))
    if find_draft(session.store, "visit", household_id) is not None:
        return "Hay una visita empezada: ciérrela o descártela, y sincronice."
    if waiting:
        verb = "Falta" if waiting == 1 else "Faltan"
        return f"{verb} enviar {count(waiting, 'registro')}: sincronice y saldrá por sí solo."
    if refused:
        verb = "no fue aceptado" if refused == 1 else "no fueron aceptados"
        return f"{count(refused, 'registro')} {verb} por el servidor: vea por qué en Sincronizar."
    return "Hay algo sin cerrar o una foto por enviar: termínelo y sincronice."
