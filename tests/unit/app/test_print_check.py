"""A print is compared with what is recorded: nobody signs for something else than what stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from salud02_world import BIMESTER, seen_children, world

from juntos_campo.app.day_print import print_household
from juntos_campo.app.form_print import print_official
from juntos_campo.app.official_editing import complete_form, edit_cells
from juntos_campo.app.official_forms import open_form
from juntos_campo.app.print_check import Against, check_print
from juntos_campo.app.session import Session
from juntos_campo.domain.errors import UserError


def filled(session: Session, hb: str) -> bytes:
    """Salud 02 closed, one child with this haemoglobin; as it is printed then."""
    opened = open_form(session, "salud02", "f1", BIMESTER)
    rows = opened.form.rows("ninos")
    cells = {f"{row}/m1_cumple": "si" for row in rows}
    edit_cells(session, opened, cells | {"m001/m1_hb": hb, "m001/m1_hb_fecha": "12/11"})
    complete_form(session, opened)
    return print_official(session, "salud02", "f1", BIMESTER)


def against(session: Session, data: bytes) -> Against | None:
    return check_print(data, "hoja.pdf", session).against


def test_a_form_is_told_to_say_what_is_recorded_until_it_is_corrected(tmp_path: Path) -> None:
    with seen_children(tmp_path) as session:
        before = filled(session, "10.8")
        assert against(session, before) is Against.SAME
        after = filled(session, "11.8")
        assert against(session, after) is Against.SAME
        assert against(session, before) is Against.OTHER


def test_without_the_records_only_the_file_is_checked(tmp_path: Path) -> None:
    with seen_children(tmp_path / "one") as session:
        printed = filled(session, "10.8")
        sheet = print_household(session, "h001")
        assert against(session, sheet) is Against.OF_A_DAY
    assert check_print(printed, "hoja.pdf").against is None
    with world(tmp_path / "other", 0) as other:
        assert against(other, printed) is Against.NOT_HERE


def test_a_file_altered_in_one_byte_is_not_even_compared(tmp_path: Path) -> None:
    with seen_children(tmp_path) as session:
        printed = filled(session, "10.8")
        broken = printed[:900] + bytes([printed[900] ^ 4]) + printed[901:]
        with pytest.raises(UserError, match="cambió después"):
            check_print(broken, "hoja.pdf", session)
