"""A page that was cut goes on at the byte it stopped, and two halves of different pages never become one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise

from http_stand import REQUEST, Stand, compact, http, no_pause, sent_to, stand

from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.wire.compact import encode_response
from juntos_campo.wire.framing import write_answer
from juntos_campo.wire.messages import PROTOCOL, Change, SyncResponse

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
    with stand(first, rest) as place, HttpTransport(place.url, "t", pause=no_pause) as transport:
        assert transport.exchange(REQUEST) == PAGE
        assert transport.partial is None
    assert re.search(rb"X-Resume: [0-9a-f]{16}:500\r\n", place.asked[1])
    assert transport.bytes_down == len(first) + len(rest) < len(whole) + len(head) + 100
    assert size > 1000


def received(place: Stand) -> SyncResponse:
    with HttpTransport(place.url, "t", pause=no_pause) as transport:
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
        with HttpTransport(place.url, "t", pause=no_pause) as transport:
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
        with HttpTransport(place.url, "t", pause=no_pause) as transport:
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
    with (
        stand(*pieces) as place,
        HttpTransport(place.url, "t", tries=2, pause=no_pause) as transport,
    ):
        assert transport.exchange(REQUEST) == PAGE


def test_a_server_whose_page_is_another_each_time_is_not_asked_for_ever() -> None:
    pages = [
        compact(PAGE.model_copy(update={"changes": PAGE.changes[number:]}))[:-200]
        for number in range(20)
    ]
    with stand(*pages) as place:
        assert sent_to(place, tries=3)[0] == "SYN-007"
        assert len(place.asked) < 6
