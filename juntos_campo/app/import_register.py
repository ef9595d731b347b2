"""Use case: look at a register file (and a history file), then take it in.

`check` reads and compares and changes nothing; `apply` writes what a check found, in one transaction.
The office already knows what it sent, so nothing of it waits for sync. What this laptop knows beyond
the file (the head of a facility, somebody who left, edits that still wait for sync) stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from juntos_campo.app.import_problems import FILE_HAS_FAULTS, NOT_YOURS, NOTHING_USABLE
from juntos_campo.app.session import NOTHING_CHANGED, Changed, Session
from juntos_campo.domain.entities import Entity, Household, Member, Pregnancy
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.kinds import kind_of
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import Role
from juntos_campo.register.faults import Fault
from juntos_campo.register.history import HistoryFile, read_history
from juntos_campo.register.known import keep_known, match_known
from juntos_campo.register.reader import RegisterFile, read_register
from juntos_campo.store import outbox
from juntos_campo.store.store import Store
from juntos_campo.wire.codec import decode, encode
from juntos_campo.wire.merge import Changes, overlay


@dataclass(frozen=True, slots=True)
class KindCount:
    """Records of one kind, against what the database holds."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class ImportCheck:
    """What importing would do.

    Attributes:
        counts: kind of record -> how many are new, updated, unchanged.
        faults: of both files, in the order of their rows.
        left_out: codes of households with a fault: they are left out whole.
        rows_left_out: history rows with a fault.
        others: households of the file that are assigned to other field workers.
        gone_members: known members of the file's households that the file no longer has.
        gone_households: codes of the user's households that the file no longer has.
        to_write: the new and the updated records, what others point to first.
    """

    register: RegisterFile
    history: HistoryFile
    counts: Mapping[str, KindCount]
    faults: tuple[Fault, ...]
    left_out: tuple[str, ...]
    rows_left_out: int
    others: int
    gone_members: tuple[Member, ...]
    gone_households: tuple[str, ...]
    to_write: tuple[Entity, ...] = field(repr=False)

    @property
    def errors(self) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if not fault.is_warning)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if fault.is_warning)

    @property
    def is_clean(self) -> bool:
        return not self.errors

    @property
    def usable(self) -> int:
        """Records that could be imported, those already there included."""
        return sum(c.new + c.updated + c.unchanged for c in self.counts.values())


def check(session: Session, path: Path, history: Path | None = None) -> ImportCheck:
    """Read the files and compare them with the database; changes nothing.

    A field worker gets only the households assigned to him; a coordinator all of the file.
    """
    today, store = session.today, session.store
    everything = read_register(path, today)
    mine = _assigned(everything, session)
    household_ids = _ids(mine.households)
    known_members = store.find_in(Member, "household_id", household_ids)
    pregnancies = store.find_in(Pregnancy, "household_id", household_ids)
    mine = match_known(mine, known_members, pregnancies)
    services = _history(everything, mine, known_members, pregnancies, history, session)
    counts, to_write = _compare(store, [*mine.entities(), *services.events])
    in_file = {member.id for member in mine.members}
    return ImportCheck(
        register=mine,
        history=services,
        counts=counts,
        faults=(*everything.faults, *services.faults),
        left_out=everything.left_out,
        rows_left_out=services.rows_left_out,
        others=len(everything.households) - len(mine.households),
        gone_members=tuple(
            member
            for member in known_members
            if member.id not in in_file and member.left_on is None
        ),
        gone_households=_gone_households(everything, session),
        to_write=tuple(to_write),
    )


def apply(session: Session, checked: ImportCheck, *, accept_good_rows: bool = False) -> Changed:
    """Write what `check` found; importing the same file again changes nothing.

    Raises:
        UserError: IMP-001 the file has faults and the good rows were not accepted; IMP-002, IMP-003
            nothing of it can be imported.
    """
    refusal = refused(session, checked, accept_good_rows=accept_good_rows)
    if refusal is not None:
        raise refusal
    if not checked.to_write:
        return NOTHING_CHANGED
    with session.work("register.import") as work:
        for entity in checked.to_write:
            work.tx.load(entity)
        detail = {kind: [one.new, one.updated] for kind, one in checked.counts.items()}
        work.tx.audit("register", "", {**detail, "left_out": len(checked.left_out)})
    return replace(work.changed, everything=True)


def refused(session: Session, checked: ImportCheck, *, accept_good_rows: bool) -> UserError | None:
    """Why `apply` would not import, or None."""
    if not checked.usable:
        if checked.others:
            number = count(checked.others, "hogar", "hogares")
            return user_error(NOT_YOURS, households=number, user=session.user.name)
        return user_error(NOTHING_USABLE)
    if checked.errors and not accept_good_rows:
        return user_error(
            FILE_HAS_FAULTS,
            errors=count(len(checked.errors), "falla"),
            left_out=left_out_text(checked),
        )
    return None


def left_out_text(checked: ImportCheck) -> str:
    """``2 hogares y 1 atención``"""
    parts = []
    if checked.left_out:
        parts.append(count(len(checked.left_out), "hogar", "hogares"))
    if checked.rows_left_out:
        parts.append(count(checked.rows_left_out, "atención", "atenciones"))
    return " y ".join(parts) or "algunas filas"


def _assigned(file: RegisterFile, session: Session) -> RegisterFile:
    if session.user.role is not Role.FIELD_WORKER:
        return file
    user = session.user.name.casefold()
    households = {one.id for one in file.households if one.field_worker == user}
    if len(households) == len(file.households):
        return file
    members = tuple(one for one in file.members if one.household_id in households)
    places = {one.settlement_id for one in file.households if one.id in households}
    settlements = tuple(one for one in file.settlements if one.id in places)
    facilities = {one.facility_id for one in members} | {one.facility_id for one in settlements}
    schools = {one.school_id for one in members}
    return replace(
        file,
        settlements=settlements,
        facilities=tuple(one for one in file.facilities if one.id in facilities),
        schools=tuple(one for one in file.schools if one.id in schools),
        households=tuple(one for one in file.households if one.id in households),
        members=members,
        pregnancies=tuple(one for one in file.pregnancies if one.household_id in households),
    )


def _history(
    everything: RegisterFile,
    mine: RegisterFile,
    known: list[Member],
    pregnancies: list[Pregnancy],
    path: Path | None,
    session: Session,
) -> HistoryFile:
    """The history of the people who are imported; of others' people nothing is kept or reported."""
    if path is None:
        return HistoryFile()
    own = {member.id for member in mine.members} | {member.id for member in known}
    households = set(_ids(mine.households))
    others = [one for one in everything.members if one.household_id not in households]
    people = {member.id: member for member in (*others, *known, *mine.members)}
    expecting = {one.id: one for one in (*pregnancies, *mine.pregnancies)}
    file = read_history(
        path, people.values(), session.today, expecting.values(), skip=everything.left_out
    )
    return replace(file, events=tuple(one for one in file.events if one.member_id in own))


def _ids(households: Iterable[Household]) -> list[str]:
    return [one.id for one in households]


def _compare(
    store: Store, incoming: Collection[Entity]
) -> tuple[dict[str, KindCount], list[Entity]]:
    """Counts by kind, and the records that differ from what is stored."""
    pending = _pending(store)
    counts: dict[str, KindCount] = {}
    to_write: list[Entity] = []
    for entity_type, entities in _by_type(incoming):
        existing = store.get_many(entity_type, [one.id for one in entities])
        new = updated = 0
        for entity in entities:
            old = existing.get(entity.id)
            merged = keep_known(entity, old)
            kind = kind_of(entity)
            if changes := pending.get((kind, entity.id)):
                merged = decode(kind, entity.id, overlay(encode(merged), changes))[0]
            if old == merged:
                continue
            to_write.append(merged)
            new += old is None
            updated += old is not None
        counts[kind_of(entities[0])] = KindCount(new, updated, len(entities) - new - updated)
    return counts, to_write


def _by_type(entities: Iterable[Entity]) -> Iterator[tuple[type[Entity], list[Entity]]]:
    groups: dict[type[Entity], list[Entity]] = {}
    for entity in entities:
        groups.setdefault(type(entity), []).append(entity)
    yield from groups.items()


def _pending(store: Store) -> dict[tuple[str, str], list[Changes]]:
    """Changes that still wait for sync, by record, in their order."""
    found: dict[tuple[str, str], list[Changes]] = {}
    operations = [*outbox.waiting(store, limit=1_000_000), *outbox.refused(store)]
    for operation in sorted(operations, key=lambda one: one.counter):
        if not operation.deleted:
            found.setdefault((operation.kind, operation.record_id), []).append(operation.changes)
    return found


def _gone_households(file: RegisterFile, session: Session) -> tuple[str, ...]:
    """The user's households that a readable file does not have at all."""
    if not file.household_count:
        return ()
    in_file = {household.code for household in file.households} | set(file.left_out)
    return tuple(
        household.code
        for household in session.store.find(Household)
        if household.code not in in_file
    )
