"""Photos of our own forms: kept while something shows them, gone when nothing does."""

from __future__ import annotations

import pytest
from record_world import PNG, code_of

from juntos_campo.app.field_records import (
    DeleteReason,
    close_record,
    correct_record,
    delete_record,
    discard_record,
    open_record,
    resume_record,
)
from juntos_campo.app.open_record import OpenRecord
from juntos_campo.app.read_field_record import open_reading
from juntos_campo.app.session import Session
from juntos_campo.domain.errors import UserError
from juntos_campo.store.attachment_transfer import mark_sent
from juntos_campo.store.attachments import drop_of_deleted


def test_a_photo_is_kept_and_found_again_by_its_answer(session: Session) -> None:
    opened = open_record(session, "p_actividad")
    answer = opened.keep_file("foto.PNG", PNG)
    opened.write({"foto": answer})
    assert resume_record(session, opened.id).file(answer) == PNG
    assert opened.file("0" * 64 + ".png") is None


def kept_photos(session: Session) -> set[bytes]:
    return {data for (data,) in session.store.rows("SELECT data FROM attachment")}


def with_photo(opened: OpenRecord, data: bytes = PNG) -> OpenRecord:
    opened.write({"tema": "Hierro", "foto": opened.keep_file("foto.png", data)})
    return opened


def test_a_draft_thrown_away_takes_its_photo_with_it(session: Session) -> None:
    draft = with_photo(open_record(session, "p_actividad"))
    twin = with_photo(open_record(session, "p_actividad"))
    discard_record(session, draft.id)
    assert kept_photos(session) == {PNG}, "another draft shows the same photo"
    discard_record(session, twin.id)
    assert kept_photos(session) == set()


def test_a_photo_taken_anew_leaves_nothing_of_the_first_one(session: Session) -> None:
    other = with_photo(open_record(session, "p_actividad"), PNG + b"of another draft")
    opened = with_photo(open_record(session, "p_actividad"), PNG)
    record, _ = close_record(session, with_photo(opened, PNG + b"2"))
    assert kept_photos(session) == {PNG + b"2", PNG + b"of another draft"}
    with_photo(other, PNG + b"3")
    discard_record(session, other.id)
    assert kept_photos(session) == {PNG + b"2"}
    assert open_reading(session, record.id).file(str(record.answers["foto"])) == PNG + b"2"


def test_a_correction_thrown_away_leaves_the_photo_of_the_record(session: Session) -> None:
    record, _ = close_record(session, with_photo(open_record(session, "p_actividad")))
    discard_record(session, with_photo(correct_record(session, record.id), PNG + b"2").id)
    assert kept_photos(session) == {PNG}
    again = with_photo(correct_record(session, record.id))
    again.write({"tema": "Agua"})
    discard_record(session, again.id)
    assert kept_photos(session) == {PNG}


def test_an_earlier_version_keeps_its_photo_until_the_record_is_deleted(session: Session) -> None:
    first, second, third = PNG, PNG + b"2", PNG + b"3"
    record, _ = close_record(session, with_photo(open_record(session, "p_actividad"), first))
    other, _ = close_record(session, with_photo(open_record(session, "p_actividad"), second))
    close_record(session, with_photo(correct_record(session, record.id), second))
    with_photo(correct_record(session, record.id), third)
    assert kept_photos(session) == {first, second, third}
    delete_record(session, record.id, DeleteReason.TRIAL)
    assert kept_photos(session) == {first, second}, "an edit made elsewhere may bring it back"
    confirmed(session)
    assert kept_photos(session) == {second}, "the other record shows it too"
    delete_record(session, other.id, DeleteReason.TRIAL)
    confirmed(session)
    assert kept_photos(session) == set()


def test_a_deleted_records_photo_the_server_has_is_dropped_at_once(session: Session) -> None:
    record, _ = close_record(session, with_photo(open_record(session, "p_actividad")))
    mark_sent(session.store, [str(record.answers["foto"])], session.clock.now())
    delete_record(session, record.id, DeleteReason.TRIAL)
    assert kept_photos(session) == set()


def confirmed(session: Session) -> None:
    """The server took everything; what follows a synchronisation."""
    with session.work("test") as work:
        work.tx.execute("DELETE FROM outbox")
        drop_of_deleted(work.tx)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("foto.jpg", bytes(5 * 1024 * 1024 + 1), "RCD-010"),
        ("programa.exe", b"MZ", "RCD-011"),
        ("sin_extension", b"x", "RCD-011"),
        ("foto.png", b"", "RCD-012"),
    ],
)
def test_a_file_that_is_not_taken_says_why(
    session: Session, name: str, data: bytes, code: str
) -> None:
    with pytest.raises(UserError) as error:
        open_record(session, "p_actividad").keep_file(name, data)
    assert code_of(error) == code
    assert session.store.rows("SELECT count(*) FROM attachment")[0][0] == 0


def test_a_photo_of_exactly_five_megabytes_is_taken(session: Session) -> None:
    opened = open_record(session, "p_actividad")
    assert opened.keep_file("foto.jpg", bytes(5 * 1024 * 1024)).endswith(".jpg")
