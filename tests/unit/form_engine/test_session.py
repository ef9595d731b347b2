"""Filling in a form: what is shown, what is refused, what follows from what."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.errors import UserError
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.findings import FindingKind
from juntos_campo.form_engine.loader import load_text
from juntos_campo.form_engine.session import Session

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=LIMA)

CHILDREN = """
| survey |
||type|name|label|relevant|constraint|constraint_message|required|required_message|calculation|
| | begin group | cabecera | Cabecera | | | | | | |
| | date | inicio | Inicio | | | | | | |
| | text | mes | Mes | | | | | | |
| | end group | | | | | | | | |
| | begin repeat | ninos | Niños | | | | | | |
| | date | control | Control | | . >= ${inicio} and . <= today() | La fecha debe caer en ${mes}. | | | |
| | decimal | peso | Peso | ${control} != '' | . > 0.5 and . < 45 | Peso imposible. | | | |
| | select_one sino | cumple | ¿Cumple? | | | | yes | Falta decir si cumple. | |
| | select_one motivo | porque | Motivo | ${cumple} = 'no' | | | yes | | |
| | calculate | falla | | | | | | | if(${cumple} = 'no', 1, 0) |
| | end repeat | | | | | | | | |
| | calculate | fallas | | | | | | | sum(${falla}) |
| | note | resumen | No cumplen ${fallas} | | | | | | |
| choices |
| | list_name | name | label |
| | sino | si | Sí |
| | sino | no | No |
| | motivo | A | A: cerrado |
| | motivo | B | B: viaje |
| settings |
| | form_title | form_id | version |
| | Prueba | prueba | 1 |
"""


@pytest.fixture(scope="module")
def definition() -> Definition:
    return load_text(CHILDREN)


@pytest.fixture
def form(definition: Definition) -> Session:
    head = {"inicio": "2026-11-01", "mes": "noviembre"}
    return Session(definition, NOW, {"ninos": ["a", "b"]}, head)


def test_a_date_outside_the_month_is_refused_with_the_forms_own_words(form: Session) -> None:
    form.set("a/control", "31/10")
    finding = form.finding("a/control")
    assert finding is not None
    assert finding.kind is FindingKind.CONSTRAINT
    assert finding.message == "La fecha debe caer en noviembre."
    assert form.finding("b/control") is None


def test_a_date_after_today_is_refused(form: Session) -> None:
    form.set("a/control", "22/11")
    assert form.finding("a/control") is not None
    form.set("a/control", "21/11")
    assert form.finding("a/control") is None
    assert form.answer("a/control") == "2026-11-21"


def test_what_cannot_be_read_stays_in_its_cell(form: Session) -> None:
    form.set("a/control", "ayer")
    assert form.shown("a/control") == "ayer"
    assert form.answer("a/control") is None
    finding = form.finding("a/control")
    assert finding is not None
    assert finding.kind is FindingKind.FORMAT
    again = Session(form.definition, NOW, {"ninos": ["a", "b"]}, form.answers())
    assert again.shown("a/control") == "ayer"
    assert again.finding("a/control") == finding


def test_an_answer_that_no_longer_applies_comes_back_when_it_does(form: Session) -> None:
    form.set_many({"a/cumple": "no", "a/porque": "B"})
    assert form.answer("a/porque") == "B"
    touched = form.set("a/cumple", "si")
    assert "a/porque" in touched
    assert not form.relevant("a/porque")
    assert form.answer("a/porque") is None
    assert "a/porque" not in form.answers()
    form.set("a/cumple", "no")
    assert form.answer("a/porque") == "B"


def test_a_mistake_in_a_hidden_question_does_not_block_the_form(form: Session) -> None:
    form.set_many({"a/control": "3/11", "a/peso": "mucho"})
    assert form.finding("a/peso") is not None
    form.set("a/control", "")
    assert form.finding("a/peso") is None
    form.set("a/control", "3/11")
    finding = form.finding("a/peso")
    assert finding is not None
    assert finding.kind is FindingKind.FORMAT


def test_one_childs_answer_never_changes_another_child(form: Session) -> None:
    touched = form.set("a/cumple", "no")
    assert {address for address in touched if address.startswith("b/")} == set()
    assert not form.relevant("b/porque")


def test_a_changed_head_is_felt_in_every_row(form: Session) -> None:
    form.set_many({"a/control": "5/11", "b/control": "15/11"})
    touched = form.set("inicio", "10/11/2026")
    assert "a/control" in touched
    assert form.finding("a/control") is not None
    assert form.finding("b/control") is None


def test_totals_follow_the_rows(form: Session) -> None:
    form.set_many({"a/cumple": "no", "b/cumple": "no"})
    assert form.answer("fallas") == "2"
    form.set("b/cumple", "si")
    assert form.answer("fallas") == "1"
    note = form.question("resumen")
    assert form.label(note.label, note.path) == "No cumplen 1"
    form.add_row("ninos", "c")
    form.set("c/cumple", "no")
    assert form.answer("fallas") == "2"


def test_what_is_missing_is_told_but_is_no_error(form: Session) -> None:
    finding = form.finding("a/cumple")
    assert finding is not None
    assert finding.kind is FindingKind.REQUIRED
    assert not finding.is_error
    assert finding.message == "Falta decir si cumple."
    form.set("a/cumple", "no")
    missing = [one.address for one in form.row_findings("ninos", "a")]
    assert missing == ["a/porque"]


def test_a_cell_that_does_not_exist_is_named(form: Session) -> None:
    with pytest.raises(UserError, match=r"a/talla"):
        form.set("a/talla", "1")
    with pytest.raises(UserError, match=r"z/peso"):
        form.set("z/peso", "1")


CELLS = ("a/control", "a/peso", "a/cumple", "a/porque", "b/control", "b/cumple", "b/porque")
TYPED = st.sampled_from(["", "3/11", "31/10", "ayer", "8.4", "99", "si", "no", "A", "b", None])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(CELLS), TYPED), max_size=12))
def test_a_form_taken_up_again_at_any_point_is_the_same(
    edits: list[tuple[str, str | None]],
) -> None:
    definition = load_text(CHILDREN) if not _LOADED else _LOADED[0]
    _LOADED[:] = [definition]
    head = {"inicio": "2026-11-01", "mes": "noviembre"}
    form = Session(definition, NOW, {"ninos": ["a", "b"]}, head)
    for address, text in edits:
        form.set(address, text)
    given_answers = {address: form.given(address) for address in (*CELLS, *head)}
    again = Session(definition, NOW, {"ninos": ["a", "b"]}, given_answers)
    assert again.answers() == form.answers()
    assert again.findings() == form.findings()
    once = Session(definition, NOW, {"ninos": ["a", "b"]}, head)
    once.set_many(dict(edits))
    assert once.answers() == form.answers()


_LOADED: list[Definition] = []
