"""The ranges of Formato Salud 02 against the children WHO believes in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from juntos_campo import paths
from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.values import Sex
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.loader import load_form
from juntos_campo.form_engine.session import Session
from juntos_campo.norms.growth.model import Index
from juntos_campo.norms.growth.zscore import reference, value_at

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=LIMA)
CONTROL = date(2026, 11, 14)
HEAD = {
    "mes1_nombre": "noviembre",
    "mes2_nombre": "diciembre",
    "mes1_inicio": "2026-11-01",
    "mes1_fin": "2026-11-30",
    "mes2_inicio": "2026-12-01",
    "mes2_fin": "2026-12-31",
}
COLUMNS = (("m1_peso", Index.WEIGHT_AGE, (-6, 5)), ("m1_talla", Index.HEIGHT_AGE, (-6, 6)))
"""Beyond these z-scores WHO flags a figure."""


@pytest.fixture(scope="module")
def definition() -> Definition:
    return load_form(paths.forms() / "salud02.md")


def edges() -> Iterator[int]:
    """Every day of the first four months, then every week and the days about each month's change."""
    about = {round(month * 30.4375) + shift for month in range(61) for shift in (-1, 0, 1)}
    return iter(sorted({*range(123), *range(0, 1827, 7), *(day for day in about if day >= 0)}))


def test_no_child_that_who_believes_is_refused_by_the_form(definition: Definition) -> None:
    """From the lowest to the highest figure WHO does not flag, boys and girls, at every age."""
    refused = []
    for age in edges():
        born = (CONTROL - timedelta(days=age)).isoformat()
        one = Session(definition, NOW, {"ninos": ["n0"]}, HEAD | {"n0/nacimiento": born})
        one.set("n0/m1_cred", "14/11")
        for column, index, ends in COLUMNS:
            for sex in Sex:
                lms = reference(index, sex, age_days=age)
                assert lms is not None
                for z in ends:
                    value = value_at(z, lms)
                    one.set(f"n0/{column}", f"{value:.2f}")
                    if one.finding(f"n0/{column}") is not None:
                        refused.append((age, column, sex.value, z, round(value, 2)))
    assert refused == []
