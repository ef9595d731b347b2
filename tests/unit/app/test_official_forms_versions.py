"""An official form meets a newer version: while it is filled in, closed, and printed much later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from salud02_world import BIMESTER, world

from juntos_campo import paths
from juntos_campo.app.form_print import sheet_of
from juntos_campo.app.official_editing import complete_form, edit_cells
from juntos_campo.app.official_forms import open_form
from juntos_campo.app.open_form import OpenForm
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import FormDefinition, FormRecord
from juntos_campo.form_engine.form_files import form_definition_id, read_form_file
from juntos_campo.store.form_texts import kept_form_text

OLD = read_form_file(paths.forms() / "salud02.md")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with world(tmp_path, 3) as opened:
        yield opened


def send_newer(session: Session) -> None:
    """The office sends a version that no longer asks the weight of the first month, renames nothing,
    knows no reason A, and asks for a telephone of the facility."""
    lines = []
    for line in OLD.text.splitlines():
        if line.startswith(("| | decimal | m1_peso |", "| | motivos | A |")):
            continue
        lines.append(line.replace("${m1_peso} != ''", "false()"))
        if line.startswith("| | text | responsable |"):
            lines.append(line.replace("responsable | Llenado por", "telefono | Teléfono"))
    text = "\n".join(lines).replace(f"| {OLD.version} |", "| 2099.1 |")
    form = FormDefinition(
        id=form_definition_id("salud02", "2099.1"),
        form_id="salud02",
        version="2099.1",
        file="salud02-2099.md",
        text=text,
    )
    with session.work("test") as work:
        work.tx.apply_server(form, {}, version=1, deleted=False, author="")


def opened_form(session: Session) -> OpenForm:
    return open_form(session, "salud02", "f1", BIMESTER)


def test_a_form_half_typed_goes_on_in_the_newer_version_and_says_what_changed(
    session: Session,
) -> None:
    cause = next(line for line in OLD.text.splitlines() if line.startswith("| | motivos | A |"))
    label = cause.split("|")[4].strip()
    opened = opened_form(session)
    edit_cells(
        session,
        opened,
        {
            "m000/m1_cumple": "si",
            "m001/m1_cred": "14/11",
            "m001/m1_cred_n": "7",
            "m001/m1_peso": "8.4",
            "m002/m1_cumple": "no",
            "m002/m1_motivo": "A",
            "m002/observacion": "Vive lejos",
        },
    )
    send_newer(session)
    again = opened_form(session)
    assert again.definition.version == "2099.1"
    assert again.record_id == opened.record_id
    assert again.form.answer("m001/m1_cred") == "2026-11-14"
    assert again.form.answer("m001/m1_cred_n") == 7
    assert again.form.answer("m002/observacion") == "Vive lejos"
    assert again.form.answer("m002/m1_motivo") is None
    told = "\n".join(again.news)
    assert "Ya no se pregunta «Peso kg»." in told
    assert "«Peso kg» decía «8.4»" in told
    assert f"«Motivo» decía «{label}»" in told
    assert "«Teléfono»" in told
    assert opened_form(session).form.answers() == again.form.answers()


def test_a_closed_form_keeps_its_version_when_it_is_read_printed_and_corrected(
    session: Session,
) -> None:
    opened = opened_form(session)
    rows = opened.form.rows("ninos")
    edit_cells(session, opened, {f"{row}/m1_cumple": "si" for row in rows})
    edit_cells(session, opened, {"m001/m1_cred": "14/11", "m001/m1_peso": "8.4"})
    complete_form(session, opened)
    kept = kept_form_text(session.store, "salud02", OLD.version)
    assert kept is not None
    assert kept.text == OLD.text
    code = sheet_of(session, opened_form(session)).code
    send_newer(session)
    later = opened_form(session)
    assert later.definition.version == OLD.version
    assert sheet_of(session, later).code == code
    edit_cells(session, later, {"m001/m1_peso": "8.5"})
    corrected = opened_form(session)
    assert corrected.definition.version == OLD.version
    assert corrected.news == ()
    complete_form(session, corrected)
    record = session.store.get(FormRecord, opened.record_id)
    assert record is not None
    assert (record.form_version, record.cells["m001/m1_peso"]) == (OLD.version, 8.5)
