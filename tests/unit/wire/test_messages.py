"""The bytes on the wire: an old laptop's exchange must be understood for ever."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from juntos_campo.wire.framing import DamagedBodyError, pack, unpack
from juntos_campo.wire.messages import Ack, Outcome, SyncRequest, SyncResponse

# As protocol 1 was first sent, recorded when it was made. Do not adapt these to the code.
REQUEST_1 = (
    b'{"protocol":1,"device":"d1","cursor":{"ref":3,"fw:ana":17},"operations":[{"op_id":"op-00000001",'
    b'"kind":"visit","id":"v1","base_version":2,"author":"ana","counter":5,'
    b'"device_time":"2026-11-17T09:00:00-05:00","fields":{"answers/note":"x"},"removed":["answers/mark"]}],'
    b'"counter":5}'
)
RESPONSE_1 = (
    b'{"protocol":1,"server_time":"2026-11-17T09:00:02-05:00","cursor":{"ref":3,"fw:ana":19},'
    b'"acks":[{"op_id":"op-00000001","version":3,"outcome":"merged_with_conflict"}],'
    b'"changes":[{"kind":"visit","id":"v1","version":3,"seq":18,"partition":"fw:ana",'
    b'"fields":{"answers":{"note":"x"}},"author":"ana","changed_at":"2026-11-17T09:00:02-05:00"}],'
    b'"conflicts":[{"conflict_id":"c1","kind":"visit","id":"v1","path":"answers/note","version":3,'
    b'"seq":19,"partition":"fw:ana","kept":{"value":"x","author":"ana","at":"t"},'
    b'"lost":{"value":"y","author":"zoe","at":"t"},"rule":"last_arrival","base":"z"}]}'
)


def test_an_exchange_of_protocol_1_is_read_and_written_as_it_was_recorded() -> None:
    assert SyncRequest.model_validate_json(REQUEST_1).to_json() == REQUEST_1
    assert SyncResponse.model_validate_json(RESPONSE_1).to_json() == RESPONSE_1


def test_what_a_newer_program_adds_is_passed_over() -> None:
    newer = REQUEST_1[:-1] + b',"weather":{"rain":true}}'
    assert SyncRequest.model_validate_json(newer) == SyncRequest.model_validate_json(REQUEST_1)


def test_what_has_its_default_is_not_sent() -> None:
    assert Ack(op_id="op-00000001", version=1, outcome=Outcome.APPLIED).to_json() == (
        b'{"op_id":"op-00000001","version":1}'
    )


@pytest.mark.parametrize(
    "damage",
    [(b'"d1"', b'"d\\u0000"'), (b'"counter":5}', b'"counter":-5}'), (b'"op-00000001"', b'"x"')],
)
def test_a_value_outside_its_bounds_is_not_let_in(damage: tuple[bytes, bytes]) -> None:
    with pytest.raises(ValidationError):
        SyncRequest.model_validate_json(damage[1].join(REQUEST_1.rsplit(damage[0], 1)))


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ((b'"ana"', b'"an\\u0000a"'), "author"),
        ((b":2,", b":-2,"), "base_version"),
        ((b"-05:00", b""), "device_time"),
    ],
)
def test_an_operation_outside_its_bounds_does_not_keep_the_others_from_being_read(
    damage: tuple[bytes, bytes], fault: str
) -> None:
    second = REQUEST_1[REQUEST_1.index(b'{"op_id"') : REQUEST_1.index(b'],"counter')]
    both = REQUEST_1.replace(
        b'"operations":[', b'"operations":[' + second.replace(*damage, 1) + b","
    )
    read = SyncRequest.model_validate_json(both)
    assert read.operations == SyncRequest.model_validate_json(REQUEST_1).operations
    assert [(one.place, one.fault) for one in read.unreadable] == [(0, fault)]
    assert read.to_json() == REQUEST_1


def test_a_body_comes_back_as_it_was_packed() -> None:
    for body in (b"", b"{}", REQUEST_1, RESPONSE_1 * 500):
        data, encoding = pack(body)
        assert len(data) <= len(body)
        assert unpack(data, encoding, len(body)) == body


def test_a_body_cut_at_any_byte_is_never_taken_for_a_whole_one() -> None:
    data, encoding = pack(RESPONSE_1 * 3)
    assert encoding == "zstd"
    for end in range(len(data)):
        with pytest.raises(DamagedBodyError):
            unpack(data[:end], encoding, 100_000)


def test_a_body_that_would_swell_beyond_the_limit_is_not_unpacked() -> None:
    data, encoding = pack(b" " * 1_000_000)
    with pytest.raises(DamagedBodyError):
        unpack(data, encoding, 999_999)
    with pytest.raises(DamagedBodyError):
        unpack(b" " * 11, "", 10)
