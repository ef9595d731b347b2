"""A request is asked again only when that can help, in the version the server speaks, byte by byte."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest
from http_stand import REQUEST, compact, http, sent_to, stand

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.sync.http_retry import Retry
from juntos_campo.sync.http_transport import HttpTransport, refusal
from juntos_campo.sync.problems import TOO_SLOW
from juntos_campo.wire.framing import ENCODING, unpack
from juntos_campo.wire.messages import PROTOCOL, Arrival, Operation, SyncRequest, SyncResponse

NOW = datetime(2026, 11, 17, 13, 0, tzinfo=UTC)
GOOD = compact(SyncResponse(protocol=PROTOCOL, server_time=NOW))
OLD = http(b'{"protocol":1,"server_time":"2026-11-17T08:00:00-05:00"}')
NO_SUCH_ADDRESS = http(b'{"code":"CEN-009","text":"x"}', "404 Not Found")


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
        transport = HttpTransport(place.url, "t", tries=3, pause=_never_paused)
        with transport, pytest.raises(UserError) as caught:
            transport.exchange(REQUEST)
        assert len(place.asked) == 1
    assert "en 10 minutos" in str(caught.value)


def _never_paused(_seconds: float) -> None:
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
