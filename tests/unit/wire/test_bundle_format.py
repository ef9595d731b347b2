"""The `.jcb` file: nobody but its reader can read it, and no byte of it can be changed unnoticed."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juntos_campo.domain.errors import UserError
from juntos_campo.wire.bundle import MAGIC, MOST_BYTES, open_content, read, require_signature, seal
from juntos_campo.wire.bundle_messages import (
    BundledFile,
    BundleHeader,
    BundleKind,
    BundleRequest,
)
from juntos_campo.wire.messages import Operation, SyncRequest
from juntos_campo.wire.signing import fingerprint, public_key

LAPTOP, SERVER, STRANGER = "11" * 32, "22" * 32, "33" * 32
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PHOTO = bytes(range(256)) * 8


@cache
def whole() -> bytes:
    """A request with one change of a made-up child's name, and a photo."""
    change = Operation(
        op_id="op-000001",
        kind="member",
        id="m-1",
        base_version=1,
        author="ana",
        counter=1,
        device_time=NOW,
        fields={"given": "Ñusta Killa", "document_number": "48151623"},
    )
    message = BundleRequest(
        number=1,
        requests=(SyncRequest(protocol=2, device="d-1", operations=(change,)),),
        files=(BundledFile(id="ab" * 32 + ".jpg", size=len(PHOTO)),),
    )
    header = BundleHeader(
        kind=BundleKind.REQUEST,
        id="bundle-1",
        device="d-1",
        server=fingerprint(public_key(SERVER)),
        made_at=NOW,
        size=0,
    )
    return seal(header, message, [PHOTO], seed=LAPTOP, to_key=public_key(SERVER))


def why(data: bytes) -> str:
    """The code with which the server's side refuses a file; empty when it takes it."""
    try:
        bundle = read(data)
        require_signature(bundle, public_key(LAPTOP))
        open_content(bundle, BundleRequest, SERVER)
    except UserError as error:
        return error.problem.code if str(error) else "no words"
    return ""


def test_the_reader_gets_what_was_sealed() -> None:
    bundle = read(whole())
    require_signature(bundle, public_key(LAPTOP))
    message, files = open_content(bundle, BundleRequest, SERVER)
    assert message.requests[0].operations[0].fields["given"] == "Ñusta Killa"
    assert files == [PHOTO]


def test_names_and_numbers_of_people_are_not_in_the_file() -> None:
    for secret in ("Ñusta Killa".encode(), b"48151623", PHOTO[:32]):
        assert secret not in whole()


def test_a_stranger_opens_nothing() -> None:
    with pytest.raises(UserError) as caught:
        open_content(read(whole()), BundleRequest, STRANGER)
    assert caught.value.problem.code == "JCB-004"


def test_a_file_signed_by_a_stranger_is_refused() -> None:
    with pytest.raises(UserError) as caught:
        require_signature(read(whole()), public_key(STRANGER))
    assert caught.value.problem.code == "JCB-004"


@given(st.data())
def test_one_byte_changed_anywhere_is_noticed(data: st.DataObject) -> None:
    altered = bytearray(whole())
    at = data.draw(st.integers(min_value=0, max_value=len(altered) - 1))
    altered[at] ^= data.draw(st.integers(min_value=1, max_value=255))
    assert why(bytes(altered)) in {"JCB-001", "JCB-002", "JCB-003", "JCB-004"}


def test_a_file_cut_anywhere_says_how_much_is_missing() -> None:
    size = len(whole())
    assert why(b"") == "JCB-001"
    assert {why(whole()[:length]) for length in range(1, size)} == {"JCB-003"}
    assert why(whole() + b"\0") == "JCB-004"
    assert why(whole()) == ""


@given(st.binary(max_size=300))
def test_anything_else_is_no_bundle(data: bytes) -> None:
    begins_so = data and MAGIC.startswith(data)
    assert why(data) == ("JCB-003" if begins_so else "JCB-001")


@given(st.binary(max_size=80))
def test_anything_behind_the_mark_of_a_bundle_is_refused(data: bytes) -> None:
    assert why(whole()[:8] + data).startswith("JCB-00")


def test_a_file_of_another_version_asks_for_an_update() -> None:
    newer = bytearray(whole())
    newer[8] = 9
    with pytest.raises(UserError, match="otra versión") as caught:
        read(bytes(newer))
    assert caught.value.problem.code == "JCB-002"


def test_what_is_too_large_is_not_looked_into() -> None:
    assert why(whole() + bytes(MOST_BYTES)) == "JCB-005"


def test_signed_nonsense_is_refused_in_words() -> None:
    message = BundleRequest(number=1, requests=(SyncRequest(protocol=2, device="d-1"),))
    wrong = message.model_copy(update={"files": (BundledFile(id="ab" * 32, size=5),)})
    sealed = seal(read(whole()).header, wrong, [b"123"], seed=LAPTOP, to_key=public_key(SERVER))
    assert why(sealed) == "JCB-010"
