"""What synchronising costs is measured by the real laptop, server and link."""

from __future__ import annotations

import gc
import http.client
import json
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from juntos_campo.commands import bench
from juntos_campo.demo.bench import sync
from juntos_campo.demo.bench.link import Link, PythonLink, Shape

BODY = 50_000


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", str(BODY))
        self.end_headers()
        self.wfile.write(b"x" * BODY)

    def log_message(self, *_arguments: object) -> None:
        return


@pytest.fixture
def link() -> Iterator[Link]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        made = PythonLink(f"http://127.0.0.1:{server.server_port}")
        try:
            yield made
        finally:
            made.close()
            server.shutdown()
            thread.join()


def fetch(link: Link) -> bytes:
    with urllib.request.urlopen(link.url, timeout=10) as answer:  # noqa: S310 - loopback
        found: bytes = answer.read()
    return found


def test_the_link_counts_every_byte_and_request(link: Link) -> None:
    assert fetch(link) + fetch(link) == b"x" * 2 * BODY
    passed = link.traffic()
    assert passed.requests == 2
    assert 0 < passed.up < 1000
    assert 2 * BODY < passed.down < 2 * BODY + 1000
    link.reset()
    assert link.traffic().both == 0


def test_the_link_is_cut_at_the_very_byte_and_carries_on_with_the_next_connection(
    link: Link,
) -> None:
    link.shape(Shape(cut=20_000))
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        fetch(link)
    assert link.traffic().both == 20_000
    link.shape(Shape())
    assert len(fetch(link)) == BODY


def test_closing_the_link_lets_go_of_every_connection_in_the_middle_of_an_answer(
    link: Link,
) -> None:
    """Else the collector finds them later, in whichever test happens to run then."""
    link.shape(Shape(rtt=5_000, down=1_000))
    asking = http.client.HTTPConnection(link.url.removeprefix("http://"), timeout=10)
    asking.request("GET", "/")
    assert isinstance(link, PythonLink)
    link.close()
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        asking.getresponse().read()
    asking.close()
    gc.collect()


def test_a_day_costs_no_more_bytes_than_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rows as of the standard load; their seconds depend on who else uses the machine."""
    monkeypatch.setattr(sync, "SLOW", Shape(rtt=20))
    monkeypatch.setattr(sync, "CUT", 6_000)
    app = typer.Typer()
    app.callback()(lambda: None)
    bench.register(app)
    arguments = ["bench", "sync", "--json", "--households", "40", "--data", str(tmp_path)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    rows = json.loads(result.output)
    assert [row["id"] for row in rows] == ["P5a", "P5b", "P5c", "P5d", "P5d", "P5e"]
    in_bytes = {row["id"]: row for row in rows if row["unit"] == "B"}
    assert all(in_bytes[name]["holds"] for name in ("P5a", "P5c", "P5d")), in_bytes
    # Two or three cuts of so small a download weigh more than the 3 % of a large one.
    assert 1 < in_bytes["P5e"]["ratio"] < 1.5


def test_peers_are_run_for_the_synchronisation_only(tmp_path: Path) -> None:
    app = typer.Typer()
    app.callback()(lambda: None)
    bench.register(app)
    assert CliRunner().invoke(app, ["bench", "save", "--peers", str(tmp_path)]).exit_code == 2
