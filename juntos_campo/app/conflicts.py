"""Data that two people changed: what each wrote, which stands and why, and taking one's own back.

The server decides by a rule and tells both (`juntos_campo/sync/PROTOCOL.md`, "The merge"). Nothing is
final: whoever recorded the value that gave way may put it back, which is an edit like any other, and may
undo that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from juntos_campo.app.conflict_edits import (
    REGISTER,
    ask_office,
    put_values,
    value_in,
    withdraw_request,
)
from juntos_campo.app.conflict_problems import CHANGED_SINCE, NOT_POSSIBLE, RECORD_GONE
from juntos_campo.app.conflict_scope import ANSWERED, told, with_companions
from juntos_campo.app.conflict_words import (
    BOTH_KEPT,
    OFFICE_WINS,
    Words,
    author_text,
    moment_text,
    rule_text,
    words_of,
)
from juntos_campo.app.people import worker_name
from juntos_campo.app.reviews import Stage, review_state
from juntos_campo.app.session import Changed, Session
from juntos_campo.app.sync_words import describe
from juntos_campo.app.visit_records import CHANGEABLE
from juntos_campo.domain.entities import (
    ChangeRequest,
    Entity,
    FieldRecord,
    FormRecord,
    Visit,
)
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.spanish import moment
from juntos_campo.domain.values import Role
from juntos_campo.form_engine.answering import ROWS
from juntos_campo.store.conflict_rows import (
    Settled,
    Settlement,
    heads,
    settle,
    settlements,
)
from juntos_campo.store.departures import has_departed
from juntos_campo.store.sync_state import StoredConflict
from juntos_campo.store.sync_state import conflicts as stored_conflicts
from juntos_campo.wire.merge import DELETED

_SHOWN = 40
"""Letters of a value that a line or a button still shows."""

NOTED = frozenset({"conflict"})
"""What a screen listens for in `Changed.kinds`."""


class Action(StrEnum):
    """What can be done beside leaving it: the other value is put back, or asked of the office."""

    NONE = "none"
    PUT_BACK = "put_back"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Voice:
    """One of the two values: who wrote it, and when it reached the server.

    Attributes:
        who: ``usted``, ``la oficina``, ``Juan Quispe``.
        mine: the person at this laptop wrote it, here or elsewhere.
        stands: the rule chose this one.
    """

    value: str
    who: str
    when: str
    mine: bool
    stands: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """One value that two people changed.

    Attributes:
        record: ``Compromiso de QUISPE HUAMÁN, María Elena``; `field`: what of it.
        before: the value both started from.
        voices: the two values, the one that arrived first before the other.
        rule: why one stands, a sentence.
        both: both texts stand, nothing is to be chosen.
        present: what the record says now, "" when that is the value that stood.
        action: what can be done; `cannot` says why nothing can.
        settled_on: when the person decided, as text.
        undo: the decision can be undone.
    """

    id: str
    kind: str
    record_id: str
    household_id: str
    record: str
    field: str
    before: str
    voices: tuple[Voice, Voice]
    rule: str
    both: bool
    present: str
    action: Action
    cannot: str
    state: Settled
    settled_on: str
    undo: bool

    @property
    def kept(self) -> Voice:
        return next(one for one in self.voices if one.stands)

    @property
    def lost(self) -> Voice:
        return next(one for one in self.voices if not one.stands)

    def stands(self, voice: Voice) -> bool:
        """Whether the record says this value today: one that was put back stands again."""
        if self.both or not self.present or self.kept.value == self.lost.value:
            return self.both or voice.stands
        return voice.value == self.present

    @property
    def line(self) -> str:
        """``Usted: «cumplido» · Juan Quispe: «no cumplido» (vale)``; long values are cut."""
        parts = [
            f"{one.who[:1].upper()}{one.who[1:]}: «{shortened(one.value)}»"
            + (" (vale)" if self.stands(one) and not self.both else "")
            for one in self.voices
        ]
        return " · ".join(parts)


def shortened(value: str, most: int = _SHOWN) -> str:
    """A value in one line; … where it goes on."""
    line = " ".join(value.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


# -- reading ---------------------------------------------------------------------------------------


def open_conflicts(session: Session, household_id: str = "") -> list[Conflict]:
    """Conflicts nobody has decided about, the newest first; those of one household alone if given."""
    found = [one for one in conflicts(session) if one.state is Settled.OPEN]
    return [one for one in found if household_id in ("", one.household_id)]


def conflicts(session: Session) -> list[Conflict]:
    """Every conflict a person has to know of, the newest first, decided ones too."""
    stored = stored_conflicts(session.store)
    shown = {one.conflict_id for one in told(session, heads(session.store))}
    done = settlements(session.store)
    words: dict[tuple[str, str], Words] = {}
    found = []
    for one in stored:
        if one.conflict_id not in shown:
            continue
        key = one.kind, one.record_id
        if key not in words:
            words[key] = words_of(session, *key)
        found.append(_conflict(session, one, words[key], done[one.conflict_id]))
    return found


# -- deciding --------------------------------------------------------------------------------------


def leave(session: Session, conflict_id: str) -> Changed:
    """The person has seen it, and the value that stands may stand."""
    with session.work("conflict.read") as work:
        settle(work.tx, conflict_id, Settled.READ)
    return _noted(session, conflict_id)


def take_back(session: Session, conflict_id: str) -> Changed:
    """Put the value that gave way onto the record as it is now, or ask the office for it.

    Raises:
        UserError: CNF-001 to CNF-006 (nothing changed then); STO-008.
    """
    one, words = _stored(session, conflict_id)
    action, why = _action(session, one, words)
    if words.record is None:
        raise user_error(RECORD_GONE)
    if action is Action.NONE:
        raise user_error(NOT_POSSIBLE, reason=why)
    if action is Action.ASK:
        asked = f"{words.field(one.path)}: {words.value(session, one.kind, one.path, one.lost)}"
        changed = ask_office(session, conflict_id, words.record, one.path, asked)
    else:
        group = with_companions(session, one)
        values = {each.path: each.lost for each in group}
        changed = put_values(session, one.kind, one.record_id, values)
    with session.work("conflict.taken_back") as work:
        settle(work.tx, conflict_id, Settled.TAKEN_BACK)
    return changed | _noted(session, conflict_id)


def undo(session: Session, conflict_id: str) -> Changed:
    """Undo a decision: the conflict is open again, and a value that was put back gives way again.

    Raises:
        UserError: CNF-001 to CNF-004, CNF-006 (nothing changed then); STO-008.
    """
    one, words = _stored(session, conflict_id)
    changed = Changed()
    if settlements(session.store)[conflict_id].state is Settled.TAKEN_BACK:
        changed = _revert(session, one, words)
    with session.work("conflict.undo") as work:
        settle(work.tx, conflict_id, Settled.OPEN)
    return changed | _noted(session, conflict_id)


def _revert(session: Session, one: StoredConflict, words: Words) -> Changed:
    if one.kind in REGISTER:
        return withdraw_request(session, one.conflict_id)
    if words.record is None:
        raise user_error(RECORD_GONE)
    present = value_in(words.record, one.path)
    if present != one.lost:
        shown = words.value(session, one.kind, one.path, present)
        raise user_error(CHANGED_SINCE, present=shown)
    values = {each.path: each.kept for each in with_companions(session, one)}
    return put_values(session, one.kind, one.record_id, values)


def _stored(session: Session, conflict_id: str) -> tuple[StoredConflict, Words]:
    for one in stored_conflicts(session.store):
        if one.conflict_id == conflict_id:
            return one, words_of(session, one.kind, one.record_id)
    raise user_error(RECORD_GONE)


def _noted(session: Session, conflict_id: str) -> Changed:
    one, words = _stored(session, conflict_id)
    return Changed(NOTED | {one.kind}, frozenset({words.household_id} - {""}))


# -- in words --------------------------------------------------------------------------------------


def _conflict(session: Session, one: StoredConflict, words: Words, done: Settlement) -> Conflict:
    def value(raw: Any) -> str:
        return words.value(session, one.kind, one.path, raw)

    me = session.user.name
    kept = Voice(value(one.kept), author_text(session, one.kept_author),
                 moment_text(session, one.kept_at), one.kept_author == me, stands=True)  # fmt: skip
    lost = Voice(value(one.lost), author_text(session, one.lost_author),
                 moment_text(session, one.lost_at), one.lost_author == me, stands=False)  # fmt: skip
    first, second = (kept, lost) if one.kept_at < one.lost_at else (lost, kept)
    if first.mine and second.mine:
        first = replace(first, who="usted, lo que llegó primero")
        second = replace(second, who="usted, lo que llegó después")
    action, cannot = _action(session, one, words)
    present = value_in(words.record, one.path) if words.record is not None else None
    differs = words.record is not None and one.path != DELETED and present != one.kept
    return Conflict(
        id=one.conflict_id,
        kind=one.kind,
        record_id=one.record_id,
        household_id=words.household_id,
        record=describe(session, one.kind, one.record_id),
        field=words.field(one.path),
        before=value(one.base),
        voices=(first, second),
        rule=rule_text(one.kind, one.rule),
        both=one.rule == BOTH_KEPT,
        present=value(present) if differs and one.rule != BOTH_KEPT else "",
        action=action,
        cannot=cannot,
        state=done.state,
        settled_on=moment(datetime.fromisoformat(done.at)) if done.at else "",
        undo=_may_undo(one, words, done, present),
    )


def _may_undo(one: StoredConflict, words: Words, done: Settlement, present: Any) -> bool:
    if done.state is not Settled.TAKEN_BACK:
        return done.state is Settled.READ
    return words.record is not None and (one.kind in REGISTER or present == one.lost)


def _action(session: Session, one: StoredConflict, words: Words) -> tuple[Action, str]:
    """What can be done about a conflict, and why nothing can."""
    record = words.record
    if one.rule == BOTH_KEPT:
        return Action.NONE, ""
    if record is None:
        return Action.NONE, RECORD_GONE.what
    why = _not_yours(session, one, words)
    if why or one.kind in REGISTER:
        return (Action.NONE, why) if why else _ask(one)
    why = _closed(session, one, record)
    if not why and value_in(record, one.path) == one.lost:
        why = "El registro ya dice ese valor."
    return (Action.NONE if why else Action.PUT_BACK), why


def _not_yours(session: Session, one: StoredConflict, words: Words) -> str:
    """Why nobody at this laptop may change it here; "" when somebody may."""
    if session.user.role is not Role.FIELD_WORKER:
        return "Si hace falta, lo corrige el gestor en su computadora."
    if words.household_id and has_departed(session.store, words.household_id):
        return "Ese hogar pasó a otro gestor: lo ve y lo decide él."
    if words.secret:
        return "Es un registro confidencial de otra persona."
    return "Si igual debe borrarse, ábralo y bórrelo ahí." if one.path == DELETED else ""


def _ask(one: StoredConflict) -> tuple[Action, str]:
    if one.rule == OFFICE_WINS:
        return Action.NONE, "La oficina ya tiene su valor como solicitud: ella decide."
    return Action.ASK, ""


def _closed(session: Session, one: StoredConflict, record: Entity) -> str:
    """Why a record cannot be corrected by this person; "" when it can."""
    if KINDS[one.kind].shared or one.kind == "review":
        return "Ese dato lo decide la oficina o su coordinador."
    if isinstance(record, ChangeRequest) and (
        one.path == "state" or record.state not in CHANGEABLE
    ):
        return "Sobre esa solicitud decide la oficina."
    if not isinstance(record, Visit | FormRecord | FieldRecord):
        return ""
    if record.field_worker != session.user.name:
        return (
            f"Lo registró {worker_name(session, record.field_worker)}: solo esa persona lo corrige."
        )
    place, _, key = one.path.partition("/")
    if place != ANSWERED[one.kind] or not key or key.rpartition("/")[2].startswith(ROWS):
        return "Cambió la lista de filas: ábralo y corríjalo ahí."
    approved = not isinstance(record, FieldRecord) and (
        review_state(session, record).stage is Stage.APPROVED
    )
    return "Ya fue aprobado y no se corrige; su coordinador puede devolverlo." if approved else ""


__all__ = [
    "NOTED",
    "Action",
    "Conflict",
    "Settled",
    "Voice",
    "conflicts",
    "leave",
    "open_conflicts",
    "shortened",
    "take_back",
    "undo",
]
