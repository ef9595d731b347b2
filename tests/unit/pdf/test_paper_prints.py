"""The report of exceptions and the receipts of the places, read back from the PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from paper_world import BIMESTER, CURANCO, SCHOOL, VILCA, closed_form, due, paper_laptop
from pypdf import PdfReader
from visit_world import load

from juntos_campo.app.exceptions_report import exception_report, unconfirmed
from juntos_campo.app.paper_prints import print_exceptions, print_handover
from juntos_campo.app.paperwork import papers, take_step
from juntos_campo.app.paperwork_rules import Step
from juntos_campo.app.paperwork_steps import Taking
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.form_ids import EDUCATION, SALUD02, SALUD03

CODE = re.compile(r"Verificación ([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(paper_laptop(tmp_path)) as made:
        yield made


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def failing(number: int) -> dict[str, Answer]:
    """Cells of `number` children who did not fulfil in September."""
    cells: dict[str, Answer] = {}
    for child in range(number):
        cells[f"c{child}/nombre"] = f"ROJAS PUMA, Sami Número{child:03}"
        cells[f"c{child}/hogar"] = f"0307-{child:06}"
        cells[f"c{child}/m1_cumple"] = "no"
        cells[f"c{child}/m1_motivo"] = "AE"[child % 2] if child % 10 else None
        cells[f"c{child}/observacion"] = "Estuvo de viaje <en> Cusco & volvió"
    return {address: answer for address, answer in cells.items() if answer is not None}


def test_everybody_in_the_report_is_on_paper_once_with_pages_and_code(session: Session) -> None:
    load(session, closed_form(SALUD02, "f1", failing(60)))
    report = exception_report(session, BIMESTER)
    told = pages(print_exceptions(session, report))
    whole = " ".join(told)
    for child in range(60):
        assert whole.count(f"Número{child:03}") == 1
    assert len(told) > 1
    assert f"Hoja 1 de {len(told)}" in told[0]
    assert len({CODE.findall(page)[0] for page in told}) == 1
    assert "60 personas de 60 hogares no cumplieron" in told[0]
    assert "Falta el motivo en 6." in told[0]
    assert whole.count("sin motivo anotado") == 6
    assert "sin fuente oficial" in told[-1]


def test_the_code_changes_with_what_is_reported_and_not_with_the_day_of_print(
    session: Session,
) -> None:
    load(session, closed_form(SALUD02, "f1", failing(3)))
    first = CODE.findall(pages(print_exceptions(session, exception_report(session, BIMESTER)))[0])
    again = CODE.findall(pages(print_exceptions(session, exception_report(session, BIMESTER)))[0])
    load(session, closed_form(SALUD03, "f2", {"elena/m1_cumple": "no"}))
    more = CODE.findall(pages(print_exceptions(session, exception_report(session, BIMESTER)))[0])
    assert first == again
    assert first != more


def test_who_waits_for_confirmation_stands_apart_as_an_estimate(session: Session) -> None:
    report, waiting = exception_report(session, BIMESTER), unconfirmed(session, BIMESTER)
    whole = " ".join(pages(print_exceptions(session, report, waiting)))
    assert "no registran incumplimientos" in whole
    after = whole.partition("Por confirmar")[2]
    assert "Yeison" in after
    assert "estimación, sin fuente oficial" in after


def test_an_empty_report_is_not_printed(session: Session) -> None:
    with pytest.raises(UserError) as caught:
        print_exceptions(session, exception_report(session, BIMESTER))
    assert caught.value.problem.code == "PAP-018"


def test_a_receipt_names_what_was_handed_out_and_leaves_room_for_the_rest(
    session: Session,
) -> None:
    dues = (due(SALUD02, CURANCO, people=43), due(SALUD03, CURANCO), due(SALUD02, VILCA))
    board = papers(session, BIMESTER, (*dues, due(EDUCATION, SCHOOL)))
    told = Taking(step=Step.HANDED, on=date(2026, 11, 3), who="Rosa Huillca")
    take_step(session, board[0], told)
    board = papers(session, BIMESTER, (*dues, due(EDUCATION, SCHOOL)))
    pdf = pages(print_handover(session, board))
    assert [name for page in pdf for name in ("Curanco", "Vilcabamba", "54321") if name in page] == [
        "Curanco", "Vilcabamba", "Curanco", "54321",
    ]  # fmt: skip
    assert "03/11/2026 Rosa Huillca" in pdf[0]
    assert pdf[0].count("Salud 0") == 2
    assert pdf[0].count("Nombre, cargo, fecha, firma y sello") == 4
    assert "Recibió, por el establecimiento de salud" in pdf[0]
    assert "institución educativa" in pdf[2]


def test_a_receipt_of_nothing_is_refused(session: Session) -> None:
    with pytest.raises(UserError) as caught:
        print_handover(session, ())
    assert caught.value.problem.code == "PAP-020"
