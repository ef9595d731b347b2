"""The definition of Formato Salud 02 as it ships."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import pytest

from juntos_campo import paths
from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.services import SERVICES, ServiceGroup
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.loader import load_form
from juntos_campo.form_engine.session import Session

HEAD = {
    "mes1_nombre": "noviembre",
    "mes2_nombre": "diciembre",
    "mes1_inicio": "2026-11-01",
    "mes1_fin": "2026-11-30",
    "mes2_inicio": "2026-12-01",
    "mes2_fin": "2026-12-31",
}


@pytest.fixture(scope="module")
def definition() -> Definition:
    return load_form(paths.forms() / "salud02.md")


def form(definition: Definition, birth: str, now: datetime, children: int = 1) -> Session:
    keys = [f"n{number}" for number in range(children)]
    answers = HEAD | {f"{key}/nacimiento": birth for key in keys}
    return Session(definition, now, {"ninos": keys}, answers)


NOVEMBER = datetime(2026, 11, 21, 10, 0, tzinfo=LIMA)
JANUARY = datetime(2027, 1, 5, 10, 0, tzinfo=LIMA)


def test_a_month_that_has_not_begun_asks_nothing(definition: Definition) -> None:
    november = form(definition, "2026-03-10", NOVEMBER)
    assert november.relevant("n0/m1_cred")
    assert not november.relevant("n0/m2_cred")
    january = form(definition, "2026-03-10", JANUARY)
    assert january.relevant("n0/m2_cred")


def test_a_child_born_in_the_second_month_is_not_asked_about_the_first(
    definition: Definition,
) -> None:
    january = form(definition, "2026-12-12", JANUARY)
    assert not january.relevant("n0/m1_cumple")
    assert january.required("n0/m2_cumple")


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("m1_cred", "14/11", "9/3/2026"),
        ("m1_cred", "14/11", "22/11"),
        ("m1_cred", "14/11", "14/10"),
        ("m1_cred_n", "6", "34"),
        ("m1_peso", "8.4", "84"),
        ("m1_talla", "67.5", "6.75"),
        ("m1_hb", "10.8", "108"),
        ("m1_vac", "Penta 2, neumo 2", "Penta y neumo"),
        ("m1_vac", "BCG", "ABC 1"),
        ("m1_hierro", "3/11", "3/12"),
    ],
)
def test_a_figure_copied_wrongly_is_caught_at_its_cell(
    definition: Definition, column: str, good: str, bad: str
) -> None:
    one = form(definition, "2026-03-10", NOVEMBER)
    one.set(f"n0/{column}", good)
    assert one.finding(f"n0/{column}") is None
    one.set(f"n0/{column}", bad)
    finding = one.finding(f"n0/{column}")
    assert finding is not None
    assert finding.is_error


def test_not_fulfilled_needs_its_reason(definition: Definition) -> None:
    one = form(definition, "2026-03-10", NOVEMBER)
    one.set("n0/m1_cumple", "no")
    assert [finding.address for finding in one.row_findings("ninos", "n0")] == ["n0/m1_motivo"]
    one.set("n0/m1_motivo", "a")
    assert one.answer("n0/m1_motivo") == "A"
    assert one.row_findings("ninos", "n0") == ()


def test_a_weight_without_the_day_it_was_taken_is_not_complete(definition: Definition) -> None:
    one = form(definition, "2026-03-10", NOVEMBER)
    one.set_many({"n0/m1_cumple": "si", "n0/m1_peso": "8.4"})
    assert [finding.address for finding in one.row_findings("ninos", "n0")] == ["n0/m1_cred"]


def test_the_weight_allowed_grows_with_the_child(definition: Definition) -> None:
    baby = form(definition, "2026-10-25", NOVEMBER)
    baby.set_many({"n0/m1_cred": "14/11", "n0/m1_peso": "14"})
    assert baby.finding("n0/m1_peso") is not None
    older = form(definition, "2022-10-25", NOVEMBER)
    older.set_many({"n0/m1_cred": "14/11", "n0/m1_peso": "14"})
    assert older.finding("n0/m1_peso") is None


def test_the_definition_says_on_itself_that_its_columns_have_no_official_source() -> None:
    text = Path(paths.forms() / "salud02.md").read_text("utf-8")
    assert "Diseño propio: columnas sin fuente oficial" in text


def test_typing_into_a_form_of_200_children_does_not_lag(definition: Definition) -> None:
    one = form(definition, "2026-03-10", NOVEMBER, 200)
    spent = []
    for number in range(200):
        start = time.thread_time()
        one.set(f"n{number}/m1_cred", f"{number % 20 + 1}/11")
        spent.append(time.thread_time() - start)
    assert sorted(spent)[190] < 0.005


def test_every_vaccine_a_child_of_the_form_can_have_received_may_be_written(
    definition: Definition,
) -> None:
    """What the health system knows is filled in by itself: a name the form refuses would block it."""
    given = [one for one in SERVICES.values() if one.group is ServiceGroup.VACCINE]
    names = ", ".join(f"{one.short} 1" for one in given if one.code != "VPH")  # from 9 years on
    filled = form(definition, "2026-06-01", datetime(2026, 11, 21, 10, 0, tzinfo=LIMA))
    filled.set_many({"n0/m1_vac": names, "n0/m1_vac_fecha": "2026-11-05"})
    assert filled.finding("n0/m1_vac") is None
    filled.set("n0/m1_vac", "VPH 1")
    assert filled.finding("n0/m1_vac") is not None
