"""A place from a receiver: read when one is there, never waited for when none is."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from juntos_campo.app.gps import gps_answers, read_position
from juntos_campo.domain.errors import UserError

VERSION = {"class": "VERSION", "release": "3.25"}
DEVICES = {"class": "DEVICES", "devices": [{"path": "/dev/ttyUSB0"}]}
SEARCHING = {"class": "TPV", "mode": 1}
FIX = {"class": "TPV", "mode": 3, "lat": -14.0731, "lon": -72.7224, "altMSL": 3312.4, "eph": 6.2}


class Gpsd:
    """Says some lines to everybody who connects, as ``gpsd`` does."""

    def __init__(self, *reports: dict[str, object]) -> None:
        self._data = b"".join(json.dumps(one).encode() + b"\n" for one in reports)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        try:
            line, _ = self._listening.accept()
        except OSError:
            return
        with closing(line):
            line.recv(200)
            # In two pieces: a report may come broken anywhere.
            line.sendall(b"no es JSON\n" + self._data[:25])
            line.sendall(self._data[25:])

    def close(self) -> None:
        self._listening.close()
        self._thread.join(2)


@pytest.fixture
def receiver() -> Iterator[Gpsd]:
    made = Gpsd(VERSION, DEVICES, SEARCHING, FIX)
    yield made
    made.close()


def test_the_first_real_position_is_taken(receiver: Gpsd) -> None:
    assert read_position(port=receiver.port, wait=5) == "-14.0731000 -72.7224000 3312.4 6.2"


def test_a_receiver_is_found(receiver: Gpsd) -> None:
    assert gps_answers(port=receiver.port, wait=5)


def test_a_daemon_without_a_receiver_is_none() -> None:
    empty = Gpsd(VERSION, {"class": "DEVICES", "devices": []})
    assert not gps_answers(port=empty.port, wait=5)
    empty.close()


def test_no_daemon_is_told_at_once() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = int(taken.getsockname()[1])
    assert not gps_answers(port=port)
    with pytest.raises(UserError) as told:
        read_position(port=port)
    assert told.value.problem.code == "GPS-001"


def test_a_receiver_that_never_finds_its_place_is_given_up() -> None:
    searching = Gpsd(VERSION, DEVICES, SEARCHING)
    with pytest.raises(UserError):
        read_position(port=searching.port, wait=0.3)
    searching.close()
