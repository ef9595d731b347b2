"""What was imported, what it found and what a person must decide, as tables for the screen and for Excel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import sqlalchemy as sa

from juntos_campo.central.imports.matches import Decision, Waiting, waiting
from juntos_campo.central.imports.people import Register
from juntos_campo.central.imports.problems import BAD_DECISIONS, CANNOT_WRITE_REPORT
from juntos_campo.central.tables import findings, imports
from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.spanish import count, fold
from juntos_campo.register.external.findings import OUTCOME_WORDS, Outcome
from juntos_campo.register.external.layouts import layouts
from juntos_campo.register.external.matching import KIND_WORDS, MatchKind
from juntos_campo.register.layout import Column
from juntos_campo.register.rows import YES_NO
from juntos_campo.register.spreadsheet import Sheet, csv_bytes, xlsx_bytes
from juntos_campo.register.table import open_table

_DECISION_COLUMNS = (
    Column("codigo", "Código de --suggestions", True),
    Column("decision", "SI o NO; vacía: sin decidir", True),
)
_STATES = {"stored": "pendiente: use --refresh", "done": "lista"}


def imports_sheet(connection: sa.Connection) -> Sheet:
    """Every import, the latest first."""
    rows = connection.execute(sa.select(imports).order_by(imports.c.at.desc())).all()
    header = ("fecha", "origen", "archivo", "filas", "con_fallas", "nuevas", "corregidas", "estado")
    listed: list[tuple[str | int, ...]] = []
    for row in rows:
        counts = json.loads(row.counts)
        listed.append(
            (
                row.at[:16].replace("T", " "),
                row.source,
                row.file,
                row.rows,
                row.rows_left_out,
                counts.get("added", 0),
                counts.get("changed", 0),
                _STATES.get(row.state, row.state),
            )
        )
    return Sheet("Importaciones", header, tuple(listed))


def findings_sheet(connection: sa.Connection, source: str = "") -> Sheet:
    """How many findings of each class, by source, territorial unit and topic."""
    topic = findings.c.topic
    sql = sa.select(
        findings.c.source, findings.c.unit, topic, findings.c.outcome, sa.func.count()
    ).group_by(findings.c.source, findings.c.unit, topic, findings.c.outcome)
    if source:
        sql = sql.where(findings.c.source == source)
    counted: dict[tuple[str, str, str], dict[str, int]] = {}
    for its, unit, what, outcome, number in connection.execute(sql):
        key = (its, unit, what.partition(":")[0])
        counts = counted.setdefault(key, {})
        counts[outcome] = counts.get(outcome, 0) + number
    header = ("origen", "unidad", "tema", *OUTCOME_WORDS.values())
    rows: tuple[tuple[str | int, ...], ...] = tuple(
        (*key, *(counts.get(one.value, 0) for one in Outcome))
        for key, counts in sorted(counted.items())
    )
    return Sheet("Comparación", header, rows)


def suggestions_sheet(connection: sa.Connection) -> Sheet:
    """One row a person of the register who may be meant; ``decision`` is for SI or NO.

    Personal data: for whoever decides, never for a log.
    """
    register = Register(connection)
    header = (
        "codigo", "origen", "filas", "el_archivo_dice", "que_pasa", "puntaje", "puede_ser", "documento",
        "nacimiento", "hogar", "por_que", "decision",
    )  # fmt: skip
    rows = [row for one in waiting(connection) for row in _suggestion_rows(register, one)]
    return Sheet("Por confirmar", header, tuple(rows))


def _suggestion_rows(register: Register, one: Waiting) -> Iterable[Sequence[str | int]]:
    words = KIND_WORDS[MatchKind(one.state.value)]
    for number, suggestion in enumerate(one.suggestions, 1):
        known = register.member(suggestion["member"])
        if known is None:
            continue
        member = known.member
        yield (
            f"{one.code}:{number}",
            one.source,
            one.rows,
            one.said,
            words,
            suggestion["score"],
            member.full_name,
            f"{member.document_kind.value} {member.document_number}".strip(),
            member.birth_date.isoformat(),
            known.household_code,
            "; ".join(suggestion["reasons"]),
            "",
        )


def suggestion_lines(sheet: Sheet) -> list[str]:
    """The rows of `suggestions_sheet` as sentences, for a screen that is too narrow for its columns."""
    lines = []
    for row in sheet.rows:
        code, source, number, said, why, score, name, document, birth, home, reasons, _ = row
        rows = count(int(number), "fila")
        lines.append(f"{code}  {source}, {rows}: {said}. Motivo: {why}.")
        lines.append(
            f"    puede ser {name} ({document}, nacimiento {birth}, hogar {home}), {score} de 100: "
            f"{reasons}"
        )
    return lines


def read_decisions(path: Path) -> list[Decision]:
    """The decisions of a file that `suggestions_sheet` made; who has none is passed over.

    Raises:
        UserError: CEN-334.
    """
    try:
        table = open_table(path, _DECISION_COLUMNS)
    except UserError as error:
        raise user_error(BAD_DECISIONS, file=path.name, row=1, reason=error.what) from None
    answers: dict[str, list[tuple[Decision, bool | None]]] = {}
    for number, cells in table.rows:
        code, said = (
            cells[place].strip() if (place := table.positions[name]) < len(cells) else ""
            for name in ("codigo", "decision")
        )
        answer = YES_NO.get(fold(said)) if said else None
        if said and answer is None:
            reason = f"«{said}» no es SI ni NO."
            raise user_error(BAD_DECISIONS, file=path.name, row=number, reason=reason)
        one = decision_of(code, right=bool(answer))
        same = answers.setdefault(one.code, [])
        if answer and any(given for _, given in same):
            reason = f"dice SI a dos personas para «{one.code}»."
            raise user_error(BAD_DECISIONS, file=path.name, row=number, reason=reason)
        same.append((one, answer))
    decided = (_of_person(same) for same in answers.values())
    return [one for one in decided if one is not None]


def _of_person(answers: Sequence[tuple[Decision, bool | None]]) -> Decision | None:
    """SI to one of them decides; NO does when it is said to all."""
    right = next((one for one, answer in answers if answer), None)
    if right is None and all(answer is False for _, answer in answers):
        return answers[0][0]
    return right


def decision_of(code: str, *, right: bool) -> Decision:
    """``3f2a9c01b7de`` is the best suggestion, ``3f2a9c01b7de:2`` the second one."""
    name, _, number = code.strip().lower().partition(":")
    return Decision(name, int(number) if number.isdecimal() else 1, right)


def write_sheets(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write tables: a workbook for ``.xlsx``, else the first table as CSV.

    Raises:
        UserError: CEN-336.
    """
    data = xlsx_bytes(sheets) if path.suffix.lower() == ".xlsx" else csv_bytes(sheets[0])
    try:
        path.write_bytes(data)
    except OSError as error:
        raise user_error(CANNOT_WRITE_REPORT, file=path.name, reason=disk_reason(error)) from None


def source_titles() -> dict[str, str]:
    """Id of every source -> what its files hold."""
    return {one.id: one.title for one in layouts().values()}
