"""The compact form loses nothing of a message, and takes nothing that is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from any_messages import REQUEST, RESPONSE
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from juntos_campo.domain.ids import derived_id
from juntos_campo.wire import dictionaries
from juntos_campo.wire.compact import (
    decode_request,
    decode_response,
    dictionary_of,
    encode_request,
    encode_response,
    head_of,
)
from juntos_campo.wire.dictionaries import NEWEST, UnknownDictionaryError, compress, expand
from juntos_campo.wire.framing import AnswerReader, DamagedBodyError, write_answer
from juntos_campo.wire.messages import Ack, Change, Operation, SyncRequest, SyncResponse

PLENTY = 10_000_000


@settings(max_examples=60, deadline=None)
@given(REQUEST)
def test_nothing_of_a_request_is_lost(request: SyncRequest) -> None:
    assert decode_request(encode_request(request), PLENTY).to_json() == request.to_json()


@settings(max_examples=60, deadline=None)
@given(RESPONSE, st.booleans())
def test_nothing_of_an_answer_is_lost(response: SyncResponse, in_order: bool) -> None:
    asked = [one.op_id for one in response.acks] if in_order else ["another-op"]
    head, page = encode_response(response, asked=asked)
    told = head_of(head)
    assert told.total == len(page)
    assert bool(page) == bool(response.changes or response.conflicts or response.removals)
    found = decode_response(head, page, PLENTY, asked=asked)
    assert found.to_json() == response.to_json()


ANSWER = SyncResponse(
    protocol=2,
    server_time=datetime(2026, 11, 21, 8, tzinfo=UTC),
    cursor={"ref": 12, "fw:ana": 400},
    acks=(Ack(op_id="a" * 24, version=2), Ack(op_id="b" * 24, version=7)),
    changes=tuple(
        Change(
            kind="visit",
            id=f"{number:032x}",
            version=1,
            seq=number,
            partition="fw:ana",
            fields={"household_id": f"{number % 3:032x}", "answers": {"note": "ñ" * number}},
            author="ana",
        )
        for number in range(40)
    ),
    stamp="c" * 32,
)
ASKED = ["a" * 24, "b" * 24]
REQUEST_BODY = encode_request(
    SyncRequest(
        protocol=2,
        device="d" * 32,
        cursor={"ref": 12, "fw:ana": 400},
        operations=(
            Operation(
                op_id="a" * 24,
                kind="visit",
                id="e" * 32,
                base_version=0,
                author="ana",
                counter=4,
                device_time=datetime(2026, 11, 21, 8, tzinfo=UTC),
                fields={f"answers/member/{'ab' * 16}/hb": 10.5, "answers/note": "Volverá."},
            ),
        ),
    )
)


def test_the_same_page_made_at_another_time_has_the_same_bytes() -> None:
    """A download that was cut goes on with a page the server makes again."""
    later = ANSWER.model_copy(
        update={
            "server_time": ANSWER.server_time + timedelta(days=1),
            "stamp": "d" * 32,
            "acks": (),
        }
    )
    (first_head, first), (second_head, second) = encode_response(ANSWER), encode_response(later)
    assert first == second
    assert first_head != second_head
    assert head_of(first_head) == head_of(second_head)


def test_acknowledgements_in_the_order_asked_do_not_name_their_operations() -> None:
    named, _ = encode_response(ANSWER)
    unnamed, _ = encode_response(ANSWER, asked=ASKED)
    assert len(unnamed) < len(named)


def test_acknowledgements_of_other_operations_are_not_taken_for_ours() -> None:
    head, page = encode_response(ANSWER, asked=ASKED)
    with pytest.raises(DamagedBodyError):
        decode_response(head, page, PLENTY, asked=[*ASKED, "d" * 24])


def test_a_page_of_another_answer_is_noticed() -> None:
    head, page = encode_response(ANSWER)
    fewer = ANSWER.model_copy(update={"changes": ANSWER.changes[:-1]})
    for other in (b"", page[:-1], page + b"x", encode_response(fewer)[1]):
        with pytest.raises(DamagedBodyError):
            decode_response(head, other, PLENTY)


def test_a_request_with_a_value_out_of_bounds_is_not_let_in() -> None:
    odd = SyncRequest.model_construct(protocol=2, device="no es un id", cursor={"ref": 1})
    with pytest.raises(ValidationError):
        decode_request(encode_request(odd), PLENTY)


def test_a_body_of_a_dictionary_to_come_is_told_from_a_damaged_one() -> None:
    """The other side can then be spoken to without it."""
    body = bytearray(encode_request(SyncRequest(protocol=2, device="d")))
    assert dictionary_of(bytes(body)) == NEWEST
    place = body.index(NEWEST.to_bytes(2, "little"))
    body[place : place + 2] = (65_000).to_bytes(2, "little")
    with pytest.raises(UnknownDictionaryError):
        decode_request(bytes(body), PLENTY)


def test_who_does_not_have_our_dictionary_can_be_spoken_to_without_one() -> None:
    request = SyncRequest(protocol=2, device="d")
    body = encode_request(request, dictionary=0)
    assert dictionary_of(body) == 0
    assert decode_request(body, PLENTY) == request
    head, page = encode_response(ANSWER, dictionary=0)
    assert (dictionary_of(head), dictionary_of(page)) == (0, 0)
    assert decode_response(head, page, PLENTY) == ANSWER


def test_ids_the_fields_give_do_not_travel() -> None:
    def page_of(own_id: Callable[[str], str]) -> bytes:
        members = [Random(number).randbytes(16).hex() for number in range(200)]
        changes = tuple(
            Change(
                kind="service_event",
                id=own_id(member),
                version=1,
                seq=1,
                partition="fw:ana",
                fields={"member_id": member, "service": "CRED", "on": "2026-05-05", "number": 3},
            )
            for member in members
        )
        response = ANSWER.model_copy(update={"changes": changes})
        head, page = encode_response(response)
        assert decode_response(head, page, PLENTY).changes == changes
        return page

    natural = page_of(lambda one: derived_id("service_event", one, "CRED", "2026-05-05", "3"))
    other = page_of(lambda one: derived_id("service_event", one, "CRED", "2026-05-06", "3"))
    assert len(other) - len(natural) > 200 * 15


def altered(data: bytes, rng: Random) -> bytes:
    """Some bytes changed, or the end missing, or something behind it."""
    found = bytearray(data)
    match rng.randrange(4):
        case 0:
            del found[rng.randrange(len(found)) :]
        case 1:
            found += rng.randbytes(rng.randint(1, 9))
        case _:
            for _ in range(rng.randint(1, 3)):
                found[rng.randrange(len(found))] ^= 1 << rng.randrange(8)
    return bytes(found)


def test_five_thousand_damaged_bodies_are_refused_and_nothing_breaks() -> None:
    """Also when what was compressed is damaged: there no checksum of the frame helps."""
    rng = Random(7)
    head, page = encode_response(ANSWER, asked=ASKED)
    inner = expand(REQUEST_BODY, PLENTY), expand(head, PLENTY)
    refused = 0
    for number in range(5_000):
        try:
            match number % 5:
                case 0:
                    decode_request(altered(REQUEST_BODY, rng), 100_000)
                case 1:
                    decode_request(compress(altered(inner[0], rng)), 100_000)
                case 2:
                    decode_response(altered(head, rng), page, 100_000, asked=ASKED)
                case 3:
                    decode_response(compress(altered(inner[1], rng)), page, 100_000, asked=ASKED)
                case _:
                    decode_response(head, altered(page, rng), 100_000, asked=ASKED)
        except (DamagedBodyError, ValidationError):
            refused += 1
    assert refused > 3_000


def test_a_body_that_unfolds_without_end_is_refused() -> None:
    for bomb in (b"\x01" + b"\x07" * 3_000_000, b"x" * 3_000_000):
        with pytest.raises(DamagedBodyError):
            decode_request(compress(bomb), 1_000_000)


def test_an_answer_is_read_however_it_is_cut_into_pieces() -> None:
    head, page = encode_response(ANSWER, asked=ASKED)
    rng = Random(3)
    for offset in (0, 1, len(page) // 2, len(page)):
        data = write_answer(head, page, offset)
        reader, start = AnswerReader(), 0
        while start < len(data):
            end = start + rng.randint(1, 40)
            reader.feed(data[start:end])
            assert reader.head in (None, head)
            start = end
        assert (reader.head, reader.offset, bytes(reader.page)) == (head, offset, page[offset:])


def test_an_answer_that_is_none_is_not_waited_for() -> None:
    with pytest.raises(DamagedBodyError):
        AnswerReader().feed(b"<html>Bienvenido a la red")
    reader = AnswerReader(limit=100)
    with pytest.raises(DamagedBodyError):
        reader.feed(write_answer(b"head", b"x" * 101))


def test_every_dictionary_that_was_ever_written_with_is_shipped() -> None:
    assert dictionaries.is_known(NEWEST)
    assert NEWEST == 0 or 32768 <= NEWEST < 65536
