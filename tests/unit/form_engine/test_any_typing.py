"""Whatever is typed into our forms, in whatever order: nothing stops, and taking up gives the same form."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from form_tables import NOW

from juntos_campo import paths
from juntos_campo.form_engine.definition import Definition, Question
from juntos_campo.form_engine.loader import load_form
from juntos_campo.form_engine.session import Session
from juntos_campo.form_engine.sources import REGISTER_TABLES, Table

FORMS = sorted(file for file in paths.forms().glob("*.md") if file.stem != "README")
TEXTS = ("", "si", "no", "1", "3", "12.5", "-4", "21/11", "2026-10-05", "14:30", "ok", "((", "«ñ»")


def tables(definition: Definition) -> dict[str, Table]:
    """Two rows of each table of the register a form asks for."""
    return {
        name: [{column: f"{column}{number}" for column in REGISTER_TABLES[name]} for number in "12"]
        for name in definition.wanted_tables
    }


def typed(random: Random, session: Session, address: str, question: Question) -> str:
    """A choice of its list, or anything."""
    names = [choice.name for choice in session.choices(address)]
    if names and random.random() < 0.7:
        return " ".join(random.sample(names, k=min(len(names), random.randint(1, 2))))
    return random.choice(TEXTS) if question.type.answerable else "x"


def addresses(session: Session) -> list[str]:
    """Every cell in sight, by way of the rows."""
    definition = session.definition
    found = [question.key for question in definition.columns("")]
    for group in definition.repeats:
        for row in session.rows(group.key):
            found += [f"{row}/{question.key}" for question in definition.columns(group.path)]
    return found


@pytest.mark.parametrize("file", FORMS, ids=[file.stem for file in FORMS])
def test_nothing_typed_stops_a_form_and_it_is_taken_up_the_same(file: Path) -> None:
    definition = load_form(file)
    given = tables(definition)
    random = Random(file.stem)
    session = Session(definition, NOW, tables=given)
    for number in range(60):
        addable = [one for one in definition.repeats if session.can_add(one.key)]
        if addable and random.random() < 0.2:
            group = random.choice(addable)
            outer = definition.nodes[group.parent].repeat
            within = [
                row
                for one in definition.repeats
                if one.path == outer
                for row in session.rows(one.key)
            ]
            if not outer or within:
                session.add_row(group.key, f"k{number}", random.choice(within) if outer else "")
            continue
        address = random.choice(addresses(session))
        question = session.question(address)
        touched = session.set(address, typed(random, session, address, question))
        assert touched <= set(addresses(session)) | {address}
    for address in addresses(session):
        session.shown(address)
        session.label_of(session.question(address), address.rpartition("/")[0])
    again = Session(definition, NOW, answers=session.state(), tables=given)
    assert again.answers() == session.answers()
    assert again.findings() == session.findings()
    assert again.state() == session.state()
