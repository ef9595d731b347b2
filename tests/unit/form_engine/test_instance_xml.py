"""A record as OpenRosa XML: what goes out comes back, and other tools find the form's own structure."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.errors import UserError
from juntos_campo.form_engine import problems
from juntos_campo.form_engine.instance_xml import read_instance, write_instance
from juntos_campo.form_engine.loader import definition_of
from juntos_campo.form_engine.session import Session
from juntos_campo.form_engine.sheet import read_sheet

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=LIMA)
SHEET = read_sheet("""
| survey |
| | type | name | label | relevant | calculation | parameters |
| | start | inicio | | | | |
| | text | nombre | Nombre | | | |
| | begin group | datos | Datos | | | |
| | date | dia | Día | | | |
| | time | hora | Hora | | | |
| | dateTime | cita | Cita | | | |
| | geopoint | lugar | Lugar | ${nombre} != '' | | |
| | image | foto | Foto | | | |
| | end group | | | | | |
| | begin repeat | ninos | Niños | | | |
| | decimal | peso | Peso | | | |
| | select_multiple sino | va | ¿Va? | | | |
| | begin repeat | dosis | Dosis | | | |
| | integer | numero | Número | | | |
| | range | nota | Nota | | | start=0 end=20 step=1 |
| | end repeat | | | | | |
| | calculate | total | | | sum(${numero}) | |
| | end repeat | | | | | |
| | acknowledge | conforme | Conforme | | | |
| choices |
| | list_name | name | label |
| | sino | si | Sí |
| | sino | no | No |
| settings |
| | form_title | form_id | version |
| | Prueba | prueba | 2026.1 |
""")
FORM = definition_of(SHEET)
XFORMS = "{http://www.w3.org/2002/xforms}"
KEYS = st.text("abc0123-", min_size=1, max_size=4)
HEAD = {
    "nombre": st.text(max_size=12),
    "dia": st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(str),
    "hora": st.times().map(lambda one: f"{one:%H:%M}"),
    "cita": st.tuples(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.times()).map(
        lambda one: f"{one[0]}T{one[1]:%H:%M}"
    ),
    "lugar": st.tuples(st.integers(-18, 0), st.integers(-81, -68)).map(
        lambda place: f"{place[0]}.5 {place[1]}.25 3200 4"
    ),
    "foto": st.text("0123456789abcdef", min_size=64, max_size=64).map(lambda one: f"{one}.jpg"),
    "conforme": st.just("OK"),
}
CHILD = st.fixed_dictionaries(
    {},
    optional={
        "peso": st.integers(0, 99_999).map(lambda grams: grams / 1000),
        "va": st.sampled_from(["si", "no", "si no"]),
        "dosis": st.dictionaries(
            KEYS,
            st.fixed_dictionaries(
                {}, optional={"numero": st.integers(-9, 9), "nota": st.integers(0, 20)}
            ),
            max_size=3,
        ),
    },
)


def filled(head: dict[str, object], children: dict[str, dict[str, object]]) -> Session:
    form = Session(FORM, NOW)
    form.set_many({key: str(value) for key, value in head.items()})
    for key, child in children.items():
        form.add_row("ninos", key)
        for column, value in child.items():
            if column == "dosis":
                assert isinstance(value, dict)
                for own, dose in value.items():
                    form.add_row("dosis", own, key)
                    for name, number in dose.items():
                        form.set(f"{key}/{own}/{name}", number)
            else:
                form.set(f"{key}/{column}", str(value))
    return form


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({}, optional=HEAD), st.dictionaries(KEYS, CHILD, max_size=3))
def test_a_record_written_and_read_back_is_the_same_record(
    head: dict[str, object], children: dict[str, dict[str, object]]
) -> None:
    form = filled(head, children)
    xml = write_instance(FORM, form.record_answers(), instance_id="1")
    read = read_instance(xml, FORM)
    kept = {
        address: answer
        for address, answer in form.record_answers().items()
        if answer not in ("", None) and address != "#started"
    }
    assert read.answers == kept
    assert read.strange == ()
    again = Session(FORM, NOW, answers=read.answers)
    assert again.answers() == form.answers()


def full() -> bytes:
    form = filled(
        {"nombre": "Ana <Quispe> & «hijos»", "dia": "2026-11-21", "hora": "8:30",
         "cita": "2026-11-22T09:00", "lugar": "-14.02 -72.53", "foto": "a" * 64 + ".jpg",
         "conforme": "OK"},
        {"k1": {"peso": 8.4, "va": "si", "dosis": {"x": {"numero": 1, "nota": 2}}}, "k2": {"peso": 9}},
    )  # fmt: skip
    return write_instance(
        FORM, form.record_answers(), instance_id="0b1c", instance_name="Ana",
        started="2026-11-21T10:00:00.000-05:00", ended="2026-11-21T10:20:00.000-05:00",
        files={"a" * 64 + ".jpg": "foto1.jpg"},
    )  # fmt: skip


def steps(element: etree._Element, path: str = "") -> list[str]:
    """Paths of all elements below, in order, each once."""
    found = []
    for child in element:
        here = f"{path}/{etree.QName(child).localname}"
        found += [here, *steps(child, here)]
    return list(dict.fromkeys(found))


def test_the_elements_are_those_of_the_xform_in_its_order() -> None:
    document = etree.fromstring(SHEET.xform.encode())
    primary = document.find(f".//{XFORMS}instance")
    assert primary is not None
    wanted = [path for path in steps(primary[0]) if not path.startswith("/meta")]
    written = [path for path in steps(etree.fromstring(full())) if not path.startswith("/meta")]
    assert written == wanted


def test_the_standard_parts_are_where_other_tools_look_for_them() -> None:
    root = etree.fromstring(full())
    orx = {"orx": "http://openrosa.org/xforms"}
    assert (root.tag, root.get("id"), root.get("version")) == ("data", "prueba", "2026.1")
    assert root.findtext("orx:meta/orx:instanceID", namespaces=orx) == "uuid:0b1c"
    assert root.findtext("orx:meta/orx:instanceName", namespaces=orx) == "Ana"
    assert root.findtext("orx:meta/orx:timeEnd", namespaces=orx) == "2026-11-21T10:20:00.000-05:00"
    assert root.findtext("datos/hora") == "08:30:00.000-05:00"
    assert root.findtext("datos/cita") == "2026-11-22T09:00:00.000-05:00"
    assert root.findtext("datos/foto") == "foto1.jpg"
    assert root.findtext("ninos/peso") == "8.4"


def test_files_come_back_under_the_answers_they_are_kept_as() -> None:
    read = read_instance(full(), FORM, files={"foto1.jpg": "b" * 64 + ".jpg"})
    assert read.answers["foto"] == "b" * 64 + ".jpg"
    assert read.files == {"foto1.jpg": "b" * 64 + ".jpg"}
    assert (read.instance_id, read.instance_name) == ("0b1c", "Ana")
    assert read.started == "2026-11-21T10:00:00.000-05:00"


def test_what_another_tool_wrote_is_read_with_its_namespace_and_without_row_keys() -> None:
    xml = b"""<?xml version='1.0'?><data xmlns="http://www.w3.org/2002/xforms" id="prueba" version="9">
      <nombre> Ana </nombre><datos><dia>2026-11-21</dia><cita>2026-11-22T14:00:00.000Z</cita></datos>
      <ninos><peso>8.40</peso></ninos><ninos><peso>ocho</peso></ninos><ajeno>x</ajeno>
      <meta><instanceID>uuid:7</instanceID></meta></data>"""
    read = read_instance(xml, FORM)
    assert read.answers == {
        "nombre": "Ana", "dia": "2026-11-21", "cita": "2026-11-22T09:00",
        "1/peso": 8.4, "2/peso": "ocho", "#ninos": "1 2",
    }  # fmt: skip
    assert read.strange == ("/data/ajeno",)
    assert (read.version, read.instance_id) == ("9", "7")


BOMB = """<!DOCTYPE data [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<data id="prueba"><nombre>&b;</nombre></data>"""
THIEF = """<!DOCTYPE data [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<data id="prueba"><nombre>&f;</nombre></data>"""


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        (BOMB, problems.BAD_INSTANCE),
        (THIEF, problems.BAD_INSTANCE),
        ("<data id='prueba'><nombre>", problems.BAD_INSTANCE),
        ("", problems.BAD_INSTANCE),
        ("hola", problems.BAD_INSTANCE),
        ("<data id='otra'/>", problems.OTHER_FORM),
        ("<html/>", problems.OTHER_FORM),
    ],
)
def test_what_is_no_record_of_the_form_is_told_and_nothing_is_fetched(
    xml: str, problem: problems.Problem
) -> None:
    with pytest.raises(UserError) as caught:
        read_instance(xml.encode(), FORM)
    assert caught.value.problem is problem
    assert "root:" not in str(caught.value)


def test_a_computed_moment_gets_its_zone_once() -> None:
    form = definition_of(
        read_sheet("""
    | survey |
    | | type | name | label | calculation |
    | | dateTime | cuando | Cuándo | now() |
    | settings |
    | | form_title | form_id | version |
    | | Prueba | prueba | 1 |
    """)
    )
    xml = write_instance(form, Session(form, NOW).record_answers(), instance_id="1")
    assert etree.fromstring(xml).findtext("cuando") == "2026-11-21T10:00:00.000-05:00"


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("dia", "29-2"),
        ("dia", "31/02"),
        ("hora", "25:99"),
        ("hora", "2026-11-21T14:30"),
        ("cita", "29/2"),
    ],
)
def test_what_could_not_be_read_comes_back_as_it_was_typed(key: str, typed: str) -> None:
    session = Session(FORM, NOW)
    session.set(key, typed)
    assert session.finding(key) is not None
    xml = write_instance(FORM, session.record_answers(), instance_id="1")
    assert read_instance(xml, FORM).answers[key] == typed
