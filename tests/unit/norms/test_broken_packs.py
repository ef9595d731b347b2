"""Forty ways to get a pack wrong: each is told with its file, its row and what to do."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from juntos_campo import paths
from juntos_campo.norms.check import check_packs
from juntos_campo.norms.packs import load_folder

NORMS = paths.resources() / "norms"
CRED, VACCINES, FED = "cred-nts238.toml", "vaccines-2026-03.toml", "fed-mc02.toml"
HB, RISK, IDENTITY = "haemoglobin-nts213.toml", "risk.toml", "identity.toml"


@dataclass(frozen=True)
class Broken:
    """A shipped file with one change, and what must be told of it."""

    name: str
    file: str
    old: str
    new: str
    code: str
    told: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


CASES = [
    Broken("not TOML", CRED, "[pack]", "[pack", "NRM-001", ("línea 3",)),
    Broken("a text without its end", CRED, 'id = "cred', 'id = cred"', "NRM-001", ("TOML",)),
    Broken("a field twice", CRED, "[pack]", '[pack]\nid = "x"', "NRM-001", ("TOML",)),
    Broken("no header", IDENTITY, "[pack]", "[pock]", "NRM-002", ("«pack»", "falta")),
    Broken("no kind", IDENTITY, 'kind = "services"\nid', "id", "NRM-002", ("«kind»", "falta")),
    Broken(
        "unknown kind", IDENTITY, 'kind = "services"', 'kind = "service"', "NRM-002",
        ("«kind»", "«service»", "haemoglobin"),
    ),
    Broken(
        "no norm", IDENTITY, 'norm = "Programa JUNTOS, paquete del recién nacido"\n', "",
        "NRM-002", ("identity", "«norm»", "falta"),
    ),
    Broken("no id", CRED, 'id = "cred-nts238"\n', "", "NRM-002", ("«id»", "falta")),
    Broken(
        "no start", CRED, "start = 2025-10-18\n", "", "NRM-002", ("cred-nts238", "«start»", "falta")
    ),
    Broken(
        "start is a text", CRED, "start = 2025-10-18", 'start = "ayer"', "NRM-002",
        ("«start»", "«ayer»", "una fecha como 2026-03-01"),
    ),
    Broken(
        "ends before it begins", CRED, "start = 2025-10-18",
        "start = 2025-10-18\nuntil = 2025-10-17", "NRM-002", ("«until» es anterior a «start»",),
    ),
    Broken(
        "unknown trust", CRED, 'trust = "confirmed"\nsource', 'trust = "sure"\nsource', "NRM-002",
        ("«trust»", "«sure»", "not_found"),
    ),
    Broken(
        "unknown field of a row", CRED, 'closes = "12m-1d"', 'closing = "12m-1d"', "NRM-002",
        ("CRED:9m", "«closing»", "no existe"),
    ),
    Broken(
        "unknown field of the header", CRED, "[pack]", '[pack]\nauthor = "x"', "NRM-002",
        ("cred-nts238", "«author»", "no existe"),
    ),
    Broken(
        "unknown table", IDENTITY, "[[series]]", "[extra]\na = 1\n[[series]]", "NRM-002",
        ("«extra»", "no existe"),
    ),
    Broken(
        "bad age", CRED, 'opens = "9m"', 'opens = "nueve meses"', "NRM-002",
        ("CRED:9m", "«opens»", "«nueve meses»", "5m-1d"),
    ),
    Broken(
        "age is a number", CRED, 'opens = "9m"', "opens = 9", "NRM-002",
        ("CRED:9m", "«opens»", "«9»", "5m-1d"),
    ),
    Broken(
        "negative age", CRED, 'opens = "9m"', 'opens = "-9m"', "NRM-002", ("CRED:9m", "«-9m»")
    ),
    Broken(
        "unknown service", CRED, 'service = "CRED"', 'service = "CRET"', "NRM-002",
        ("«service»", "«CRET»", "PENTA"),
    ),
    Broken(
        "unknown service accepted", VACCINES, '"HEXA"', '"HEXAVALENTE"', "NRM-002",
        ("«accepts»", "«HEXAVALENTE»"),
    ),
    Broken(
        "key in lower case", CRED, 'key = "CRED:9m"', 'key = "cred 9"', "NRM-002",
        ("«key»", "«cred 9»", "CRED:6m"),
    ),
    Broken(
        "a row without key", IDENTITY, 'key = "DNI:30d", ', "", "NRM-002",
        ("«key»", "falta", "rows 1"),
    ),
    Broken(
        "a number as a text", CRED, "number = 1, label", 'number = "uno", label', "NRM-002",
        ("CRED:RN1", "«number»", "«uno»", "un número entero"),
    ),
    Broken(
        "empty series", IDENTITY, '{ key = "DNI:30d", label = "DNI", opens = "0d", due = "29d" },',
        "", "NRM-002", ("DNI", "«rows»", "vacío"),
    ),
    Broken(
        "unknown kind of series", IDENTITY, 'kind = "slots"', 'kind = "slot"', "NRM-002",
        ("DNI", "«kind»", "«slot»"),
    ),
    Broken(
        "unknown anchor", IDENTITY, 'kind = "slots"', 'kind = "slots"\nanchor = "school"',
        "NRM-002", ("DNI", "«anchor»", "«school»"),
    ),
    Broken(
        "key twice", CRED, 'key = "CRED:7m"', 'key = "CRED:6m"', "NRM-003", ("CRED:6m", "dos veces")
    ),
    Broken(
        "order of ages", CRED, 'due = "10m-1d"', 'due = "14m"', "NRM-004",
        ("CRED:9m", "«due»", "«closes»"),
    ),
    Broken(
        "two norms at once", CRED, "start = 2025-10-18", "start = 2025-10-17", "NRM-005",
        ("cred-nts137", "until"),
    ),
    Broken(
        "missing reference", VACCINES, 'after = "PENTA:3"', 'after = "PENTA:4"', "NRM-006",
        ("DPT:R1", "PENTA:4"),
    ),
    Broken(
        "circular reference", VACCINES, 'key = "PENTA:1",', 'key = "PENTA:1", after = "DPT:R1",',
        "NRM-006", ("da vueltas",),
    ),
    Broken(
        "continues nothing", "vaccines-nts246.toml", 'extends = "vaccines-2026-03"',
        'extends = "vaccines-2062"', "NRM-006", ("vaccines-nts246", "vaccines-2062"),
    ),
    Broken(
        "the name of a pack of another kind", FED, 'id = "fed-mc02"', 'id = "risk"', "NRM-010",
        ("«risk»", "indicator"),
    ),
    Broken(
        "altitude is a text", HB, "from_m = 500", 'from_m = "bajo"', "NRM-002",
        ("«from_m»", "«bajo»", "altitude 2"),
    ),
    Broken(
        "unknown level of risk", RISK, 'level = "medium"', 'level = "middling"', "NRM-002",
        ("«level»", "«middling»"),
    ),
    Broken(
        "indicator: key twice", FED, 'key = "NEUMO:2"', 'key = "NEUMO:1"', "NRM-002",
        ("NEUMO:1", "dos veces"),
    ),
    Broken(
        "indicator: counted from a later row", FED, 'after = "PENTA:1"', 'after = "PENTA:3"',
        "NRM-002", ("PENTA:2", "PENTA:3", "antes"),
    ),
    Broken(
        "indicator: closes before it opens", FED, 'opens = "110d", closes = "179d"',
        'opens = "180d", closes = "179d"', "NRM-002", ("IRON:4m", "«opens»", "«closes»"),
    ),
    Broken(
        "indicator: never decides", FED, 'max_gap = "70d", required_from = "148d"',
        'max_gap = "70d"', "NRM-002", ("NEUMO:2", "required_from"),
    ),
    Broken(
        "indicator: empty series", FED,
        'rows = [\n  { key = "HB:6m", label = "Hb 6 meses", opens = "170d", closes = "209d", '
        'required_from = "210d" },\n]', "", "NRM-002", ("HB", "no tiene filas"),
    ),
    Broken(
        "indicator: nothing accepted", FED, 'accepts = ["ROTA"]\n', "", "NRM-002",
        ("ROTA:1", "accepts"),
    ),
    Broken(
        "indicator: gaps the wrong way round", FED, 'min_gap = "28d", max_gap = "70d"',
        'min_gap = "80d", max_gap = "70d"', "NRM-002", ("NEUMO:2", "«min_gap»", "«max_gap»"),
    ),
    Broken(
        "indicator: grams as a text", FED, "out_below_g = 2500", 'out_below_g = "2500 g"',
        "NRM-002", ("«out_below_g»", "«2500 g»", "un número entero"),
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_kind_of_fault_is_told_with_file_row_and_remedy(case: Broken, tmp_path: Path) -> None:
    text = (NORMS / case.file).read_text(encoding="utf-8")
    assert case.old in text
    file = tmp_path / case.file
    file.write_text(text.replace(case.old, case.new, 1), encoding="utf-8")
    faults = check_packs([file], NORMS)
    first = faults[0]
    assert first.problem.code == case.code, [str(one) for one in faults]
    message = f"{first.what} {first.remedy}"
    assert [part for part in (f"«{case.file}»", *case.told) if part not in message] == [], message
    assert first.remedy
    assert "Value error" not in message
    assert "Input should" not in message


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = (NORMS / CRED).read_text(encoding="utf-8")
    for old, new in (
        ('opens = "9m"', 'opens = "nueve"'),
        ('closes = "7m-1d"', 'closing = "7m-1d"'),
        ('key = "CRED:7m"', 'key = "cred"'),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / CRED
    file.write_text(text, encoding="utf-8")
    told = [str(one) for one in check_packs([file], NORMS)]
    assert len(told) == 3
    assert ["CRED:6m" in told[0], "cred" in told[1], "CRED:9m" in told[2]] == [True] * 3


def test_every_fault_between_rows_is_told_at_once(tmp_path: Path) -> None:
    text = (NORMS / VACCINES).read_text(encoding="utf-8")
    for old, new in (
        ('after = "PENTA:3"', 'after = "PENTA:4"'),
        ('key = "ROTA:2"', 'key = "ROTA:1"'),
        ("start = 2026-03-01", "start = 2026-02-28"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / VACCINES
    file.write_text(text, encoding="utf-8")
    codes = {one.problem.code for one in check_packs([file], NORMS)}
    assert {"NRM-003", "NRM-005", "NRM-006"} <= codes


def test_two_files_that_only_hold_together_are_right_together(tmp_path: Path) -> None:
    old = (NORMS / IDENTITY).read_text(encoding="utf-8")
    ended = old.replace("start = 1996-01-01", "start = 1996-01-01\nuntil = 2026-12-31")
    renewed = old.replace('id = "identity"', 'id = "identity-2027"').replace(
        "1996-01-01", "2027-01-01"
    )
    first, second = tmp_path / "a.toml", tmp_path / "b.toml"
    first.write_text(ended, encoding="utf-8")
    second.write_text(renewed, encoding="utf-8")
    assert check_packs([first, second], NORMS) == []
    assert {one.problem.code for one in check_packs([second], NORMS)} == {"NRM-005"}
    twice = check_packs([first, first], NORMS)
    assert [one.problem.code for one in twice] == ["NRM-011"]


def test_a_file_that_is_not_there_or_not_utf8_is_told(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes("título = 1".encode("latin-1"))
    told = check_packs([tmp_path / "nada.toml", latin], NORMS)
    assert [one.problem.code for one in told] == ["NRM-001", "NRM-001"]
    assert ["no existe" in told[0].what, "UTF-8" in told[1].what] == [True, True]


def test_every_shipped_pack_is_right_by_itself_and_none_is_left_out() -> None:
    files = sorted(NORMS.glob("*.toml"))
    assert check_packs(files, NORMS) == []
    ids = {tomllib.loads(file.read_text(encoding="utf-8"))["pack"]["id"] for file in files}
    assert ids == set(load_folder(NORMS))
