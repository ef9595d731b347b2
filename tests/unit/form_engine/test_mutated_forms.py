"""A form file damaged in any place is told, never thrown: a fast sample of cell, line and byte damage."""

from __future__ import annotations

import random
from io import BytesIO

import openpyxl
import pytest

from juntos_campo import paths
from juntos_campo.domain.errors import UserError
from juntos_campo.form_engine.loader import definition_of
from juntos_campo.form_engine.sheet import check_sheet, read_sheet

FORM = """
| survey |
| | type | name | label::es | label::qu | relevant | constraint | calculation | default | choice_filter \
| repeat_count | parameters | trigger | appearance | bind::jc:known |
| | integer | cuantos | ¿Cuántos? | ¿Hayka? | | . > 0 | | 1 | | | | | | |
| | begin repeat | ninos | Niños | Wawa | | | | | | ${cuantos} | | | field-list | |
| | date | dia | Día | P'unchaw | | . <= today() | | | | | | | | today |
| | select_one region | region | Región | Suyu | | | | | | | | | minimal | |
| | select_one prov or_other | prov | Provincia | Wamani | ${region} != '' | | | | | | randomize=true | | | |
| | begin repeat | pesos | Pesos | Llasa | | | | | | | | | | |
| | decimal | peso | Peso | Llasa | | . > 1 and . < 40 | | | | | | | | |
| | end repeat | | | | | | | | | | | | | |
| | calculate | total | | | | | sum(${peso}) | | | | | | | |
| | end repeat | | | | | | | | | | | | | |
| | range | nota | Nota ${cuantos} | Nota | | | | | | | start=0 end=20 step=1 | | | |
| | dateTime | cuando | ¿Cuándo? | ¿Hayk'aq? | | | now() | | | | | ${nota} | | |
| | select_multiple region | donde | ¿Dónde? | ¿Maypi? | | count-selected(.) < 3 | \
| | starts-with(name, 'c') | | | | | |
| choices |
| | list_name | name | label::es | label::qu | capital |
| | region | cusco | Cusco | Qusqu | si |
| | region | puno | Puno | Punu | no |
| | prov | canas | Canas | Kanas | no |
| settings |
| | form_title | form_id | version | default_language | instance_name |
| | Prueba | prueba | 1 | es | concat('Prueba ', ${nota}) |
"""
PIECES = (
    "", "|", "${", "}", "${nota}", "'", "((", ")", "..", "//", "[", "]", "begin repeat", "end repeat",
    "\x00", "\x0b", "é", "ñandú", "1 div 0", "select_one", "::", "jc:", "#", "\\", "&", "<", "instance(",
    "pulldata('x', 'y', 'z', 1)", "current()", "once(", "\ud7ff", "9" * 400, "-", "=", "${ninos}", "*",
)  # fmt: skip


def told(source: str | bytes, kind: str = ".md") -> None:
    """Check and load; only our own errors may come out, and the two must agree."""
    faults = check_sheet(source, kind, "prueba")
    try:
        definition_of(read_sheet(source, kind, "prueba"))
        assert faults == []
    except UserError as error:
        # Circles and missing files show only when the whole is put together.
        faults.append(error)
    assert all(str(fault) for fault in faults)


def damaged(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(lines))
        cells = lines[at].split("|")
        piece, cell = chance.choice(PIECES), chance.randrange(len(cells))
        match chance.randrange(6):
            case 0:
                cells[cell] = piece
            case 1:
                cells[cell] += piece
            case 2:
                cells.insert(cell, piece)
            case 3:
                del cells[cell]
            case 4:
                lines.insert(at, chance.choice(lines))
                continue
            case _:
                other = chance.choice(lines).split("|")
                cells[cell] = chance.choice(other)
        lines[at] = "|".join(cells)
    return "\n".join(lines)


def test_the_form_that_is_damaged_here_is_good() -> None:
    assert check_sheet(FORM) == []


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_to_cells_and_lines_stops_the_program(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(40):
        told(damaged(FORM, chance))


def test_no_damage_to_the_letters_of_a_form_that_ships_stops_the_program() -> None:
    text, chance = (paths.forms() / "salud02.md").read_text("utf-8"), random.Random(7)
    for _ in range(6):
        at = chance.randrange(len(text))
        told(text[:at] + chance.choice(PIECES) + text[at + 1 :])


def test_no_damage_to_the_bytes_of_a_workbook_stops_the_program() -> None:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title in ("survey", "settings"):
        made.create_sheet(title)
    made["survey"].append(["type", "name", "label"])
    made["survey"].append(["text", "a", "A"])
    made["settings"].append(["form_title", "form_id", "version"])
    made["settings"].append(["P", "p", "1"])
    out = BytesIO()
    made.save(out)
    whole, chance = out.getvalue(), random.Random(11)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        told(bytes(data[: chance.randrange(len(data) // 2, len(data) + 1)]), ".xlsx")
