"""The account of one synchronisation, part by part: the same just after it and weeks later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from juntos_campo.app.session import Session
from juntos_campo.app.sync_words import describe
from juntos_campo.domain.kind_words import KIND_NAMES
from juntos_campo.domain.spanish import count, thousands
from juntos_campo.store.sync_state import LoggedSync, past_syncs
from juntos_campo.sync.sentences import clock_text, flag_text, left_lines
from juntos_campo.sync.wording import bytes_text

MOST_LINES = 200
"""Records named one by one in a part; the rest is counted."""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One fact. `kind` and `record_id` name the record it is about, "" for none."""

    what: str
    detail: str = ""
    kind: str = ""
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class AccountPart:
    """Facts of one kind under a heading."""

    title: str
    lines: tuple[AccountLine, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One synchronisation.

    Attributes:
        headline: ``El servidor recibió 31 de 31 cambios.``
        stopped: why it ended early, what became of the data and what to do; "" when complete.
    """

    began: datetime
    ended: datetime
    complete: bool
    headline: str
    stopped: str
    parts: tuple[AccountPart, ...]


def past_account(session: Session, started_at: str) -> Account | None:
    """The account of a past synchronisation by when it began (ISO); None when it is not kept."""
    for one in past_syncs(session.store, 500):
        if one.started_at == started_at:
            return account_of(session, one)
    return None


def account_of(session: Session, logged: LoggedSync) -> Account:
    """The account of a synchronisation from what was noted of it."""
    report = logged.report
    stopped = report.get("stopped") or {}
    return Account(
        began=datetime.fromisoformat(logged.started_at),
        ended=datetime.fromisoformat(logged.ended_at),
        complete=logged.complete,
        headline=headline(
            report.get("acknowledged", 0),
            report.get("waiting_before", 0),
            logged.complete,
            received=bool(report.get("received")),
        ),
        stopped=str(stopped.get("text", "")),
        parts=tuple(one for one in _parts(session, logged) if one.lines),
    )


def headline(acknowledged: int, waiting: int, complete: bool, *, received: bool = False) -> str:
    """What the server confirmed, never more; what was recorded meanwhile may have gone along."""
    if waiting or acknowledged:
        total = max(waiting, acknowledged)
        return f"El servidor recibió {acknowledged} de {count(total, 'cambio')}."
    if complete:
        return "No había nada por enviar."
    return "Llegó solo una parte." if received else "No se llegó a sincronizar."


def _parts(session: Session, logged: LoggedSync) -> Iterator[AccountPart]:
    report = logged.report
    yield AccountPart("El servidor ya tiene", tuple(_sent(session, report)))
    refused = _of_records(session, report.get("refused", ()))
    yield AccountPart("El servidor no aceptó", refused)
    there = _of_records(session, report.get("waiting_there", ()))
    yield AccountPart("Se enviará otra vez por sí solo", there)
    yield AccountPart("Llegó", tuple(_came(report)))
    left = tuple(AccountLine(text) for text in left_lines(report))
    left += tuple(
        AccountLine(f"Hogar {one['code']}", "sigue aquí" if not one.get("gone") else "ya no está")
        for one in report.get("left", ())
        if one.get("code")
    )
    yield AccountPart("Salió", left)
    flagged = tuple(
        AccountLine(
            describe(session, one["kind"], one["id"]),
            " ".join(flag_text(flag) for flag in one.get("flags", ())),
            one["kind"],
            one["id"],
        )
        for one in report.get("flags", ())[:MOST_LINES]
    )
    yield AccountPart("Fechas por revisar", flagged)
    yield AccountPart("Para saber", tuple(_notes(report)))
    yield AccountPart("Conexión", tuple(_link(logged)))


def _of_records(session: Session, told: Any) -> tuple[AccountLine, ...]:
    """One line a record with the last reason given for it."""
    by_record = {(one["kind"], one["id"]): str(one.get("text", "")) for one in told}
    return tuple(
        AccountLine(describe(session, kind, record_id), text, kind, record_id)
        for (kind, record_id), text in list(by_record.items())[:MOST_LINES]
    )


def _sent(session: Session, report: Mapping[str, Any]) -> Iterator[AccountLine]:
    records = [(one["kind"], one["id"]) for one in report.get("records", ())]
    for kind, record_id in records[:MOST_LINES]:
        yield AccountLine(describe(session, kind, record_id), "", kind, record_id)
    rest = len(records) - MOST_LINES
    if rest > 0:
        yield AccountLine(f"y {count(rest, 'registro')} más")
    if not records and report.get("acknowledged"):
        yield AccountLine(count(int(report["acknowledged"]), "cambio"))


def _came(report: Mapping[str, Any]) -> Iterator[AccountLine]:
    came = Counter({str(kind): int(number) for kind, number in report.get("received", {}).items()})
    for kind in [*KIND_NAMES, *(one for one in came if one not in KIND_NAMES)]:
        if came[kind]:
            names = KIND_NAMES.get(kind, ("registro", "registros"))
            yield AccountLine(count(came[kind], *names))
    done, total = report.get("arriving") or (0, 0)
    if done < total:
        yield AccountLine(
            f"Hogares completos: {thousands(done)} de {thousands(total)}",
            "los demás llegan con la siguiente sincronización",
        )
    if report.get("conflicts"):
        number = count(len(report["conflicts"]), "aviso", "avisos")
        yield AccountLine(f"{number} de datos que cambiaron dos personas", "vea Cambios cruzados")
    if report.get("held"):
        number = count(int(report["held"]), "registro")
        yield AccountLine(
            f"{number} de una versión más nueva del programa", "se verá cuando lo actualice"
        )


def _notes(report: Mapping[str, Any]) -> Iterator[AccountLine]:
    if report.get("still_waiting"):
        number = int(report["still_waiting"])
        kept = "sigue guardado" if number == 1 else "siguen guardados"
        yield AccountLine(
            f"Quedó por enviar: {count(number, 'cambio')}", f"{kept} en esta computadora"
        )
    clock = clock_text(report.get("clock_offset"))
    if clock:
        yield AccountLine(clock)
    for text in report.get("notes", ()):
        yield AccountLine(str(text))


def _link(logged: LoggedSync) -> Iterator[AccountLine]:
    report = logged.report
    began, ended = map(datetime.fromisoformat, (logged.started_at, logged.ended_at))
    seconds = max(0, round((ended - began).total_seconds()))
    up, down = int(report.get("bytes_up", 0)), int(report.get("bytes_down", 0))
    yield AccountLine(
        f"Subieron {bytes_text(up)} y bajaron {bytes_text(down)}",
        f"en {seconds} s" if seconds else "en menos de un segundo",
    )
