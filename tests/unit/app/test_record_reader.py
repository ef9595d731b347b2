"""A record as it is read: sections, words, differences, comments, evidence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from return_loop import (
    COORDINATOR,
    GESTOR,
    advance,
    book,
    carry,
    correct,
    form_record,
    open_laptop,
    save,
    visit,
)

from juntos_campo.app.compare import DifferenceKind, compare
from juntos_campo.app.evidence import Agreement, checks, evidence
from juntos_campo.app.record_reader import ReadRecord, read_record
from juntos_campo.app.reviews import FORM, VISIT, return_with_comments
from juntos_campo.app.session import Session
from juntos_campo.app.visit_labels import VisitLabels, service_label, service_labels
from juntos_campo.domain.entities import ServiceEvent
from juntos_campo.domain.errors import UserError

CRED = "member/yeison/service/CRED:6m"
LABELS = VisitLabels(
    {"elena": "María Elena", "yeison": "Yeison"},
    {"CRED:6m": "CRED 6 meses"},
    {},
    {"iron": "El hierro cada día"},
)


@pytest.fixture
def gestor(tmp_path: Path) -> Iterator[Session]:
    session = open_laptop(tmp_path / "gestor", GESTOR)
    yield session
    session.close()


@pytest.fixture
def zone(tmp_path: Path) -> Iterator[Session]:
    session = open_laptop(tmp_path / "zone", COORDINATOR)
    yield session
    session.close()


def by_path(record: ReadRecord) -> dict[str, str]:
    return {field.path: field.text for field in record.fields}


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("attended_by", "Quién atendió la visita"),
        (CRED, "Yeison: fecha de CRED 6 meses"),
        ("member/yeison/service/HB:6m", "Yeison: fecha de Hb 6 meses"),
        ("member/yeison/hb", "Yeison: hemoglobina observada"),
        ("member/gone/weight_kg", "Alguien que ya no está en el padrón: peso"),
        ("new_commitment/elena/1", "María Elena: compromiso nuevo"),
        ("commitment/c9", "Compromiso «de una visita anterior»"),
        ("change/1/kind", "Cambio 1: qué cambió"),
        ("next_visit_on", "Fecha de la próxima visita"),
        ("from_the_future", "From_the_future"),
    ],
)
def test_a_field_is_named_in_words_and_an_unknown_one_is_not_hidden(path: str, label: str) -> None:
    assert LABELS.label(path) == label


@pytest.mark.parametrize(
    ("path", "answer", "text"),
    [
        (CRED, "2026-11-14", "sáb 14 nov 2026"),
        (CRED, "no se acuerda", "no se acuerda"),
        ("attended_by", "elena", "María Elena"),
        ("attended_by", "other", "otra persona"),
        ("modality", "phone", "por teléfono"),
        ("member/yeison/hb", "10.4", "10.4 g/dL"),
        ("member/yeison/weight_kg", 7, "7.0 kg"),
        ("member/yeison/attends", "sometimes", "falta algunos días"),
        ("member/yeison/note", "no", "no"),
        ("member/yeison/topics", "iron new", "El hierro cada día · new"),
        ("commitment/c1", "not_met", "no cumplido"),
        ("signature", "1,2 3,4", "dibujada en la pantalla"),
        ("change/1/kind", "phone", "cambio de teléfono"),
        ("change/1/detail", "phone", "phone"),
        ("note", None, ""),
        ("note", True, "sí"),
    ],
)
def test_an_answer_is_shown_as_a_person_would_write_it(
    path: str, answer: str | float | bool | None, text: str
) -> None:
    assert LABELS.text(path, answer) == text


def test_every_service_of_the_rule_packs_has_its_label() -> None:
    labels = service_labels(book())
    assert labels
    assert all(service_label(key, labels) == label for key, label in labels.items())


def test_the_comparison_tells_what_was_added_changed_and_taken_away() -> None:
    found = compare(
        {CRED: "2026-11-14", "note": "a", "mark": "signature"},
        {CRED: "2026-11-16", "mark": "signature", "member/yeison/hb": "10.4"},
        LABELS,
    )
    assert [(one.label, one.before, one.after, one.kind) for one in found] == [
        (
            "Yeison: fecha de CRED 6 meses",
            "sáb 14 nov 2026",
            "lun 16 nov 2026",
            DifferenceKind.CHANGED,
        ),
        ("Yeison: hemoglobina observada", "", "10.4 g/dL", DifferenceKind.ADDED),
        ("Nota de la visita", "a", "", DifferenceKind.REMOVED),
    ]


def test_a_visit_is_read_in_the_order_of_the_conversation(gestor: Session) -> None:
    save(gestor, visit())
    record = read_record(gestor, VISIT, "v1")
    assert list(dict.fromkeys(field.section for field in record.fields)) == [
        "Quién atendió",
        "Yeison",
        "Compromisos anteriores",
        "Compromisos nuevos",
        "Cambios en el hogar",
        "Firma y próxima visita",
    ]
    assert record.title == "QUISPE HUAMÁN, María Elena"
    assert by_path(record)["commitment/c1"] == "cumplido"
    assert record.differences == ()


def test_both_laptops_compare_with_the_version_the_coordinator_looked_at(
    gestor: Session, zone: Session
) -> None:
    first = visit()
    save(gestor, first)
    carry(gestor, zone)
    return_with_comments(zone, "v1", "", {CRED: "No coincide"}, version=1)
    carry(zone, gestor)
    second = correct(gestor, first, member__yeison__note="otra nota")
    correct(gestor, second, **{CRED.replace("/", "__"): "2026-11-16"})
    before = read_record(gestor, VISIT, "v1")
    carry(gestor, zone)
    for record in (before, read_record(gestor, VISIT, "v1"), read_record(zone, VISIT, "v1")):
        assert {field.path for field in record.differences} == {CRED, "member/yeison/note"}
        (cred,) = (field for field in record.fields if field.path == CRED)
        assert (cred.before, cred.text) == ("sáb 14 nov 2026", "lun 16 nov 2026")
        assert cred.comment == "No coincide"
        assert record.earlier is not None
        assert record.earlier.version == 1


def test_a_comment_on_something_that_is_missing_is_still_shown(
    gestor: Session, zone: Session
) -> None:
    save(gestor, visit())
    carry(gestor, zone)
    return_with_comments(zone, "v1", "", {"member/elena/hb": "Falta"}, version=1)
    (field,) = (one for one in read_record(zone, VISIT, "v1").fields if one.comment)
    assert (field.label, field.text) == ("María Elena: hemoglobina observada", "")


def test_a_record_that_left_this_laptop_is_explained(gestor: Session) -> None:
    with pytest.raises(UserError) as caught:
        read_record(gestor, VISIT, "nowhere")
    assert caught.value.problem.code == "REV-002"


def test_a_form_is_read_child_by_child_without_what_the_register_filled_in(
    gestor: Session,
) -> None:
    save(gestor, form_record())
    record = read_record(gestor, FORM, "form1")
    assert record.title == "Formato Salud 02, bimestre VI 2026"
    assert [(field.section, field.text) for field in record.fields] == [
        ("Cabecera", "Dra. Paz"),
        ("CCORI QUISPE, Yeison", "14/11/2026"),
        ("CCORI QUISPE, Yeison", "7.2"),
    ]
    assert record.fields[1].short == "noviembre, CRED fecha"


def test_the_health_system_confirms_contradicts_or_does_not_know_a_date(gestor: Session) -> None:
    save(gestor, visit())
    found = checks(gestor, read_record(gestor, VISIT, "v1"))
    assert found[CRED].agreement is Agreement.DIFFERENT
    assert found[CRED].text == (
        "El sistema de salud la registra el lun 16 nov 2026: 2 días después."
    )
    assert found["member/yeison/service/PENTA:3"].agreement is Agreement.CONFIRMED
    assert found["member/yeison/hb"].agreement is Agreement.UNKNOWN
    assert "member/yeison/note" not in found


def test_a_form_column_is_checked_against_the_health_system_too(gestor: Session) -> None:
    save(gestor, form_record())
    found = checks(gestor, read_record(gestor, FORM, "form1"))
    assert {path: one.agreement for path, one in found.items()} == {
        "yeison/m1_cred": Agreement.DIFFERENT
    }


def test_the_evidence_never_quotes_the_visit_as_its_own_witness(gestor: Session) -> None:
    save(gestor, visit("v0", at=visit().closed_at), visit())
    own = ServiceEvent(
        id="e9",
        household_id="h1",
        member_id="yeison",
        service="CRED",
        on=visit().on,
        visit_id="v1",
    )
    save(gestor, own)
    advance(gestor, days=1)
    found = evidence(gestor, read_record(gestor, VISIT, "v1"))
    assert [line.text for line in found.services] == [
        "control de crecimiento y desarrollo (6): 7.2 kg, 66.0 cm",
        "vacuna pentavalente (3)",
    ]
    assert [one.id for one in found.visits] == ["v0"]
    assert [one.id for one in found.commitments] == ["c1"]
