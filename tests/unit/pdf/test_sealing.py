"""A PDF that was changed after it was printed must not pass for what was recorded."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from juntos_campo.domain.errors import UserError
from juntos_campo.pdf.problems import NOT_SEALED, PRINT_ALTERED
from juntos_campo.pdf.sealing import Seal, read_seal, sealed

SEAL = Seal("salud02/2026.11.1", "ana ñusta/2026-6", "7K2M-9QXR-04TD-H8VA")


def bare() -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.drawString(100, 700, "Hemoglobina 11.2")
    canvas.save()
    return buffer.getvalue()


PRINT = sealed(bare(), SEAL)


def test_the_seal_says_what_it_is_a_print_of_and_readers_of_pdf_still_read_it() -> None:
    assert read_seal(PRINT) == SEAL
    assert "Hemoglobina" in PdfReader(BytesIO(PRINT)).pages[0].extract_text()


def test_no_single_byte_can_be_changed_unseen() -> None:
    for place in range(len(PRINT)):
        broken = bytearray(PRINT)
        broken[place] ^= 1
        with pytest.raises(UserError) as caught:
            read_seal(bytes(broken))
        assert caught.value.problem in (NOT_SEALED, PRINT_ALTERED)


@given(st.data())
def test_nothing_can_be_cut_out_put_in_or_added_unseen(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(PRINT)))
    end = data.draw(st.integers(start, min(len(PRINT), start + 40)))
    put_in = data.draw(st.binary(max_size=20))
    other = PRINT[:start] + put_in + PRINT[end:]
    if other == PRINT:
        return
    with pytest.raises(UserError):
        read_seal(other)


def test_a_print_saved_again_by_another_program_is_told_from_an_altered_one() -> None:
    buffer = BytesIO()
    PdfWriter(clone_from=BytesIO(PRINT)).write(buffer)
    with pytest.raises(UserError) as caught:
        read_seal(buffer.getvalue(), "copia.pdf")
    assert caught.value.problem is NOT_SEALED
    assert "copia.pdf" in str(caught.value)
    with pytest.raises(UserError) as caught:
        read_seal(PRINT.replace(b"salud02", b"salud03", 1))
    assert caught.value.problem is PRINT_ALTERED
