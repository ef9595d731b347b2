"""A request is asked again only when that can help, in the version the server speaks, byte by byte."""

from __future__ import annotations

import re
import socket
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise

import pytest
from http_stand import Stand, compact, http, stand

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.sync.http_retry import Retry
from juntos_campo.sync.http_transport import HttpTransport, refusal
from juntos_campo.sync.problems import TOO_SLOW
from juntos_campo.wire.compact import encode_response
from juntos_campo.wire.framing import ENCODING, unpack, write_answer
from juntos_campo.wire.messages import (
    PROTOCOL,
    Arrival,
    Change,
    Operation,
    SyncRequest,
    SyncResponse,
)

REQUEST = SyncRequest(protocol=PROTOCOL, device="d-1", stamp="mark")
NOW = datetime(2026, 11, 17, 13, 0, tzinfo=UTC)
PAGE = SyncResponse(
    protocol=PROTOCOL,
    server_time=NOW,
    changes=tuple(
        Change(
            kind="visit",
            id=f"{number:032x}",
            version=1,
            seq=number,
            partition="fw:ana",
            fields={"note": sha256(bytes([number])).hexdigest()},
        )
        for number in range(1, 80)
    ),
)
GOOD = compact(SyncResponse(protocol=PROTOCOL, server_time=NOW))
OLD = http(b'{"protocol":1,"server_time":"2026-11-17T08:00:00-05:00"}')
NO_SUCH_ADDRESS = http(b'{"code":"CEN-009","text":"x"}', "404 Not Found")


def sent_to(place: Stand, tries: int = 1, **more: object) -> tuple[str, HttpTransport]:
    """The code of what stopped the exchange, empty when nothing did, and the transport."""
    with HttpTransport(
        place.url, "t", tries=tries, **{"pause": lambda _seconds: None, **more}
    ) as transport:
        try:
            transport.exchange(REQUEST)
        except UserError as error:
            return error.problem.code, transport
    return "", transport


def test_a_link_that_fails_is_tried_again_with_the_same_request() -> None:
    with stand(b"", b"HTTP/1.1 200 OK\r\n", GOOD) as place:
        assert sent_to(place, tries=3)[0] == ""
        assert len(set(place.asked)) == 1
        assert len(place.asked) == 3


def test_a_refusal_is_not_asked_for_again() -> None:
    with stand(http(b'{"code":"CEN-006","text":"x"}', "422 x"), GOOD) as place:
        assert sent_to(place, tries=3)[0] == "SYN-005"
        assert len(place.asked) == 1


def test_pauses_grow_are_never_all_the_same_and_have_an_end() -> None:
    pauses: list[float] = []
    with stand(*[b""] * 9) as place:
        sent_to(place, tries=9, pause=pauses.append, jitter=lambda: 0.0)
    steady = sum(pauses)
    assert steady == pytest.approx(0.5 * (1 + 2 + 4 + 8 + 16 + 20 + 20 + 20), rel=0.01)
    pauses.clear()
    with stand(*[b""] * 9) as place:
        sent_to(place, tries=9, pause=pauses.append, jitter=lambda: 1.0)
    assert sum(pauses) == pytest.approx(3 * steady, rel=0.01)


def test_who_cancels_during_a_pause_is_heard_within_a_moment() -> None:
    paused: list[float] = []
    with stand(b"", GOOD) as place:
        code, _ = sent_to(place, 9, pause=paused.append, cancelled=lambda: len(paused) >= 2)
    assert code == "SYN-009"
    assert sum(paused) < 0.5


def test_who_cancels_while_the_server_is_silent_is_heard_within_a_moment() -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        transport = HttpTransport(url, "t", cancelled=cancelled)
        with transport, pytest.raises(UserError) as caught:
            transport.exchange(REQUEST)
    assert caught.value.problem.code == "SYN-009"
    assert len(asked) == 3


def test_a_silent_server_is_told_as_slow_after_the_time_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        transport = HttpTransport(url, "t", tries=1, timeouts=(1.0, 0.3))
        with transport, pytest.raises(UserError) as caught:
            transport.exchange(REQUEST)
    assert caught.value.problem.code == "SYN-002"


def test_a_network_that_swallows_everything_is_told_before_anybody_thinks_it_hangs() -> None:
    """Where each try takes 20 seconds to fail, five of them would be two minutes of nothing."""
    times = iter(range(0, 1000, 20))
    tried: list[int] = []

    def swallowed() -> None:
        tried.append(1)
        raise user_error(TOO_SLOW)

    def retry(heard: bool) -> int:
        made = Retry(
            tries=9,
            first_pause=1,
            pause=lambda _seconds: None,
            jitter=lambda: 0.5,
            cancelled=lambda: False,
            now=lambda: next(times),
        )
        made.heard = heard
        tried.clear()
        with pytest.raises(UserError):
            made.run(swallowed)
        return len(tried)

    assert retry(heard=False) == 2
    assert retry(heard=True) == 8


@pytest.mark.parametrize("status", ["503 Service Unavailable", "429 Too Many Requests"])
def test_a_server_that_asks_to_wait_is_waited_for(status: str) -> None:
    pauses: list[float] = []
    with stand(http(b"", status, "Retry-After: 17"), GOOD) as place:
        assert sent_to(place, 2, pause=pauses.append)[0] == ""
    assert 17 <= sum(pauses) < 18


def test_a_server_that_asks_to_wait_for_long_is_told_not_waited_for() -> None:
    with stand(http(b"", "503 x", "Retry-After: 600"), GOOD) as place:
        transport = HttpTransport(place.url, "t", tries=3, pause=_no_pause)
        with transport, pytest.raises(UserError) as caught:
            transport.exchange(REQUEST)
        assert len(place.asked) == 1
    assert "en 10 minutos" in str(caught.value)


def _no_pause(_seconds: float) -> None:
    raise AssertionError("nobody should wait here")


def test_an_old_server_is_spoken_to_in_its_own_version_from_then_on() -> None:
    request = REQUEST.model_copy(
        update={
            "operations": (
                Operation(
                    op_id="op-00000001",
                    kind="visit",
                    id="v-1",
                    base_version=0,
                    author="ana",
                    counter=1,
                    device_time=NOW,
                    prev="op-00000000",
                    clock_offset=7,
                ),
            ),
            "arriving": {"fw:ana": Arrival(until=9)},
            "want": {"fw:ana": ("abcd",)},
            "pending": True,
        }
    )
    with stand(NO_SUCH_ADDRESS, OLD, OLD) as place, HttpTransport(place.url, "t") as transport:
        assert transport.protocol == 2
        assert transport.exchange(request).protocol == 1
        assert transport.protocol == 1
        assert transport.exchange(request).protocol == 1
    assert [one.split(b" ", 2)[1] for one in place.asked] == [b"/v2/sync", b"/v1/sync", b"/v1/sync"]
    head, _, body = place.asked[1].partition(b"\r\n\r\n")
    encoding = ENCODING if b"zstd" in head else ""
    told = SyncRequest.model_validate_json(unpack(body, encoding, 10_000))
    assert told == SyncRequest(
        protocol=1,
        device="d-1",
        operations=(request.operations[0].model_copy(update={"prev": "", "clock_offset": None}),),
    )


def test_a_server_that_names_version_1_as_its_own_is_spoken_to_in_it() -> None:
    body = b'{"code":"CEN-005","text":"x","supported":[1]}'
    with stand(http(body, "409 Conflict"), OLD) as place:
        code, transport = sent_to(place)
        assert (code, transport.protocol) == ("", 1)


def test_a_server_that_speaks_only_newer_versions_is_told_as_it_says() -> None:
    body = b'{"code":"CEN-005","text":"Actualice","supported":[3,4]}'
    with stand(http(body, "409 Conflict"), OLD) as place:
        assert sent_to(place)[0] == "SYN-005"
        assert len(place.asked) == 1


def test_a_page_that_is_not_there_is_no_sign_of_an_old_server() -> None:
    with stand(http(b"not found", "404 Not Found"), OLD) as place:
        code, transport = sent_to(place)
        assert (code, transport.protocol) == ("SYN-003", 2)


def test_signing_in_to_an_old_server_works_and_never_shows_the_old_token() -> None:
    login = (
        b'{"protocol":1,"token":"new","user":"ana","full_name":"Ana","role":"field_worker",'
        b'"server_time":"2026-11-17T08:00:00-05:00"}'
    )
    with stand(NO_SUCH_ADDRESS, http(login)) as place, HttpTransport(place.url, "old") as transport:
        transport.login("ana", "secreto 2026", "d-1", "laptop", sign_key="ab" * 32, counter=5)
        assert transport.token == "new"
    assert [one.split(b" ", 2)[1] for one in place.asked] == [b"/v2/login", b"/v1/login"]
    assert not any(b"uthorization" in one for one in place.asked)
    assert b"sign_key" not in place.asked[1]


def rest_of(whole: bytes, cut: int) -> tuple[bytes, int]:
    """`whole` cut after `cut` bytes of its page, and at which byte its body begins."""
    begin = whole.index(b"\r\n\r\n") + 4
    head, page = encode_response(PAGE)
    return whole[: begin + 8 + len(head) + cut], len(page)


def test_only_the_rest_of_a_page_is_asked_for_after_a_cut() -> None:
    whole = compact(PAGE)
    head, page = encode_response(PAGE)
    first, size = rest_of(whole, 500)
    rest = http(write_answer(head, page, 500))
    with stand(first, rest) as place, HttpTransport(place.url, "t", pause=_quick) as transport:
        assert transport.exchange(REQUEST) == PAGE
        assert transport.partial is None
    assert re.search(rb"X-Resume: [0-9a-f]{16}:500\r\n", place.asked[1])
    assert transport.bytes_down == len(first) + len(rest) < len(whole) + len(head) + 100
    assert size > 1000


def _quick(_seconds: float) -> None:
    return None


def received(place: Stand) -> SyncResponse:
    with HttpTransport(place.url, "t", pause=_quick) as transport:
        return transport.exchange(REQUEST)


def test_a_page_cut_at_every_byte_arrives_as_it_was() -> None:
    """What cannot be gone on with must be found out: a page of two different halves is a lie."""
    head, page = encode_response(PAGE)
    cuts = range(0, len(page), max(1, len(page) // 25))
    pieces = [rest_of(compact(PAGE), cut)[0] for cut in cuts]
    for cut, piece in zip(cuts, pieces, strict=True):
        with stand(piece, http(write_answer(head, page, cut))) as place:
            assert received(place) == PAGE


def test_another_page_replaces_the_half_one() -> None:
    other = PAGE.model_copy(update={"changes": PAGE.changes[:40]})
    with stand(rest_of(compact(PAGE), 500)[0], compact(other)) as place:
        assert received(place) == other


def test_a_rest_that_does_not_fit_is_not_put_together() -> None:
    other_head, other_page = encode_response(PAGE.model_copy(update={"changes": PAGE.changes[:40]}))
    wrong = http(write_answer(other_head, other_page, 300))
    with stand(rest_of(compact(PAGE), 500)[0], wrong, compact(PAGE)) as place:
        with HttpTransport(place.url, "t", pause=_quick) as transport:
            assert transport.exchange(REQUEST) == PAGE
        assert len(place.asked) == 3


def test_half_a_page_can_be_carried_to_the_next_synchronisation() -> None:
    head, page = encode_response(PAGE)
    with stand(rest_of(compact(PAGE), 500)[0]) as place:
        code, before = sent_to(place)
    assert code == "SYN-007"
    assert before.partial is not None
    assert before.partial[1] == page[:500]
    with (
        stand(http(write_answer(head, page, 500))) as place,
        HttpTransport(place.url, "t") as after,
    ):
        after.partial = before.partial
        assert after.exchange(REQUEST) == PAGE
        assert after.partial is None


def test_a_kept_part_that_is_damaged_is_thrown_away_not_kept_for_ever() -> None:
    head, page = encode_response(PAGE)
    tag = sent_partial(rest_of(compact(PAGE), 500)[0])
    with stand(http(write_answer(head, page, 500)), compact(PAGE)) as place:
        with HttpTransport(place.url, "t", pause=_quick) as transport:
            transport.partial = (tag, bytes(500))
            assert transport.exchange(REQUEST) == PAGE
        assert b"X-Resume" in place.asked[0]
        assert b"X-Resume" not in place.asked[1]


def sent_partial(piece: bytes) -> str:
    with stand(piece) as place:
        kept = sent_to(place)[1].partial
    assert kept is not None
    return kept[0]


def test_a_link_cut_often_that_brings_something_each_time_is_not_given_up() -> None:
    head, page = encode_response(PAGE)
    cuts = [0, *range(100, len(page), 150)]
    pieces = [
        http(write_answer(head, page, begin))[: -(len(page) - end)] for begin, end in pairwise(cuts)
    ]
    pieces.append(http(write_answer(head, page, cuts[-1])))
    assert len(pieces) > 8
    with stand(*pieces) as place, HttpTransport(place.url, "t", tries=2, pause=_quick) as transport:
        assert transport.exchange(REQUEST) == PAGE


def test_a_server_whose_page_is_another_each_time_is_not_asked_for_ever() -> None:
    pages = [
        compact(PAGE.model_copy(update={"changes": PAGE.changes[number:]}))[:-200]
        for number in range(20)
    ]
    with stand(*pages) as place:
        assert sent_to(place, tries=3)[0] == "SYN-007"
        assert len(place.asked) < 6


def test_nothing_is_sent_that_the_server_does_not_read() -> None:
    with stand(GOOD) as place:
        sent_to(place)
    names = {
        line.split(b":")[0].lower()
        for line in place.asked[0].split(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    }
    assert names == {b"host", b"content-length", b"authorization"}


def test_the_bytes_reported_are_the_bytes_that_travelled() -> None:
    with stand(b"HTTP/1.1 200 OK\r\n", GOOD) as place:
        _, transport = sent_to(place, tries=2)
    assert transport.bytes_down == len(b"HTTP/1.1 200 OK\r\n") + len(GOOD)
    assert transport.bytes_up == sum(map(len, place.asked))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "campo.example.pe",
        "ftp://x",
        "http://",
        "https://[::1",
        "https://x:99999",
        "https://x y",
    ],
)
def test_an_address_that_is_none_is_told_before_anything_is_sent(address: str) -> None:
    with pytest.raises(UserError) as caught:
        HttpTransport(address)
    assert caught.value.problem.code == "SYN-011"


def test_a_token_never_travels_in_the_clear() -> None:
    with pytest.raises(UserError) as caught:
        HttpTransport("http://campo.example.pe", "t")
    assert caught.value.problem.code == "SYN-027"


def test_bytes_are_called_for_as_they_are_and_refusals_are_handed_over() -> None:
    refused = b'{"code":"CEN-007","text":"Muy grande"}'
    answers = (http(b"<raw\0", "200 OK", "X-Size: 5"), http(refused, "413 x"))
    with stand(*answers) as place, HttpTransport(place.url, "t") as transport:
        status, headers, data = transport.call("PUT", "/v2/files/x", b"abc", {"X-A": "b"})
        assert (status, headers["x-size"], data) == (200, "5", b"<raw\0")
        status, _, data = transport.call("GET", "/v2/files/x")
    assert (status, data) == (413, refused)
    assert "Muy grande" in str(refusal(status, data))
    assert place.asked[0].startswith(b"PUT /v2/files/x ")
    assert place.asked[0].endswith(b"\r\n\r\nabc")
    assert b"X-A: b\r\nAuthorization: Bearer t\r\n" in place.asked[0]
    assert place.asked[1].startswith(b"GET /v2/files/x ")


def test_the_age_of_the_servers_time_is_what_passed_since_it_answered() -> None:
    with stand(GOOD) as place:
        _, transport = sent_to(place)
    assert transport.server_time_age is not None
    assert 0 <= transport.server_time_age < 5
