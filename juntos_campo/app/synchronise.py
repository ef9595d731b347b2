"""Use cases of synchronising: set this laptop up from the server, enter, synchronise, look back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from juntos_campo.app.connect import server_address
from juntos_campo.app.erased import obeys
from juntos_campo.app.form_library import forms_left_out
from juntos_campo.app.orientation import messages_in_force
from juntos_campo.app.rules_change import follow_rules
from juntos_campo.app.server_link import renew_in_time, server_link, session_link
from juntos_campo.app.session import NOTHING_CHANGED, Changed, Session, User, create_session
from juntos_campo.app.sign_in import enter_server, keep_login
from juntos_campo.app.sync_files import move_files
from juntos_campo.app.usb_carry import exchange_carried, tell_carried
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.ids import Ids, random_id
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import Role
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.rules import Rules
from juntos_campo.paths import DataPlace
from juntos_campo.store import device_keys, outbox, sync_state
from juntos_campo.store.contact import keep_contact
from juntos_campo.store.keys import DEFAULT_COST, KdfCost
from juntos_campo.store.sync_state import LoggedSync, StoredConflict
from juntos_campo.sync.engine import synchronise
from juntos_campo.sync.problems import DATABASE_COPIED, NO_SERVER
from juntos_campo.sync.report import Progress, SyncReport
from juntos_campo.sync.transport import Transport
from juntos_campo.wire.signing import new_seed, public_key

_MANY = 50
"""From so many households on, screens had better look at everything again."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """What the screen shows before anybody presses the button.

    Attributes:
        server: address; empty when there is none yet.
        waiting: kind -> records with changes to send.
        refused: operations the server refused, with the reason each.
        last_complete: None when no synchronisation ever went through.
    """

    server: str
    waiting: dict[str, int]
    refused: tuple[outbox.Operation, ...]
    conflicts: tuple[StoredConflict, ...]
    last_complete: datetime | None
    past: tuple[LoggedSync, ...]


def set_up_from_server(
    place: DataPlace,
    *,
    server: str,
    user: str,
    password: str,
    clock: Clock,
    book: RuleBook | Rules,
    device_name: str = "",
    ids: Ids = random_id,
    cost: KdfCost = DEFAULT_COST,
) -> Session:
    """Set a laptop up for somebody the server knows; the same password then opens the database.

    The database is still empty: `sync_now` brings the first download.

    Raises:
        UserError: CON-002, SYN-001 to SYN-011 (nothing was made then), STO-006, STO-008, STO-009.
    """
    device, seed = ids(), new_seed()
    with server_link(place, server_address(server)) as transport:
        answer = transport.login(user, password, device, device_name, sign_key=public_key(seed))
        who = User(answer.user, answer.full_name, Role(answer.role))
        session = create_session(
            place, password=password, user=who, clock=clock, book=book, ids=ids, cost=cost
        )
        with session.work("server.sign_in") as work:
            work.tx.set_meta("device.id", device)
            device_keys.keep_device_seed(work.tx, seed)
            keep_login(session, work, transport, answer)
        keep_contact(place.contact_file, session.store)
    return session


def sign_in(
    session: Session,
    password: str,
    server: str = "",
    device_name: str = "",
    *,
    another_server: bool = False,
) -> None:
    """Enter the server again (or another one); from then on `sync_now` needs no password.

    Args:
        another_server: the person knows that the server of this address is not the one of before.

    Raises:
        UserError: CON-002 the address would send names in the clear; SYN-001 to SYN-015.
    """
    url = server or sync_state.server(session.store)
    if not url:
        raise user_error(NO_SERVER)
    with server_link(session.place, server_address(url), heed=obeys(session)) as transport:
        name = session.user.name
        answer = enter_server(
            session, transport, name, password, device_name, another_server=another_server
        )
        with session.work("server.sign_in") as work:
            keep_login(session, work, transport, answer)
    keep_contact(session.place.contact_file, session.store)


def sync_now(
    session: Session,
    *,
    transport: Transport | None = None,
    progress: Callable[[Progress], None] = lambda _progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[SyncReport, Changed]:
    """One synchronisation with the server this laptop entered; what stopped it is in the report.

    Raises:
        UserError: SYN-010 no server yet, STO-008 the local disk refuses.
    """
    if transport is not None:
        return _run(session, transport, progress, cancelled)
    url = sync_state.server(session.store)
    if not url:
        raise user_error(NO_SERVER)
    with session_link(session, url, cancelled) as http:
        report, changed = _run(session, http, progress, cancelled)
        if report.complete:
            tell_carried(report, exchange_carried(session, http, cancelled))
            renew_in_time(session, http)
            report.bytes_up, report.bytes_down = http.bytes_up, http.bytes_down
        changed |= move_files(session, http, report, progress, cancelled)
    return report, changed


def sync_status(session: Session) -> SyncState:
    """What waits, what was refused, what two people changed, how the last times went."""
    store = session.store
    return SyncState(
        server=sync_state.server(store),
        waiting=outbox.counts(store),
        refused=tuple(outbox.refused(store)),
        conflicts=tuple(sync_state.conflicts(store)),
        last_complete=sync_state.last_sync_at(store),
        past=tuple(sync_state.past_syncs(store)),
    )


def send_refused_again(session: Session) -> int:
    """Let every refused change be sent once more with the next synchronisation; how many."""
    refused = outbox.refused(session.store)
    with session.work("sync.try_again") as work:
        sync_state.try_again(work.tx, [one.op_id for one in refused])
    return len(refused)


def _run(
    session: Session,
    transport: Transport,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> tuple[SyncReport, Changed]:
    report = synchronise(
        session.store,
        transport,
        device=sync_state.device(session.store),
        actor=session.user.name,
        clock=session.clock,
        progress=progress,
        cancelled=cancelled,
    )
    return report, consequences(session, report)


def consequences(session: Session, report: SyncReport) -> Changed:
    """What a synchronisation, over the net or by file, means for this laptop: rules, forms, screens.

    What of it cannot be used is added to the report's notes.
    """
    rules_changed = _follow_received(session, report)
    _tell_forms(session, report)
    _tell_messages(session, report)
    answered = {one.kind for one in report.acknowledged}
    acknowledged = answered | {one.kind for one in report.waiting_there}
    if report.stopped and report.stopped.code == DATABASE_COPIED.code:
        with session.work("device.copied") as work:
            sync_state.become_another_device(work.tx, session.ids())
    if not report.kinds and not acknowledged and not report.refused:
        return NOTHING_CHANGED
    kinds = frozenset(report.kinds | acknowledged | {one.kind for one in report.refused})
    if rules_changed or len(report.households) >= _MANY:
        return Changed(kinds, frozenset(), everything=True)
    return Changed(kinds, frozenset(report.households))


def _follow_received(session: Session, report: SyncReport) -> bool:
    """After a synchronisation: judge by the packs that came; whether the rules changed.

    What came and cannot be used is told in the report. A fault of the program's own packs is told there
    too: it must not hide what the server acknowledged.
    """
    if "rule_pack" not in report.kinds:
        return False
    session.forget_book()
    try:
        changed = follow_rules(session)
        left_out = session.book.left_out
    except UserError as error:
        report.notes.append(str(error))
        return False
    if left_out:
        which = count(len(left_out), "norma que envió la oficina", "normas que envió la oficina")
        _tell_left_out(report, which, "sigue la que ya regía", "Normas")
    return changed


def _tell_forms(session: Session, report: SyncReport) -> None:
    """Forms that came are in force by themselves; those this program cannot read are told."""
    if "form_definition" not in report.kinds:
        return
    left_out = forms_left_out(session)
    if left_out:
        which = count(
            len(left_out), "formulario que envió la oficina", "formularios que envió la oficina"
        )
        _tell_left_out(report, which, "sigue el que ya regía", "Formularios")


def _tell_messages(session: Session, report: SyncReport) -> None:
    """Messages that came are used by themselves; those this program cannot use are told."""
    if "message_pack" not in report.kinds:
        return
    try:
        left_out = messages_in_force(session).left_out
    except UserError as error:
        report.notes.append(str(error))
        return
    if left_out:
        which = count(
            len(left_out), "archivo de mensajes de la oficina", "archivos de mensajes de la oficina"
        )
        _tell_left_out(report, which, "siguen los que ya había", "Normas")


def _tell_left_out(report: SyncReport, which: str, instead: str, page: str) -> None:
    report.notes.append(
        f"No se puede usar {which} con esta versión del programa: {instead}. "
        f"Vea por qué en Ayuda, {page}."
    )
