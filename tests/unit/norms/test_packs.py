from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from juntos_campo import paths
from juntos_campo.domain.errors import UserError
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.packs import load_rule_book

NORMS = paths.resources() / "norms"
Fault = Callable[[Path], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "norms"
    shutil.copytree(NORMS, copy)
    return copy


def replace(file: str, old: str, new: str) -> Fault:
    def spoil(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


CRED = "cred-nts238.toml"
FAULTS = [
    ("broken TOML", replace(CRED, "[pack]", "[pack"), "NRM-001", (CRED,)),
    (
        "age",
        replace(CRED, 'opens = "9m"', 'opens = "nine months"'),
        "NRM-002",
        (CRED, "CRED:9m", "opens", "5m-1d"),
    ),
    (
        "unknown service",
        replace(CRED, 'service = "CRED"', 'service = "CRET"'),
        "NRM-002",
        (CRED, "CRED", "service"),
    ),
    (
        "trust",
        replace(CRED, 'trust = "confirmed"\nwindow', 'trust = "sure"\nwindow'),
        "NRM-002",
        (CRED, "trust", "recall"),
    ),
    (
        "unknown field",
        replace(CRED, 'closes = "12m-1d"', 'closing = "12m-1d"'),
        "NRM-002",
        (CRED, "CRED:9m", "closing"),
    ),
    (
        "key",
        replace(CRED, 'key = "CRED:9m"', 'key = "cred 9"'),
        "NRM-002",
        (CRED, "cred 9", "key"),
    ),
    ("header", replace(CRED, "start = 2025-10-18", ""), "NRM-002", (CRED, "start")),
    (
        "row twice",
        replace(CRED, 'key = "CRED:7m"', 'key = "CRED:6m"'),
        "NRM-003",
        (CRED, "CRED:6m"),
    ),
    (
        "order",
        replace(CRED, 'due = "10m-1d"', 'due = "14m"'),
        "NRM-004",
        (CRED, "CRED:9m", "due", "closes"),
    ),
    (
        "two norms at once",
        replace("cred-nts137.toml", "until = 2025-10-17", "until = 2025-10-18"),
        "NRM-005",
        (CRED, "cred-nts137", "CRED"),
    ),
    (
        "missing reference",
        replace("vaccines-2026-03.toml", 'after = "PENTA:3"', 'after = "PENTA:4"'),
        "NRM-006",
        ("vaccines-2026-03.toml", "DPT:R1", "PENTA:4"),
    ),
    (
        "circle",
        replace("vaccines-2026-03.toml", 'key = "PENTA:1",', 'key = "PENTA:1", after = "DPT:R1",'),
        "NRM-006",
        ("vaccines-2026-03.toml",),
    ),
    (
        "altitude",
        replace("haemoglobin-nts213.toml", "from_m = 500", 'from_m = "low"'),
        "NRM-002",
        ("haemoglobin-nts213.toml", "from_m"),
    ),
    (
        "risk level",
        replace("risk.toml", 'level = "medium"', 'level = "middling"'),
        "NRM-002",
        ("risk.toml", "level"),
    ),
]


@pytest.mark.parametrize(
    ("spoil", "code", "named"), [case[1:] for case in FAULTS], ids=[c[0] for c in FAULTS]
)
def test_a_faulty_pack_is_refused_with_file_row_and_remedy(
    folder: Path, spoil: Fault, code: str, named: tuple[str, ...]
) -> None:
    spoil(folder)
    with pytest.raises(UserError) as caught:
        load_rule_book(folder)
    assert caught.value.problem.code == code
    text = str(caught.value)
    assert [part for part in named if part not in text] == []
    assert caught.value.remedy


def test_an_empty_folder_of_norms_is_an_error_not_an_empty_answer(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        load_rule_book(tmp_path)
    assert caught.value.problem.code == "NRM-007"


def test_every_row_says_which_norm_and_section_it_comes_from_and_how_sure_it_is(
    book: RuleBook,
) -> None:
    for family in book.families:
        for expected in family.expected:
            for row in expected.versions:
                norm, _, section = row.norm.rpartition(", ")
                assert norm, row.key
                assert section, row.key
                assert row.trust in type(row.trust), row.key
                assert row.start >= date(1990, 1, 1), row.key


def test_rows_without_a_read_text_are_not_called_confirmed(book: RuleBook) -> None:
    """The facts that the project marks as recall or conflict."""
    found = {
        (family.id, row.pack_id): row.trust
        for family in book.families
        for expected in family.expected
        for row in expected.versions
    }
    assert not found["VPH", "vaccines-2026-03"].is_official
    assert not found["SPR", "vaccines-nts196"].is_official
    assert found["PENTA", "vaccines-nts196"].is_official
    assert not book.risk.trust.is_official


def test_a_new_norm_is_only_a_new_file(folder: Path) -> None:
    old = folder / "identity.toml"
    text = old.read_text(encoding="utf-8")
    old.write_text(
        text.replace("start = 1996-01-01", "start = 1996-01-01\nuntil = 2026-12-31"),
        encoding="utf-8",
    )
    new = text.replace('id = "identity"', 'id = "identity-2027"').replace(
        "1996-01-01", "2027-01-01"
    )
    (folder / "identity-2027.toml").write_text(
        new.replace('due = "29d"', 'due = "14d"'), encoding="utf-8"
    )
    book = load_rule_book(folder)
    (family,) = [family for family in book.families if family.id == "DNI"]
    assert [row.pack_id for row in family.expected[0].versions] == ["identity", "identity-2027"]


def test_the_readme_of_the_packs_explains_every_field_in_use() -> None:
    readme = (NORMS / "README.md").read_text(encoding="utf-8")
    used: set[str] = set()
    for file in NORMS.glob("*.toml"):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        used |= data["pack"].keys()
        for series in data.get("series", ()):
            for row in series["rows"]:
                used |= row.keys()
    assert {name for name in used if f"`{name}`" not in readme} == set()
