"""The printed facsimile read back."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from salud02_world import BIMESTER, FACILITY, child, control, load, world

from juntos_campo.app.form_print import print_form, print_official, sheet_of
from juntos_campo.app.official_editing import edit_cells
from juntos_campo.app.official_forms import open_form
from juntos_campo.domain.clock import LIMA
from juntos_campo.pdf.fonts import BOLD, REGULAR, fit, text_width, wrap
from juntos_campo.pdf.official_sheet import build_sheet
from juntos_campo.pdf.sheet_model import SheetColumn, SheetModel
from juntos_campo.pdf.verification import print_code


def pages(pdf: bytes) -> list[str]:
    """Text of every page, blanks made single."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


@pytest.mark.parametrize(("children", "sheets"), [(0, 1), (1, 1), (20, 1), (21, 2), (43, 3)])
def test_every_child_of_the_facility_is_printed_exactly_once(
    tmp_path: Path, children: int, sheets: int
) -> None:
    with world(tmp_path, children) as session:
        printed = pages(print_official(session, "salud02", "f1", BIMESTER))
    assert len(printed) == sheets
    text = " ".join(printed)
    documents = Counter(re.findall(r"\b6\d{7}\b", text))
    assert documents == {child(number).document_number: 1 for number in range(children)}
    names = Counter(child(number).full_name for number in range(children))
    for name, times in names.items():
        assert text.count(name) == times
    assert child(900).full_name not in text or child(900).full_name in names


def test_every_page_says_which_facility_sheet_and_code(tmp_path: Path) -> None:
    with world(tmp_path, 43) as session:
        opened = open_form(session, "salud02", "f1", BIMESTER)
        code = sheet_of(session, opened).code
        printed = pages(print_form(session, opened))
    for number, text in enumerate(printed, start=1):
        assert f"Hoja {number} de 3" in text
        assert FACILITY.name in text
        assert FACILITY.code in text
        assert code in text
        assert "Firma del jefe o responsable" in text
        assert "Sello del establecimiento" in text
        assert "Impreso el 21/11/2026 10:30" in text
        assert "columnas sin fuente oficial" in text


def test_a_facility_without_children_prints_a_sheet_that_says_so(tmp_path: Path) -> None:
    with world(tmp_path, 0) as session:
        printed = pages(print_official(session, "salud02", "f1", BIMESTER))
    assert "Sin niñas ni niños menores de 6 años" in printed[0]
    assert "Noviembre" in printed[0]


def test_a_draft_is_not_taken_for_a_finished_form(tmp_path: Path) -> None:
    with world(tmp_path, 2) as session:
        printed = pages(print_official(session, "salud02", "f1", BIMESTER))
    assert "Borrador: 0 de 2 completos" in printed[0]


def test_what_was_filled_in_is_what_is_printed(tmp_path: Path) -> None:
    with world(tmp_path, 2) as session:
        load(session.store, control(0, date(2026, 11, 5), weight_kg=4.1, height_cm=52.5))
        opened = open_form(session, "salud02", "f1", BIMESTER)
        edit_cells(
            session,
            opened,
            {"m001/m1_cumple": "no", "m001/m1_motivo": "c", "m001/m1_hb": "10.8"},
        )
        text = pages(print_form(session, opened))[0]
    for said in ("05/11", "4.1", "52.5", "NO", "10.8", "Motivo C: desastre"):
        assert said in text


def test_a_long_observation_is_printed_whole(tmp_path: Path) -> None:
    long = (
        "La madre viajó a Abancay por trabajo, la abuela no pudo bajar al puesto; vuelve en enero."
    )
    with world(tmp_path, 1) as session:
        opened = open_form(session, "salud02", "f1", BIMESTER)
        edit_cells(session, opened, {"m000/observacion": long})
        printed = pages(print_form(session, opened))
    assert "Ver nota 1" in printed[0]
    assert long in " ".join(printed)
    assert printed[-1].count("Hoja 2 de 2") == 1


def test_the_code_changes_with_one_letter_and_not_with_the_day_of_printing(
    tmp_path: Path,
) -> None:
    with world(tmp_path, 3) as session:
        model = sheet_of(session, open_form(session, "salud02", "f1", BIMESTER))
    later = replace(model, printed_at=datetime(2026, 12, 1, tzinfo=LIMA), printed_by="Otra")
    assert later.code == model.code
    changed = (("X" + model.rows[0][0], *model.rows[0][1:]), *model.rows[1:])
    assert replace(model, rows=changed).code != model.code
    assert replace(model, rows=(model.rows[1], model.rows[0], model.rows[2])).code != model.code
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", model.code)


def test_cells_cannot_trade_letters_without_the_code_changing() -> None:
    assert print_code("f/1", "r", [["ab", "c"]]) != print_code("f/1", "r", [["a", "bc"]])
    assert print_code("f/1", "r", [["a"], ["b"]]) != print_code("f/1", "r", [["a", "b"]])
    # The same name in composed and decomposed Unicode is the same print.
    assert print_code("f/1", "r", [["Ñahui"]]) == print_code("f/1", "r", [["N\u0303ahui"]])


def test_the_documented_code_never_changes_silently() -> None:
    assert print_code("salud02/1", "r1", [["Quispe", "8.4"]]) == "Z1JC-7505-QX82-ARTQ"


def test_the_same_form_gives_the_same_bytes(tmp_path: Path) -> None:
    with world(tmp_path, 3) as session:
        model = sheet_of(session, open_form(session, "salud02", "f1", BIMESTER))
    assert build_sheet(model) == build_sheet(model)


def test_the_paper_needs_no_font_of_the_machine(tmp_path: Path) -> None:
    with world(tmp_path, 1) as session:
        reader = PdfReader(BytesIO(print_official(session, "salud02", "f1", BIMESTER)))
    fonts = set()
    for entry in reader.xref[0]:
        found = reader.get_object(entry) if entry else None
        if isinstance(found, dict) and found.get("/Type") == "/FontDescriptor":
            fonts.add(str(found["/FontName"]))
            assert "/FontFile2" in found
    assert any("NotoSans" in font for font in fonts)


def test_no_text_is_wider_than_its_box() -> None:
    for text in ("QUISPE HUAMÁN, María de los Ángeles Guadalupe", "Electroencefalografista", "a b"):
        for width in (12.0, 40.0, 110.0):
            fitted = fit(text, REGULAR, (6.4, 5.0, 4.4), width, 30)
            lines = fitted[1] if fitted else tuple(wrap(text, REGULAR, 4.4, width))
            size = fitted[0] if fitted else 4.4
            assert all(text_width(line, REGULAR, size) <= width for line in lines)
            assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert text_width("Ñandú", BOLD, 10) > 0


def test_a_form_without_a_head_or_legend_prints(tmp_path: Path) -> None:
    model = SheetModel(
        kind="otro/1",
        record_id="r",
        title="Otro formato",
        subtitle="",
        head=(),
        columns=(SheetColumn("Nombre", 40), SheetColumn("Edad", 10, "Datos")),
        rows=(("QUISPE, Ana", "3 a"),),
        printed_at=datetime(2026, 11, 21, tzinfo=LIMA),
        printed_by="Rufina Ccori",
    )
    assert "QUISPE, Ana" in pages(build_sheet(model))[0]
