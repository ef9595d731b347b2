"""Nothing pyxform may write into an XForm is ignored in silence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from form_tables import sheets

from juntos_campo.domain.errors import UserError
from juntos_campo.form_engine import problems
from juntos_campo.form_engine.loader import definition_of
from juntos_campo.form_engine.sheet import read_sheet

SHEET = read_sheet(
    sheets("""
    | type | name | label | default | hint |
    | text | a | A | today() | Pista |
    | select_one_from_file miembros.csv | b | B | | |
    """)
)


def test_the_form_itself_is_understood() -> None:
    assert [question.key for question in definition_of(SHEET).questions] == ["a", "b"]


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('<input ref="/prueba/a"', '<odk:secret xmlns:odk="x" ref="/prueba/a"', "secret"),
        ("odk-instance-first-load", "odk-instance-load", "odk-instance-load"),
        ("<bind ", '<bind entities:saveto="x" xmlns:entities="y" ', "saveto"),
        ("jr://file-csv/", "jr://file/", "jr://file/miembros.csv"),
        ("<hint>", "<alert>", "alert"),
    ],
    ids=["control", "event", "bind", "instance", "text"],
)
def test_a_part_that_is_not_known_is_refused_by_its_name(
    written: str, instead: str, said: str
) -> None:
    root = SHEET.xform.partition("<instance><")[2].partition(" ")[0]
    written, instead = (text.replace("/prueba/", f"/{root}/") for text in (written, instead))
    xform = SHEET.xform.replace(written, instead, 1)
    assert xform != SHEET.xform
    if "secret" in instead:
        xform = xform.replace("</input>", "</odk:secret>", 1)
    if "alert" in instead:
        xform = xform.replace("</hint>", "</alert>", 1)
    with pytest.raises(UserError) as caught:
        definition_of(replace(SHEET, xform=xform))
    assert caught.value.problem is problems.NOT_COMPILED
    assert said in str(caught.value)
