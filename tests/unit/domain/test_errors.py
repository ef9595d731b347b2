"""The catalogue of errors: unique codes, complete sentences."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter

import pytest

import juntos_campo
from juntos_campo.domain.errors import NOTHING_LOST, Problem, ProgrammingError, user_error


def catalogue() -> dict[int, Problem]:
    """Every `Problem` that stands at the top of a module."""
    found: dict[int, Problem] = {}
    for module in pkgutil.walk_packages(juntos_campo.__path__, "juntos_campo."):
        if ".migrations" in module.name or module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Problem):
                found[id(value)] = value
    return found


def test_no_two_errors_share_a_code() -> None:
    problems = catalogue()
    codes = Counter(problem.code for problem in problems.values())
    assert len(problems) > 100
    assert [code for code, times in codes.items() if times > 1] == []


def test_every_error_says_what_happened_and_what_to_do() -> None:
    for problem in catalogue().values():
        assert problem.what.strip().endswith((".", "?", "»", "}")), problem.code
        assert problem.remedy.strip().endswith((".", "?", "»", "}")), problem.code
        assert problem.what != problem.remedy


def test_an_error_without_its_values_is_found_by_us_and_not_by_the_user() -> None:
    with pytest.raises(ProgrammingError):
        user_error(Problem("TST-001", "Falta {what}.", "Ponga {what}."))


def test_the_whole_text_gives_place_cause_safety_and_remedy() -> None:
    error = user_error(Problem("TST-001", "Falta {x}.", "Ponga {x}."), "Fila 3", x="el DNI")
    assert str(error) == f"Fila 3: Falta el DNI. {NOTHING_LOST} Ponga el DNI."
