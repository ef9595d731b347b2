"""Filters of Formatos: no paper is lost between them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from juntos_campo.app.paperwork import Paper
from juntos_campo.app.paperwork_rules import Filling, Step, next_step
from juntos_campo.app.paperwork_steps import Taking, taken
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormHandling
from juntos_campo.domain.errors import UserError
from juntos_campo.ui.screens.forms_words import NEXT, Shelf, mark_of, on_shelf

BIMESTER = Bimester(2026, 5)
TODAY = date(2026, 11, 21)
STAGES = (Shelf.HAND_OUT, Shelf.COLLECT, Shelf.FILL, Shelf.SIGN, Shelf.SEND)
FRESH = FormHandling(id="x", field_worker="r", form_id="salud02", bimester=str(BIMESTER))
FILLINGS = st.builds(
    lambda on, returned: Filling(on, begun=on is not None, returned=returned and on is not None),
    st.sampled_from([None, date(2026, 11, 5)]),
    st.booleans(),
)


def paper(handling: FormHandling, filling: Filling) -> Paper:
    return Paper(
        form_id="salud02", short="Salud 02", place_id="f1", place="P.S. Curanco", code="1",
        at_school=False, bimester=BIMESTER, people=3, progress="", faulty=0, filling=filling,
        handling=handling, next=next_step(handling, filling), due_on=None, late=0,
    )  # fmt: skip


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Step)), st.integers(1, 21), st.booleans()), max_size=10
    ),
    FILLINGS,
)
def test_a_paper_that_was_not_sent_waits_on_exactly_one_shelf(
    steps: list[tuple[Step, int, bool]], filling: Filling
) -> None:
    handling = FRESH
    for step, day, sealed in steps:
        told = Taking(step=step, on=date(2026, 11, day), who="R", note="n", sealed=sealed)
        try:
            handling = taken(handling, told, filling, BIMESTER, TODAY)
        except UserError:
            continue
    one = paper(handling, filling)
    shelves = [shelf for shelf in STAGES if on_shelf(one, shelf)]
    assert on_shelf(one, Shelf.ALL)
    assert one.state
    assert mark_of(one).icon
    if one.next is None:
        assert not shelves
    elif one.next is Step.MENDED:
        assert not shelves
        assert on_shelf(one, Shelf.FAULTY)
    else:
        assert len(shelves) == 1


def test_every_step_that_may_come_next_has_a_sign_and_a_word() -> None:
    assert {one.icon for one in NEXT.values()}
    assert set(NEXT) == set(Step) - {Step.ERRORS}


def test_a_late_paper_is_found_among_the_late_ones() -> None:
    one = paper(FRESH, Filling())
    assert not on_shelf(one, Shelf.LATE)
    assert on_shelf(replace(one, late=3), Shelf.LATE)
