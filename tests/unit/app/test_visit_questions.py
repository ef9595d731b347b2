"""What a visit asks beside services and commitments, and where its answers go."""

from __future__ import annotations

import pytest
from visit_world import FULL, type_all

from juntos_campo.app.orientation import MemberKind
from juntos_campo.app.record_reader import read_record
from juntos_campo.app.session import Session
from juntos_campo.app.visit import close_visit, reopen_visit, start_visit
from juntos_campo.app.visit_form import VisitForm, visit_form
from juntos_campo.app.visit_labels import visit_labels
from juntos_campo.app.visit_questions import PHONE_FORM, VISIT_FORM, Sheet, VisitQuestions
from juntos_campo.app.visit_summary import visit_summary
from juntos_campo.domain.entities import Answer, ServiceEvent, Visit
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import ServiceSource
from juntos_campo.domain.visits import HOUSEHOLD, QUESTIONS
from juntos_campo.store.form_texts import kept_form_text

MOST_A_PERSON = 6
"""A visit must stay short."""

CALL: dict[str, Answer] = {
    "household/q/t_numero": "983111222",
    "household/q/t_intentos": "2",
    "household/q/t_hora": "10:15",
    "household/q/t_contesta": "titular",
    "household/q/t_identidad": "dni hijos",
    "household/q/t_acepta": "si",
}


@pytest.fixture
def form(home: Session) -> VisitForm:
    return visit_form(home, "h1")


def keys(questions: VisitQuestions, subject: str) -> list[str]:
    return [one.question.key for one in questions.asked(subject) if not one.is_note]


def closed(home: Session, **more: Answer) -> Visit:
    draft = start_visit(home, "h1")
    type_all(home, draft.id, FULL | more)
    visit, _ = close_visit(home, draft.id)
    return visit


def test_each_person_is_asked_what_belongs_to_her_age_and_state(form: VisitForm) -> None:
    questions = form.questions
    questions.follow({"modality": "home"})
    assert {"g_peligro", "g_hierro", "g_parto"} <= set(keys(questions, "elena"))
    assert {"b_dni", "b_hierro", "b_come"} <= set(keys(questions, "yeison"))
    assert "b_leche" not in keys(questions, "yeison"), "he is six months old"
    assert {"n_dni", "n_cuna"} <= set(keys(questions, "flor"))
    assert keys(questions, "dina") == ["e_apoyo"]
    assert "h_agua" in keys(questions, HOUSEHOLD)


def test_why_a_girl_misses_school_is_asked_only_when_she_does(form: VisitForm) -> None:
    attends = "member/dina/attends"
    form.questions.follow({attends: "yes"})
    assert "e_motivo" not in keys(form.questions, "dina")
    form.questions.follow({attends: "sometimes"})
    assert keys(form.questions, "dina")[0] == "e_motivo"


@pytest.mark.parametrize(
    ("kinds", "months"),
    [
        ([MemberKind.PREGNANT], 360),
        ([MemberKind.PREGNANT, MemberKind.PREGNANT_ADOLESCENT, MemberKind.SCHOOL], 200),
        ([MemberKind.PUERPERA], 300),
        *(([MemberKind.UNDER_24M], months) for months in (0, 3, 5, 6, 11, 12, 23)),
        *(([MemberKind.CHILD], months) for months in (24, 35, 36, 71)),
        ([MemberKind.SCHOOL], 80),
        ([MemberKind.SCHOOL, MemberKind.ADOLESCENT], 150),
        ([MemberKind.HOUSEHOLD], ""),
    ],
)
def test_a_visit_stays_short(
    home: Session, form: VisitForm, kinds: list[MemberKind], months: Answer
) -> None:
    definition = next(
        one.definition for one in form.questions.forms if one.definition.form_id == VISIT_FORM
    )
    known: dict[str, Answer] = {"visit.kinds": " ".join(kinds), "member.age_months": months}
    sheet = Sheet(definition, "x", home.clock.now(), known)
    asked = [one for one in sheet.asked() if not one.is_note]
    assert 1 <= len(asked) <= MOST_A_PERSON


def test_answers_are_recorded_with_the_forms_they_were_asked_by(home: Session) -> None:
    visit = closed(home, **{"member/yeison/q/b_dni": "tramite", "household/q/h_agua": "cruda"})
    assert visit.answers["member/yeison/q/b_dni"] == "tramite"
    named = dict(one.split("/") for one in str(visit.answers[QUESTIONS]).split())
    assert set(named) == {VISIT_FORM, PHONE_FORM}
    assert kept_form_text(home.store, VISIT_FORM, named[VISIT_FORM]) is not None


def test_a_visit_without_such_answers_is_what_it_was_before(home: Session) -> None:
    visit = closed(home)
    assert QUESTIONS not in visit.answers
    assert visit.answers == {**visit.answers, **FULL}
    assert not [path for path in visit.answers if "/q/" in path]


def test_a_reason_that_is_not_asked_any_more_is_not_recorded(home: Session) -> None:
    visit = closed(
        home,
        **{"member/yeison/q/b_hierro": "todos", "member/yeison/q/b_hierro_por": "olvida"},
    )
    assert "member/yeison/q/b_hierro" in visit.answers
    assert "member/yeison/q/b_hierro_por" not in visit.answers


def test_a_sign_of_danger_is_told_to_the_family_in_the_summary(form: VisitForm) -> None:
    said = visit_summary(form, FULL | {"member/yeison/q/b_peligro": "si"})
    assert "Yeison: llévenlo hoy mismo al establecimiento de salud." in said
    said = visit_summary(form, FULL | {"member/yeison/q/b_peligro": "no"})
    assert not any("hoy mismo" in line for line in said)


def test_reader_and_coordinator_see_question_and_answer_in_words(home: Session) -> None:
    visit = closed(home, **{"member/yeison/q/b_hierro": "algunos", "household/q/h_agua": "hervida"})
    fields = {one.path: one for one in read_record(home, "visit", visit.id).fields}
    iron = fields["member/yeison/q/b_hierro"]
    assert (iron.label, iron.text) == ("Yeison: ¿Le da su hierro?", "Algunos días")
    assert (iron.section, iron.member_id) == ("Yeison", "yeison")
    assert fields["household/q/h_agua"].section == "Todo el hogar"
    assert QUESTIONS not in fields, "it is for the program"


def test_what_was_corrected_is_compared_in_words(home: Session) -> None:
    visit = closed(home, **{"member/yeison/q/b_dni": "no"})
    draft = reopen_visit(home, visit.id)
    type_all(home, draft.id, {"member/yeison/q/b_dni": "mostro"})
    close_visit(home, draft.id)
    fields = {one.path: one for one in read_record(home, "visit", visit.id).fields}
    changed = fields["member/yeison/q/b_dni"]
    assert (changed.before, changed.text) == ("Todavía no", "Lo mostró")


def test_a_question_of_a_form_nobody_has_is_still_readable(home: Session) -> None:
    visit = closed(home)
    labels = visit_labels(home, visit)
    assert labels.label("member/yeison/q/antigua") == "Yeison: antigua"
    assert labels.text("member/yeison/q/antigua", "dos") == "dos"


# -- by phone ------------------------------------------------------------------------------------


def test_a_call_is_closed_only_when_it_is_known_who_spoke(home: Session) -> None:
    draft = start_visit(home, "h1")
    call = CALL | {"modality": "phone", "household/q/t_identidad": "dni"}
    type_all(home, draft.id, FULL | call)
    with pytest.raises(UserError):
        close_visit(home, draft.id)
    type_all(home, draft.id, {"household/q/t_identidad": "dni hijos"})
    visit, _ = close_visit(home, draft.id)
    assert visit.answers["household/q/t_identidad"] == "dni hijos"


def test_dates_told_by_phone_are_not_taken_for_seen_ones(home: Session) -> None:
    visit = closed(home, **CALL, modality="phone")
    sources = {one.source for one in home.store.find(ServiceEvent, visit_id=visit.id)}
    assert sources == {ServiceSource.REPORTED}
    first = read_record(home, "visit", visit.id).fields
    call = [one for one in first if one.path.startswith("household/q/t_")]
    assert {one.section for one in call} == {"Quién atendió"}


def test_what_cannot_be_seen_by_phone_is_not_asked(form: VisitForm) -> None:
    def offered(modality: str) -> set[str]:
        form.questions.follow({"modality": modality})
        asked = {one.question.key: one for one in form.questions.asked("yeison")}
        return {choice.name for choice in asked["b_dni"].choices}

    assert "mostro" in offered("home")
    assert "mostro" not in offered("phone")
    assert "h_agua" not in keys(form.questions, HOUSEHOLD)


def test_a_visit_made_in_the_house_after_all_keeps_nothing_of_the_call(home: Session) -> None:
    visit = closed(home, **CALL)
    assert not [path for path in visit.answers if path.startswith("household/q/t_")]


def test_the_number_known_for_the_household_is_filled_in(form: VisitForm) -> None:
    form.questions.follow({"modality": "home"})
    assert form.questions.prefilled({}) == {}
    form.questions.follow({"modality": "phone"})
    filled = form.questions.prefilled({})
    assert filled["household/q/t_numero"] == "983111222"
    assert "household/q/t_acepta" not in filled, "nobody agrees for the family"
