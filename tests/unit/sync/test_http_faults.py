"""Whatever stands between a laptop and its server is recognised, and its remedy told."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from certificates import Authority
from http_stand import compact, http, stand

from juntos_campo.domain.errors import UserError
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.wire.framing import pack
from juntos_campo.wire.messages import PROTOCOL, SyncRequest, SyncResponse

REQUEST = SyncRequest(protocol=PROTOCOL, device="d-1")
GOOD = compact(SyncResponse(protocol=PROTOCOL, server_time="2026-11-17T08:00:00-05:00"))
OLD = b'{"protocol":1,"server_time":"2026-11-17T08:00:00-05:00"}'
HTML = b"<html>Bienvenido: acepte las condiciones</html>"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def told(url: str, authority: Path | None = None) -> tuple[str, str]:
    """Code and words of what stopped an exchange; both empty when nothing did."""
    transport = HttpTransport(
        url, "secret-token", tries=2, pause=lambda _seconds: None, authority=authority
    )
    with transport:
        try:
            transport.exchange(REQUEST)
        except UserError as error:
            text = str(error)
            assert "sigue guardado" in text
            assert "secret-token" not in text
            return error.problem.code, text
    return "", ""


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (http(HTML), "SYN-003"),
        (http(HTML, "200 OK", "Content-Type: text/html; charset=utf-8"), "SYN-003"),
        (http(b"", "200 OK", "Content-Type: text/html"), "SYN-003"),
        (http(b"", "302 Found", "Location: http://portal.example/"), "SYN-003"),
        (http(b"", "307 Temporary Redirect", "Location: https://x/"), "SYN-003"),
        (http(HTML, "403 Forbidden"), "SYN-003"),
        (http(HTML, "404 Not Found"), "SYN-003"),
        (http(HTML, "511 Network Authentication Required"), "SYN-003"),
        (http(b'{"ok": true}'), "SYN-007"),
        (http(b""), "SYN-007"),
        (http(OLD), "SYN-007"),
        (http(b"\xff" * 5000), "SYN-007"),
        (http(GOOD.partition(b"\r\n\r\n")[2][:-5]), "SYN-007"),
        (http(b"bad gateway", "502 Bad Gateway"), "SYN-006"),
        (http(HTML, "502 Bad Gateway"), "SYN-006"),
        (http(b"slow down", "429 Too Many Requests"), "SYN-026"),
        (http(b'{"code":"CEN-003","text":"x"}', "401 Unauthorized"), "SYN-004"),
        (http(b'{"code":"CEN-010","text":"x"}', "409 Conflict"), "SYN-012"),
        (http(b'{"code":"CEN-006","text":"x"}', "422 Unprocessable"), "SYN-005"),
        (http(b'{"code":"CEN-008","text":"x"}', "503 Service Unavailable"), "SYN-006"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nabc", "SYN-007"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "SYN-001"),
        (b"", "SYN-001"),
        (GOOD, ""),
    ],
)
def test_an_answer_is_taken_for_what_it_is(answer: bytes, code: str) -> None:
    with stand(answer, answer) as place:
        assert told(place.url)[0] == code


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (http(OLD), ""),
        (http(b'{"ok": true}'), "SYN-007"),
        (http(HTML), "SYN-003"),
        (http(b"OK"), "SYN-003"),
        (http(OLD, "200 OK", "Content-Encoding: zstd"), "SYN-007"),
        (http(pack(OLD * 50)[0][:30], "200 OK", "Content-Encoding: zstd"), "SYN-007"),
    ],
)
def test_an_old_servers_answer_is_taken_for_what_it_is(answer: bytes, code: str) -> None:
    unknown = http(b'{"code":"CEN-009","text":"x"}', "404 Not Found")
    with stand(unknown, answer, answer) as place:
        assert told(place.url)[0] == code


def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("juntos_campo.sync.http_link.LARGEST_ANSWER", 10_000)
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"\0\0\x40\0" + bytes(100_000)
    with stand(endless, endless) as place:
        assert told(place.url)[0] == "SYN-007"


def test_a_server_that_is_not_running_is_told_apart_from_no_signal() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    code, text = told(f"http://127.0.0.1:{port}")
    assert code == "SYN-021"
    assert "«127.0.0.1» no está atendiendo" in text


def test_a_name_nobody_knows_is_told_with_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    code, text = told("https://campo.ejemplo.gob.pe")
    assert code == "SYN-020"
    assert "«campo.ejemplo.gob.pe»" in text


def test_a_network_that_leads_nowhere_is_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr("urllib3.util.connection.create_connection", unreachable)
    assert told("https://192.0.2.1")[0] == "SYN-001"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_a_server_of_the_offices_own_authority_is_believed(authority: Authority) -> None:
    with stand(GOOD, secure=authority.server("127.0.0.1")) as place:
        assert told(place.url, authority.file) == ("", "")
        assert b"Bearer secret-token" in place.asked[0]


@pytest.mark.parametrize(
    ("names", "begins", "ends", "code", "word"),
    [
        (("127.0.0.1",), -3 * DAY, -2 * DAY, "SYN-022", "fecha y hora"),
        (("127.0.0.1",), 2 * DAY, 3 * DAY, "SYN-022", "fecha y hora"),
        (("portal.example",), -DAY, DAY, "SYN-023", "«127.0.0.1»"),
    ],
)
def test_a_certificate_that_does_not_fit_says_why_and_gets_no_token(
    authority: Authority,
    names: tuple[str, ...],
    begins: timedelta,
    ends: timedelta,
    code: str,
    word: str,
) -> None:
    context = authority.server(*names, begins=begins, ends=ends)
    with stand(GOOD, secure=context) as place:
        found, text = told(place.url, authority.file)
        assert found == code
        assert word in text
        assert place.asked == []


def test_a_server_nobody_vouches_for_is_not_believed(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path, "Otra autoridad")
    for trusted in (other.file, None):
        with stand(GOOD, secure=authority.server("127.0.0.1")) as place:
            assert told(place.url, trusted)[0] == "SYN-008"
            assert place.asked == []


def test_what_does_not_speak_securely_is_told_as_such() -> None:
    answer = http(HTML, "400 Bad Request")
    with stand(answer, answer, hasty=True) as place:
        assert told(place.url.replace("http:", "https:"))[0] == "SYN-029"


def test_a_link_cut_in_the_middle_of_greeting_is_a_cut_link_not_a_false_server() -> None:
    with stand(b"", b"", hasty=True) as place:
        assert told(place.url.replace("http:", "https:"))[0] == "SYN-001"


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_file_of_certificates_that_is_none_is_told_before_anything_is_sent(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "oficina.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UserError) as caught:
        HttpTransport("https://campo.ejemplo.gob.pe", authority=file)
    assert caught.value.problem.code == "SYN-028"
    assert "«oficina.pem»" in str(caught.value)


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    return monkeypatch


def test_a_proxy_that_wants_a_password_is_named(proxied: pytest.MonkeyPatch) -> None:
    answer = http(b"", "407 Proxy Authentication Required")
    with stand(answer, answer) as place:
        proxied.setenv("HTTPS_PROXY", f"http://ana:clave@127.0.0.1:{place.port}")
        code, text = told("https://campo.ejemplo.gob.pe")
    assert code == "SYN-025"
    assert f"(127.0.0.1:{place.port})" in text
    assert "clave" not in text


def test_a_proxy_that_lets_nobody_through_is_named(proxied: pytest.MonkeyPatch) -> None:
    answer = http(b"", "403 Forbidden")
    with stand(answer, answer) as place:
        proxied.setenv("HTTPS_PROXY", place.url)
        code, text = told("https://campo.ejemplo.gob.pe")
    assert code == "SYN-024"
    assert f"127.0.0.1:{place.port}" in text
    assert "campo.ejemplo.gob.pe" in text


def test_a_proxy_that_is_not_there_is_named(proxied: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    proxied.setenv("HTTPS_PROXY", f"127.0.0.1:{port}")
    code, text = told("https://campo.ejemplo.gob.pe")
    assert code == "SYN-024"
    assert f"127.0.0.1:{port}" in text


def test_what_is_for_this_machine_goes_past_the_proxy(proxied: pytest.MonkeyPatch) -> None:
    with stand(http(b"", "407 x")) as proxy, stand(GOOD) as place:
        proxied.setenv("HTTP_PROXY", proxy.url)
        assert told(place.url)[0] == ""
        assert proxy.asked == []


def test_a_password_file_of_the_machine_does_not_replace_the_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, authority: Authority
) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine localhost login ana password otra\ndefault login x password y\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    monkeypatch.setattr("juntos_campo.sync.http_link.is_this_machine", lambda _host: False)
    with stand(GOOD, secure=authority.server("localhost")) as place:
        assert told(f"https://localhost:{place.port}", authority.file)[0] == ""
        assert b"Authorization: Bearer secret-token\r\n" in place.asked[0]
