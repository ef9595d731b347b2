"""Two versions of a record side by side: cells, rows that came and went, and the words for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from return_loop import GESTOR, MORNING, form_record, open_laptop, save

from juntos_campo.app.compare import DifferenceKind
from juntos_campo.app.record_versions import differences, labels_of, texts_before, versions_of
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Answer, FieldRecord, FormDefinition
from juntos_campo.form_engine.form_files import form_definition_id

FORM = """| survey |
| | type | name | label | calculation |
| | begin group | g | Reunión | |
| | date | fecha | Fecha | |
| | select_one temas | tema | Tema | |
| | end group | | | |
| | begin repeat | gente | Participantes | |
| | text | nombre | Nombre | |
| | text | cargo | Cargo | |
| | end repeat | | | |
| | calculate | cuantos | | count(${gente}) |
| choices |
| | list_name | name | label |
| | temas | dni | El DNI |
| | temas | hierro | El hierro |
| settings |
| | form_title | form_id | version |
| | Reunión | reunion | 1 |
"""
ANSWERS: dict[str, Answer] = {
    "fecha": "2026-11-20",
    "tema": "dni",
    "#gente": "k1 k2",
    "k1/nombre": "Ana",
    "k1/cargo": "Alcaldesa",
    "k2/nombre": "Leo",
    "cuantos": "2",
}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    form = FormDefinition(
        id=form_definition_id("reunion", "1"),
        form_id="reunion",
        version="1",
        file="reunion.md",
        text=FORM,
    )
    with closing(open_laptop(tmp_path / "laptop", GESTOR, register=True)) as opened:
        with opened.work("test") as work:
            work.tx.apply_server(form, {}, version=1, deleted=False, author="")
        yield opened


def record(**more: Answer) -> FieldRecord:
    return FieldRecord(
        id="r1",
        field_worker=GESTOR.name,
        form_id="reunion",
        form_version="1",
        on=MORNING.date(),
        answers={**ANSWERS, **more},
        closed_at=MORNING,
    )


def corrected(session: Session, *gone: str, **answers: Answer) -> list[tuple[str, str, str]]:
    """Label, before and after of what a correction changed; ``__`` in a name stands for ``/``."""
    first = record()
    save(session, first)
    changed = {
        name.replace("__", "/").replace("ROWS", "#gente"): one for name, one in answers.items()
    }
    kept = {path: one for path, one in {**ANSWERS, **changed}.items() if path not in gone}
    second = replace(first, answers=kept, closed_at=MORNING + timedelta(hours=1))
    save(session, second)
    before, after = versions_of(session, second)
    assert (before.number, after.number) == (1, 2)
    assert (before.saved_at, after.saved_at) == (MORNING, MORNING + timedelta(hours=1))
    found = differences(session, second, before, after)
    assert texts_before(found) == {one.path: one.before for one in found}
    return [(one.label, one.before, one.after) for one in found]


def test_a_record_that_was_never_corrected_has_one_version(session: Session) -> None:
    save(session, record())
    (only,) = versions_of(session, record())
    assert (only.number, only.answers, only.replaced_by) == (1, ANSWERS, "")


def test_changed_cells_are_told_as_their_reader_saw_them(session: Session) -> None:
    assert corrected(session, tema="hierro", fecha="2026-11-21") == [
        ("Fecha", "20/11/2026", "21/11/2026"),
        ("Tema", "El DNI", "El hierro"),
    ]


def test_a_row_that_came_and_a_cell_that_was_emptied_are_told_with_their_row(
    session: Session,
) -> None:
    found = corrected(session, "k1/cargo", ROWS="k1 k2 k3", k3__nombre="Sol", cuantos="3")
    assert found == [
        ("Participantes, fila 1: Cargo", "Alcaldesa", ""),
        ("Participantes, fila 3: Nombre", "", "Sol"),
    ], "what the form counts by itself is nobody's correction"


def test_a_row_that_went_is_called_as_it_was_called(session: Session) -> None:
    found = corrected(session, "k1/nombre", "k1/cargo", ROWS="k2", cuantos="1")
    assert sorted(found) == [
        ("Participantes, fila 1: Cargo", "Alcaldesa", ""),
        ("Participantes, fila 1: Nombre", "Ana", ""),
    ]


def test_a_form_nobody_has_any_more_is_still_compared_by_its_keys(session: Session) -> None:
    first = replace(record(), form_id="perdido")
    save(session, first)
    second = replace(first, answers={**ANSWERS, "tema": "hierro"})
    save(session, second)
    (one,) = differences(session, second, *versions_of(session, second))
    assert (one.label, one.before, one.after, one.kind) == (
        "tema", "dni", "hierro", DifferenceKind.CHANGED,
    )  # fmt: skip


def test_an_official_form_is_compared_in_the_words_of_its_sheet(session: Session) -> None:
    first = replace(form_record(), form_version="2026.11.2")
    save(session, first)
    second = replace(first, cells={**first.cells, "yeison/m1_peso": 7.4})
    save(session, second)
    (one,) = differences(session, second, *versions_of(session, second))
    assert one.label == "CCORI QUISPE, Yeison: noviembre, Peso kg"
    assert (one.before, one.after) == ("7.2", "7.4")


def test_cells_are_read_section_by_section_and_row_by_row(session: Session) -> None:
    labels = labels_of(session, record())
    paths = ["k2/nombre", "k1/cargo", "tema", "k1/nombre", "fecha"]
    ordered = sorted(paths, key=lambda path: (labels.section(path).order, *labels.rank(path)))
    assert ordered == ["fecha", "tema", "k1/nombre", "k1/cargo", "k2/nombre"]
    assert [labels.section(path).title for path in ("fecha", "k1/cargo")] == [
        "Reunión", "Participantes",
    ]  # fmt: skip
