"""Whole people against the definitions of the incentive fund, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from test_properties import make_events, make_member

from juntos_campo import paths
from juntos_campo.domain.entities import Pregnancy, ServiceEvent
from juntos_campo.domain.values import DocumentKind, PregnancyOutcome
from juntos_campo.norms.indicators.judge import IndicatorResult, judge_indicator
from juntos_campo.norms.model import Trust
from juntos_campo.norms.packs import load_rule_book

BOOK = load_rule_book(paths.resources() / "norms")
FED = {one.id: one for one in BOOK.indicators}
BIRTH = date(2025, 1, 15)
Records = list[tuple[str, int]]

FULL_YEAR: Records = [
    *(("CRED", day) for day in (3, 7, 14, 21)),
    *(("CRED", day) for day in (35, 65, 95, 125, 155, 185, 215, 245, 275, 305, 335)),
    ("NEUMO", 60), ("NEUMO", 120),
    ("PENTA", 60), ("PENTA", 120), ("PENTA", 180),
    ("IPV", 60), ("IPV", 120), ("IPV", 180),
    ("ROTA", 60), ("ROTA", 120),
    ("HB", 185), ("IRON", 120), ("IRON", 185), ("IRON", 280), ("DNI", 20),
]  # fmt: skip


def judged(
    indicator: str,
    records: Records,
    age: int,
    *,
    values: dict[int, float] | None = None,
    **person: Any,
) -> IndicatorResult:
    member = make_member(BIRTH, **person)
    known = values or {}
    events = make_events(
        [
            (service, BIRTH + timedelta(days=day), 0, known.get(day) if service == "HB" else None)
            for service, day in records
        ]
    )
    return judge_indicator(
        FED[indicator], member, None, events, BIRTH + timedelta(days=age), book=BOOK, altitude_m=100
    )


def unmet(result: IndicatorResult) -> set[str]:
    return {item.key for item in result.items if item.required and not item.met}


def test_a_child_with_everything_meets_the_package_on_its_last_day() -> None:
    result = judged("fed-mc02", FULL_YEAR, 364)
    assert (result.applies, result.met, unmet(result)) == (True, True, set())
    assert all(item.met for item in result.items)
    assert "cumple" in result.why.text
    by_key = {item.key: item for item in result.items}
    assert by_key["PENTA:2"].done_on == BIRTH + timedelta(days=120)
    assert by_key["DNI:30d"].required is False


# What fails when one record is left out. A first dose takes along what is counted from it. A control of
# the newborn's four leaves three, whichever it was. Two records of iron: that of 4 months and the path.
OMITTED = [
    *((("CRED", day), {"CRED:RN4"}) for day in (3, 7, 14, 21)),
    *((("CRED", 35 + 30 * k), {f"CRED:{k + 1}"}) for k in range(11)),
    (("NEUMO", 60), {"NEUMO:1", "NEUMO:2"}),
    (("NEUMO", 120), {"NEUMO:2"}),
    (("PENTA", 60), {"PENTA:1", "PENTA:2", "PENTA:3"}),
    (("PENTA", 120), {"PENTA:2", "PENTA:3"}),
    (("PENTA", 180), {"PENTA:3"}),
    (("IPV", 60), {"IPV:1", "IPV:2", "IPV:3"}),
    (("IPV", 120), {"IPV:2", "IPV:3"}),
    (("IPV", 180), {"IPV:3"}),
    (("ROTA", 60), {"ROTA:2"}),  # the second, on day 120, is in time for a first
    (("ROTA", 120), {"ROTA:2"}),
    (("HB", 185), {"HB:6m"}),
    (("IRON", 120), {"IRON:4m"}),
    (("IRON", 185), {"IRON:6m"}),
    (("IRON", 280), {"IRON:6m"}),
    (("DNI", 20), {"DNI:60d"}),
]


@pytest.mark.parametrize(("left_out", "expected"), OMITTED, ids=[f"{o[0]}" for o in OMITTED])
def test_a_single_omission_is_what_the_package_misses(
    left_out: tuple[str, int], expected: set[str]
) -> None:
    result = judged("fed-mc02", [one for one in FULL_YEAR if one != left_out], 364)
    assert result.met is False
    assert unmet(result) == expected
    labels = [item.label for item in result.items if item.key in expected]
    assert all(f"«{label}»" in result.why.text for label in labels)


def test_every_record_of_the_full_year_was_left_out_once() -> None:
    assert sorted(one for one, _ in OMITTED) == sorted(FULL_YEAR)


def test_hexavalent_counts_for_pentavalent_and_for_polio() -> None:
    records: Records = [one for one in FULL_YEAR if one[0] not in ("PENTA", "IPV")]
    result = judged("fed-mc02", [*records, ("HEXA", 60), ("HEXA", 120), ("HEXA", 180)], 364)
    assert result.met
    whys = {item.key: item.why.text for item in result.items}
    assert "hexavalente" in whys["PENTA:1"]
    assert "hexavalente" in whys["IPV:1"]


def test_nothing_is_asked_of_a_child_before_its_day_comes() -> None:
    result = judged("fed-mc02", [], 28)
    assert (result.applies, result.met) == (True, True)
    assert "todavía no se exige nada" in result.why.text
    assert all(item.met is None for item in result.items)


@pytest.mark.parametrize(
    ("person", "age", "told"),
    [
        ({}, 365, "365 días"),
        ({}, -1, "después del día de la medición"),
        ({"weight": 2499}, 100, "2499 g"),
        ({"gestation_weeks": 36}, 100, "36 semanas"),
        ({"left_on": BIRTH + timedelta(days=50)}, 100, "Dejó el hogar"),
    ],
)
def test_who_is_not_measured_is_told_why(person: dict[str, Any], age: int, told: str) -> None:
    result = judged("fed-mc02", FULL_YEAR, age, **person)
    assert (result.applies, result.met, result.items) == (False, None, ())
    assert told in result.why.text


@pytest.mark.parametrize("person", [{"weight": 2500}, {"gestation_weeks": 37}, {"weight": None}])
def test_born_at_the_limit_or_with_unknown_weight_is_measured(person: dict[str, Any]) -> None:
    result = judged("fed-mc02", FULL_YEAR, 364, **person)
    assert result.met
    assert ("No se conoce el peso" in result.why.text) is (person.get("weight", 1) is None)


def test_a_dni_of_the_register_counts_and_says_that_its_day_is_not_known() -> None:
    records: Records = [one for one in FULL_YEAR if one[0] != "DNI"]
    with_dni = {"document_kind": DocumentKind.DNI, "document_number": "00000001"}
    item = {one.key: one for one in judged("fed-mc02", records, 364, **with_dni).items}["DNI:60d"]
    assert (item.met, item.done_on) == (True, None)
    assert "no se conoce el día" in item.why.text
    assert not item.why.trust.is_official
    late = judged("fed-mc02", [*records, ("DNI", 61)], 364, **with_dni)
    assert unmet(late) == {"DNI:60d"}


@pytest.mark.parametrize("days", [(60, 70, 140), (55, 119, 126)])
def test_a_first_dose_that_leaves_room_for_the_second_is_taken(days: tuple[int, ...]) -> None:
    """Of days 60, 70, 140 the earliest leaves 80 days to the second; of 55, 119, 126 the last leaves 7."""
    records: Records = [one for one in FULL_YEAR if one[0] != "NEUMO"]
    assert judged("fed-mc02", [*records, *(("NEUMO", day) for day in days)], 364).met


def test_paths_that_our_records_cannot_tell_say_so() -> None:
    item = {one.key: one for one in judged("fed-mc02", FULL_YEAR, 364).items}["IRON:6m"]
    assert "«tratamiento» no se puede juzgar" in item.why.text
    assert "«micronutrientes» no se puede juzgar" in item.why.text
    assert "se cuenta como frasco" in item.why.text


def test_what_was_not_read_in_the_definition_lowers_the_trust_of_the_verdict() -> None:
    assert judged("fed-mc02", FULL_YEAR, 330).why.trust is Trust.RECALL
    assert judged("fed-mc02", FULL_YEAR, 60).why.trust is Trust.CONFIRMED
    assert judged("fed-mc0301", [], 29).why.trust is Trust.NOT_FOUND


def test_the_newborn_package_leaves_out_what_nobody_records() -> None:
    records: Records = [("BCG", 0), ("HVB", 1), ("CRED", 3), ("CRED", 10), ("CRED", 17)]
    result = judged("fed-mc0301", records, 29)
    assert result.met
    assert "Tamizaje neonatal" in result.why.text
    screening = result.items[-1]
    assert (screening.key, screening.required, screening.met) == ("SCREENING:1", False, None)
    close = judged("fed-mc0301", [*records[:3], ("CRED", 9), ("CRED", 17)], 29)
    assert unmet(close) == {"CRED:RN2"}  # six days after the first


def test_a_small_newborn_has_its_own_indicator() -> None:
    records: Records = [
        ("HB", 40), ("IRON", 40), ("IRON", 120), ("HB", 135), ("HB", 180),
    ]  # fmt: skip
    assert judged("fed-si0201", records, 364, weight=2400).met
    assert judged("fed-si0201", records, 364, weight=None, gestation_weeks=34).met
    for person in ({"weight": 1499}, {"weight": 2500}, {"weight": None}):
        assert not judged("fed-si0201", records, 364, **person).applies
    limits: tuple[dict[str, Any], ...] = (
        {"weight": 1500},
        {"weight": 2499},
        {"weight": None, "gestation_weeks": 36},
    )
    for person in limits:
        assert judged("fed-si0201", records, 364, **person).applies
    late = [("HB", 160) if one == ("HB", 135) else one for one in records]
    assert unmet(judged("fed-si0201", late, 364, weight=2400)) == {"HB:2"}


def test_a_treated_anaemia_is_followed_to_its_end() -> None:
    low = {200: 9.0}
    records: Records = [("HB", 200), ("IRON", 200), ("IRON", 230), ("HB", 300), ("IRON", 380)]
    result = judged("fed-si0203", records, 420, values=low)
    assert (result.met, unmet(result)) == (True, set())
    assert unmet(judged("fed-si0203", records[:2], 420, values=low)) == {
        "IRON:2", "IRON:TA", "HB:2",
    }  # fmt: skip
    assert not judged("fed-si0203", records, 420, values={200: 12.0}).applies
    assert not judged("fed-si0203", records, 199, values=low).applies
    # Born on 15 January: six months on 15 July (day 181), twelve on 15 January (day 365).
    for day, applies in ((180, False), (181, True), (364, True), (365, False)):
        assert judged("fed-si0203", [("HB", day)], 420, values={day: 8.0}).applies is applies
    without_book = judge_indicator(
        FED["fed-si0203"], make_member(BIRTH), None, [], BIRTH + timedelta(days=300)
    )
    assert not without_book.applies


# -- pregnancy -----------------------------------------------------------------------------------

START = date(2026, 1, 4)
PREGNANCY = Pregnancy(
    id="p",
    household_id="household",
    member_id="member",
    last_period=START,
    ended_on=START + timedelta(days=275),
    outcome=PregnancyOutcome.BIRTH,
)
MOTHER = make_member(date(1998, 3, 3))
PRENATAL: Records = [
    *(("APN", day) for day in (60, 110, 150, 200, 233, 260)),
    *((exam, 60) for exam in ("HB", "SYPHILIS", "HIV", "URINE")),
    *(("IRON_FOLIC", day) for day in (100, 130, 160, 190, 220)),
]


def prenatal(
    records: Records, day: int, pregnancy: Pregnancy | None = PREGNANCY
) -> IndicatorResult:
    events = make_events([(code, START + timedelta(days=on), 0) for code, on in records], "p")
    return judge_indicator(FED["fed-mc01"], MOTHER, pregnancy, events, START + timedelta(days=day))


def test_a_pregnancy_with_everything_meets_the_package_on_the_day_of_birth() -> None:
    assert unmet(prenatal(PRENATAL, 275)) == set()
    assert prenatal(PRENATAL, 275).met


@pytest.mark.parametrize("left_out", PRENATAL, ids=str)
def test_a_single_omission_is_what_the_pregnancy_misses(left_out: tuple[str, int]) -> None:
    result = prenatal([one for one in PRENATAL if one != left_out], 275)
    broken = unmet(result)
    assert result.met is False
    assert len(broken) == 1
    assert broken.pop().partition(":")[0] == left_out[0]


def test_of_a_running_pregnancy_only_what_closed_is_asked() -> None:
    running = replace(PREGNANCY, ended_on=None, outcome=None)
    assert {i.key for i in prenatal([], 97, running).items if i.required} == set()
    assert unmet(prenatal([], 98, running)) == {
        "APN:1", "HB:T1", "SYPHILIS:T1", "HIV:T1", "URINE:T1",
    }  # fmt: skip
    assert unmet(prenatal([], 196, running)) >= {"APN:2", "APN:3"}
    assert "APN:4" not in unmet(prenatal([], 270, running))


@pytest.mark.parametrize(
    ("pregnancy", "told"),
    [
        (None, "No hay una gestación"),
        (replace(PREGNANCY, last_period=None), "última regla"),
        (replace(PREGNANCY, outcome=PregnancyOutcome.LOSS), "pérdida"),
        (replace(PREGNANCY, ended_on=START - timedelta(days=1)), "antes de empezar"),
    ],
)
def test_a_pregnancy_that_cannot_be_measured_says_why(
    pregnancy: Pregnancy | None, told: str
) -> None:
    result = prenatal(PRENATAL, 275, pregnancy)
    assert not result.applies
    assert told in result.why.text


def test_records_of_another_pregnancy_do_not_count() -> None:
    events = [
        replace(event, pregnancy_id="other")
        for event in make_events([("APN", START + timedelta(days=60), 0)])
    ]
    result = judge_indicator(
        FED["fed-mc01"], MOTHER, PREGNANCY, events, START + timedelta(days=275)
    )
    assert not any(item.met for item in result.items)


def test_records_of_the_mother_are_not_the_child_s() -> None:
    event = ServiceEvent(
        id="1", household_id="household", member_id="member", service="HB",
        on=BIRTH + timedelta(days=185), pregnancy_id="p",
    )  # fmt: skip
    result = judge_indicator(
        FED["fed-mc02"], make_member(BIRTH), None, [event], BIRTH + timedelta(days=300)
    )
    assert "HB:6m" in unmet(result)
