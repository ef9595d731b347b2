"""What answers in the server's place is recognised and told; nothing is taken for a success."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from juntos_campo.domain.errors import UserError
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.wire.framing import pack
from juntos_campo.wire.messages import PROTOCOL, SyncRequest

REQUEST = SyncRequest(protocol=PROTOCOL, device="d-1")
GOOD = b'{"protocol":1,"server_time":"2026-11-17T08:00:00-05:00"}'


def http(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Stand:
    """Answers one connection after another with fixed bytes, whatever is asked."""

    def __init__(self, answers: list[bytes]) -> None:
        self.answers = answers
        self.asked: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        for answer in self.answers:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client:
                self.asked.append(_whole_request(client))
                client.sendall(answer)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


def _whole_request(client: socket.socket) -> bytes:
    data = b""
    while True:
        data += client.recv(65536)
        head, found, body = data.partition(b"\r\n\r\n")
        if found and len(body) >= int(head.lower().split(b"content-length: ")[1].split()[0]):
            return data


@pytest.fixture
def stand() -> Iterator[Callable[..., Stand]]:
    made: list[Stand] = []

    def make(*answers: bytes) -> Stand:
        made.append(Stand(list(answers)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def code_of(url: str, tries: int = 1) -> str:
    with HttpTransport(url, "t", tries=tries, pause=lambda _seconds: None) as transport:
        try:
            transport.exchange(REQUEST)
        except UserError as error:
            return error.problem.code if "sigue guardado" in str(error) else "untold"
    return ""


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (http(b"<html>Bienvenido</html>"), "SYN-003"),
        (http(b"", "302 Found", "Location: http://portal.example/"), "SYN-003"),
        (http(b"<html>Forbidden</html>", "403 Forbidden"), "SYN-003"),
        (http(b'{"ok": true}'), "SYN-007"),
        (http(GOOD, "200 OK", "Content-Encoding: zstd"), "SYN-007"),
        (http(pack(GOOD * 50)[0][:30], "200 OK", "Content-Encoding: zstd"), "SYN-007"),
        (http(b"bad gateway", "502 Bad Gateway"), "SYN-006"),
        (http(b'{"code":"CEN-003","text":"x"}', "401 Unauthorized"), "SYN-004"),
        (http(b'{"code":"CEN-005","text":"x"}', "409 Conflict"), "SYN-005"),
        (http(b'{"code":"CEN-008","text":"x"}', "503 Service Unavailable"), "SYN-006"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + GOOD, "SYN-007"),
        (b"", "SYN-001"),
        (http(GOOD), ""),
    ],
)
def test_an_answer_is_taken_for_what_it_is(
    stand: Callable[..., Stand], answer: bytes, code: str
) -> None:
    assert code_of(stand(answer).url) == code


def test_a_link_that_fails_once_is_tried_again_with_the_same_request(
    stand: Callable[..., Stand],
) -> None:
    place = stand(b"", http(GOOD))
    assert code_of(place.url, tries=2) == ""
    assert place.asked[0] == place.asked[1]


def test_a_refusal_is_not_asked_for_again(stand: Callable[..., Stand]) -> None:
    place = stand(http(b'{"code":"CEN-005","text":"x"}', "409 Conflict"), http(GOOD))
    assert code_of(place.url, tries=2) == "SYN-005"
    assert len(place.asked) == 1


def test_nothing_is_sent_that_the_server_does_not_read(stand: Callable[..., Stand]) -> None:
    place = stand(http(GOOD))
    code_of(place.url)
    names = {line.split(b":")[0].lower() for line in place.asked[0].split(b"\r\n")[1:-2]}
    assert names == {b"host", b"content-length", b"authorization"}


def test_the_bytes_reported_are_the_bytes_that_travelled(stand: Callable[..., Stand]) -> None:
    answer = http(GOOD)
    place = stand(answer)
    with HttpTransport(place.url, "t") as transport:
        transport.exchange(REQUEST)
        assert transport.bytes_down == len(answer)
        assert transport.bytes_up == len(place.asked[0])


def test_a_server_that_is_not_there_is_told_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert code_of(f"http://127.0.0.1:{port}") == "SYN-001"


@pytest.mark.parametrize("address", ["", "campo.example.pe", "ftp://x", "http://"])
def test_an_address_that_is_none_is_told_before_anything_is_sent(address: str) -> None:
    with pytest.raises(UserError) as caught:
        HttpTransport(address)
    assert caught.value.problem.code == "SYN-011"
