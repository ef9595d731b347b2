"""Whose a row is: never somebody else's, and never decided by likeness."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from external_samples import BORN, known, person
from hypothesis import given
from hypothesis import strategies as st

from juntos_campo.domain.values import DocumentKind, Sex
from juntos_campo.register.external.matching import (
    KnownMember,
    Match,
    MatchKind,
    MemberIndex,
    match,
)
from juntos_campo.register.external.names import Likeness, Name, compare, one_slip
from juntos_campo.register.external.records import Person

DNI, CUI, CNV = DocumentKind.DNI, DocumentKind.CUI, DocumentKind.CNV


def found(who: Person, *members: KnownMember) -> Match:
    return match(who, MemberIndex(members))


@pytest.mark.parametrize(("theirs", "ours"), [(DNI, DNI), (CUI, DNI), (DNI, CUI), (CNV, CNV)])
def test_a_document_with_the_same_name_and_birth_is_certain(
    theirs: DocumentKind, ours: DocumentKind
) -> None:
    result = found(person((theirs, "98000003")), known("a", ours, "98000003"))
    assert (result.kind, result.member_id) == (MatchKind.CERTAIN, "a")


def test_a_cnv_is_not_taken_for_a_dni_of_the_same_figures() -> None:
    other = known("a", CNV, "98000003", name="Rojas|Puma|Felícitas", birth=date(1961, 1, 1))
    assert found(person((DNI, "98000003")), other).kind is MatchKind.UNKNOWN


def test_a_row_that_gives_neither_name_nor_birth_is_believed_by_its_document() -> None:
    who = person((DNI, "98000003"), name="", birth=None)
    assert found(who, known("a", DNI, "98000003")).member_id == "a"


@pytest.mark.parametrize(
    ("name", "birth", "why"),
    [
        ("Rojas|Puma|Felícitas", BORN, "otro nombre"),
        ("Ccori|Ñahui|Yeison Luis", BORN + timedelta(days=1), "a 1 día"),
        ("Ccori|Ñahui|Flor", BORN, "otro nombre"),
    ],
)
def test_a_document_of_somebody_else_is_never_taken_in_silence(
    name: str, birth: date, why: str
) -> None:
    result = found(person((DNI, "98000003"), name=name, birth=birth), known("a", DNI, "98000003"))
    assert (result.kind, result.member_id) == (MatchKind.OTHER_PERSON, "")
    assert why in result.sentence
    assert [one.member_id for one in result.suggestions] == ["a"]


def test_the_documents_of_two_people_in_one_row_are_for_a_person_to_look_at() -> None:
    members = (known("a", DNI, "98000003"), known("b", CNV, "2600123456"))
    result = found(person((DNI, "98000003"), (CNV, "2600123456")), *members)
    assert (result.kind, result.member_id) == (MatchKind.DOCUMENTS_DISAGREE, "")
    assert {one.member_id for one in result.suggestions} == {"a", "b"}
    twice = found(person((DNI, "98000003")), members[0], known("c", DNI, "98000003"))
    assert twice.kind is MatchKind.DOCUMENTS_DISAGREE


def test_a_child_registered_with_its_cnv_is_found_by_it_when_the_row_also_has_the_new_dni() -> None:
    result = found(person((DNI, "98000003"), (CNV, "2600123456")), known("a", CNV, "2600123456"))
    assert (result.kind, result.member_id) == (MatchKind.CERTAIN, "a")


def test_a_cnv_without_its_zeros_is_found_only_where_one_person_can_be_meant() -> None:
    short = person((CNV, "12345678"))
    result = found(short, known("a", CNV, "0012345678"))
    assert result.member_id == "a"
    assert "ceros" in result.sentence
    two = (known("a", CNV, "0012345678"), known("b", CNV, "012345678"))
    assert found(short, *two).member_id == ""


def test_without_a_document_somebody_alike_is_suggested_with_reasons_and_not_applied() -> None:
    who = person(birth=BORN + timedelta(days=1), ubigeo="030701")
    result = found(who, known("a"))
    assert (result.kind, result.member_id) == (MatchKind.SUGGESTED, "")
    assert result.suggestions[0].reasons == ("mismo nombre", "nacimiento a 1 día", "mismo distrito")


def test_the_better_suggestion_stands_first_and_strangers_are_not_suggested() -> None:
    members = (
        known("slip", name="Ccori|Ñahui|Yeisson Luis"),
        known("far", birth=BORN - timedelta(days=300)),
        known("other", name="Rojas|Puma|Felícitas"),
        known("same"),
    )
    result = found(person(household="0307-000001"), *members)
    assert [one.member_id for one in result.suggestions] == ["same", "slip"]


def test_of_twins_only_the_one_with_the_name_is_suggested() -> None:
    twins = (known("a", name="Ccori|Ñahui|Yeison"), known("b", name="Ccori|Ñahui|Brayan"))
    result = found(person(name="Ccori|Ñahui|Brayan", household="0307-000001"), *twins)
    assert [one.member_id for one in result.suggestions] == ["b"]


def test_twins_without_a_name_are_both_shown_and_neither_is_chosen() -> None:
    twins = (known("a", name="Ccori|Ñahui|RN 1"), known("b", name="Ccori|Ñahui|RN 2"))
    result = found(person(name="Ccori|Ñahui|RN de Ñahui María", household="0307-000001"), *twins)
    assert result.member_id == ""
    assert [one.member_id for one in result.suggestions] == ["a", "b"]
    assert result.suggestions[0].score == result.suggestions[1].score


def test_of_homonyms_the_one_who_lives_there_comes_first() -> None:
    members = (known("a", ubigeo="030702", household="x"), known("b"))
    result = found(person(ubigeo="030701"), *members)
    assert [one.member_id for one in result.suggestions] == ["b", "a"]
    assert "otro distrito" in result.suggestions[1].reasons


def test_a_father_of_the_same_name_in_the_household_is_not_suggested_for_the_child() -> None:
    father = known("f", birth=date(1995, 5, 20))
    assert found(person(household="0307-000001"), father).kind is MatchKind.UNKNOWN


def test_a_newborn_without_a_name_is_suggested_by_its_surnames_and_day() -> None:
    result = found(person(name="Ccori|Ñahui|RN DE ÑAHUI MARÍA"), known("a"))
    assert result.suggestions[0].member_id == "a"
    assert found(person(name="Puma|Tairo|RN DE TAIRO ANA"), known("a")).suggestions == ()


def test_another_document_and_another_sex_speak_against_a_suggestion() -> None:
    plain = found(person(), known("a")).suggestions[0]
    against = found(
        person((DNI, "98000009"), sex=Sex.FEMALE, household="0307-000001"),
        known("a", DNI, "98000003"),
    ).suggestions
    assert against == () or against[0].score < plain.score
    held = found(person((DNI, "98000009"), household="0307-000001"), known("a", DNI, "98000003"))
    assert "en el padrón tiene otro DNI" in held.suggestions[0].reasons


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("Quispe|Huamán|María", "QUISPE|HUAMAN|MARIA", Likeness.SAME),
        ("De la Cruz|Ñahui|Flor", "Cruz|Nahui|Flor", Likeness.SAME),
        ("Delacruz|Ñahui|Flor", "De la Cruz|Ñahui|Flor", Likeness.SAME),
        ("Huamán|Quispe|María", "Quispe|Huamán|María", Likeness.REORDERED),
        ("Quispe|Huamán|Elena María", "Quispe|Huamán|María Elena", Likeness.REORDERED),
        ("Quispe|Huamán|María", "Quispe|Huamán|María Elena", Likeness.SHORTER),
        ("Quispe||María", "Quispe|Huamán|María", Likeness.SHORTER),
        ("Quispe|Huamán|Yeison", "Quispe|Huamán|Yeisson", Likeness.SLIP),
        ("Quispe|Huamán|Brayan", "Quispe|Huamán|Bryaan", Likeness.SLIP),
        ("Quispe|Huamán|Ana", "Quispe|Huamán|Eva", Likeness.OTHER),
        ("Quispe|Huamán|María", "Quispe|Huamán|José", Likeness.OTHER),
        ("Quispe|Huamán|María", "Rojas|Puma|María", Likeness.OTHER),
        ("Quispe|Huamán|RN", "Quispe|Huamán|María", Likeness.NEWBORN),
        ("Quispe|Huamán|Hijo de María", "Quispe||José", Likeness.NEWBORN),
        ("Quispe|Huamán|RN", "Rojas|Puma|María", Likeness.OTHER),
        ("Quispe|Huamán|Bebeto", "Quispe|Huamán|María", Likeness.OTHER),
    ],
)
def test_names_are_alike_as_a_person_would_say(one: str, other: str, likeness: Likeness) -> None:
    first, second = Name(*one.split("|")), Name(*other.split("|"))
    assert compare(first, second) is likeness
    assert compare(second, first) is likeness


def _edits(word: str) -> set[str]:
    """Every word one slip away, made one by one: the oracle of `one_slip`."""
    letters = "abc"
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    made = {left + right[1:] for left, right in cuts if right}
    made |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    made |= {left + new + right[1:] for left, right in cuts if right for new in letters}
    return made | {left + new + right for left, right in cuts for new in letters}


@given(st.text("abc", min_size=4, max_size=6), st.text("abc", min_size=4, max_size=6))
def test_one_slip_is_exactly_one_letter_more_less_other_or_swapped(one: str, other: str) -> None:
    assert one_slip(one, other) is (other in _edits(one) or one == other)


@given(st.permutations(range(4)))
def test_the_order_of_the_register_does_not_change_whose_a_row_is(order: list[int]) -> None:
    members = [known("a"), known("b", household="x"), known("c", DNI, "98000003"), known("d")]
    expected = found(person(ubigeo="030701"), *members)
    assert found(person(ubigeo="030701"), *(members[at] for at in order)) == expected
