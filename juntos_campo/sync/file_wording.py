"""What became of photos and files, in plain Spanish."""

from __future__ import annotations

from juntos_campo.domain.spanish import count
from juntos_campo.sync.file_report import FilesReport
from juntos_campo.sync.files import Choice
from juntos_campo.sync.wording import bytes_text


def file_lines(report: FilesReport, choice: Choice) -> list[str]:
    """One sentence a line; nothing for a synchronisation without files."""
    lines = []
    if report.sent:
        lines.append(f"El servidor recibió {_files(report.sent, report.sent_bytes)}.")
    if report.fetched:
        lines.append(f"Llegó a esta computadora: {_files(report.fetched, report.fetched_bytes)}.")
    if report.waiting:
        left = _files(report.waiting, report.waiting_bytes)
        lines.append(f"Falta enviar {left}; {_why_waiting(report, choice)}")
    elif report.stopped:
        lines.append(f"Faltan fotos o archivos por llegar. {report.stopped}")
    lines += [f"No aceptado: {reason}" for reason in report.refused if reason != report.stopped]
    if report.to_come:
        lines.append(
            f"Todavía no llega a esta computadora: {_files(report.to_come)} de los registros."
        )
    return lines


def _why_waiting(report: FilesReport, choice: Choice) -> str:
    many = report.waiting > 1
    kept = "siguen guardados aquí" if many else "sigue guardado aquí"
    them = "los" if many else "lo"
    if report.put_off and choice is Choice.NEVER:
        return f"{kept}, como usted eligió, hasta que {them} envíe."
    if report.put_off:
        will = "se enviarán" if many else "se enviará"
        return f"{kept} y {will} con una conexión buena, o cuando usted {them} envíe."
    if report.stopped:
        return f"{kept}; al sincronizar otra vez se sigue donde se quedó. {report.stopped}"
    return f"{kept}."


def _files(number: int, size: int = 0) -> str:
    text = count(number, "foto o archivo", "fotos o archivos")
    return f"{text} ({bytes_text(size)})" if size else text
