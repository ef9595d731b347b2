"""What Normas shows: every pack, every row, and honestly what has no official source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from visit_world import laptop, load

from juntos_campo import paths
from juntos_campo.app.norm_packs import KINDS, NormsPage, PackLine, norms_page
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import RulePack
from juntos_campo.norms.rules import rules_of

NORMS = paths.resources() / "norms"
OFFICIAL = ("confirmed", "seed")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(laptop(tmp_path)) as opened:
        opened.rules = rules_of(NORMS)
        yield opened


@pytest.fixture
def page(session: Session) -> NormsPage:
    return norms_page(session)


def files() -> dict[str, dict[str, Any]]:
    """The files themselves, by the id of their pack: read without the program."""
    found = [tomllib.loads(one.read_text(encoding="utf-8")) for one in NORMS.glob("*.toml")]
    return {one["pack"]["id"]: one for one in found}


def line(page: NormsPage, pack_id: str) -> PackLine:
    return next(one for one in page.packs if one.id == pack_id)


def test_every_pack_is_listed_with_its_norm_dates_and_source(page: NormsPage) -> None:
    wanted = files()
    assert {one.id for one in page.packs} == set(wanted)
    for one in page.packs:
        head = wanted[one.id]["pack"]
        assert (one.title, one.norm, one.source) == (head["title"], head["norm"], head["source"])
        assert f"{head['start']:%d/%m/%Y}" in one.validity
        assert one.kind in KINDS.values()
        assert one.rows, one.id
        assert one.origin == "viene con el programa"


def test_every_row_of_a_services_file_is_shown_with_its_ages_in_words(page: NormsPage) -> None:
    for pack_id, content in files().items():
        if content["pack"]["kind"] != "services":
            continue
        shown = [row.key for row in line(page, pack_id).rows]
        for series in content["series"]:
            for row in series["rows"]:
                assert row["key"] in shown, f"{pack_id} {row['key']}"
    nine = next(row for row in line(page, "cred-nts238").rows if row.key == "CRED:9m")
    assert nine.value == (
        "desde 9 meses, a tiempo hasta 9 meses y 29 días, se cierra a los 11 meses y 29 días"
    )
    assert "calendario de controles" in nine.section
    assert not re.search(
        r"(?<![:\w])\d+[dwmy]\b", " ".join(row.value for one in page.packs for row in one.rows)
    )


def test_a_row_without_an_official_source_says_so_and_one_with_a_source_does_not(
    page: NormsPage,
) -> None:
    for pack_id, content in files().items():
        if content["pack"]["kind"] != "services" or content["pack"].get("extends"):
            continue
        shown = {(row.key, row.who): row for row in line(page, pack_id).rows}
        for series in content["series"]:
            for raw in series["rows"]:
                trust = raw.get("trust", series["trust"])
                window = raw.get("window_trust", series.get("window_trust", trust))
                rows = [row for (key, _), row in shown.items() if key == raw["key"]]
                if len(rows) > 1:  # one for each profile
                    continue
                assert (rows[0].mark == "sin fuente oficial") is (trust not in OFFICIAL), raw
                closes = raw.get("closes_trust", series.get("closes_trust", window))
                closes = closes if "closes" in raw else window
                doubtful = not {trust, window, closes} <= set(OFFICIAL)
                assert bool(rows[0].mark) is doubtful, raw


def test_the_weights_of_the_semaforo_are_told_and_that_they_have_no_source(page: NormsPage) -> None:
    risk, raw = line(page, "risk"), files()["risk"]
    said = {(row.key, row.section): row for row in risk.rows}
    for points in raw["service_points"]:
        assert str(points["points"]) in said[points["key"], "puntos por servicio"].value
    for alert in raw["alerts"]:
        assert "alerta de prioridad" in said[alert["key"], "alertas"].value
    for table in ("member_points", "household_points"):
        for key, points in raw[table].items():
            assert any(row.key == key and row.value == f"{points} puntos" for row in risk.rows)
    assert risk.unofficial == len(risk.rows)
    assert "sin fuente oficial" in risk.trust


def test_the_altitude_table_is_shown_band_by_band(page: NormsPage) -> None:
    rows = {row.name: row for row in line(page, "haemoglobin-nts213").rows}
    for band in files()["haemoglobin-nts213"]["altitude"]:
        row = rows[f"De {band['from_m']} a {band['to_m']} m de altitud"]
        assert row.value == f"se restan {band['subtract']:.1f} g/dL"
    assert rows["De 5000 a 5500 m de altitud"].mark, "one source only"


def doubtful(table: dict[str, Any]) -> list[str]:
    """Fields of a table that say of a part of it that it has no official source."""
    return [name for name, one in table.items() if name.endswith("_trust") and one not in OFFICIAL]


def test_no_doubt_about_a_part_of_a_pack_is_lost_on_the_way_to_the_screen(page: NormsPage) -> None:
    """A field ``x_trust`` without a source marks the rows of x, in whatever kind of pack it stands."""
    found = 0
    for pack_id, content in files().items():
        if content["pack"]["kind"] in ("services", "haemoglobin", "risk"):
            continue
        rows = line(page, pack_id).rows
        for name in doubtful(content):
            stem = name.removesuffix("_trust").rstrip("s")
            field = {"judge": "failing"}.get(stem, stem)
            assert any(row.mark and field in row.key for row in rows), f"{pack_id} {name}"
            found += 1
        for value in content.values():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict) and doubtful(item):
                    names = [item.get(one) for one in ("label", "name", "key", "id")]
                    shown = [row for row in rows if row.key in names or row.name in names]
                    assert any(row.mark for row in shown), item
                    found += 1
    assert found > 3


def test_what_the_office_sent_is_told_apart_and_what_cannot_be_used_is_named(
    session: Session,
) -> None:
    text = (NORMS / "identity.toml").read_text(encoding="utf-8")
    newer = text.replace('id = "identity"', 'id = "telesalud"').replace("[pack]", "[pack]\nx = 1")
    load(
        session,
        RulePack(id="p1", pack_id="identity", file="dni.toml",
                 text=text.replace('due = "29d"', 'due = "44d"')),
        RulePack(id="p2", pack_id="telesalud", file="telesalud.toml", text=newer),
    )  # fmt: skip
    page = norms_page(session)
    identity = line(page, "identity")
    assert identity.origin == "enviada por la oficina"
    assert identity.rows[0].value == "desde el nacimiento, a tiempo hasta 44 días"
    assert [(one.pack_id, one.file) for one in page.left_out] == [("telesalud", "telesalud.toml")]


def test_a_norm_that_ended_is_said_to_judge_only_its_own_days(page: NormsPage) -> None:
    old, new = line(page, "cred-nts137"), line(page, "cred-nts238")
    assert (old.ended, old.validity) == (True, "del 10/07/2017 al 17/10/2025")
    assert (new.ended, new.validity) == (False, "rige desde el 18/10/2025")


def test_what_is_talked_about_and_agreed_on_is_listed_with_its_source(page: NormsPage) -> None:
    cards, commitments = sorted(page.messages, key=lambda one: one.title, reverse=True)
    assert (cards.title, commitments.title) == (
        "Temas de orientación",
        "Compromisos que se proponen",
    )
    for one in (cards, commitments):
        assert one.source
        assert one.rows
        assert one.origin == "viene con el programa"
        assert all(row.name and row.value and row.key for row in one.rows)
        assert one.unofficial == 0
    shown = {row.key: row for row in commitments.rows}
    assert "gestantes" in shown["gestante-examenes"].value
