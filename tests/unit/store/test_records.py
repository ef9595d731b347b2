"""Saving and reading records."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.entities import Household, Member, Settlement, Visit
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import DocumentKind, Modality, Relationship, Sex
from juntos_campo.store.drafts import (
    discard_draft,
    find_draft,
    open_drafts,
    save_answers,
    start_draft,
)
from juntos_campo.store.outbox import acknowledge, counts, refuse, refused, waiting
from juntos_campo.store.search import search_people
from juntos_campo.store.store import Store
from juntos_campo.wire.codec import decode

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=LIMA)

SETTLEMENT = Settlement(
    id="s1", name="Ñahuinpuquio", ubigeo="030701", district="Chuquibambilla", province="Grau"
)
HOUSEHOLD = Household(
    id="h1", code="0312-000001", field_worker="rccori", settlement_id="s1", phone="983111222"
)
MEMBER = Member(
    id="m1",
    household_id="h1",
    document_kind=DocumentKind.DNI,
    document_number="10117410",
    paternal="Quispe",
    maternal="Huamán",
    given="María Elena",
    sex=Sex.FEMALE,
    birth_date=date(1997, 3, 4),
    relationship=Relationship.HOLDER,
)
VISIT = Visit(
    id="v1",
    household_id="h1",
    field_worker="rccori",
    on=date(2026, 11, 21),
    modality=Modality.HOME,
    started_at=NOW,
    closed_at=NOW,
    answers={"attended_by": "m1", "note": "Todo bien"},
)


def load(store: Store, *entities: object) -> None:
    with store.transaction(actor="", at=NOW, action="test.load") as tx:
        for entity in entities:
            tx.load(entity)  # type: ignore[arg-type]


def save(store: Store, entity: object) -> bool:
    with store.transaction(actor="rccori", at=NOW, action="test.save") as tx:
        return tx.save(entity)  # type: ignore[arg-type]


def test_a_saved_visit_is_read_back_the_same_after_reopening(tmp_path: Path) -> None:
    first = Store(tmp_path / "a.db", b"k" * 32)
    save(first, VISIT)
    first.close()
    second = Store(tmp_path / "a.db", b"k" * 32)
    assert second.get(Visit, "v1") == VISIT
    second.close()


def test_a_saved_visit_waits_in_the_outbox_with_an_audit_row_and_register_data_does_not(
    store: Store,
) -> None:
    load(store, SETTLEMENT, HOUSEHOLD, MEMBER)
    assert counts(store) == {}
    save(store, VISIT)
    assert counts(store) == {"visit": 1}
    (row,) = store.audit_of("visit", "v1")
    assert (row["actor"], row["action"]) == ("rccori", "test.save")
    assert "Todo bien" not in json.dumps(row["detail"])


def test_saving_the_same_again_sends_nothing(store: Store) -> None:
    assert save(store, VISIT)
    assert not save(store, VISIT)
    assert len(waiting(store)) == 1


def test_an_error_in_the_middle_leaves_nothing_half_saved(store: Store) -> None:
    def cut_off() -> None:
        with store.transaction(actor="a", at=NOW, action="x") as tx:
            tx.save(VISIT)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        cut_off()
    assert store.get(Visit, "v1") is None
    assert waiting(store) == []
    assert store.audit_of("visit", "v1") == []


def test_a_correction_sends_only_what_changed_and_keeps_the_earlier_version(store: Store) -> None:
    save(store, VISIT)
    (operation,) = waiting(store)
    with store.transaction(actor="", at=NOW, action="sync") as tx:
        acknowledge(tx, operation, 1)
    corrected = Visit(**{**_fields(VISIT), "answers": {**VISIT.answers, "note": "Corregido"}})
    save(store, corrected)
    (operation,) = waiting(store)
    assert operation.base_version == 1
    assert set(operation.fields) <= {"answers", "answers/note"}
    ((earlier, version, _, by),) = store.history(Visit, "v1")
    assert (earlier, version, by) == (VISIT, 1, "rccori")


def test_a_refused_change_stays_with_its_reason(store: Store) -> None:
    save(store, VISIT)
    (operation,) = waiting(store)
    with store.transaction(actor="", at=NOW, action="sync") as tx:
        refuse(tx, operation, "El hogar no está asignado a usted.")
    assert waiting(store) == []
    (kept,) = refused(store)
    assert kept.refusal == "El hogar no está asignado a usted."


def test_a_deleted_record_disappears_and_the_server_is_told(store: Store) -> None:
    save(store, VISIT)
    with store.transaction(actor="rccori", at=NOW, action="visit.delete") as tx:
        tx.delete(VISIT)
    assert store.get(Visit, "v1") is None
    assert [one.deleted for one in waiting(store)] == [False, True]
    stored = store.stored(Visit, "v1")
    assert stored is not None
    assert stored.deleted


def test_fields_of_a_newer_version_survive_an_edit_here(store: Store) -> None:
    fields = {**_fields(VISIT), "on": "2026-11-21", "mood": "future"}
    fields |= {"started_at": NOW.isoformat(), "closed_at": NOW.isoformat(), "modality": "home"}
    fields.pop("id")
    entity, extra = decode("visit", "v1", fields)
    assert extra == {"mood": "future"}
    with store.transaction(actor="", at=NOW, action="sync") as tx:
        tx.apply_server(entity, extra, version=3, deleted=False, author="other")
    save(store, Visit(**{**_fields(entity), "modality": Modality.PHONE}))
    assert '"mood"' in store.rows("SELECT body FROM visit WHERE id = 'v1'")[0][0]


@pytest.mark.parametrize(
    "typed",
    [
        "quispe hua",
        "QUISPE HUAMAN",
        "maria",
        "10117",
        "0312-0000",
        "nahuinp",
        "9831",
        "elena ñahuin",
    ],
)
def test_a_person_is_found_by_name_dni_code_place_or_phone_without_accents(
    store: Store, typed: str
) -> None:
    load(store, SETTLEMENT, HOUSEHOLD, MEMBER)
    assert [hit.member_id for hit in search_people(store, typed)] == ["m1"]


@pytest.mark.parametrize(
    "typed", ["", "   ", '"', "*", "ccori", "AND", "quispe OR ccori", "(", "a'b"]
)
def test_odd_typing_in_the_search_box_finds_nothing_and_never_fails(
    store: Store, typed: str
) -> None:
    load(store, SETTLEMENT, HOUSEHOLD, MEMBER)
    assert search_people(store, typed) == []


def test_a_person_is_found_under_the_new_name_only_after_a_register_update(store: Store) -> None:
    load(store, SETTLEMENT, HOUSEHOLD, MEMBER)
    load(store, Member(**{**_fields(MEMBER), "paternal": "Ccori"}))
    assert search_people(store, "quispe") == []
    assert len(search_people(store, "ccori")) == 1


def test_each_typed_field_of_a_draft_is_on_disk_at_once(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.db", b"k" * 32)
    start_draft(store, draft_id="d1", kind="visit", subject="h1", author="rccori", now=NOW)
    save_answers(store, "d1", {"note": "a medias", "member/m1/hb": "11.2"}, NOW)
    other = Store(tmp_path / "a.db", b"k" * 32)
    draft = find_draft(other, "visit", "h1")
    assert draft is not None
    assert draft.answers == {"note": "a medias", "member/m1/hb": "11.2"}
    other.close()
    store.close()


def test_starting_a_visit_twice_goes_on_with_the_first_draft(store: Store) -> None:
    for draft_id in ("d1", "d2"):
        start_draft(store, draft_id=draft_id, kind="visit", subject="h1", author="r", now=NOW)
    assert [draft.id for draft in open_drafts(store, "visit")] == ["d1"]


def test_a_cleared_answer_and_a_discarded_draft_are_gone(store: Store) -> None:
    start_draft(store, draft_id="d1", kind="visit", subject="h1", author="r", now=NOW)
    save_answers(store, "d1", {"note": "x"}, NOW)
    save_answers(store, "d1", {"note": None}, NOW)
    draft = find_draft(store, "visit", "h1")
    assert draft is not None
    assert draft.answers == {}
    with store.transaction(actor="r", at=NOW, action="visit.discard") as tx:
        discard_draft(tx, "d1")
    assert find_draft(store, "visit", "h1") is None


def test_no_name_or_dni_is_readable_in_any_file_of_the_database(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.db", b"k" * 32)
    load(store, SETTLEMENT, HOUSEHOLD, MEMBER)
    save(store, VISIT)
    start_draft(store, draft_id="d1", kind="visit", subject="h1", author="r", now=NOW)
    save_answers(store, "d1", {"note": "María Elena"}, NOW)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name.endswith("-wal") for path in files)
    for path in files:
        content = path.read_bytes().lower()
        for secret in ("quispe", "10117410", "maría elena", "rccori"):
            assert secret.encode() not in content, path.name
    store.close()


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    Store(tmp_path / "a.db", b"k" * 32).close()
    with pytest.raises(UserError) as caught:
        Store(tmp_path / "a.db", b"x" * 32)
    assert caught.value.problem.code == "STO-004"


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.db", b"k" * 32)
    store.connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
        "VALUES ('campo', 'm9999_future', '2030-01-01')"
    )
    store.connection.commit()
    store.close()
    with pytest.raises(UserError) as caught:
        Store(tmp_path / "a.db", b"k" * 32)
    assert caught.value.problem.code == "STO-005"


def test_a_full_disk_is_told_and_what_was_saved_stays(store: Store) -> None:
    save(store, VISIT)
    pages = store.rows("PRAGMA page_count")[0][0]
    store.connection.execute(f"PRAGMA max_page_count = {pages}")
    big = Visit(**{**_fields(VISIT), "id": "v2", "answers": {"note": "x" * 200_000}})
    with pytest.raises(UserError) as caught:
        save(store, big)
    assert caught.value.problem.code == "STO-008"
    assert "no queda espacio" in caught.value.what
    assert store.get(Visit, "v1") == VISIT
    assert store.get(Visit, "v2") is None


def _fields(entity: object) -> dict[str, object]:
    return {name: getattr(entity, name) for name in entity.__slots__}  # type: ignore[attr-defined]
