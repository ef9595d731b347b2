"""Records as tables for Excel: one row a record, one table a repeat, every row finds its record."""

from __future__ import annotations

from juntos_campo.form_engine.loader import load_text
from juntos_campo.form_engine.record_tables import RecordTable, TableRecord, record_tables

FORM = load_text("""
| survey |
| | type | name | label | calculation |
| | text | nombre | Nombre | |
| | note | aviso | Lea esto | |
| | select_multiple bienes | tiene | ¿Qué tiene? | |
| | begin repeat | un_nombre_de_repeticion_muy_largo_a | Niños | |
| | decimal | peso | Peso | |
| | begin repeat | un_nombre_de_repeticion_muy_largo_b | Dosis | |
| | integer | numero | Número | |
| | end repeat | | | |
| | end repeat | | | |
| | calculate | resumen | | concat(${nombre}, '.') |
| choices |
| | list_name | name | label |
| | bienes | agua | Agua, en casa |
| | bienes | luz | Luz |
| settings |
| | form_title | form_id | version |
| | Prueba | prueba | 1 |
""")
LONG = "un_nombre_de_repeticion_muy_largo_"
RECORDS = [
    TableRecord(
        "r1",
        {
            "nombre": "Ana", "tiene": "agua luz", "resumen": "Ana.", "a/peso": 8.4, "b/peso": 9,
            "a/x/numero": 1, f"#{LONG}a": "a b", f"a/#{LONG}b": "x y", "#started": "2026-11-21T10:00",
        },
        {"dia": "2026-11-21"},
    ),
    TableRecord("r2", {"nombre": "=1+1"}, {"dia": "2026-11-22", "hogar": "H-2"}),
]  # fmt: skip


def tables(labels: str = "") -> tuple[RecordTable, ...]:
    return record_tables(FORM, RECORDS, labels=labels)


def test_each_record_is_a_row_and_what_only_is_read_has_no_column() -> None:
    main = tables()[0]
    assert main.header == ("registro", "dia", "hogar", "nombre", "tiene", "resumen")
    assert main.rows == (
        ("r1", "2026-11-21", "", "Ana", "agua luz", "Ana."),
        ("r2", "2026-11-22", "H-2", "=1+1", "", ""),
    )


def test_choices_read_as_they_are_shown_when_labels_are_wanted() -> None:
    assert tables("default")[0].rows[0][4] == "Agua, en casa, Luz"


def test_rows_of_repeats_name_the_record_and_the_row_they_lie_in() -> None:
    _, children, doses = tables()
    assert children.header == ("registro", "fila", "peso")
    assert children.rows == (("r1", "a", 8.4), ("r1", "b", 9))
    assert doses.header == ("registro", "fila_de", "fila", "numero")
    assert doses.rows == (("r1", "a", "a/x", 1), ("r1", "a", "a/y", ""))


def test_tables_have_names_excel_takes() -> None:
    titles = [table.title for table in tables()]
    assert max(map(len, titles)) <= 31
    assert len({title.casefold() for title in titles}) == len(titles) == 3


def test_no_records_still_give_the_headings() -> None:
    assert [table.rows for table in record_tables(FORM, [])] == [(), (), ()]
