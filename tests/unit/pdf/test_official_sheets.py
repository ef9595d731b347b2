"""The paper of every official form read back: everybody once, page numbers, code, where columns come from."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from official_world import SCHOOL, everybody, pregnant, student
from pypdf import PdfReader
from salud02_world import BIMESTER, FACILITY, load, world

from juntos_campo.app.form_print import print_form, sheet_of
from juntos_campo.app.official_editing import add_row, edit_cells
from juntos_campo.app.official_forms import open_form
from juntos_campo.app.session import Session

WOMEN, STUDENTS, ADDED = 23, 41, 6


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with world(Path(tmp_path_factory.mktemp("paper")), 3) as opened:
        load(
            opened.store,
            SCHOOL,
            *everybody(*(pregnant(number) for number in range(10, 10 + WOMEN))),
            *everybody(*(student(number) for number in range(100, 100 + STUDENTS))),
        )
        yield opened


def pages(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(data)).pages]


@pytest.mark.parametrize(
    ("form_id", "place", "people", "sheets", "signature"),
    [
        ("salud02", "f1", 3, 1, "Firma del jefe o responsable"),
        ("salud03", "f1", WOMEN, 2, "Firma del jefe o responsable"),
        ("educacion", "i1", STUDENTS, 3, "Firma del director o responsable"),
    ],
)
def test_everybody_stands_once_on_the_paper_and_each_sheet_can_be_checked(
    session: Session, form_id: str, place: str, people: int, sheets: int, signature: str
) -> None:
    opened = open_form(session, form_id, place, BIMESTER)
    sheet = sheet_of(session, opened)
    printed = pages(print_form(session, opened))
    assert len(printed) == sheets
    assert len(opened.listed) == people
    text = " ".join(printed).replace(" ", "")
    for one in opened.listed:
        assert one.member is not None
        assert text.count(one.member.document_number) == 1
    for number, page in enumerate(printed, start=1):
        assert f"Hoja {number} de {sheets}" in page
        assert sheet.code in page
        assert signature in page
        assert "sin fuente oficial" in page
        assert opened.place.name in page


def test_representatives_are_printed_once_with_room_to_sign(session: Session) -> None:
    opened = open_form(session, "salud01", "f1", BIMESTER)
    for _ in range(ADDED):
        add_row(session, opened)
    names = {f"{row}/nombre": f"Representante{at:02}" for at, row in enumerate(opened.rows)}
    edit_cells(session, opened, names)
    printed = pages(print_form(session, opened))
    assert len(printed) == 2
    text = " ".join(printed)
    assert [text.count(str(name)) for name in names.values()] == [1] * (5 + ADDED)
    assert all("Firma y sello de muestra" in page for page in printed)
    assert FACILITY.micro_network in printed[0]
    assert "Microrred" in printed[0]


def test_a_sheet_handed_out_empty_has_the_code_of_the_same_sheet_printed_again(
    session: Session,
) -> None:
    first = sheet_of(session, open_form(session, "salud03", "f1", BIMESTER)).code
    assert sheet_of(session, open_form(session, "salud03", "f1", BIMESTER)).code == first


def test_tests_of_pregnant_women_are_printed_by_day_and_never_by_result(session: Session) -> None:
    sheet = sheet_of(session, open_form(session, "salud03", "f1", BIMESTER))
    about = [one.label for one in sheet.columns if "Sífilis" in one.label or "VIH" in one.label]
    assert about == ["Sífilis fecha", "VIH fecha"]
