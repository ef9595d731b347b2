"""Reports: sums over territories, small figures, laptops that were not heard of, files for Excel."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from juntos_campo import paths
from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.database import Database
from juntos_campo.central.indicators.periods import Period
from juntos_campo.central.indicators.report import Reader, Row, percent_of, report_rows
from juntos_campo.central.indicators.report_files import (
    HEADER,
    definitions_csv,
    report_csv,
    report_xlsx,
)
from juntos_campo.central.indicators.sheets import Level, load_sheets
from juntos_campo.central.indicators.tables import IndicatorTables, indicator_tables
from juntos_campo.central.tables import devices
from juntos_campo.domain.values import Role

SHEETS = load_sheets(paths.resources() / "indicators")
PERIOD = Period.parse("2026-B6")
TODAY = date(2026, 11, 17)
CODE = "hogares_acompanados"
COUNTS = [  # worker, district, facility, numerator, denominator, unknown
    ("ana", "030101", "f1", 2, 3, 0),
    ("ana", "030102", "", 1, 4, 9),
    ("beto", "030101", "f1", 5, 9, 0),
    ("caro", "150101", "", 1, 4, 0),
]


@pytest.fixture
def kept(database: Database, accounts: Accounts) -> IndicatorTables:
    """Counts of ana and beto of Z1 and caro of Z2; ana's laptop is up to date, beto's is not."""
    for name, zone in (("beto", "Z1"), ("caro", "Z2")):
        who = Account(name, name.title(), Role.FIELD_WORKER, zone)
        accounts.enrol(who, "papa nativa 2026")
    metadata = sa.MetaData()
    made = indicator_tables(metadata)
    with database.writing() as connection:
        metadata.create_all(connection)
        for name, district, facility, numerator, denominator, unknown in COUNTS:
            connection.execute(
                sa.insert(made.values).values(
                    partition=f"fw:{name}", indicator=CODE, period=str(PERIOD), district=district,
                    facility=facility, numerator=numerator, denominator=denominator,
                    unknown=unknown,
                )
            )  # fmt: skip
        for name in ("ana", "beto", "caro"):
            connection.execute(
                sa.insert(made.runs).values(
                    partition=f"fw:{name}", indicator=CODE, period=str(PERIOD), last_seq=1,
                    basis="", cut="2026-11-17", computed_at=f"2026-11-17T0{len(name)}:00:00-05:00",
                )
            )  # fmt: skip
        laptop(connection, "a1", "ana", "2026-11-17T07:00:00-05:00")
        laptop(connection, "b1", "beto", "2026-10-01T07:00:00-05:00")
        laptop(connection, "b2", "beto", "2026-11-16T07:00:00-05:00")
        laptop(connection, "b3", "beto", "2025-01-01T07:00:00-05:00", revoked=True)
    return made


def laptop(
    connection: sa.Connection, device: str, user: str, seen: str, *, revoked: bool = False
) -> None:
    connection.execute(
        sa.insert(devices).values(
            id=device, user_name=user, name="", token_hash=device, created_at="", counter=0,
            revoked=revoked, seen_at=seen,
        )
    )  # fmt: skip


def rows(
    database: Database, kept: IndicatorTables, partitions: frozenset[str] | None = None
) -> list[Row]:
    with database.reading() as connection:
        reader = Reader(partitions)
        return list(report_rows(connection, kept, SHEETS, [PERIOD], TODAY, reader=reader))


def one(found: Sequence[Row], level: Level, code: str) -> Row:
    return next(row for row in found if (row.level, row.code) == (level, code))


def test_a_zone_and_the_country_are_the_sums_of_their_field_workers(
    database: Database, kept: IndicatorTables
) -> None:
    found = rows(database, kept)
    told = {(row.level, row.code): (row.numerator, row.denominator, row.unknown) for row in found}
    assert told[Level.NATION, "PE"] == (9, 20, 9)
    assert told[Level.DEPARTMENT, "03"] == (8, 16, 9)
    assert told[Level.ZONE, "Z1"] == (8, 16, 9)
    assert told[Level.ZONE, "Z2"] == (1, 4, 0)
    assert told[Level.FIELD_WORKER, "ana"] == (3, 7, 9)
    assert told[Level.DISTRICT, "030101"] == (7, 12, 0)
    assert told[Level.FACILITY, "f1"] == (7, 12, 0)
    assert one(found, Level.DEPARTMENT, "03").place == "Apurímac"
    assert one(found, Level.FIELD_WORKER, "ana").place == "Ana Ccori"


def test_who_may_see_one_partition_reads_no_sum_over_others(
    database: Database, kept: IndicatorTables
) -> None:
    found = rows(database, kept, frozenset({"fw:ana"}))
    assert {row.numerator for row in found if row.level is Level.NATION} == {3}
    assert {row.code for row in found if row.level is Level.FIELD_WORKER} == {"ana"}


def test_a_handful_of_cases_is_told_as_counts_and_never_as_a_percentage(
    database: Database, kept: IndicatorTables
) -> None:
    found = rows(database, kept)
    assert one(found, Level.ZONE, "Z2").percent is None
    assert "mire los conteos" in one(found, Level.ZONE, "Z2").note
    assert one(found, Level.ZONE, "Z1").percent == Decimal("50.0")


def test_a_figure_over_a_laptop_not_heard_of_for_a_month_says_so(
    database: Database, kept: IndicatorTables
) -> None:
    found = rows(database, kept)
    beto, ana, caro = (one(found, Level.FIELD_WORKER, name) for name in ("beto", "ana", "caro"))
    assert beto.synced == date(2026, 10, 1), (
        "the one longest unheard of; a blocked one is not waited for"
    )
    assert "no sincroniza desde hace más de 30 días" in beto.note
    assert ana.synced == date(2026, 11, 17)
    assert "sincroniza" not in ana.note
    assert caro.synced is None
    assert "no ha sincronizado nunca" in caro.note
    nation = one(found, Level.NATION, "PE")
    assert "1 gestor no sincroniza" in nation.note
    assert "nunca" in nation.note
    assert nation.computed_at == "2026-11-17T03:00:00-05:00", "the oldest of its parts"


def test_a_running_period_and_mostly_unknown_cases_are_told(
    database: Database, kept: IndicatorTables
) -> None:
    ana = one(rows(database, kept), Level.FIELD_WORKER, "ana")
    assert "no ha terminado" in ana.note
    assert "De la mayoría no hay dato" in ana.note


@pytest.mark.parametrize(
    ("numerator", "denominator", "told"),
    [(14719, 71775, "20.5"), (1, 16, "6.3"), (1, 3, "33.3"), (0, 7, "0.0"), (7, 7, "100.0")],
)
def test_a_percentage_is_rounded_as_on_paper(numerator: int, denominator: int, told: str) -> None:
    assert percent_of(numerator, denominator) == Decimal(told)


def test_excel_opens_the_definitions_first_and_the_figures_as_numbers(
    database: Database, kept: IndicatorTables
) -> None:
    found = rows(database, kept)
    book = load_workbook(BytesIO(report_xlsx(SHEETS, found)))
    assert book.sheetnames == ["Definiciones", "Indicadores"]
    assert book["Definiciones"].max_row == len(SHEETS) + 1
    lacking = [
        row[0].value
        for row in book["Definiciones"].iter_rows(min_row=2)
        if str(row[14].value).startswith("no calculable")
    ]
    assert "reclamos_en_plazo" in lacking
    header, first, *_ = book["Indicadores"].iter_rows(values_only=True)
    assert header == HEADER
    assert (first[7], first[8], first[9]) == (9, 20, 45)


def test_the_csv_says_the_same_as_the_rows(database: Database, kept: IndicatorTables) -> None:
    found = rows(database, kept)
    text = report_csv(found).decode("utf-8-sig")
    told = list(csv.DictReader(StringIO(text), delimiter=";"))
    assert [(one["numerador"], one["denominador"]) for one in told] == [
        (str(row.numerator), str(row.denominator)) for row in found
    ]
    assert b"hogares_acompanados" in definitions_csv(SHEETS)
