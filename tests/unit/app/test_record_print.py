"""Records of our forms on paper: what was answered, in the version of the form it was made with."""

from __future__ import annotations

from io import BytesIO

import pytest
from our_forms import COMPLETE
from PIL import Image
from pypdf import PdfReader

from juntos_campo.app.field_records import close_record, open_record
from juntos_campo.app.record_print import FOR_FEW, NOT_HERE, print_record
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Answer, FieldRecord

SUBJECTS = {
    "solicitud_cambio": "h1", "captacion_temprana": "h1", "desabastecimiento": "f1",
    "actividad_grupal": "s1",
}  # fmt: skip
OURS = [one for one in COMPLETE if not one.startswith("visita")]


def made(
    home: Session, form_id: str, pictures: tuple[str, ...] = (), **more: Answer
) -> FieldRecord:
    """A closed record of the complete filling, about the household of the laptop."""
    opened = open_record(home, form_id, SUBJECTS.get(form_id, ""))
    answers = COMPLETE[form_id] | more
    rows: dict[str, str] = {}
    for name, keys in answers.items():
        if name.startswith("#"):
            rows |= {key: opened.add_row(name[1:])[0] for key in str(keys).split()}
    for address, answer in answers.items():
        row, _, key = address.rpartition("/")
        if address.startswith("#"):
            continue
        known = "h1" if key == "hogar" else answer
        opened.write({f"{rows[row]}/{key}" if row else key: known})
    for key in pictures:
        opened.write({key: opened.keep_file(f"{key}.png", png())})
    return close_record(home, opened)[0]


def png() -> bytes:
    kept = BytesIO()
    Image.new("RGB", (60, 40), "navy").save(kept, "PNG")
    return kept.getvalue()


def texts(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


@pytest.mark.parametrize("form_id", OURS)
def test_every_record_can_be_printed_with_what_a_person_reads(home: Session, form_id: str) -> None:
    record = made(home, form_id)
    page = " ".join(texts(print_record(home, record)))
    assert f"Versión {record.form_version}." in page
    assert "Verificación" in page
    for address, answer in COMPLETE[form_id].items():
        written = str(answer)[:1].isupper() and " " in str(answer)
        if written:
            assert str(answer) in page, address


def test_choices_are_printed_by_their_words_and_sheets_as_tables(home: Session) -> None:
    page = " ".join(texts(print_record(home, made(home, "articulacion"))))
    for text in ("Municipalidad", "Insumos o medicinas que faltan", "Participantes", "Julio Ramos",
                 "04/12/2026", "Pendiente"):  # fmt: skip
        assert text in page


def test_what_was_not_asked_is_not_printed(home: Session) -> None:
    page = " ".join(texts(print_record(home, made(home, "solicitud_cambio"))))
    assert "Casa nueva" in page
    assert "Falleció" not in page


def test_a_family_gets_its_agreement_on_one_page_with_the_signature(home: Session) -> None:
    record = made(home, "afiliacion", ("firma",), como_firma="pantalla")
    first, second = texts(print_record(home, record))
    assert "Personas del hogar" in first
    assert "Nos comprometemos" not in first
    assert "Nos comprometemos" in second
    assert "Por cada gestante" in second
    assert "Por cada estudiante" not in second, "nobody of this family goes to school"
    assert "Rosa Mamani Ticona" in second
    assert "40123456" in second
    assert len(PdfReader(BytesIO(print_record(home, record))).pages[1].images) == 1


def test_an_agreement_by_phone_says_how_it_was_made(home: Session) -> None:
    record = made(
        home, "afiliacion", modo="telefono", tel_numero="983111222", tel_hora="10:05",
        tel_identidad="dni direccion", tel_leido="OK", tel_escucho="Rosa y su madre",
        tel_acepta="si", acepta="", como_firma="",
    )  # fmt: skip
    page = texts(print_record(home, record))[-1]
    for text in ("10:05", "DNI, Dirección", "Rosa y su madre"):
        assert text in page


def test_a_form_without_agreement_prints_none(home: Session) -> None:
    assert "Nos comprometemos" not in " ".join(
        texts(print_record(home, made(home, "articulacion")))
    )


def test_a_confidential_record_says_so_on_every_page(home: Session) -> None:
    for page in texts(print_record(home, made(home, "ocurrencia"))):
        assert FOR_FEW in page


def test_a_photo_that_stayed_on_another_laptop_is_told(home: Session) -> None:
    record = made(home, "ocurrencia", ("foto",))
    assert len(PdfReader(BytesIO(print_record(home, record))).pages[0].images) == 1
    home.store.connection.execute("DELETE FROM attachment")
    assert NOT_HERE in " ".join(texts(print_record(home, record)))


def test_a_deadline_without_official_source_is_marked(home: Session) -> None:
    page = " ".join(texts(print_record(home, made(home, "ocurrencia"))))
    assert "Plazo de respuesta, en días hábiles *" in page
    assert "* Sin fuente oficial." in page
