"""Photos and files with a synchronisation: when they travel, what waits, sending them now.

They follow the records and never hold them up. `files_waiting` is for the screen; `move_files` is what
every synchronisation over the net ends with; `send_files_now` is the person's own wish, on any link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from juntos_campo.app.server_link import session_link
from juntos_campo.app.session import NOTHING_CHANGED, Changed, Session
from juntos_campo.app.sync_settings import choose, chosen
from juntos_campo.domain.errors import user_error
from juntos_campo.store import attachment_transfer, sync_state
from juntos_campo.store.attachments import drop_of_deleted
from juntos_campo.sync.file_report import FilesReport
from juntos_campo.sync.file_wording import file_lines
from juntos_campo.sync.files import Choice, FileRun
from juntos_campo.sync.http_files import HttpFiles
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.sync.problems import NO_SERVER
from juntos_campo.sync.report import Progress, Stage, SyncReport

_CHOICE = "sync.files"
_PROTOCOL = 2
"""The first version that knows files."""


@dataclass(frozen=True, slots=True)
class FilesWaiting:
    """Photos and files that wait, and when they go.

    Attributes:
        count, size_bytes: to be sent, of records the server has.
        to_come: named by records of this laptop and not here yet.
    """

    count: int
    size_bytes: int
    to_come: int
    choice: Choice


def files_choice(session: Session) -> Choice:
    """What was chosen; on good links until the person says otherwise."""
    return chosen(session, _CHOICE, Choice.GOOD_LINK)


def choose_files(session: Session, choice: Choice) -> Changed:
    """Keep when photos and files travel."""
    return choose(session, _CHOICE, choice)


def files_waiting(session: Session) -> FilesWaiting:
    """What waits to be sent, and what is still to come."""
    unsent = attachment_transfer.unsent(session.store)
    return FilesWaiting(
        len(unsent),
        sum(one.size for one in unsent),
        len(attachment_transfer.wanted(session.store, session.user.name)),
        files_choice(session),
    )


def move_files(
    session: Session,
    transport: HttpTransport,
    report: SyncReport,
    progress: Callable[[Progress], None] = lambda _progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Changed:
    """After the records: send and fetch files as the person chose; told in `report`.

    A synchronisation that did not get to its end moves no files.

    Raises:
        UserError: STO-008 the local disk refuses.
    """
    if not report.complete or transport.protocol < _PROTOCOL:
        return NOTHING_CHANGED
    before = (transport.bytes_up, transport.bytes_down)
    up, down = report.bytes_up, report.bytes_down

    def tell(done: int, total: int) -> None:
        progress(
            Progress(
                Stage.FILES,
                len(report.acknowledged),
                report.waiting_before,
                sum(report.received.values()),
                report.exchanges,
                up + transport.bytes_up - before[0],
                down + transport.bytes_down - before[1],
                files_bytes=done,
                files_total=total,
            )
        )

    choice = files_choice(session)
    _sweep(session)
    report.files = _run(session, transport, choice, tell, cancelled)
    report.bytes_up += transport.bytes_up - before[0]
    report.bytes_down += transport.bytes_down - before[1]
    report.notes += file_lines(report.files, choice)
    if not report.files.quiet:
        attachment_transfer.note_in_log(session.store, report.as_json())
    return _changed(report.files)


def send_files_now(
    session: Session,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[FilesReport, Changed, tuple[str, ...]]:
    """Send and fetch files on whatever link there is, whatever was chosen.

    Args:
        progress: given bytes moved and bytes to move.

    Returns:
        The account, what screens must look at again, and the account in sentences.

    Raises:
        UserError: SYN-010 no server yet, STO-008.
    """
    url = sync_state.server(session.store)
    if not url:
        raise user_error(NO_SERVER)
    with session_link(session, url, cancelled) as transport:
        report = _run(session, transport, Choice.ALWAYS, progress, cancelled)
    return report, _changed(report), tuple(file_lines(report, Choice.ALWAYS))


def _run(
    session: Session,
    transport: HttpTransport,
    choice: Choice,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> FilesReport:
    return FileRun(
        session.store,
        HttpFiles(transport),
        session.clock,
        session.user.name,
        choice=choice,
        speed=transport.speed,  # of today's link: the last one's says nothing of this one
        progress=progress,
        cancelled=cancelled,
    ).run()


def _sweep(session: Session) -> None:
    """What only deleted records name goes, now that the server confirmed the deletions."""
    with session.work("sync.files") as work:
        drop_of_deleted(work.tx)


def _changed(report: FilesReport) -> Changed:
    if not (report.sent or report.fetched):
        return NOTHING_CHANGED
    return Changed(frozenset({"field_record", "attachment"}))
