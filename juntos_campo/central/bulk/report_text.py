"""The report of a load in bulk as an office reads it."""

from __future__ import annotations

from collections.abc import Iterator

from juntos_campo.central.bulk.register_rows import REGISTER
from juntos_campo.central.bulk.report import BulkReport
from juntos_campo.domain.spanish import count, decimal_text, thousands

MOST_KINDS = 12
"""Kinds of faults that are told; the rest is in the file of faults."""

_NAMES = {
    "household": "hogares",
    "member": "personas",
    "pregnancy": "gestaciones",
    "service_event": "servicios",
    "school_year": "años escolares",
    "settlement": "centros poblados",
    "health_facility": "establecimientos",
    "school": "instituciones educativas",
}


def report_lines(done: BulkReport, megabytes: float) -> Iterator[str]:
    """One sentence a line. `megabytes`: the most memory the load had, 0 where nobody knows."""
    rows = (f"{name} {thousands(number)}" for name, number in done.rows.items())
    yield f"Filas leídas: {', '.join(rows)}."
    yield from _fault_lines(done)
    if done.nothing_changed:
        yield f"Nada cambió: los {thousands(done.same)} registros ya estaban así."
    else:
        yield from _change_lines(done)
    if done.homeless:
        yield f"{thousands(done.homeless)} registros sin hogar conocido, no cargados."
    if done.erased:
        yield f"{thousands(done.erased)} registros eliminados por orden de ley, no cargados."
    if not done.applied:
        yield "Era solo una revisión: no se cargó nada."
    steps = (f"{name} {decimal_text(took)} s" for name, took in done.seconds.items())
    total = decimal_text(sum(done.seconds.values()))
    memory = f" Memoria: {thousands(round(megabytes))} MB." if megabytes else ""
    yield f"Tiempo: {total} s ({', '.join(steps)}).{memory}"


def _change_lines(done: BulkReport) -> Iterator[str]:
    would = "" if done.applied else " (si se carga)"
    if done.added:
        yield f"Nuevos{would}: {_by_kind(done.added)}."
    if done.changed:
        yield f"Cambiados{would}: {_by_kind(done.changed)}."
    yield f"Iguales: {thousands(done.same)} registros."
    if done.elsewhere:
        homes = count(done.elsewhere, "hogar", "hogares")
        with_them = f", con {thousands(done.moved)} registros" if done.moved else ""
        yield f"Pasan a otro gestor{would}: {homes}{with_them}."
    elif done.moved:
        yield f"Pasaron a otro gestor: {thousands(done.moved)} registros."


def _fault_lines(done: BulkReport) -> Iterator[str]:
    if done.households_left_out:
        homes = count(done.households_left_out, "hogar", "hogares")
        yield f"Quedan fuera por errores del {REGISTER}: {homes}."
    for name, number in done.rows_left_out.items():
        if number:
            yield f"Quedan fuera del {name}: {count(number, 'fila', 'filas')}."
    for one in done.faults[:MOST_KINDS]:
        what = "Error" if one.is_error else "Aviso"
        often = count(one.count, "vez", "veces")
        where = f"la primera en la fila {thousands(one.first_row)}: " if one.first_row else ""
        yield f"{what} {one.code} en {one.source}, {often}; {where}{one.reason} {one.remedy}"
    rest = len(done.faults) - MOST_KINDS
    if rest > 0:
        yield f"Y {count(rest, 'clase más', 'clases más')}: vea la lista completa con --faults."


def _by_kind(numbers: dict[str, int]) -> str:
    return ", ".join(
        f"{thousands(number)} {_NAMES.get(kind, kind)}" for kind, number in numbers.items()
    )
