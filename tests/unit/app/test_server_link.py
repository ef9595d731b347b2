"""An office with its own certificate authority is believed, and addresses that are none are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from certificates import Authority
from http_stand import compact, stand

from juntos_campo.app.connect import server_address
from juntos_campo.app.server_link import server_link
from juntos_campo.domain.errors import UserError
from juntos_campo.paths import DataPlace
from juntos_campo.sync.problems import NOT_SECURE
from juntos_campo.wire.messages import PROTOCOL, SyncRequest, SyncResponse

REQUEST = SyncRequest(protocol=PROTOCOL, device="d-1")
ANSWER = SyncResponse(protocol=PROTOCOL, server_time="2026-11-17T08:00:00-05:00")


def reached(place: DataPlace, authority: Authority) -> bool:
    with stand(compact(ANSWER), secure=authority.server("127.0.0.1")) as server:
        link = server_link(place, server.url, "t")
        with link:
            try:
                return link.exchange(REQUEST) == ANSWER
            except UserError as error:
                return error.problem is not NOT_SECURE


def test_the_offices_authority_is_the_file_beside_the_data_or_the_one_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JUNTOS_CAMPO_CA", raising=False)
    place = DataPlace(tmp_path / "data")
    place.root.mkdir()
    ours, other = Authority(tmp_path), Authority(tmp_path, "Otra")
    assert not reached(place, ours)
    place.authority_file.write_bytes(ours.file.read_bytes())
    assert reached(place, ours)
    monkeypatch.setenv("JUNTOS_CAMPO_CA", str(other.file))
    assert not reached(place, ours)
    assert reached(place, other)


@pytest.mark.parametrize("typed", ["campo ejemplo.pe", "https://[::1", "campo.ejemplo.pe:puerto"])
def test_an_address_typed_wrongly_is_told_as_such(typed: str) -> None:
    with pytest.raises(UserError) as caught:
        server_address(typed)
    assert caught.value.problem.code == "SYN-011"
    assert typed in str(caught.value)
