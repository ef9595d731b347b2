"""`juntos-central report` and `indicators`, as the office types them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from office_commands import run
from openpyxl import load_workbook

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.database import Database
from juntos_campo.central.indicators.office import indicators_of, shipped_sheets
from juntos_campo.central.indicators.periods import Period
from juntos_campo.central.indicators.refresh import Indicators, Refreshed
from juntos_campo.central.loading import load
from juntos_campo.central.settings import ServerSettings, sqlite_url
from juntos_campo.central.tables import indicators as kept
from juntos_campo.central.tables import zones
from juntos_campo.central.units import add_unit
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Entity, Household, Settlement
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.values import Role

PASSWORD = "papa nativa 2026"
WORKERS = (("ana", "Z1", "PUNO"), ("beto", "Z2", "PUNO"), ("caro", "Z3", "CUSCO"))


def homes(worker: str, expired: int, valid: int) -> Iterator[Entity]:
    """Households whose classification ended long ago, and others whose does in fifty years."""
    for number in range(expired + valid):
        yield Household(
            id=f"{worker}{number}".ljust(32, "0"),
            code=f"{worker}{number}",
            field_worker=worker,
            settlement_id="s-1",
            cse_expires=date(2020, 1, 1) if number < expired else date(2076, 1, 1),
        )


@pytest.fixture
def office(place: Path, clock: FixedClock) -> Path:
    """Two units, three zones: 2 of 4 expired with ana, 1 of 5 with beto, 4 of 6 with caro."""
    settings = ServerSettings(database_url=sqlite_url(place), argon2_memory_kib=64, argon2_passes=1)
    database = Database(settings.database_url)
    accounts = Accounts(database, settings, clock)
    add_unit(database, "PUNO", "Unidad Territorial Puno", clock)
    add_unit(database, "CUSCO", "Unidad Territorial Cusco", clock)
    for name, zone, unit in WORKERS:
        with database.writing() as connection:
            connection.execute(sa.insert(zones).values(name=zone, unit=unit))
        accounts.enrol(Account(name, name.title(), Role.FIELD_WORKER, zone, unit), PASSWORD)
    alta = Settlement(
        id="s-1", name="Alta", ubigeo="030101", district="Abancay", province="Abancay"
    )
    found = (*homes("ana", 2, 2), *homes("beto", 1, 4), *homes("caro", 4, 2))
    load(database, [alta, *found], clock)
    database.close()
    return place


def told(path: Path, level: str) -> dict[str, tuple[str, str]]:
    """Numerators and denominators of one level of a report, by the territory's code."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return {
        row["codigo"]: (row["numerador"], row["denominador"])
        for row in rows
        if row["nivel"] == level
    }


def test_a_month_is_reported_by_unit_and_by_zone_as_whoever_counts_by_hand_gets_it(
    office: Path, tmp_path: Path
) -> None:
    out = tmp_path / "octubre.csv"
    status, text = run(
        "report", "--indicator", "cse_vencida", "--period", "2026-10", "--by", "unit", "--by", "zone",
        "--out", out, "--data", office,
    )  # fmt: skip
    assert status == 0, text
    assert told(out, "unidad") == {"CUSCO": ("4", "6"), "PUNO": ("3", "9")}
    assert told(out, "zona") == {"Z1": ("2", "4"), "Z2": ("1", "5"), "Z3": ("4", "6")}
    assert told(out, "distrito") == {}
    assert (tmp_path / "octubre-definiciones.csv").exists()


def test_excel_gets_all_indicators_of_a_bimester_with_their_definitions(
    office: Path, tmp_path: Path
) -> None:
    out = tmp_path / "b5.xlsx"
    assert run("report", "--period", "2026-B5", "--out", out, "--data", office)[0] == 0
    book = load_workbook(out)
    periods = {row[2] for row in book["Indicadores"].iter_rows(min_row=2, values_only=True)}
    assert periods == {"2026-B5"}
    assert book["Definiciones"].max_row > 3


def test_without_refresh_only_what_was_computed_before_is_told(
    office: Path, tmp_path: Path
) -> None:
    out = tmp_path / "x.csv"
    common = ("report", "--indicator", "cse_vencida", "--period", "2026-10", "--out", out)
    assert run(*common, "--no-refresh", "--data", office)[0] == 0
    assert told(out, "nacional") == {}
    assert run(*common, "--data", office)[0] == 0
    assert told(out, "nacional") == {"PE": ("7", "15")}


def test_a_report_without_options_still_says_what_the_server_holds(office: Path) -> None:
    status, text = run("report", "--data", office)
    assert status == 0
    assert "hogares" in text
    assert "15" in text
    assert not [kind for kind in KINDS if kind in text], "what is held is told in Spanish"


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--indicator", "nada"), "CEN-340", "cse_vencida"),
        (("--indicator", "reclamos_en_plazo"), "CEN-341", "falta"),
        (("--indicator", "cse_vencida", "--period", "2026-B5"), "CEN-342", "2026-M9 o 2026-M10"),
        (("--indicator", "hogares_que_cumplen", "--period", "2026-10"), "CEN-342", "2026-B5"),
        (("--period", "octubre"), "CEN-347", "2026-B6"),
        (("--by", "casa"), "CEN-343", "distrito"),
        (("--out", "reporte.pdf"), "CEN-344", ".csv o .xlsx"),
        (("--no-refresh", "--out", "no/hay/tal.csv"), "CEN-346", "carpeta"),
    ],
)
def test_what_cannot_be_asked_is_told_with_what_can(
    office: Path, options: tuple[str, ...], code: str, says: str
) -> None:
    status, text = run("report", *options, "--data", office)
    assert status == 1
    assert code in text
    assert says in text


def test_who_stops_a_long_computation_keeps_what_was_done_and_goes_on_later(
    office: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = Indicators.refresh

    def stopped(
        self: Indicators, periods: list[Period], now: datetime, _progress: object
    ) -> Refreshed:
        def at_first(done: int, _all: int) -> None:
            if done == 1:
                raise KeyboardInterrupt

        return whole(self, periods, now, at_first)

    out = tmp_path / "x.csv"
    asked = ("report", "--indicator", "cse_vencida", "--period", "2026-10", "--out", out)
    with monkeypatch.context() as patch:
        patch.setattr(Indicators, "refresh", stopped)
        status, text = run(*asked, "--data", office)
    assert status == 130
    assert "queda" in text
    assert not out.exists()
    assert run(*asked, "--no-refresh", "--data", office)[0] == 0
    assert told(out, "gestor") == {"ana": ("2", "4")}, "a whole partition, and no other"
    status, text = run(*asked, "--data", office)
    assert "1 ya estaban al día" in text
    assert told(out, "nacional") == {"PE": ("7", "15")}


def test_the_list_of_indicators_says_what_backs_each_and_what_is_missing(place: Path) -> None:
    status, text = run("indicators")
    assert status == 0
    for sheet in shipped_sheets():
        assert f"{sheet.code}: {sheet.name}" in text
        assert sheet.denominator in text
    assert "sin fuente oficial" in text
    assert "Todavía no se calcula" in text


def test_a_refresh_can_be_of_one_field_worker(office: Path, clock: FixedClock) -> None:
    database = Database(sqlite_url(office))
    try:
        month = Period.parse("2026-10")
        indicators_of(database).refresh([month], clock.now(), only={"fw:beto"})
        with database.reading() as connection:
            found = connection.execute(sa.select(kept.runs.c.partition).distinct()).scalars().all()
    finally:
        database.close()
    assert found == ["fw:beto"]
