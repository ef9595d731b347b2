"""A synchronisation by file: what waits goes into a bundle, its answer is stored as any other.

Making a file moves nothing: what it holds goes on waiting, and is sent again over the net or with another
file as if there were none, since the server knows every operation by its id. Its answer moves only what it
joins on to (`storing.store_answer`), so files and exchanges over the net may come in any order, or never.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import ProgrammingError, user_error
from juntos_campo.domain.ids import Ids
from juntos_campo.domain.spanish import count, moment
from juntos_campo.store import bundle_rows, outbox, sync_state
from juntos_campo.store.bundle_rows import BundleRow, BundleState, Direction
from juntos_campo.store.device_keys import device_seed, server_key
from juntos_campo.store.store import Store
from juntos_campo.sync import leaving
from juntos_campo.sync.bundle_files import PackedFiles, pack_files, store_files
from juntos_campo.sync.bundle_problems import (
    ALREADY_APPLIED,
    ANSWER_GOES_ON,
    NO_SERVER_YET,
    NOT_MADE_HERE,
    RECORDED_SINCE,
)
from juntos_campo.sync.file_wording import file_lines
from juntos_campo.sync.files import Choice
from juntos_campo.sync.report import Stage, SyncReport
from juntos_campo.sync.run import Run, Settings
from juntos_campo.sync.sending import next_request
from juntos_campo.sync.storing import store_answer
from juntos_campo.sync.trust import require_signed
from juntos_campo.wire.bundle import file_name, open_content, read, require_signature, seal
from juntos_campo.wire.bundle_messages import (
    MOST_REQUESTS,
    BundleAnswer,
    BundleHeader,
    BundleKind,
    BundlePage,
    BundleRequest,
)
from juntos_campo.wire.bundle_problems import IS_A_REQUEST, OTHER_DEVICE, OTHER_SERVER
from juntos_campo.wire.messages import PROTOCOL, Operation, SyncRequest, SyncResponse
from juntos_campo.wire.orders import EraseOrder, Lease
from juntos_campo.wire.signing import fingerprint

log = logging.getLogger(__name__)

_ANSWERED_WITHIN = 60
"""Days after which nobody waits for the answer to a file."""


@dataclass(frozen=True, slots=True)
class Made:
    """A sealed request, in memory.

    Attributes:
        operations: changes in it; `files`: photos and files.
        name: file name: day, time, and the laptop, no person.
    """

    id: str
    number: int
    operations: int
    files: int
    name: str
    data: bytes


def make_request(
    store: Store,
    *,
    device: str,
    actor: str,
    clock: Clock,
    ids: Ids,
    with_files: bool = True,
) -> Made:
    """Seal what waits, and where this laptop stands, for the server; remembered until it is answered.

    Args:
        with_files: photos and files as well, both ways.

    Raises:
        UserError: USB-001 no server was ever met, JCB-005, STO-008.
    """
    key, seed = server_key(store), device_seed(store)
    if not (key and seed):
        raise user_error(NO_SERVER_YET)
    now = clock.now()
    requests = _requests(store, device=device, actor=actor, clock=clock)
    operations = sum(len(one.operations) for one in requests)
    bundle_id, server = ids(), fingerprint(key)
    with store.transaction(actor=actor, at=now, action="bundle.make") as tx:
        number = bundle_rows.next_number(tx)
        detail = {"number": number, "operations": operations}
        row = BundleRow(
            bundle_id, Direction.MADE, server, BundleState.MADE, now.isoformat(), detail
        )
        bundle_rows.put(tx, row)
        bundle_rows.forget_old(tx, (now - timedelta(days=_ANSWERED_WITHIN)).isoformat())
    header = BundleHeader(
        kind=BundleKind.REQUEST,
        id=bundle_id,
        device=device,
        server=server,
        made_at=now.replace(microsecond=0),
        size=0,
    )
    packed = pack_files(store, actor) if with_files else PackedFiles()
    message = BundleRequest(
        number=number, requests=tuple(requests), files=packed.files, wanted=packed.wanted
    )
    try:
        data = seal(header, message, packed.data, seed=seed, to_key=key)
    except BaseException:
        take_back(store, bundle_id, actor=actor, clock=clock)
        raise
    log.info("bundle %s made: %d operations", bundle_id, operations)
    return Made(bundle_id, number, operations, len(packed.files), file_name(now, device), data)


def take_back(store: Store, bundle_id: str, *, actor: str, clock: Clock) -> None:
    """The file never reached the stick: nobody waits for its answer. Its number stays used."""
    with store.transaction(actor=actor, at=clock.now(), action="bundle.take_back") as tx:
        bundle_rows.forget(tx, bundle_id)


def apply_answer(
    store: Store,
    data: bytes,
    *,
    device: str,
    actor: str,
    clock: Clock,
    heed: Callable[[EraseOrder], None] = lambda _order: None,
    keep_lease: Callable[[Lease | None], None] = lambda _lease: None,
) -> SyncReport:
    """Store what the server answered to a file of this database.

    A kill in the middle does no harm: the answer can be applied again until all of it was stored.

    Args:
        heed: given the order to erase this laptop, if that is the answer; raises when it was obeyed.
        keep_lease: given the lease in it, None from an older server.

    Raises:
        UserError: JCB-001 to JCB-010, USB-002, USB-003, SYN-014: nothing is stored then. STO-008: what was
            stored before stays stored.
    """
    row, message, files = _opened(store, data, device)
    if message.erase is not None:
        heed(message.erase)
    keep_lease(message.lease)
    report = SyncReport(clock.now())
    report.sent = int(row.detail.get("operations", 0))
    report.waiting_before = sync_state.waiting_count(store)
    report.bytes_down = len(data)
    for page in message.pages:
        require_signed(store, page.response)
    for page in message.pages:
        report.exchanges += 1
        store_answer(
            store,
            _request_of(page, device),
            page.response,
            actor=actor,
            at=clock.now(),
            report=report,
        )
    run = _run(store, device=device, actor=actor, clock=clock, report=report)
    leaving.settle(run)
    report.files = store_files(store, clock, actor, message, files)
    report.notes += file_lines(report.files, Choice.ALWAYS)
    _finish(run, row, message)
    return report


def _opened(store: Store, data: bytes, device: str) -> tuple[BundleRow, BundleAnswer, list[bytes]]:
    """The answer in `data`, once everything about it is in order: what it answers, and its files."""
    key = server_key(store)
    if not key:
        raise user_error(NO_SERVER_YET)
    bundle = read(data)
    header = bundle.header
    if header.kind is not BundleKind.ANSWER:
        raise user_error(IS_A_REQUEST)
    if header.server != fingerprint(key):
        raise user_error(OTHER_SERVER)
    if header.device != device:
        raise user_error(OTHER_DEVICE)
    require_signature(bundle, key)
    row = bundle_rows.find(store, header.answers)
    if row is None or row.direction is not Direction.MADE:
        raise user_error(NOT_MADE_HERE)
    if row.state is BundleState.APPLIED:
        raise user_error(ALREADY_APPLIED, day=moment(datetime.fromisoformat(row.at)))
    message, files = open_content(bundle, BundleAnswer, device_seed(store))
    return row, message, files


def _finish(run: Run, row: BundleRow, message: BundleAnswer) -> None:
    store, report = run.store, run.report
    report.still_waiting = sync_state.waiting_count(store)
    report.still_refused = sync_state.refused_count(store)
    report.ended_at = run.clock.now()
    report.notes.append(
        f"El servidor respondió el {moment(message.received_at)}; "
        "lo que cambió allá después todavía no llega."
    )
    if message.pages and message.pages[-1].response.more:
        report.stop(Stage.STORE, user_error(ANSWER_GOES_ON))
    elif later := report.still_waiting - len(outbox.waiting_there(store)):
        left = count(later, "cambio", "cambios")
        report.stop(Stage.STORE, user_error(RECORDED_SINCE, count=left))
    applied = replace(row, state=BundleState.APPLIED, at=run.clock.now().isoformat())
    with run.transaction("bundle.apply") as tx:
        bundle_rows.put(tx, applied)
        sync_state.log_sync(
            tx,
            report.started_at,
            report.complete,
            report.as_json(),
            reached=message.received_at,
        )
    log.info("bundle %s applied: %d acknowledged", row.id, len(report.acknowledged))


def _request_of(page: BundlePage, device: str) -> SyncRequest:
    """What this page answers, as far as storing it depends on that."""
    asked = tuple(
        Operation.model_construct(
            op_id=ack.op_id,
            kind="",
            id="",
            base_version=0,
            author="",
            counter=0,
            device_time=page.response.server_time,
        )
        for ack in page.response.acks
    )
    return SyncRequest.model_construct(
        protocol=PROTOCOL, device=device, cursor=page.start, operations=asked
    )


def _requests(store: Store, *, device: str, actor: str, clock: Clock) -> list[SyncRequest]:
    """All that waits, in as many exchanges as it takes; without a stamp, which is the net's."""
    run = _run(store, device=device, actor=actor, clock=clock, report=SyncReport(clock.now()))
    found: list[SyncRequest] = []
    while len(found) < MOST_REQUESTS:
        request, batch = next_request(run)
        found.append(
            request.model_copy(update={"stamp": "", "arriving": {}, "want": {}, "pending": False})
        )
        if not batch:
            break
        run.sent_up_to = batch[-1].counter
    # The last one is the empty one that says so, unless it is the only one.
    return found[:-1] if len(found) > 1 and not found[-1].operations else found


def _run(store: Store, *, device: str, actor: str, clock: Clock, report: SyncReport) -> Run:
    return Run(
        store,
        _NoLink(),
        Settings(),
        device=device,
        actor=actor,
        clock=clock,
        progress=lambda _progress: None,
        report=report,
    )


class _NoLink:
    """Stands where a synchronisation over the net has its transport."""

    protocol = PROTOCOL
    bytes_up = 0
    bytes_down = 0

    def exchange(self, request: SyncRequest) -> SyncResponse:
        raise ProgrammingError(f"{len(request.operations)} operations for a link that is none")
