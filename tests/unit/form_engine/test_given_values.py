"""What the form puts in by itself: computed defaults, what is drawn once, triggers, who and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from form_tables import NOW, SETTINGS, filled, form

from juntos_campo.form_engine.session import STARTED, Session
from juntos_campo.form_engine.sources import Person

DEFAULTS = form("""
| type | name | label | default |
| date | dia | Día | today() |
| date | limite | Límite | today() + 30 |
| dateTime | hora | Hora | now() |
| integer | cuantos | Cuántos | 2 + 3 |
| text | lugar | Lugar | Grau |
| text | frase | Frase | concat('Estamos en ', ${lugar}) |
| begin repeat | hijo | Hijo | |
| text | orden | Orden | concat('n', position(..)) |
| text | donde | Dónde | ${lugar} |
| text | fijo | Fijo | igual |
| end repeat | | | |
""")


def test_computed_defaults_are_there_when_the_form_begins() -> None:
    session = filled(DEFAULTS)
    assert session.answer("dia") == "2026-11-21"
    assert session.answer("limite") == "2026-12-21"
    assert session.answer("hora") == "2026-11-21T10:00"
    assert session.answer("cuantos") == 5
    assert session.answer("frase") == "Estamos en Grau"


def test_a_new_row_takes_its_defaults_from_the_form_as_it_is_then() -> None:
    session = filled(DEFAULTS)
    session.add_row("hijo", "a")
    session.set("lugar", "Anta")
    session.add_row("hijo", "b")
    assert [session.answer(f"{row}/orden") for row in ("a", "b")] == ["n1", "n2"]
    assert [session.answer(f"{row}/donde") for row in ("a", "b")] == ["Grau", "Anta"]
    assert session.answer("b/fijo") == "igual"


def test_what_is_known_beforehand_goes_before_a_default() -> None:
    session = filled(DEFAULTS, answers={"dia": "2026-10-01", "lugar": "", "cuantos": None})
    assert session.answer("dia") == "2026-10-01"
    assert session.answer("lugar") is None
    assert session.answer("cuantos") is None


def test_a_default_somebody_emptied_does_not_come_back() -> None:
    session = filled(DEFAULTS)
    session.add_row("hijo", "a")
    session.set_many({"dia": "", "lugar": "", "a/orden": "", "a/fijo": ""})
    tomorrow = NOW + timedelta(days=1)
    again = Session(DEFAULTS, tomorrow, answers=session.state())
    assert again.answers() == session.answers()
    assert again.answer("dia") is None
    assert again.answer("a/fijo") is None
    assert again.state()[STARTED] == session.state()[STARTED]


ONCE = form("""
| type | name | label | calculation | relevant |
| text | a | A | | |
| calculate | primera | | once(${a}) | |
| calculate | sorteo | | once(random()) | |
| calculate | ficha | | uuid() | |
| calculate | visto | | once(today()) | |
| calculate | pasaron | | today() - ${visto} | |
| text | ver | Ver | | |
| calculate | oculto | | once(random()) | ${ver} = 'si' |
""")


def test_what_is_taken_once_stays() -> None:
    session = filled(ONCE)
    session.set("a", "uno")
    session.set("a", "dos")
    assert session.answer("primera") == "uno"


def test_another_language_draws_nothing_again() -> None:
    session = filled(ONCE, seed=1)
    before = session.answers()
    session.set_language("Quechua (qu)")
    assert session.answers() == before


def test_what_was_drawn_is_not_drawn_again_when_the_form_is_taken_up() -> None:
    session = filled(ONCE, seed=1)
    session.set("ver", "si")
    session.set("ver", "no")
    later = Session(ONCE, NOW + timedelta(days=3), answers=session.state(), seed=2)
    for key in ("sorteo", "ficha", "visto"):
        assert later.answer(key) == session.answer(key) is not None
    assert later.answer("pasaron") == "3"
    drawn = session.given("oculto")
    later.set("ver", "si")
    assert later.answer("oculto") == drawn
    assert filled(ONCE, seed=1).answer("sorteo") == session.answer("sorteo")
    assert filled(ONCE, seed=2).answer("sorteo") != session.answer("sorteo")


TRIGGERS = form("""
| type | name | label | calculation | trigger |
| text | dato | Dato | | |
| dateTime | cuando | Cuándo | now() | ${dato} |
| calculate | veces | | coalesce(${veces2}, 0) + 1 | ${dato} |
| integer | veces2 | Veces | | |
| text | borrable | Borrable | | ${dato} |
| text | eco | Eco | concat(${dato}, '!') | ${dato} |
| text | eco_del_eco | Eco del eco | concat(${eco}, '!') | ${eco} |
| begin repeat | fila | Fila | | |
| integer | n | N | | |
| integer | copia | Copia | ${n} * 2 | ${n} |
| end repeat | | | | |
""")


def test_a_change_gives_what_hangs_on_it_and_later_changes_stay_typed() -> None:
    session = filled(TRIGGERS)
    assert session.answer("eco") is None
    session.set_many({"borrable": "algo", "veces2": 4})
    touched = session.set("dato", "hola")
    assert {"cuando", "eco", "borrable", "eco_del_eco", "veces"} <= touched
    assert session.answer("cuando") == "2026-11-21T10:00"
    assert session.answer("eco") == "hola!"
    assert session.answer("eco_del_eco") == "hola!!"
    assert session.answer("veces") == "5"
    assert session.answer("borrable") is None
    session.set("eco", "otra cosa")
    assert session.answer("eco") == "otra cosa"
    assert session.answer("eco_del_eco") == "otra cosa!"


def test_typing_the_same_again_changes_nothing() -> None:
    session = filled(TRIGGERS)
    session.set("dato", "hola")
    session.set("borrable", "mío")
    session.set("dato", "hola")
    assert session.answer("borrable") == "mío"


def test_a_change_in_a_row_gives_in_that_row() -> None:
    session = filled(TRIGGERS, rows={"fila": ["a", "b"]})
    session.set("b/n", 4)
    assert session.answer("b/copia") == 8
    assert session.answer("a/copia") is None


def test_what_an_event_gave_is_not_given_again_when_the_form_is_taken_up() -> None:
    session = filled(TRIGGERS)
    session.set("dato", "hola")
    session.set("eco", "mío")
    again = filled(TRIGGERS, answers=session.state())
    assert again.answers() == session.answers()


META = form(
    """
    | type | name | label | calculation | readonly |
    | start | inicio | | | |
    | end | fin | | | |
    | today | hoy | | | |
    | username | usuario | | | |
    | deviceid | aparato | | | |
    | phonenumber | telefono | | | |
    | email | correo | | | |
    | hidden | oculto | | | |
    | text | nombre | Nombre | | |
    | calculate | plazo | | ${hoy} + 5 | |
    | date | vence | Vence | ${hoy} + 5 | yes |
    | calculate | copia | | ${hoy} | |
    """,
    settings=SETTINGS.replace("version |", "version | instance_name |").replace(
        "| 1 |", "| 1 | concat(${nombre}, ' ', ${hoy}) |"
    ),
)
ROSA = Person("r.ccori", "Rosa Ccori", "999888777", "rosa@ejemplo.pe", "laptop-7")


def test_the_form_notes_who_filled_it_in_when_and_where() -> None:
    session = filled(META, person=ROSA)
    answers = session.answers()
    assert answers["inicio"] == "2026-11-21T10:00"
    assert answers["hoy"] == "2026-11-21"
    assert [answers[key] for key in ("usuario", "aparato", "telefono", "correo")] == [
        "r.ccori",
        "laptop-7",
        "999888777",
        "rosa@ejemplo.pe",
    ]
    assert "fin" not in answers
    assert session.finish(NOW + timedelta(minutes=12)) == {"fin"}
    assert session.answer("fin") == "2026-11-21T10:12"


def test_taking_a_form_up_the_next_day_does_not_change_when_it_began_or_who_began_it() -> None:
    session = filled(META, person=ROSA)
    again = Session(
        META, NOW + timedelta(days=1), answers=session.state(), person=Person("otro", "Otro")
    )
    assert again.answers() == session.answers()


def test_a_calculated_day_is_a_day_on_screen_and_in_the_record() -> None:
    session = filled(META)
    assert session.answer("copia") == "2026-11-21"
    assert session.answer("vence") == "2026-11-26"
    assert session.shown("vence") == "26/11/2026"
    assert session.readonly("vence")


def test_a_record_is_called_as_the_form_says() -> None:
    session = filled(META)
    session.set("nombre", "Acta")
    assert session.instance_name() == "Acta 2026-11-21"
    assert filled(DEFAULTS).instance_name() == ""


@pytest.mark.parametrize("key", ["inicio", "usuario", "plazo", "oculto"])
def test_nobody_types_where_the_form_writes(key: str) -> None:
    assert filled(META).readonly(key)
