"""The papers of a bimester on a laptop: steps that last, undo, many at once, and the day's errands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from paper_world import BIMESTER, CURANCO, SCHOOL, VILCA, closed_form, due, paper_laptop
from visit_world import NOW, load

from juntos_campo.app.official_forms import FormDue
from juntos_campo.app.paper_errands import errands
from juntos_campo.app.paperwork import (
    Paper,
    handling_id,
    note_printed,
    papers,
    take_all,
    take_step,
    undo_step,
)
from juntos_campo.app.paperwork_rules import Step
from juntos_campo.app.paperwork_steps import Taking
from juntos_campo.app.session import NOTHING_CHANGED, Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormHandling
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.form_ids import EDUCATION, SALUD02, SALUD03
from juntos_campo.domain.values import FormState
from juntos_campo.store.drafts import start_draft

ALL = (
    due(EDUCATION, SCHOOL),
    due(SALUD03, CURANCO),
    due(SALUD02, VILCA),
    due(SALUD02, CURANCO),
)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(paper_laptop(tmp_path)) as made:
        yield made


def board(session: Session, dues: tuple[FormDue, ...] = ALL) -> dict[str, Paper]:
    return {one.key: one for one in papers(session, BIMESTER, dues)}


def step(session: Session, key: str, kind: Step, day: int, **more: object) -> None:
    told = {"who": "Rosa Huillca", "note": "falta un motivo", **more}
    taking = Taking(step=kind, on=date(2026, 11, day), **told)  # type: ignore[arg-type]
    take_step(session, board(session)[key], taking)


def test_papers_stand_by_place_facilities_first_and_in_the_order_of_the_forms(
    session: Session,
) -> None:
    assert [(one.place, one.short) for one in board(session).values()] == [
        ("P.S. Curanco", "Salud 02"),
        ("P.S. Curanco", "Salud 03"),
        ("P.S. Vilcabamba", "Salud 02"),
        ("IE 54321 Curanco", "Educación"),
    ]


def test_a_step_lasts_and_waits_to_be_sent(session: Session) -> None:
    step(session, "salud02|f1", Step.HANDED, 3)
    paper = board(session)["salud02|f1"]
    assert (paper.state, paper.holder) == ("por recoger", "Rosa Huillca")
    stored = session.store.stored(FormHandling, paper.handling.id)
    assert stored is not None
    assert stored.pending
    assert board(session)["salud02|f2"].state == "por imprimir"


def test_the_next_bimester_begins_with_papers_of_its_own(session: Session) -> None:
    step(session, "salud02|f1", Step.HANDED, 3)
    following = papers(session, BIMESTER.next(), (due(SALUD02, CURANCO),))
    assert following[0].handling.handed_on is None
    assert following[0].handling.id != board(session)["salud02|f1"].handling.id


def test_two_field_workers_of_one_facility_have_a_paper_each(session: Session) -> None:
    own = handling_id(SALUD02, "f1", BIMESTER, "rccori")
    other = handling_id(SALUD02, "f1", BIMESTER, "jrojas")
    assert own != other
    load(
        session,
        FormHandling(
            id=other, field_worker="jrojas", form_id=SALUD02, bimester=str(BIMESTER),
            facility_id="f1", handed_on=date(2026, 11, 2), handed_to="Otra persona",
        ),
    )  # fmt: skip
    assert board(session)["salud02|f1"].handling.handed_on is None


def test_a_form_is_filled_when_it_is_closed_and_not_while_it_is_corrected(
    session: Session,
) -> None:
    load(session, closed_form(SALUD02, "f1", {"m1/m1_cumple": "si"}))
    step(session, "salud02|f1", Step.PRINTED, 6)
    paper = board(session)["salud02|f1"]
    assert paper.filling.on == date(2026, 11, 5)
    assert paper.state == "por firmar"
    start_draft(
        session.store, draft_id="form-salud02-f1", kind="form_record",
        subject=f"salud02|f1|{BIMESTER}", author="rccori", now=NOW,
    )  # fmt: skip
    assert board(session)["salud02|f1"].state == "por llenar"


def test_a_form_begun_but_not_closed_is_to_be_filled(session: Session) -> None:
    start_draft(
        session.store, draft_id="d1", kind="form_record",
        subject=f"salud03|f1|{BIMESTER}", author="rccori", now=NOW,
    )  # fmt: skip
    shown = board(session)
    assert shown["salud03|f1"].state == "por llenar"
    assert shown["salud02|f1"].state == "por imprimir"


def test_undo_gives_back_the_paper_step_by_step(session: Session) -> None:
    for kind, day in ((Step.HANDED, 3), (Step.RECEIVED, 9), (Step.SIGNED, 4)):
        step(session, "salud02|f1", kind, day)
    back = [undo_step(session, board(session)["salud02|f1"])[1] for _ in range(3)]
    # The signature was noted last, although the paper was signed before it was collected.
    assert back == [Step.SIGNED, Step.RECEIVED, Step.HANDED]
    with pytest.raises(UserError) as caught:
        undo_step(session, board(session)["salud02|f1"])
    assert caught.value.problem.code == "PAP-017"


def test_undo_after_a_step_noted_anew_takes_that_one_back(session: Session) -> None:
    step(session, "salud02|f1", Step.HANDED, 3)
    undo_step(session, board(session)["salud02|f1"])
    step(session, "salud02|f1", Step.HANDED, 4)
    step(session, "salud02|f1", Step.SIGNED, 4)
    assert undo_step(session, board(session)["salud02|f1"])[1] is Step.SIGNED
    assert board(session)["salud02|f1"].handling.handed_on == date(2026, 11, 4)


def test_a_refused_step_changes_nothing(session: Session) -> None:
    step(session, "salud02|f1", Step.HANDED, 3)
    before = board(session)
    with pytest.raises(UserError):
        step(session, "salud02|f1", Step.RECEIVED, 2)
    assert board(session) == before


def test_all_forms_of_a_facility_are_handed_out_at_once(session: Session) -> None:
    step(session, "salud02|f1", Step.HANDED, 2)
    here = [one for one in board(session).values() if one.place_id == "f1"]
    taking = Taking(step=Step.HANDED, on=date(2026, 11, 3), who="Rosa Huillca")
    changed, number = take_all(session, here, taking, "P.S. Curanco")
    assert number == 1
    assert changed.kinds == {"form_handling"}
    shown = board(session)
    assert shown["salud02|f1"].handling.handed_on == date(2026, 11, 2)
    assert shown["salud03|f1"].handling.handed_on == date(2026, 11, 3)
    assert shown["salud02|f2"].handling.handed_on is None
    with pytest.raises(UserError) as caught:
        take_all(session, [shown["salud02|f1"]], taking, "P.S. Curanco")
    assert caught.value.problem.code == "PAP-016"


def test_of_many_papers_one_that_cannot_go_leaves_all_as_they_were(session: Session) -> None:
    step(session, "salud03|f1", Step.PRINTED, 9)
    here = [one for one in board(session).values() if one.place_id == "f1"]
    with pytest.raises(UserError) as caught:
        take_all(session, here, Taking(step=Step.HANDED, on=date(2026, 11, 3), who="R"), "")
    assert caught.value.problem.code == "PAP-003"
    assert board(session)["salud02|f1"].handling.handed_on is None


def test_signed_forms_are_consolidated_and_sent_together(session: Session) -> None:
    load(session, closed_form(SALUD02, "f1", {}), closed_form(SALUD03, "f1", {}))
    for key in ("salud02|f1", "salud03|f1"):
        step(session, key, Step.SIGNED, 7)
    for kind in (Step.CONSOLIDATED, Step.SENT):
        chosen = list(board(session).values())
        _, number = take_all(session, chosen, Taking(step=kind, on=date(2026, 11, 20)), "todos")
        assert number == 2
    assert [one.state for one in board(session).values()].count("enviado") == 2


def test_a_print_is_noted_until_the_paper_is_out(session: Session) -> None:
    assert note_printed(session, SALUD02, "f1", BIMESTER).kinds == {"form_handling"}
    assert board(session)["salud02|f1"].state == "por repartir"
    assert note_printed(session, SALUD02, "f1", BIMESTER) == NOTHING_CHANGED
    step(session, "salud02|f1", Step.HANDED, 21)
    assert note_printed(session, SALUD02, "f1", BIMESTER) == NOTHING_CHANGED
    assert note_printed(session, EDUCATION, "i1", BIMESTER).kinds == {"form_handling"}
    assert board(session)["educacion|i1"].handling.school_id == "i1"
    assert note_printed(session, SALUD02, "f1", Bimester(2027, 1)) == NOTHING_CHANGED


def test_late_papers_say_by_how_many_days(session: Session) -> None:
    shown = board(session)["salud02|f1"]
    assert shown.due_on is not None
    assert shown.late == (NOW.date() - shown.due_on).days > 0


def test_the_day_names_what_is_to_be_collected_where_it_goes(session: Session) -> None:
    # This bimester's papers: nothing of them is late yet.
    now = Bimester.of(session.today)
    for form_id, place in ((SALUD02, CURANCO), (SALUD03, VILCA)):
        (paper,) = papers(session, now, (due(form_id, place),))
        taking = Taking(step=Step.HANDED, on=date(2026, 11, 10), who="Rosa Huillca")
        take_step(session, paper, taking)
    found = errands(session, {"f1"})
    assert [(one.paper.place, one.text, one.late) for one in found] == [
        ("P.S. Curanco", "Recoger Salud 02", 0)
    ]
    (paper,) = papers(session, now, (due(SALUD02, CURANCO),))
    take_step(session, paper, Taking(step=Step.SIGNED, on=date(2026, 11, 12), who="R"))
    assert errands(session, {"f1"})[0].text == "Recoger Salud 02 firmado"


def test_the_day_names_late_papers_wherever_they_are(session: Session) -> None:
    step(session, "salud02|f2", Step.HANDED, 3)
    (late,) = errands(session, set())
    assert late.late > 0
    assert not late.on_the_way
    assert late.paper.place == "P.S. Vilcabamba"


def test_a_form_nobody_began_to_hand_out_does_not_fill_the_day(session: Session) -> None:
    assert errands(session, {"f1", "f2"}) == ()


def test_a_returned_form_is_said_to_be(session: Session) -> None:
    load(session, closed_form(SALUD02, "f1", {}))
    returned = due(SALUD02, CURANCO, state=FormState.COMPLETE, returned=True)
    (paper,) = papers(session, BIMESTER, (returned,))
    assert paper.state == "devuelto"
    assert paper.obstacles[0].startswith("su coordinador lo devolvió")
