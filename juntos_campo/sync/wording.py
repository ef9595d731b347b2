"""The account of a synchronisation in plain Spanish, for the screen and the command alike."""

from __future__ import annotations

from collections.abc import Mapping

from juntos_campo.domain.kind_words import KIND_NAMES
from juntos_campo.domain.spanish import count, decimal_text, thousands
from juntos_campo.sync.report import SyncReport
from juntos_campo.sync.sentences import arriving_text, clock_text, flag_text, left_lines
from juntos_campo.wire.messages import Outcome


def kinds_text(counts: Mapping[str, int]) -> str:
    """``2 visitas, 1 compromiso``; kinds in the order of the registry, unknown ones last."""
    known = [name for name in KIND_NAMES if counts.get(name)]
    parts = [count(counts[name], *KIND_NAMES[name]) for name in known]
    others = sum(number for name, number in counts.items() if name not in KIND_NAMES)
    if others:
        parts.append(count(others, "registro", "registros"))
    return ", ".join(parts)


def bytes_text(number: int) -> str:
    """``358 bytes``, ``12 KB``, ``2.1 MB``."""
    if number < 1000:
        return f"{number} bytes"
    if number < 1_000_000:
        return f"{thousands(round(number / 1000))} KB"
    return f"{decimal_text(number / 1_000_000)} MB"


def headline(report: SyncReport) -> str:
    """One sentence that never says more than what happened."""
    if not report.complete:
        return "La sincronización no terminó."
    refusals = max(len(report.refused), report.still_refused)
    if refusals:
        refused = count(refusals, "cambio", "cambios")
        return f"Sincronización terminada, pero el servidor no aceptó {refused}."
    if report.still_waiting:
        waiting = count(report.still_waiting, "cambio sigue", "cambios siguen")
        return f"Sincronización terminada, pero {waiting} por enviar."
    if report.files.waiting:
        waiting = count(report.files.waiting, "foto o archivo sigue", "fotos o archivos siguen")
        return f"Sincronización terminada, pero {waiting} por enviar."
    return "Sincronizado: el servidor tiene todo lo que usted registró."


def report_lines(report: SyncReport) -> list[str]:
    """What went, what came, what did not, and why; one sentence a line."""
    lines = [headline(report)]
    if report.stopped:
        lines.append(report.stopped.text)
    sent = _by_kind(report)
    lines.append(
        f"Recibido por el servidor: {kinds_text(sent)}." if sent else _nothing_sent(report)
    )
    if report.still_waiting:
        changes = count(report.still_waiting, "cambio", "cambios")
        lines.append(f"Falta enviar: {changes}; siguen guardados en esta computadora.")
    lines += [f"No aceptado ({one.code}): {one.text}" for one in report.refused]
    lines += [f"Se enviará otra vez por sí solo: {one.text}" for one in report.waiting_there]
    if report.received:
        lines.append(f"Llegó del servidor: {kinds_text(report.received)}.")
    elif report.complete and not (report.left or report.erased):
        lines.append("No había nada nuevo en el servidor.")
    merged = sum(one.outcome is Outcome.PARALLEL for one in report.acknowledged)
    if merged:
        changes = count(merged, "cambio", "cambios")
        lines.append(
            f"Combinado con lo que otra persona cambió en los mismos registros: {changes}."
        )
    requested = sum(one.outcome is Outcome.REQUESTED for one in report.acknowledged)
    if requested:
        changes = count(requested, "cambio", "cambios")
        lines.append(f"Quedó como solicitud para la oficina, que lleva el padrón: {changes}.")
    if report.conflicts:
        fields = count(len(report.conflicts), "dato", "datos")
        lines.append(f"Dos personas cambiaron lo mismo en {fields}: revise qué valor debe quedar.")
    if report.held:
        records = count(report.held, "registro", "registros")
        lines.append(f"Guardado, pero se verá cuando actualice el programa: {records}.")
    lines += left_lines(report.as_json())
    lines += [flag_text(one) for one in dict.fromkeys(_flags(report))]
    lines += filter(None, (arriving_text(*report.arriving), clock_text(report.clock_offset)))
    lines += report.notes
    lines.append(
        f"Se enviaron {bytes_text(report.bytes_up)} y llegaron {bytes_text(report.bytes_down)}."
    )
    return lines


def _flags(report: SyncReport) -> list[str]:
    return [flag for one in report.flags for flag in one.flags]


def _by_kind(report: SyncReport) -> dict[str, int]:
    """Records, not operations: two edits of one visit are one visit."""
    records = {(one.kind, one.record_id) for one in report.acknowledged}
    counts: dict[str, int] = {}
    for kind, _ in records:
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def _nothing_sent(report: SyncReport) -> str:
    if report.waiting_before:
        return "El servidor no confirmó ninguno de sus cambios."
    return "Usted no tenía cambios por enviar."
