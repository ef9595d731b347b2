"""The way of a form's paper: what can follow what, what is late, what undo gives back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juntos_campo.app.paperwork_deadlines import (
    Deadlines,
    deadlines,
    due_day,
    late_days,
    read_deadlines,
)
from juntos_campo.app.paperwork_rules import (
    Filling,
    Step,
    error_rounds,
    is_signed,
    next_step,
    obstacles,
)
from juntos_campo.app.paperwork_steps import Taking, last_step, taken, undone
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormHandling
from juntos_campo.domain.errors import UserError
from juntos_campo.norms.model import Trust

BIMESTER = Bimester(2026, 5)
TODAY = date(2026, 11, 21)
FRESH = FormHandling(id="x", field_worker="rccori", form_id="salud02", bimester="2026-5")
OPEN, BEGUN, CLOSED = Filling(), Filling(begun=True), Filling(date(2026, 11, 5), begun=True)


def day(number: int) -> date:
    """A day of November 2026."""
    return date(2026, 11, number)


def walk(*steps: tuple[Step, int], filling: Filling = CLOSED) -> FormHandling:
    handling = FRESH
    for step, number in steps:
        handling = take(handling, step, day(number), filling)
    return handling


def take(
    handling: FormHandling, step: Step, on: date, filling: Filling = CLOSED, **more: object
) -> FormHandling:
    told = {"who": "Rosa Huillca", "note": "falta un motivo", **more}
    taking = Taking(step=step, on=on, **told)  # type: ignore[arg-type]
    return taken(handling, taking, filling, BIMESTER, TODAY)


def refused(handling: FormHandling, step: Step, on: date, filling: Filling = CLOSED) -> str:
    with pytest.raises(UserError) as caught:
        take(handling, step, on, filling)
    return caught.value.problem.code


def test_a_paper_left_at_the_facility_goes_its_whole_way() -> None:
    way = [
        (Step.PRINTED, 1, OPEN, Step.HANDED),
        (Step.HANDED, 2, OPEN, Step.RECEIVED),
        (Step.RECEIVED, 4, OPEN, Step.FILLED),
        (Step.ERRORS, 6, CLOSED, Step.MENDED),
        (Step.MENDED, 7, CLOSED, Step.SIGNED),
        (Step.SIGNED, 8, CLOSED, Step.CONSOLIDATED),
        (Step.CONSOLIDATED, 9, CLOSED, Step.SENT),
        (Step.SENT, 10, CLOSED, None),
    ]
    handling = FRESH
    assert next_step(handling, OPEN) is Step.PRINTED
    for step, number, filling, following in way:
        handling = take(handling, step, day(number), filling)
        assert next_step(handling, filling) is following


def test_a_form_filled_at_the_facility_needs_no_handing_out() -> None:
    assert next_step(FRESH, BEGUN) is Step.FILLED
    assert next_step(FRESH, CLOSED) is Step.PRINTED
    printed = take(FRESH, Step.PRINTED, day(5))
    assert next_step(printed, CLOSED) is Step.SIGNED
    signed = take(printed, Step.SIGNED, day(5))
    assert next_step(signed, CLOSED) is Step.CONSOLIDATED


def test_a_paper_signed_before_it_was_collected_still_has_to_be_collected() -> None:
    handling = walk((Step.HANDED, 2), (Step.SIGNED, 3), filling=OPEN)
    assert next_step(handling, OPEN) is Step.RECEIVED
    assert is_signed(handling)


def test_a_form_that_came_back_is_not_sent_any_more() -> None:
    handling = walk((Step.SIGNED, 5), (Step.CONSOLIDATED, 6), (Step.SENT, 7))
    back = replace(CLOSED, returned=True)
    assert next_step(handling, CLOSED) is None
    assert next_step(handling, back) is Step.FILLED
    assert any("devolvió" in one for one in obstacles(handling, back))


@pytest.mark.parametrize(
    ("handling", "step", "on", "code"),
    [
        (FRESH, Step.HANDED, TODAY + timedelta(days=1), "PAP-001"),
        (FRESH, Step.PRINTED, date(2026, 8, 31), "PAP-002"),
        (walk((Step.PRINTED, 5)), Step.HANDED, day(4), "PAP-003"),
        (walk((Step.HANDED, 5)), Step.RECEIVED, day(4), "PAP-003"),
        (walk((Step.HANDED, 5)), Step.SIGNED, day(4), "PAP-003"),
        (walk((Step.HANDED, 5)), Step.HANDED, day(6), "PAP-004"),
        (FRESH, Step.FILLED, TODAY, "PAP-005"),
        (FRESH, Step.RECEIVED, TODAY, "PAP-008"),
        (FRESH, Step.MENDED, TODAY, "PAP-009"),
        (walk((Step.HANDED, 5), (Step.ERRORS, 6)), Step.SIGNED, day(7), "PAP-010"),
        (walk((Step.SIGNED, 5), (Step.CONSOLIDATED, 6)), Step.HANDED, day(7), "PAP-012"),
        (walk((Step.SIGNED, 5)), Step.SENT, day(7), "PAP-013"),
        (FRESH, Step.CONSOLIDATED, TODAY, "PAP-014"),
    ],
)
def test_a_step_that_cannot_be_is_refused_with_its_reason(
    handling: FormHandling, step: Step, on: date, code: str
) -> None:
    assert refused(handling, step, on) == code


def test_a_blank_form_has_no_errors_to_be_found() -> None:
    assert refused(FRESH, Step.ERRORS, TODAY, OPEN) == "PAP-011"


@pytest.mark.parametrize("step", [Step.HANDED, Step.RECEIVED, Step.SIGNED])
def test_who_gave_took_or_signed_must_be_named(step: Step) -> None:
    handling = walk((Step.HANDED, 5)) if step is Step.RECEIVED else FRESH
    with pytest.raises(UserError) as caught:
        take(handling, step, day(6), who="   ")
    assert caught.value.problem.code == "PAP-006"


def test_errors_are_said_in_words_and_in_few() -> None:
    handling = walk((Step.HANDED, 5))
    for note, code in (("  ", "PAP-007"), ("x" * 201, "PAP-015")):
        with pytest.raises(UserError) as caught:
            take(handling, Step.ERRORS, day(6), note=note)
        assert caught.value.problem.code == code


def test_a_signature_without_seal_is_not_enough() -> None:
    handling = take(FRESH, Step.SIGNED, day(5), sealed=False)
    assert next_step(handling, CLOSED) is Step.SIGNED
    assert obstacles(handling, CLOSED) == ("falta el sello",)
    sealed = take(handling, Step.SIGNED, day(6))
    assert obstacles(sealed, CLOSED) == ()


def test_what_is_mended_after_the_signature_is_signed_again() -> None:
    handling = walk((Step.SIGNED, 5), (Step.ERRORS, 6), (Step.MENDED, 7))
    assert not is_signed(handling)
    assert refused(handling, Step.SIGNED, day(6)) == "PAP-003"
    assert is_signed(take(handling, Step.SIGNED, day(8)))


def test_a_second_round_of_errors_keeps_the_first() -> None:
    handling = walk((Step.HANDED, 2), (Step.ERRORS, 3), (Step.MENDED, 4))
    handling = take(handling, Step.ERRORS, day(6), note="falta el sello de la hoja 2")
    first, second = error_rounds(handling)
    assert (first.found, first.mended, first.text) == (day(3), day(4), "falta un motivo")
    assert (second.found, second.mended) == (day(6), None)
    assert second.text == "falta el sello de la hoja 2"
    back, step = undone(handling)
    assert step is Step.ERRORS
    assert back == walk((Step.HANDED, 2), (Step.ERRORS, 3), (Step.MENDED, 4))


def test_undo_takes_back_what_was_noted_last_even_with_an_earlier_day() -> None:
    handling = walk((Step.HANDED, 2), (Step.RECEIVED, 9), (Step.SIGNED, 3))
    assert last_step(handling) is Step.RECEIVED
    noted = [Step.HANDED, Step.RECEIVED, Step.SIGNED]
    assert undone(handling, noted) == (walk((Step.HANDED, 2), (Step.RECEIVED, 9)), Step.SIGNED)


def test_nothing_to_undo_is_said() -> None:
    with pytest.raises(UserError) as caught:
        undone(FRESH)
    assert caught.value.problem.code == "PAP-017"


STEPS = st.lists(
    st.tuples(st.sampled_from([one for one in Step if one is not Step.FILLED]), st.integers(1, 21)),
    max_size=14,
)


@given(STEPS, st.sampled_from([OPEN, BEGUN, CLOSED]))
def test_undoing_every_step_gives_back_the_paper_as_it_was(
    steps: list[tuple[Step, int]], filling: Filling
) -> None:
    handling, noted, before = FRESH, [], [FRESH]
    for step, number in steps:
        try:
            changed = take(handling, step, day(number), filling)
        except UserError:
            continue
        # A seal or signature added to one that stood has nothing of its own to take back.
        if step is Step.SIGNED and handling.signed_on is not None:
            continue
        handling = changed
        noted.append(step)
        before.append(handling)
    while noted:
        assert handling == before.pop()
        handling, step = undone(handling, noted)
        assert step is noted.pop()
    assert handling == FRESH


@given(STEPS, st.sampled_from([OPEN, BEGUN, CLOSED]))
def test_what_may_be_sent_lacks_nothing(steps: list[tuple[Step, int]], filling: Filling) -> None:
    handling = FRESH
    for step, number in steps:
        try:
            handling = take(handling, step, day(number), filling)
        except UserError:
            continue
        if step in (Step.CONSOLIDATED, Step.SENT):
            assert filling.complete
            assert handling.sealed
            assert handling.errors_on is None or handling.mended_on is not None


def test_late_is_counted_from_the_day_of_the_next_step() -> None:
    limits = read_deadlines_of("handed", -15, "received", 5)
    handling = FRESH
    due = due_day(handling, OPEN, BIMESTER, limits)
    assert due == date(2026, 10, 16)
    assert late_days(due, date(2026, 10, 16)) == 0
    assert late_days(due, date(2026, 10, 20)) == 4
    handed = take(handling, Step.HANDED, day(2), OPEN)
    assert due_day(handed, OPEN, BIMESTER, limits) == date(2026, 11, 5)
    assert due_day(FRESH, CLOSED, BIMESTER, limits) is None


def read_deadlines_of(*pairs: object) -> Deadlines:
    days = {Step(str(pairs[n])): int(str(pairs[n + 1])) for n in range(0, len(pairs), 2)}
    return Deadlines(days, Trust.NOT_FOUND, "")


def test_the_deadlines_that_come_with_the_program_say_that_no_source_sets_them() -> None:
    limits = deadlines()
    assert not limits.trust.is_official
    assert limits.source
    ordered = [limits.days[step] for step in Step if step in limits.days]
    assert ordered == sorted(ordered)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "trust = 'x'",
        "trust = 'not_found'\nsource = ''\n[[step]]\nstep = 'flown'\ndays = 1",
        "trust = 'not_found'\nsource = ''\n[[step]]\nstep = 'sent'\ndays = 'pronto'",
        "\x00",
    ],
)
def test_a_faulty_file_of_deadlines_is_told_and_not_guessed_at(tmp_path: Path, text: str) -> None:
    file = tmp_path / "plazos.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_deadlines(file)
    assert caught.value.problem.code == "PAP-019"
    assert "plazos.toml" in str(caught.value)
