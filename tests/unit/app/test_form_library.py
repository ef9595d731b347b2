"""Which version of a form is in force, by which one a record is read, and drafts that meet a newer one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from return_loop import GESTOR, MORNING, PASSWORD, open_laptop

from juntos_campo import paths
from juntos_campo.app.form_changes import (
    LEFT,
    VERSION,
    UpToDate,
    bring_up_to_date,
    left_behind,
)
from juntos_campo.app.form_library import (
    FormOrigin,
    all_forms,
    form_of_record,
    form_text,
    forms_left_out,
    keep_form,
    keep_form_of,
    present_form,
)
from juntos_campo.app.session import Session, open_session
from juntos_campo.domain.entities import Answer, FormDefinition
from juntos_campo.domain.errors import UserError
from juntos_campo.form_engine.form_files import EARLIER, form_definition_id, forms_in, same_form
from juntos_campo.form_engine.session import Session as FormSession
from juntos_campo.store.drafts import Draft, get_draft, start_draft

PESO = "| | decimal | peso | Peso |"


def text(
    version: str, *rows: str, form_id: str = "prueba", title: str = "Prueba", more: str = ""
) -> str:
    survey = "\n".join(rows or (PESO,))
    return (
        f"| survey |\n| | type | name | label | required |\n{survey}\n| choices |\n"
        "| | list_name | name | label |\n| | l | a | Uno |\n| | l | b | Dos |\n| settings |\n"
        f"| | form_title | form_id | version |{' jc:group | jc:order |' if more else ''}\n"
        f"| | {title} | {form_id} | {version} |{more}\n"
    )


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The forms the program comes with: one, version 2026.11."""
    folder = tmp_path / "forms"
    (folder / EARLIER).mkdir(parents=True)
    (folder / "README.md").write_text("# Formularios\n\n| no | es |\n", encoding="utf-8")
    (folder / "prueba.md").write_text(text("2026.11"), encoding="utf-8")
    monkeypatch.setattr(paths, "forms", lambda: folder)
    return folder


@pytest.fixture
def session(tmp_path: Path, shipped: Path) -> Iterator[Session]:
    with closing(open_laptop(tmp_path / "laptop", GESTOR, register=False)) as opened:
        yield opened


def send(session: Session, version: str, *rows: str, gone: bool = False, **more: str) -> None:
    """The synchronisation brings a version, or that it was taken back."""
    form_id = more.get("form_id", "prueba")
    form = FormDefinition(
        id=form_definition_id(form_id, version),
        form_id=form_id,
        version=version,
        file=f"{form_id}-{version}.md",
        text=more.get("as_text") or text(version, *rows, form_id=form_id),
    )
    with session.work("test") as work:
        work.tx.apply_server(form, {}, version=1, deleted=gone, author="")


def in_force(session: Session) -> tuple[str, FormOrigin]:
    form = present_form(session, "prueba")
    assert form.definition.version == form.text.version
    return form.definition.version, form.origin


# -- in force --------------------------------------------------------------------------------------


def test_without_the_office_the_program_fills_in_its_own_form(session: Session) -> None:
    assert in_force(session) == ("2026.11", FormOrigin.SHIPPED)


def test_the_newest_version_rules_whoever_it_comes_from(session: Session) -> None:
    send(session, "2026.9")
    assert in_force(session) == ("2026.11", FormOrigin.SHIPPED)
    send(session, "2026.11.1")
    send(session, "2026.12")
    assert in_force(session) == ("2026.12", FormOrigin.OFFICE)


def test_a_renewed_program_with_a_newer_form_is_not_held_back_by_the_office(
    session: Session, shipped: Path
) -> None:
    send(session, "2026.12")
    (shipped / "prueba.md").write_text(text("2027.1"), encoding="utf-8")
    assert in_force(session) == ("2027.1", FormOrigin.SHIPPED)


def test_a_version_in_words_comes_from_the_office_on_purpose(session: Session) -> None:
    send(session, "piloto-apurimac")
    assert in_force(session) == ("piloto-apurimac", FormOrigin.OFFICE)


def test_a_version_taken_back_rules_no_more_but_its_records_are_still_read(
    session: Session,
) -> None:
    send(session, "2026.12", "| | text | nuevo | Nuevo |")
    send(session, "2026.12", "| | text | nuevo | Nuevo |", gone=True)
    assert in_force(session) == ("2026.11", FormOrigin.SHIPPED)
    old = form_of_record(session, "prueba", "2026.12")
    assert old is not None
    assert [one.key for one in old.questions] == ["nuevo"]


UNREADABLE = (
    text("2027", "| | holograma | p | P |"),
    "esto no es un formulario",
    text("2027").replace("| label |", "| label | futuro |"),
)


@pytest.mark.parametrize("newer", UNREADABLE)
def test_a_form_this_program_cannot_read_is_left_out_and_told_and_the_older_one_goes_on(
    session: Session, newer: str
) -> None:
    send(session, "2026.12")
    send(session, "2027", as_text=newer)
    assert in_force(session) == ("2026.12", FormOrigin.OFFICE)
    (told,) = forms_left_out(session)
    assert (told.form_id, told.version, told.file) == ("prueba", "2027", "prueba-2027.md")
    assert told.reason
    assert form_of_record(session, "prueba", "2027") is None
    (summary,) = all_forms(session)
    assert summary.version == "2026.12"


def test_a_form_only_the_office_has_is_a_form_like_the_others(session: Session) -> None:
    send(session, "1", form_id="censo")
    assert present_form(session, "censo").origin is FormOrigin.OFFICE
    assert [one.form_id for one in all_forms(session)] == ["censo", "prueba"]
    send(session, "1", form_id="censo", gone=True)
    assert [one.form_id for one in all_forms(session)] == ["prueba"]


def test_what_another_program_synchronised_is_in_force_at_once(session: Session) -> None:
    assert in_force(session)[0] == "2026.11"
    with closing(
        open_session(session.place, password=PASSWORD, clock=session.clock, book=session.rules)
    ) as command:
        send(command, "2026.12")
    assert in_force(session)[0] == "2026.12"
    with session.for_thread() as own:
        assert in_force(own)[0] == "2026.12"


@pytest.mark.parametrize("name", ["falta", "", "../prueba", "anteriores/prueba", "README"])
def test_a_form_that_does_not_exist_is_a_sentence_and_no_file_of_elsewhere(
    session: Session, name: str
) -> None:
    with pytest.raises(UserError) as caught:
        present_form(session, name)
    assert caught.value.problem.code == "FRM-001"
    assert form_of_record(session, name, "1") is None


def test_a_damaged_form_of_the_program_says_what_is_wrong_with_it(
    session: Session, shipped: Path
) -> None:
    (shipped / "prueba.md").write_text(text("3", "| | holograma | p | P |"), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        present_form(session, "prueba")
    assert caught.value.problem.code == "FRM-002"


def test_forms_stand_in_the_order_of_the_menu(session: Session, shipped: Path) -> None:
    for name, more in (("b", " Hogar | 2 |"), ("c", " Hogar | 10 |"), ("a", " Comunidad | 5 |")):
        (shipped / f"{name}.md").write_text(
            text("1", form_id=name, title=name, more=more), encoding="utf-8"
        )
    assert [one.form_id for one in all_forms(session)] == ["prueba", "a", "b", "c"]
    assert all_forms(session)[2].settings["jc:group"] == "Hogar"


def test_a_version_may_be_known_from_both_sides_and_is_one(session: Session) -> None:
    send(session, "2026.11")
    assert in_force(session) == ("2026.11", FormOrigin.OFFICE)


# -- records ---------------------------------------------------------------------------------------


def test_a_record_is_read_by_the_text_it_was_closed_with_whatever_came_after(
    session: Session, shipped: Path
) -> None:
    form = present_form(session, "prueba")
    with session.work("test.close") as work:
        keep_form(work.tx, form, MORNING)
    (shipped / "prueba.md").write_text(text("2027"), encoding="utf-8")
    assert present_form(session, "prueba").definition.version == "2027"
    old = form_of_record(session, "prueba", "2026.11")
    assert old is not None
    assert old.version == "2026.11"


def test_the_text_is_found_for_who_holds_the_compiled_form_only(
    session: Session, shipped: Path
) -> None:
    definition = present_form(session, "prueba").definition
    with session.work("test.close") as work:
        keep_form_of(session, work.tx, definition)
    (shipped / "prueba.md").unlink()
    assert form_of_record(session, "prueba", "2026.11") is not None
    found = form_text(session, "prueba", "2026.11")
    assert found is not None
    assert found.text == text("2026.11")


def test_versions_the_program_came_with_before_are_still_read(
    session: Session, shipped: Path
) -> None:
    (shipped / EARLIER / "prueba-vieja.md").write_text(text("2025.1"), encoding="utf-8")
    assert form_of_record(session, "prueba", "2025.1") is not None
    assert in_force(session)[0] == "2026.11", "an earlier version is not in force"


def test_every_version_the_program_ever_shipped_of_salud_02_is_read(tmp_path: Path) -> None:
    """Records of 2026.11.2 were closed before texts were kept."""
    with closing(open_laptop(tmp_path / "laptop", GESTOR, register=False)) as opened:
        found = form_of_record(opened, "salud02", "2026.11.2")
        assert found is not None
        assert "m1_cred" in {one.key for one in found.questions}


# -- drafts ----------------------------------------------------------------------------------------

OLD = (
    PESO,
    "| | select_one l | causa | Causa |",
    "| | text | quien | Quién |",
    "| | text | nota | Nota |",
)
NEW = (
    "| | text | peso | Peso en kilos |",
    "| | select_one l | causa | Causa |",
    "| | integer | quien | Quién |",
    "| | text | dni | DNI | yes |",
    "| | text | otro | Otro dato |",
)


def draft(session: Session, version: str, answers: dict[str, Answer]) -> Draft:
    return start_draft(
        session.store, draft_id="d1", kind="field_record", subject="prueba", author="x",
        now=MORNING, answers={VERSION: version, **answers},
    )  # fmt: skip


def reopened(session: Session) -> tuple[UpToDate, dict[str, Answer]]:
    """The draft brought to the form in force, and what the disk then holds."""
    saved = get_draft(session.store, "d1")
    assert saved is not None
    current = bring_up_to_date(session, saved, present_form(session, "prueba").definition)
    after = get_draft(session.store, "d1")
    assert after is not None
    return current, after.answers


def test_a_draft_of_the_version_in_force_is_left_alone(session: Session) -> None:
    draft(session, "2026.11", {"peso": 8.4})
    current, saved = reopened(session)
    assert current == UpToDate({"peso": 8.4})
    assert current.news == ()
    assert saved == {VERSION: "2026.11", "peso": 8.4}


def test_a_draft_meets_a_newer_version_and_nothing_typed_is_lost(session: Session) -> None:
    send(session, "2026.12", *OLD)
    draft(
        session, "2026.12", {"peso": 8.4, "causa": "a", "quien": "la madre", "nota": "vive lejos"}
    )
    send(session, "2026.13", *NEW)
    current, saved = reopened(session)
    assert current.answers == {"peso": "8.4", "causa": "a"}
    FormSession(present_form(session, "prueba").definition, MORNING, answers=current.answers)
    assert saved[VERSION] == "2026.13"
    assert {one.address: one.answer for one in left_behind(saved)} == {
        "quien": "la madre", "nota": "vive lejos",
    }  # fmt: skip
    assert current.news == (
        "El formulario cambió: usted lo empezó con la versión 2026.12 y ahora rige la 2026.13. "
        "Se conservan 2 respuestas.",
        "«Quién» pide ahora otra clase de respuesta: escríbala otra vez.",
        "Ya no se pregunta «Nota».",
        "En la versión 2026.12, «Nota» decía «vive lejos».",
        "En la versión 2026.12, «Quién» decía «la madre».",
        "Pregunta nueva y obligatoria: «DNI».",
        "Pregunta nueva: «Otro dato».",
        "«Peso en kilos»: antes decía «Peso»; pide otra clase de respuesta.",
        "«Quién»: pide otra clase de respuesta.",
    )
    again, _ = reopened(session)
    assert again.answers == current.answers
    assert again.news == current.news[3:5], "it goes on saying what it has no place for"


def test_what_had_no_place_comes_back_when_the_office_takes_the_version_back(
    session: Session,
) -> None:
    send(session, "2026.12", *OLD)
    answers: dict[str, Answer] = {"causa": "b", "quien": "la madre", "nota": "vive lejos"}
    draft(session, "2026.12", answers)
    send(session, "2026.13", *NEW)
    reopened(session)
    send(session, "2026.13", *NEW, gone=True)
    current, saved = reopened(session)
    assert current.answers == answers
    assert current.left == ()
    assert saved == {VERSION: "2026.12", **answers}


def test_a_draft_of_a_version_nobody_has_keeps_what_has_a_cell(session: Session) -> None:
    draft(session, "2020.1", {"peso": 8.4, "perdido": "algo"})
    current, saved = reopened(session)
    assert current.answers == {"peso": 8.4}
    assert f"{LEFT}perdido" in saved
    assert "En la versión 2020.1, «perdido» decía «algo»." in current.news


def test_many_rows_of_one_question_are_one_sentence(session: Session) -> None:
    repeat = ("| | begin repeat | r | Filas |", PESO, "| | end repeat | | |")
    send(session, "2026.12", *repeat)
    rows: dict[str, Answer] = {f"k{n}/peso": n + 0.5 for n in range(10, 40)}
    draft(session, "2026.12", {"#r": " ".join(f"k{n}" for n in range(10, 40)), **rows})
    send(session, "2026.13", "| | text | nota | Nota |")
    current, _ = reopened(session)
    assert current.answers == {}
    assert len(current.left) == 30
    assert (
        current.news[2]
        == "En la versión 2026.12, «Peso» decía «10.5», «11.5», «12.5», «13.5» y 26 más."
    )


def test_a_form_written_anew_is_not_told_line_by_line(session: Session) -> None:
    send(session, "2026.12", *(f"| | text | p{n} | Pregunta {n} |" for n in range(20)))
    draft(session, "2026.12", {"p3": "algo"})
    send(session, "2026.13", *(f"| | text | p{n} | Otra pregunta {n} |" for n in range(20)))
    current, _ = reopened(session)
    assert len(current.changes) == 20
    assert len(current.news) == 7
    assert current.news[-1] == "Y 15 cambios más: véalos en Ayuda, Formularios."


def test_a_disk_that_refuses_leaves_the_draft_as_it_was(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(session, "2026.12", *OLD)
    begun = draft(session, "2026.12", {"nota": "vive lejos"})
    send(session, "2026.13", *NEW)
    session.store.connection.execute("PRAGMA query_only = 1")
    with pytest.raises(UserError):
        reopened(session)
    session.store.connection.execute("PRAGMA query_only = 0")
    assert get_draft(session.store, "d1") == begun


def test_a_version_the_program_ships_twice_is_the_same_form() -> None:
    """Who changes a form of the program raises its version: records of the old one are read by it."""
    shipped = {one.id: one for one in forms_in(paths.forms())}
    earlier = forms_in(paths.forms() / EARLIER)
    assert earlier
    assert [
        one.file for one in earlier if one.id in shipped and not same_form(one, shipped[one.id])
    ] == []
