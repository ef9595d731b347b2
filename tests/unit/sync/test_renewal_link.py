"""A connection whose token is good no more, and a server that says when to come again."""

from __future__ import annotations

import pytest
from http_stand import REQUEST, compact, http, stand

from juntos_campo.domain.errors import UserError
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.sync.renewal import Renewal
from juntos_campo.wire.messages import PROTOCOL, ErrorBody, SyncResponse
from juntos_campo.wire.renewal import TokenAnswer, sealed_token
from juntos_campo.wire.signing import public_key

SEED = "11" * 32
GOOD = compact(SyncResponse(protocol=PROTOCOL, server_time="2026-11-17T08:00:00-05:00"))


def refused(code: str, status: str, *headers: str) -> bytes:
    body = ErrorBody(code=code, text="No se puede.").to_json()
    return http(body, status, "Content-Type: application/json", *headers)


UNKNOWN = refused("CEN-003", "401 Unauthorized")


def renewed(token: str, key: str = public_key(SEED)) -> bytes:
    answer = TokenAnswer(sealed=sealed_token(token, key), renew_days=15)
    return http(answer.to_json(), "200 OK", "Content-Type: application/json")


def run(*answers: bytes) -> tuple[str, list[str], list[bytes]]:
    """The code of what stopped an exchange, the tokens that were kept, the requests."""
    kept: list[str] = []
    with stand(*answers) as place:
        renewal = Renewal("d-1", SEED, lambda token, _days: kept.append(token))
        with HttpTransport(
            place.url, "old", tries=2, pause=lambda _s: None, renewal=renewal
        ) as link:
            try:
                link.exchange(REQUEST)
            except UserError as error:
                return error.problem.code, kept, place.asked
    return "", kept, place.asked


def test_the_exchange_goes_through_with_the_token_that_was_kept_first() -> None:
    code, kept, asked = run(UNKNOWN, renewed("new"), GOOD)
    assert (code, kept) == ("", ["new"])
    first, renewal, second = asked
    assert b"bearer old" in first.lower()
    assert renewal.startswith(b"POST /v2/token")
    assert b"authorization" not in renewal.lower()
    assert b"bearer new" in second.lower()
    assert first.partition(b"\r\n\r\n")[2] == second.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("answer", [UNKNOWN, refused("CEN-009", "404 Not Found")])
def test_a_server_that_does_not_know_the_key_or_is_too_old_asks_for_the_password(
    answer: bytes,
) -> None:
    code, kept, asked = run(UNKNOWN, answer)
    assert (code, kept, len(asked)) == ("SYN-004", [], 2)


def test_a_server_that_refuses_the_new_token_too_is_not_asked_for_ever() -> None:
    code, kept, asked = run(UNKNOWN, renewed("new"), UNKNOWN)
    assert (code, kept, len(asked)) == ("SYN-004", ["new"], 3)


def test_a_token_sealed_to_somebody_else_is_not_kept() -> None:
    strange = renewed("new", public_key("22" * 32))
    code, kept, _ = run(UNKNOWN, strange, UNKNOWN, strange)
    assert (code, kept) == ("SYN-007", [])


def test_a_link_that_was_cut_while_the_token_came_is_asked_again() -> None:
    code, kept, _ = run(UNKNOWN, renewed("lost")[:-40], UNKNOWN, renewed("new"), GOOD)
    assert (code, kept) == ("", ["new"])


def test_a_laptop_that_asked_too_often_waits_as_long_as_the_server_says() -> None:
    pauses: list[float] = []
    busy = refused("CEN-117", "429 Too Many Requests", "Retry-After: 17")
    with stand(busy, GOOD) as place:
        with HttpTransport(place.url, "t", tries=2, pause=pauses.append) as link:
            link.exchange(REQUEST)
        assert len(place.asked) == 2
    assert 17 <= sum(pauses) < 18


def test_a_long_wait_is_told_to_the_person() -> None:
    busy = refused("CEN-117", "429 Too Many Requests", "Retry-After: 600")
    with stand(busy) as place, HttpTransport(place.url, "t", tries=2) as link:
        with pytest.raises(UserError) as caught:
            link.exchange(REQUEST)
        assert len(place.asked) == 1
    assert "10 minutos" in str(caught.value)
