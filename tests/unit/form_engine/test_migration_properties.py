"""Whatever changes between two versions: every answer is kept or told, and what is kept opens."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from migrating_forms import CHOICES, FEWER, NOW, form

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.migration import migrate
from juntos_campo.form_engine.session import Session

# -- properties ------------------------------------------------------------------------------------

KINDS = (
    "text", "integer", "decimal", "date", "time", "dateTime", "select_one causa",
    "select_multiple causa", "select_one nota", "rank causa", "acknowledge", "range", "geopoint",
    "barcode", "image", "file", "note", "hidden",
)  # fmt: skip
VARIANTS = tuple(
    form(
        f"{kinds[0]} | p | Pregunta",
        "begin group | g | G",
        f"{kinds[1]} | q | Otra",
        "end group",
        f"begin repeat | r | Filas | | | | | {count}",
        f"{kinds[2]} | p2 | Interior",
        *inner,
        "end repeat",
        choices=choices,
    )
    for kinds, count, inner, choices in product(
        (("text", "integer", "select_one causa"), ("select_multiple causa", "date", "text"),
         ("decimal", "select_one nota", "select_multiple causa")),
        ("", "2"),
        ((), ("text | q2 | Nueva",)),
        (CHOICES, FEWER),
    )
)  # fmt: skip
TYPED = st.one_of(
    st.sampled_from(["lejos", "otro lejos", "enfermo", "1", "3.5", "8,4", "2026-11-21", "21/11"]),
    st.text(max_size=8).filter(lambda text: text.isprintable()),
)
CELLS = ("p", "q", "x/p2", "y/p2", "x/q2")


@st.composite
def half_filled(draw: st.DrawFn) -> tuple[Definition, dict[str, Answer]]:
    """A form with what somebody typed into it, as a draft keeps it."""
    definition = draw(st.sampled_from(VARIANTS))
    session = Session(definition, NOW)
    counted = not session.can_add("r")
    if not counted:
        for key in draw(st.lists(st.sampled_from("xy"), unique=True)):
            session.add_row("r", key)
    for cell in CELLS:
        name = cell.replace("x/", "1/").replace("y/", "2/") if counted else cell
        row, _, key = name.rpartition("/")
        if key not in {one.key for one in definition.questions}:
            continue
        if not row or row in session.rows("r"):
            session.set(name, draw(TYPED))
    return definition, session.state()


@given(half_filled())
@settings(max_examples=60, deadline=None)
def test_the_same_version_changes_nothing(case: tuple[Definition, dict[str, Answer]]) -> None:
    definition, state = case
    done = migrate(definition, definition, state)
    assert done.state == state
    assert done.dropped == ()
    assert not done.changes


@given(half_filled(), st.sampled_from(VARIANTS), st.booleans())
@settings(max_examples=150, deadline=None)
def test_every_answer_is_kept_or_told_and_what_is_kept_opens(
    case: tuple[Definition, dict[str, Answer]], new: Definition, forgotten: bool
) -> None:
    old, state = case
    done = migrate(None if forgotten else old, new, state)
    rows = [address for address in state if "#" in address]
    assert done.kept <= len(state) - len(rows) <= done.kept + len(done.dropped)
    Session(new, NOW, answers=done.state)


@given(st.sampled_from(KINDS), st.sampled_from(KINDS), TYPED)
@settings(max_examples=200, deadline=None)
def test_no_answer_of_any_type_is_lost_between_any_two_types(
    was: str, now: str, answer: str
) -> None:
    old, new = form(f"{was} | p | Pregunta"), form(f"{now} | p | Pregunta")
    typed = Session(old, NOW, answers={"p": answer}).state()
    done = migrate(old, new, typed)
    if was not in ("note", "hidden"):
        assert done.kept + len(done.dropped) >= ("p" in typed)
    Session(new, NOW, answers=done.state)
