"""What the office may write into the files of verification and transfers."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from verified_families import (
    bimester_of,
    case,
    full_year,
    home,
    person,
    school,
)

from juntos_campo import paths
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import ProgrammeState, SchoolLevel
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.norms.verification.estimate import HouseholdCase

TODAY = date(2026, 11, 21)
PUPIL = person("leo", date(2016, 8, 1))


def studious(**changes: Any) -> HouseholdCase:
    """A household with one pupil who goes to school."""
    years = [school("leo", 2026, level=SchoolLevel.PRIMARY, grade=5, attendance=full_year(2026))]
    return case(PUPIL, school_years=years, **changes)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("transfers.toml", "amount = 80", "amount = -80", ("TAS", "amount")),
        ("transfers.toml", 'not_passed = "pending"', 'not_passed = "excepted"', ("not_passed",)),
        ("transfers.toml", '"PENTA"', '"PENTE"', ("TPI",)),
        ("verification.toml", 'until_school = "health"', 'until_school = "x"', ("until_school",)),
        ("verification.toml", "judge_trust", "judged_trust", ("judge",)),
        ("education.toml", 'cut_off = "03-31"', 'cut_off = "31-03"', ("cut_off",)),
        ("education.toml", "threshold = 85", "threshold = 850", ("threshold",)),
        ("packages.toml", 'from_age = "12m"', 'from_age = "a year"', ("12_TO_35M", "from_age")),
    ],
)
def test_a_slip_in_a_file_of_the_office_is_named_with_its_row_and_field(
    tmp_path: Path, file: str, old: str, new: str, told: tuple[str, ...]
) -> None:
    folder = tmp_path / "norms"
    shutil.copytree(paths.resources() / "norms", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError) as raised:
        load_rule_book(folder)
    assert raised.value.problem.code == "NRM-002"
    assert all(word in str(raised.value) for word in (file, *told))


def test_a_corrected_amount_and_rule_of_the_office_are_used_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "norms"
    shutil.copytree(paths.resources() / "norms", folder)
    file = folder / "transfers.toml"
    text = file.read_text(encoding="utf-8").replace("amount = 100", "amount = 150")
    text = text.replace('suspended = "not_fulfilled"', 'suspended = "pending"')
    file.write_text(text, encoding="utf-8")
    family = studious(household=home(programme_state=ProgrammeState.SUSPENDED))
    found = bimester_of(family, "2026-5", load_rule_book(folder), TODAY)
    assert (found.expected, found.open, found.lost) == (0, 300, 0)
