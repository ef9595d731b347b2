"""What leaves this laptop: households that went to another field worker, and what the law removed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from juntos_campo.domain.entities import Household
from juntos_campo.domain.spanish import count
from juntos_campo.store import arrivals, departures, sync_state
from juntos_campo.store.departures import Dropped
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction
from juntos_campo.sync.report import Left
from juntos_campo.sync.run import Run
from juntos_campo.wire.messages import Change, Removal, SyncRequest, SyncResponse

ERASED = "erased"


@dataclass(slots=True)
class Gone:
    """What removals did.

    Attributes:
        people: how many went to live in a household of another field worker.
        erased: how many records the law removed.
    """

    left: list[Left] = field(default_factory=list)
    people: int = 0
    erased: int = 0
    dropped: list[Dropped] = field(default_factory=list)


def remove(
    tx: Transaction, store: Store, removals: Iterable[Removal], changes: Iterable[Change]
) -> Gone:
    """Do what the server's removals say, in the transaction that stores their page.

    Args:
        changes: of the same page, written already: what came back after it left stays.
    """
    gone = Gone()
    back = {(one.partition, one.kind, one.id): one.seq for one in changes}
    for one in removals:
        if back.get((one.partition, one.kind, one.id), 0) > one.seq:
            continue
        if one.reason == ERASED:
            gone.erased += departures.is_here(tx, one.kind, one.id)
            gone.dropped += departures.erase(tx, one.kind, one.id)
        elif one.reason == departures.REASSIGNED and one.kind == "household":
            code = _code(store, one.id)
            if departures.leave(tx, one.partition, one.id):
                gone.left.append(Left(one.id, code, gone=True))
            elif departures.has_departed(store, one.id):
                gone.left.append(Left(one.id, code, gone=False))
        elif one.reason == departures.REASSIGNED and one.kind == "member":
            gone.people += departures.leave_person(tx, one.partition, one.id)
        elif one.reason == departures.REASSIGNED and one.kind == "review":
            departures.leave_review(tx, one.id)
    return gone


def people_lines(people: int) -> list[str]:
    """A sentence on people who live elsewhere now; none when there are none."""
    if not people:
        return []
    went = count(people, "persona pasó", "personas pasaron")
    left = "salió" if people == 1 else "salieron"
    return [f"{went} a un hogar de otro gestor y {left} de esta computadora."]


def let_go(
    tx: Transaction, store: Store, request: SyncRequest, response: SyncResponse
) -> list[str]:
    """Remove the territories this laptop asked about and the server does not let it read any more.

    A server of version 1 is not asked: what leaves a laptop leaves it in version 2.

    Returns:
        What to tell the person.
    """
    if response.protocol < 2:
        return []
    asked = request.cursor.keys() | request.arriving.keys()
    lost = asked - response.cursor.keys() - response.arriving.keys()
    cursor, under_way = sync_state.cursor(store), arrivals.state(store)
    notes = []
    for name in sorted(lost & (cursor.keys() | under_way.keys())):
        gone, staying = departures.leave_all(tx, name)
        cursor.pop(name, None)
        under_way.pop(name, None)
        worker = name.removeprefix("fw:")
        text = (
            f"El gestor {sync_state.full_name(store, worker) or worker} ya no es de su zona: "
            f"{count(gone, 'hogar suyo salió', 'hogares suyos salieron')} de esta computadora."
        )
        if staying:
            kept = count(staying, "sigue", "siguen")
            text += f" {kept} aquí hasta que se resuelva lo que usted dejó pendiente."
        notes.append(text)
    if notes:
        sync_state.set_cursor(tx, cursor)
        arrivals.set_state(tx, under_way)
    return notes


def settle(run: Run) -> None:
    """Let go of the households whose last unfinished work has been answered."""
    whole = run.ended and run.report.stopped is None and not arrivals.under_way(run.store)
    strangers = departures.strangers(run.store) if whole else []
    if not strangers and not departures.departed(run.store):
        return
    with run.transaction("sync.left") as tx:
        departures.note_departed(tx, strangers)
        codes = {one: _code(run.store, one) for one in departures.departed(run.store)}
        gone = departures.settle(tx)
        touched, households = set(tx.touched), set(tx.households)
    run.report.kinds |= touched
    run.report.households |= households
    kept = [one for one in run.report.left if one.household_id not in gone]
    run.report.left = kept + [Left(one, codes[one], gone=True) for one in gone]


def _code(store: Store, household_id: str) -> str:
    found = store.get(Household, household_id)
    return found.code if found else ""
