"""Forms after the patterns ODK's manual teaches (docs.getodk.org, "Form logic"); sums done by hand."""

from __future__ import annotations

from form_tables import filled, form


def test_a_tip_is_rounded_to_cents() -> None:
    session = filled(
        form("""
        | type | name | label | calculation |
        | decimal | cuenta | Cuenta | |
        | calculate | propina | | round(${cuenta} * 18 * 0.01, 2) |
        | calculate | total | | ${cuenta} + ${propina} |
        | note | dice | Propina S/ ${propina}, total S/ ${total} | |
        """)
    )
    session.set("cuenta", "27.45")
    assert session.answer("propina") == "4.94"
    assert session.label_of(session.question("dice")) == "Propina S/ 4.94, total S/ 32.39"


def test_a_second_repeat_asks_about_each_row_of_the_first() -> None:
    session = filled(
        form("""
        | type | name | label | calculation | repeat_count |
        | begin repeat | persona | Persona | | |
        | text | nombre | Nombre | | |
        | integer | edad | Edad | | |
        | end repeat | | | | |
        | begin repeat | salud | Salud de ${de_quien} | | count(${persona}) |
        | calculate | de_quien | | indexed-repeat(${nombre}, ${persona}, position(..)) | |
        | calculate | lo_mismo | | ${persona}[position() = position(current()/..)]/nombre | |
        | text | seguro | Seguro | | |
        | end repeat | | | | |
        """)
    )
    for key, name in (("a", "Rosa"), ("b", "Luz")):
        session.add_row("persona", key)
        session.set(f"{key}/nombre", name)
    assert [session.row_label("salud", row) for row in session.rows("salud")] == [
        "Salud de Rosa",
        "Salud de Luz",
    ]
    assert session.answer("2/lo_mismo") == "Luz"
    session.remove_row("persona", "a")
    assert session.rows("salud") == ("1",)
    assert session.answer("1/de_quien") == "Luz"


def test_rows_with_a_property_are_counted_and_joined() -> None:
    session = filled(
        form("""
        | type | name | label | calculation |
        | begin repeat | persona | Persona | |
        | text | nombre | Nombre | |
        | integer | edad | Edad | |
        | end repeat | | | |
        | calculate | menores | | count(${persona}[edad < 18]) |
        | calculate | quienes | | join(', ', ${nombre}) |
        | calculate | mayor | | max(${edad}) |
        | calculate | primera | | ${persona}[1]/nombre |
        | calculate | media | | sum(${edad}) div count(${persona}) |
        """)
    )
    for key, name, age in (("a", "Rosa", 34), ("b", "Luz", 9), ("c", "José", 17)):
        session.add_row("persona", key)
        session.set_many({f"{key}/nombre": name, f"{key}/edad": age})
    assert session.answer("menores") == "2"
    assert session.answer("quienes") == "Rosa, Luz, José"
    assert session.answer("mayor") == "34"
    assert session.answer("primera") == "Rosa"
    assert session.answer("media") == "20"


def test_what_a_row_takes_from_the_row_before() -> None:
    session = filled(
        form("""
        | type | name | label | calculation |
        | begin repeat | visita | Visita | |
        | decimal | peso | Peso | |
        | calculate | antes | | indexed-repeat(${peso}, ${visita}, position(..) - 1) |
        | calculate | gana | | if(position(..) > 1, ${peso} - ${antes}, 0) |
        | end repeat | | | |
        | calculate | ultimo | | indexed-repeat(${peso}, ${visita}, count(${visita})) |
        """)
    )
    for key, weight in (("a", "8.5"), ("b", "9"), ("c", "9.75")):
        session.add_row("visita", key)
        session.set(f"{key}/peso", weight)
    assert [session.answer(f"{row}/gana") for row in "abc"] == ["0", "0.5", "0.75"]
    assert session.answer("ultimo") == "9.75"
    session.set("a/peso", "8")
    assert session.answer("b/gana") == "1"


def test_a_required_answer_hangs_on_a_multiple_choice() -> None:
    session = filled(
        form(
            """
            | type | name | label | relevant | required | constraint | constraint_message |
            | select_multiple uso | usos | Usos | | | count-selected(.) <= 2 | Hasta dos. |
            | text | otro | Otro | selected(${usos}, 'otro') | ${usos} != 'otro' | | |
            """,
            "| list_name | name | label |\n| uso | riego | Riego |\n| uso | beber | Beber |\n"
            "| uso | otro | Otro |",
        )
    )
    session.set("usos", "riego otro")
    assert session.relevant("otro")
    assert session.required("otro")
    session.set("usos", "otro")
    assert not session.required("otro")
    session.set("usos", "riego beber otro")
    finding = session.finding("usos")
    assert finding is not None
    assert finding.message == "Hasta dos."


def test_a_birthday_gives_an_age_in_years_and_months() -> None:
    session = filled(
        form("""
        | type | name | label | calculation |
        | date | nacio | Nació | |
        | calculate | anios | | int((today() - ${nacio}) div 365.25) |
        | calculate | dia | | format-date(${nacio}, '%d/%m/%Y') |
        | calculate | vence | | format-date(${nacio} + 30, '%Y-%m-%d') |
        | calculate | antes | | ${nacio} < date('2024-01-01') |
        """)
    )
    session.set("nacio", "2023-11-20")
    assert session.answer("anios") == "3"
    assert session.answer("dia") == "20/11/2023"
    assert session.answer("vence") == "2023-12-20"
    assert session.answer("antes") == "true"
