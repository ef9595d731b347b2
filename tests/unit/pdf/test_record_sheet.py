"""A filled form of ours on paper, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from juntos_campo.domain.clock import LIMA
from juntos_campo.pdf.document import PrintInfo
from juntos_campo.pdf.record_sheet import (
    NO_ROWS,
    NOT_A_PICTURE,
    Agreement,
    RecordSheetModel,
    SheetLine,
    SheetNote,
    SheetSection,
    SheetSignature,
    SheetTable,
    build_record_sheet,
)

MODEL = RecordSheetModel(
    info=PrintInfo(
        kind="articulacion/2026.11.1", subject="r1", title="Articulación", subtitle="JUNTOS",
        printed_at=datetime(2026, 11, 21, 6, 10, tzinfo=LIMA), printed_by="Rufina Ccori",
    ),
    facts=(("Sobre", "hogar 0307-004417"),),
    sections=(
        SheetSection(
            "La reunión",
            (SheetLine("Lugar <alto>", "Auditorio & patio"), SheetNote("Con cifras, si las hay.")),
        ),
        SheetSection("Acuerdos", (SheetTable(("Acuerdo", "Plazo"), (("Llevar vacunas", ""),)),)),
    ),
    signatures=(SheetSignature("Gestor local", "Rufina Ccori"),),
    remark="Diseño propio.",
)  # fmt: skip


def texts(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def with_part(part: SheetLine | SheetTable) -> RecordSheetModel:
    return replace(MODEL, sections=(SheetSection("Parte", (part,)),))


def png(size: tuple[int, int] = (60, 40)) -> bytes:
    kept = BytesIO()
    Image.new("RGB", size, "navy").save(kept, "PNG")
    return kept.getvalue()


def code(pdf: bytes) -> str:
    return texts(pdf)[0].rpartition("Verificación ")[2].split()[0]


def test_everything_recorded_stands_on_the_paper() -> None:
    (page,) = texts(build_record_sheet(MODEL))
    for text in (
        "hogar 0307-004417", "La reunión", "Lugar <alto>", "Auditorio & patio", "Con cifras",
        "Acuerdo", "Llevar vacunas", "Rufina Ccori", "Diseño propio.", "Hoja 1 de 1", "—",
    ):  # fmt: skip
        assert text in page


def test_what_has_no_official_source_says_so() -> None:
    plain = with_part(SheetLine("Plazo", "30"))
    assert "oficial" not in texts(build_record_sheet(plain))[0]
    (page,) = texts(build_record_sheet(with_part(SheetLine("Plazo", "30", unsourced=True))))
    assert "Plazo *" in page
    assert "* Sin fuente oficial." in page


def test_a_sheet_without_rows_says_so_instead_of_looking_forgotten() -> None:
    (page,) = texts(build_record_sheet(with_part(SheetTable(("Acuerdo",), ()))))
    assert NO_ROWS in page


def test_two_hundred_who_attended_are_printed_on_numbered_pages_with_their_heading() -> None:
    rows = tuple((f"Persona {number}", "Titular") for number in range(200))
    pages = texts(build_record_sheet(with_part(SheetTable(("Nombre", "Quién"), rows))))
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert f"Hoja {number} de {len(pages)}" in page
    assert all("Nombre Quién" in page for page in pages if "Persona" in page)
    assert "Persona 199" in " ".join(pages)


def test_a_photo_is_printed_and_a_broken_one_is_told() -> None:
    with_photo = build_record_sheet(with_part(SheetLine("Foto", "", png())))
    assert len(PdfReader(BytesIO(with_photo)).pages[0].images) == 1
    (page,) = texts(build_record_sheet(with_part(SheetLine("Foto", "", b"no es una foto"))))
    assert NOT_A_PICTURE in page


@pytest.mark.parametrize("size", [(4000, 10), (10, 4000), (1, 1)])
def test_a_photo_of_any_shape_fits_the_page(size: tuple[int, int]) -> None:
    assert len(texts(build_record_sheet(with_part(SheetLine("Foto", "", png(size)))))) == 1


def test_an_agreement_has_a_page_of_its_own_to_sign() -> None:
    agreement = Agreement(
        title="Acuerdo de compromiso",
        facts=(("Titular", "Rosa Mamani"),),
        parts=(SheetNote("Llevar a sus controles."),),
        signatures=(
            SheetSignature("Firma o huella de la titular", "Rosa Mamani", png()),
            SheetSignature("Gestor local", "Rufina Ccori"),
        ),
    )
    pdf = build_record_sheet(replace(MODEL, agreement=agreement))
    first, second = texts(pdf)
    assert "Acuerdo de compromiso" not in first
    for text in ("Rosa Mamani", "Llevar a sus controles.", "Firma o huella de la titular"):
        assert text in second
    assert len(PdfReader(BytesIO(pdf)).pages[1].images) == 1
    (alone,) = texts(build_record_sheet(replace(MODEL, sections=(), agreement=agreement)))
    assert "Llevar a sus controles." in alone


def test_the_code_is_of_what_is_recorded_not_of_when_it_was_printed() -> None:
    info = replace(MODEL.info, printed_at=datetime(2027, 1, 1, tzinfo=LIMA), printed_by="Otra")
    assert code(build_record_sheet(MODEL)) == code(build_record_sheet(replace(MODEL, info=info)))
    other = with_part(SheetLine("Lugar", "Otro"))
    assert code(build_record_sheet(MODEL)) != code(build_record_sheet(other))


def test_one_word_longer_than_its_column_is_not_lost() -> None:
    word = "Huancarpuquio" * 8
    rows = ((word, "b", "c", "d", "e", "f"),)
    (page,) = texts(build_record_sheet(with_part(SheetTable(tuple("ABCDEF"), rows))))
    assert word in page.replace(" ", "")
