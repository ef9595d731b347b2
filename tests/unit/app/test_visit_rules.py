"""What is noticed before a visit is closed."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from visit_world import FULL, laptop

from juntos_campo.app.visit import context_of, start_visit
from juntos_campo.app.visit_context import VisitContext
from juntos_campo.app.visit_rules import Finding, check_visit
from juntos_campo.domain.entities import Answer

CRED = "member/yeison/service/CRED:6m"


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VisitContext]:
    session = laptop(tmp_path_factory.mktemp("laptop"))
    yield context_of(session, start_visit(session, "h1"))
    session.close()


def findings(context: VisitContext, **typed: Answer) -> dict[str, Finding]:
    answers = {path: answer for path, answer in {**FULL, **_paths(typed)}.items() if answer}
    return {one.path: one for one in check_visit(answers, context)}


def _paths(typed: dict[str, Answer]) -> dict[str, Answer]:
    return {path.replace("__", "/").replace("_C_", ":"): answer for path, answer in typed.items()}


def test_a_full_visit_is_not_kept_from_being_closed(context: VisitContext) -> None:
    assert not [one for one in check_visit(FULL, context) if one.blocks]


@pytest.mark.parametrize("path", ["attended_by", "modality", "mark", "next_visit_on"])
def test_what_every_visit_must_say_is_asked_for(context: VisitContext, path: str) -> None:
    found = findings(context, **{path: None})
    assert found[path].blocks
    assert found[path].text.startswith("Falta")


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("2026-05-09", "anterior a su nacimiento"),
        ("2026-11-22", "todavía no llega"),
        ("14/1", "no es una fecha"),
    ],
)
def test_an_impossible_date_is_never_recorded(context: VisitContext, typed: str, part: str) -> None:
    found = findings(context, **{CRED: typed})
    assert found[CRED].blocks
    assert part in found[CRED].text


def test_a_date_too_early_to_count_is_doubted_but_may_stand(context: VisitContext) -> None:
    found = findings(context, **{CRED: "2026-08-20"})
    assert not found[CRED].blocks
    assert "no cuenta como CRED 6 meses" in found[CRED].text


def test_one_day_cannot_be_two_doses_of_the_same_vaccine(context: VisitContext) -> None:
    found = findings(
        context,
        **{
            "member/yeison/service/PENTA:1": "2026-08-01",
            "member/yeison/service/PENTA:2": "2026-08-01",
        },
    )
    assert found["member/yeison/service/PENTA:2"].blocks
    assert "member/yeison/service/PENTA:1" not in found


@pytest.mark.parametrize(
    ("typed", "blocks", "part"),
    [
        (104.0, True, "punto decimal"),
        ("once", True, "no es un número"),
        (3.2, False, "muy raro"),
        ("10,4", None, ""),
    ],
)
def test_a_slip_in_the_haemoglobin_is_noticed(
    context: VisitContext, typed: Answer, blocks: bool | None, part: str
) -> None:
    found = findings(context, **{"member/yeison/hb": typed})
    path = "member/yeison/hb"
    if blocks is None:
        assert path not in found
        return
    assert found[path].blocks is blocks
    assert part in found[path].text


def test_a_haemoglobin_without_its_date_would_be_no_record_and_is_asked_for(
    context: VisitContext,
) -> None:
    found = findings(context, **{"member/yeison/service/HB:6m": None})
    assert found["member/yeison/hb"].text == "Falta la fecha de este dosaje de hemoglobina."


def test_a_weight_that_no_child_of_that_age_has_is_doubted(context: VisitContext) -> None:
    found = findings(context, **{"member/yeison/weight_kg": 76.0})
    assert not found["member/yeison/weight_kg"].blocks
    found = findings(context, **{"member/yeison/weight_kg": 760.0})
    assert found["member/yeison/weight_kg"].blocks
    found = findings(context, **{CRED: None})
    assert "Falta la fecha del control" in found["member/yeison/weight_kg"].text


def test_a_change_without_who_or_what_is_completed_before_it_goes_to_the_office(
    context: VisitContext,
) -> None:
    found = findings(
        context,
        **{
            "change/1/kind": None,
            "change/2/member": None,
            "change/2/detail": None,
            "change/3/kind": "newborn",
        },
    )
    assert set(found) == {"change/1/kind", "change/2/member", "change/2/detail", "change/3/detail"}
    assert all(one.blocks for one in found.values())


def test_a_drawn_signature_that_is_not_there_is_asked_for(context: VisitContext) -> None:
    assert "signature" in findings(context, mark="signature")
    assert "signature" not in findings(context, mark="signature", signature="1,1 2,2")


def test_the_next_visit_cannot_be_in_the_past_and_hardly_after_two_months(
    context: VisitContext,
) -> None:
    assert findings(context, next_visit_on="2026-11-20")["next_visit_on"].blocks
    assert not findings(context, next_visit_on="2027-02-20")["next_visit_on"].blocks


@pytest.mark.parametrize(
    ("weight", "height", "doubted", "part"),
    [
        (7.6, 66.5, None, ""),
        (5.2, 66.5, "weight_kg", "pesaba 7.4 kg: el cambio es muy raro"),
        (13.9, 66.5, "weight_kg", "muy raro a esa edad"),
        (7.6, 51.5, "height_cm", "muy raro a esa edad"),
        (7.6, 60.4, "height_cm", "medía 62.0 cm y ahora menos"),
        (4.9, 75.0, "height_cm", "medía 62.0 cm: el cambio es muy raro"),
        (4.9, 75.0, "weight_kg", "4.9 kg con 75.0 cm es muy raro"),
    ],
)
def test_a_figure_that_does_not_fit_the_child_is_asked_about_but_may_stand(
    context: VisitContext, weight: float, height: float, doubted: str | None, part: str
) -> None:
    found = findings(
        context, **{"member/yeison/weight_kg": weight, "member/yeison/height_cm": height}
    )
    if doubted is None:
        assert not found.keys() & {"member/yeison/weight_kg", "member/yeison/height_cm"}
        return
    finding = found[f"member/yeison/{doubted}"]
    assert part in finding.text
    assert not finding.blocks


def test_the_figures_of_a_schoolchild_are_only_asked_about_when_impossible(
    context: VisitContext,
) -> None:
    path = "member/dina/weight_kg"
    dated = {"member/dina/service/CRED:9y": "2026-11-14"}
    assert path not in findings(context, **dated, **{path: 90.0})
    assert findings(context, **dated, **{path: 900.0})[path].blocks


def test_looking_at_a_weight_again_does_not_slow_the_typing(context: VisitContext) -> None:
    check_visit(FULL, context)
    spent = []
    for number in range(30):
        start = time.perf_counter()
        check_visit({**FULL, "member/yeison/weight_kg": 7 + number / 100}, context)
        spent.append(time.perf_counter() - start)
    assert sorted(spent)[15] < 0.01


def test_a_prenatal_date_of_an_earlier_pregnancy_is_doubted(context: VisitContext) -> None:
    path = "member/elena/service/APN:1"
    found = findings(context, **{path: "2026-08-01"})
    assert not found[path].blocks
    assert "anterior a esta gestación" in found[path].text


def test_a_new_dni_without_its_number_would_leave_the_register_as_it_was(
    context: VisitContext,
) -> None:
    path = "member/yeison/service/DNI:30d"
    assert "número de DNI" in findings(context, **{path: "2026-11-10"})[path].text
    told = findings(
        context,
        **{
            path: "2026-11-10",
            "change/3/kind": "personal_data",
            "change/3/member": "yeison",
            "change/3/detail": "DNI 81234567",
        },
    )
    assert path not in told
