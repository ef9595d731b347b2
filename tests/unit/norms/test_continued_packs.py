"""A norm of which only a part was read: it continues the old pack and says which rows it carries on."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from juntos_campo import paths
from juntos_campo.domain.errors import UserError
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.model import State, Trust
from juntos_campo.norms.packs import load_rule_book

FIRST = date(2027, 2, 1)
DAY = timedelta(days=1)
NOTE = "Anexos no leídos: se mantiene el esquema anterior."


def head(pack_id: str, extends: str, start: date, **more: str) -> str:
    lines = [
        "[pack]",
        'kind = "services"',
        f'id = "{pack_id}"',
        f'title = "Paquete {pack_id}"',
        f'norm = "NORMA {pack_id}"',
        f"start = {start}",
        'trust = "confirmed"',
        'source = "prueba"',
        f'extends = "{extends}"',
        *(f'{name} = "{value}"' for name, value in more.items()),
    ]
    return "\n".join(lines) + "\n"


SPR_LATER = """
[[series]]
id = "SPR"
service = "SPR"
kind = "doses"
shown_until = "6y"
section = "anexo 2"
trust = "confirmed"
rows = [ { key = "SPR:1", number = 1, label = "SPR 1", opens = "9m", due = "10m-1d" } ]
"""
NEW_SERIES = SPR_LATER.replace('"SPR"', '"HVA"', 1).replace("SPR:1", "HVA:2").replace("SPR", "HVA")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "norms"
    shutil.copytree(paths.resources() / "norms", copy)
    newest = [
        file.name
        for file in copy.glob("*.toml")
        if 'extends = "vaccines-2026-03"' in file.read_text(encoding="utf-8")
    ]
    for name in newest:
        (copy / name).unlink()
    return copy


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def judge(book: RuleBook, person: Any, today: date) -> dict[str, Any]:
    return {one.key: one for one in services_of(person, None, [], book, today)}


@pytest.fixture
def carried(folder: Path) -> RuleBook:
    text = head("new", "vaccines-2026-03", FIRST, carried_trust="not_found", carried_note=NOTE)
    write(folder, "zz-new", text + SPR_LATER + NEW_SERIES)
    return load_rule_book(folder)


def test_a_row_nobody_read_goes_on_under_the_new_norm_and_says_it_has_no_source(
    carried: RuleBook, member: Any
) -> None:
    # Varicella is on time until the day before thirteen months.
    for birth, due, norm, trust in (
        (date(2026, 1, 1), FIRST - DAY, "Libreta CRED", Trust.CONFIRMED),
        (date(2026, 1, 2), FIRST, "NORMA new", Trust.NOT_FOUND),
    ):
        status = judge(carried, member(birth), due)["VARICELA:1"]
        assert status.due == due
        assert (norm in status.why.norm, status.why.trust) == (True, trust)
        assert (NOTE in status.why.text) == (due == FIRST)


def test_a_row_the_new_pack_redefines_is_judged_by_it_and_bears_its_own_trust(
    carried: RuleBook, member: Any
) -> None:
    birth = FIRST - timedelta(days=100)
    status = judge(carried, member(birth), birth + timedelta(days=300))["SPR:1"]
    assert "NORMA new, anexo 2" in status.why.norm
    assert status.why.trust is Trust.CONFIRMED
    assert NOTE not in status.why.text
    second = judge(carried, member(birth), birth + timedelta(days=400))["SPR:2"]
    assert (second.why.trust, "NORMA new" in second.why.norm) == (Trust.NOT_FOUND, True)


def test_a_series_only_the_new_pack_has_stands_beside_the_carried_ones(
    carried: RuleBook, member: Any
) -> None:
    birth = FIRST + timedelta(days=1)
    found = judge(carried, member(birth), birth + timedelta(days=290))
    assert {"HVA:2", "HVA:1", "PENTA:1", "ROTA:2"} <= found.keys()
    assert found["ROTA:2"].state is State.LOST


def test_the_extended_pack_ends_by_itself_and_tells_so(carried: RuleBook) -> None:
    ends = {pack.id: pack.until for pack in carried.packs}
    assert ends["vaccines-2026-03"] == FIRST - DAY
    assert ends["new"] is None


def test_a_pack_may_continue_one_that_continues_another(folder: Path, member: Any) -> None:
    write(folder, "b", head("second", "first", date(2028, 1, 1), carried_trust="confirmed"))
    write(
        folder,
        "a",
        head("first", "vaccines-2026-03", FIRST, carried_trust="not_found") + SPR_LATER,
    )
    # A pack without rows of its own carries everything on.
    book = load_rule_book(folder)
    birth = date(2028, 2, 1)
    found = judge(book, member(birth), birth + timedelta(days=400))
    assert {one.why.norm.split(",")[0] for one in found.values() if one.service == "SPR"} == {
        "NORMA second"
    }
    assert found["SPR:1"].opens == date(2028, 11, 1), "the row of the first continuation was lost"
    assert found["PENTA:1"].why.trust is Trust.NOT_FOUND, "a row gained a source by being carried"
    ends = {pack.id: pack.until for pack in book.packs}
    assert (ends["vaccines-2026-03"], ends["first"]) == (FIRST - DAY, date(2027, 12, 31))


def test_one_pack_alone_brings_the_rows_it_carries(folder: Path, member: Any) -> None:
    write(folder, "new", head("new", "vaccines-2026-03", FIRST) + SPR_LATER)
    book = load_rule_book(folder, only="new")
    found = judge(book, member(date(2020, 1, 1)), date(2021, 6, 1))
    assert {"SPR:1", "PENTA:3"} <= found.keys()
    assert all("NORMA new" in one.why.norm for one in found.values())
    assert "CRED:12m" not in found


@pytest.mark.parametrize(
    ("extends", "start", "code"),
    [
        ("no such pack", FIRST, "NRM-006"),
        ("risk", FIRST, "NRM-006"),
        ("new", FIRST, "NRM-006"),
        ("vaccines-2026-03", date(2026, 3, 1), "NRM-005"),
        ("vaccines-2026-03", date(2020, 1, 1), "NRM-005"),
    ],
)
def test_a_continuation_of_nothing_of_itself_or_of_its_future_is_refused(
    folder: Path, extends: str, start: date, code: str
) -> None:
    write(folder, "new", head("new", extends, start) + SPR_LATER)
    with pytest.raises(UserError) as caught:
        load_rule_book(folder)
    assert caught.value.problem.code == code
    assert "new" in str(caught.value)
    assert caught.value.remedy


def test_two_packs_that_continue_each_other_are_refused(folder: Path) -> None:
    write(folder, "a", head("one", "two", FIRST) + SPR_LATER)
    write(folder, "b", head("two", "one", FIRST) + SPR_LATER)
    with pytest.raises(UserError) as caught:
        load_rule_book(folder)
    assert caught.value.problem.code in ("NRM-005", "NRM-006")


def test_two_packs_that_continue_the_same_one_clash(folder: Path) -> None:
    write(folder, "a", head("one", "vaccines-2026-03", FIRST))
    write(folder, "b", head("two", "vaccines-2026-03", FIRST + DAY))
    with pytest.raises(UserError) as caught:
        load_rule_book(folder)
    assert caught.value.problem.code == "NRM-005"


def test_a_row_written_twice_in_the_new_pack_is_told(folder: Path) -> None:
    write(folder, "new", head("new", "vaccines-2026-03", FIRST) + SPR_LATER + SPR_LATER)
    with pytest.raises(UserError) as caught:
        load_rule_book(folder)
    assert caught.value.problem.code == "NRM-003"


def test_a_row_that_had_ended_is_not_carried_on(folder: Path, member: Any) -> None:
    file = folder / "vaccines-2026-03.toml"
    text = file.read_text(encoding="utf-8")
    old = 'key = "AMA:1", number = 1,'
    assert old in text
    file.write_text(text.replace(old, f"{old} until = 2026-12-31,"), encoding="utf-8")
    write(folder, "new", head("new", "vaccines-2026-03", FIRST))
    book = load_rule_book(folder)
    birth = FIRST + DAY
    assert "AMA:1" not in judge(book, member(birth), birth + timedelta(days=500))
