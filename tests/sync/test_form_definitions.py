"""Forms of the office reach two laptops, rule there, and meet what was begun; a large record travels."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from return_loop import COORDINATOR, GESTOR, MORNING, Office, connected_laptop, office_server, save
from return_loop import synchronised as synchronised_once

from juntos_campo import paths
from juntos_campo.app.field_records import close_record, open_record, resume_record
from juntos_campo.app.form_library import (
    FormOrigin,
    all_forms,
    form_of_record,
    forms_left_out,
    present_form,
)
from juntos_campo.app.record_versions import differences, texts_before, versions_of
from juntos_campo.app.session import Session
from juntos_campo.app.sync_desk import SyncOutcome, synchronise
from juntos_campo.central.form_files import send_forms
from juntos_campo.central.loading import load
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Answer, FieldRecord, FormDefinition, FormRecord
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.values import FormState
from juntos_campo.form_engine.form_files import form_definition_id
from juntos_campo.store.held import held_changes
from juntos_campo.sync import storing
from juntos_campo.sync.wording import report_lines

OLD = (
    "| | date | fecha | Fecha | |",
    "| | text | lugar | Lugar | yes |",
    "| | text | nota | Nota | |",
)
NEW = (
    "| | date | fecha | Fecha | |",
    "| | text | lugar | Lugar de la reunión | yes |",
    "| | text | tema | Tema | yes |",
)


def text(version: str, *rows: str) -> str:
    return (
        "| survey |\n| | type | name | label | required |\n" + "\n".join(rows) + "\n| settings |\n"
        "| | form_title | form_id | version | jc:subject | jc:group |\n"
        f"| | Reunión | reunion | {version} | none | Comunidad |\n"
    )


server = office_server


@pytest.fixture
def laptop(tmp_path: Path, server: Office) -> Iterator[Session]:
    with connected_laptop(tmp_path / "gestor", GESTOR, server) as session:
        yield session


@pytest.fixture
def coordinator(tmp_path: Path, server: Office) -> Iterator[Session]:
    with connected_laptop(tmp_path / "zona", COORDINATOR, server) as session:
        yield session


def send(server: Office, folder: Path, *forms: str, back: tuple[str, ...] = ()) -> None:
    files = []
    for number, one in enumerate(forms):
        files.append(folder / f"reunion-{number}.md")
        files[-1].write_text(one, encoding="utf-8")
    send_forms(server.database, paths.forms(), files, back, FixedClock(MORNING))


def synchronised(*sessions: Session) -> list[SyncOutcome]:
    return [synchronised_once(session) for session in sessions]


def version(session: Session) -> str:
    form = present_form(session, "reunion")
    assert form.origin is FormOrigin.OFFICE
    return form.definition.version


def test_a_form_of_the_office_rules_on_both_laptops_after_they_synchronised(
    server: Office, laptop: Session, coordinator: Session, tmp_path: Path
) -> None:
    synchronised(laptop)
    with pytest.raises(UserError):
        present_form(laptop, "reunion")
    send(server, tmp_path, text("1", *OLD))
    (told, _) = synchronised(laptop, coordinator)
    assert "Llegó: 1 formulario." in told.details
    assert version(laptop) == version(coordinator) == "1"
    assert "reunion" in {one.form_id for one in all_forms(laptop)}
    send(server, tmp_path, text("2", *NEW))
    synchronised(laptop)
    assert version(laptop) == "2"
    assert version(coordinator) == "1", "who did not synchronise goes on with what he has"
    send(server, tmp_path, back=("reunion@2",))
    synchronised(laptop)
    assert version(laptop) == "1"


def test_what_was_begun_in_the_old_version_is_finished_in_the_new_one(
    server: Office, laptop: Session, coordinator: Session, tmp_path: Path
) -> None:
    send(server, tmp_path, text("1", *OLD))
    synchronised(laptop)
    opened = open_record(laptop, "reunion")
    opened.write({"lugar": "Ccatun Pampa", "nota": "llovía"})
    send(server, tmp_path, text("2", *NEW))
    synchronised(laptop)
    again = resume_record(laptop, opened.id)
    assert again.definition.version == "2"
    assert again.form.answer("lugar") == "Ccatun Pampa"
    assert any("«Nota»" in line and "«llovía»" in line for line in again.news)
    assert any("«Tema»" in line and "obligatoria" in line for line in again.news)
    again.write({"tema": "El DNI antes de los 30 días"})
    record, _ = close_record(laptop, again)
    assert record.form_version == "2"
    synchronised(laptop, coordinator)
    read = coordinator.store.get(FieldRecord, record.id)
    assert read is not None
    assert read.answers["tema"] == "El DNI antes de los 30 días"


def test_a_record_is_read_by_its_own_version_on_a_laptop_that_never_saw_it_in_force(
    server: Office, laptop: Session, coordinator: Session, tmp_path: Path
) -> None:
    send(server, tmp_path, text("1", *OLD))
    synchronised(laptop)
    opened = open_record(laptop, "reunion")
    opened.write({"lugar": "Ccatun Pampa", "nota": "llovía"})
    record, _ = close_record(laptop, opened)
    send(server, tmp_path, text("2", *NEW), back=("reunion@1",))
    synchronised(laptop, coordinator)
    assert version(coordinator) == "2"
    old = form_of_record(coordinator, record.form_id, record.form_version)
    assert old is not None
    assert [one.key for one in old.questions] == ["fecha", "lugar", "nota"]


def test_a_correction_with_a_newer_form_shows_what_differs_and_what_it_could_not_keep(
    server: Office, laptop: Session, tmp_path: Path
) -> None:
    send(server, tmp_path, text("1", *OLD), text("2", *NEW))
    synchronised(laptop)
    first = FieldRecord(
        id="r1",
        field_worker=GESTOR.name,
        form_id="reunion",
        form_version="1",
        on=MORNING.date(),
        answers={"fecha": "2026-11-20", "lugar": "Ccatun Pampa", "nota": "llovía"},
        closed_at=MORNING,
    )
    save(laptop, first)
    answers: dict[str, Answer] = {"fecha": "2026-11-21", "lugar": "Ccatun Pampa", "tema": "DNI"}
    second = replace(first, form_version="2", answers=answers)
    save(laptop, second)
    before, after = versions_of(laptop, second)
    assert (before.form_version, after.form_version, after.number) == ("1", "2", 2)
    assert before.replaced_by == GESTOR.name
    found = differences(laptop, second, before, after)
    assert [(one.label, one.before, one.after) for one in found] == [
        ("Fecha", "20/11/2026", "21/11/2026"),
        ("Tema", "", "DNI"),
        ("Nota", "llovía", ""),
    ]
    assert texts_before(found) == {"fecha": "20/11/2026", "tema": "", "nota": "llovía"}


def newer(server: Office, definition: str) -> None:
    """A form that a newer server took and this program does not know."""
    form = FormDefinition(
        id=form_definition_id("reunion", "2"),
        form_id="reunion",
        version="2",
        file="nueva.md",
        text=definition,
    )
    load(server.database, [form], FixedClock(MORNING))


@pytest.mark.parametrize(
    "definition", [text("2", "| | holograma | h | H |"), "no es un formulario"]
)
def test_a_form_this_program_cannot_read_is_told_once_and_the_old_one_goes_on(
    server: Office, laptop: Session, tmp_path: Path, definition: str
) -> None:
    send(server, tmp_path, text("1", *OLD))
    synchronised(laptop)
    newer(server, definition)
    (outcome,) = synchronised(laptop)
    told = [line for line in outcome.details if "versión del programa" in line]
    assert len(told) == 1
    assert "Ayuda, Formularios" in told[0]
    assert told[0] in report_lines(outcome.report)
    assert version(laptop) == "1"
    assert [one.version for one in forms_left_out(laptop)] == ["2"]
    (quiet,) = synchronised(laptop)
    assert not [line for line in quiet.details if "versión del programa" in line]


def test_a_program_of_before_keeps_the_forms_for_the_one_that_knows_them(
    server: Office, laptop: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(server, tmp_path, text("1", *OLD))
    known = {name: kind for name, kind in KINDS.items() if name != "form_definition"}
    with monkeypatch.context() as older:
        older.setattr(storing, "KINDS", known)
        (outcome,) = synchronised(laptop)
    assert "Guardado, pero se verá cuando actualice el programa: 1 registro." in report_lines(
        outcome.report
    )
    assert [one.kind for one in held_changes(laptop.store)] == ["form_definition"]
    synchronised(laptop)
    assert held_changes(laptop.store) == []
    assert version(laptop) == "1"


def test_only_the_office_changes_forms(
    server: Office, laptop: Session, coordinator: Session, tmp_path: Path
) -> None:
    send(server, tmp_path, text("1", *OLD))
    synchronised(laptop, coordinator)
    mine = FormDefinition(
        id=form_definition_id("reunion", "9"),
        form_id="reunion",
        version="9",
        file="mia.md",
        text=text("9", *NEW),
    )
    save(laptop, mine)
    outcome = synchronise(laptop)
    assert [one.code for one in outcome.report.refused] == ["CEN-102"]
    synchronised(coordinator)
    assert version(coordinator) == "1"


# -- a large record --------------------------------------------------------------------------------

CHILDREN, COLUMNS = 200, 32


def large_record() -> FormRecord:
    """A Salud 02 of 200 children, 6,400 cells, as full as it can be."""
    cells: dict[str, Answer] = {
        f"{child:032x}/m{column % 2 + 1}_columna_{column:02d}": f"valor {child * column}"
        for child in range(CHILDREN)
        for column in range(COLUMNS)
    }
    return FormRecord(
        id="grande",
        field_worker=GESTOR.name,
        form_id="salud02",
        form_version="2026.11.2",
        facility_id="f1",
        bimester="2026-6",
        state=FormState.COMPLETE,
        cells=cells,
        completed_at=MORNING,
    )


def test_a_form_of_200_children_goes_up_comes_down_and_is_corrected_cell_by_cell(
    server: Office, laptop: Session, coordinator: Session
) -> None:
    record = large_record()
    synchronised(laptop, coordinator)
    save(laptop, record)
    started = time.perf_counter()
    (up,) = synchronised(laptop)
    (down,) = synchronised(coordinator)
    assert time.perf_counter() - started < 20, "seconds, with the network left out"
    assert up.report.refused == []
    assert coordinator.store.get(FormRecord, record.id) == record
    plain = len(json.dumps(record.cells))
    assert max(up.report.bytes_up, down.report.bytes_down) < plain / 3, "it is compressed"
    address = f"{7:032x}/m1_columna_02"
    corrected = replace(record, cells={**record.cells, address: "corregido"})
    save(laptop, corrected)
    (again,) = synchronised(laptop)
    assert again.report.bytes_up < 2000, "one cell is sent, not the form"
    synchronised(coordinator)
    assert coordinator.store.get(FormRecord, record.id) == corrected
