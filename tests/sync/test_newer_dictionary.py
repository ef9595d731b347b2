"""A laptop that was updated before its server goes on as before, only in more bytes."""

from __future__ import annotations

import pytest

from juntos_campo.central import sync_routes
from juntos_campo.domain.entities import Settlement, Visit
from juntos_campo.wire.compact import decode_request, dictionary_of
from juntos_campo.wire.dictionaries import UnknownDictionaryError
from juntos_campo.wire.messages import SyncRequest

from .conftest import World, household, visit
from .sticks import give_keys


def test_a_server_without_the_laptops_dictionary_is_spoken_to_without_one_and_signs_its_rules(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []

    def older(data: bytes, limit: int) -> SyncRequest:
        heard.append(dictionary_of(data))
        if heard[-1]:
            raise UnknownDictionaryError("of a newer program")
        return decode_request(data, limit)

    monkeypatch.setattr(sync_routes, "decode_request", older)
    ana = give_keys(world, world.laptop("ana"))
    ana.save(visit(household("ana"), "v-1", note="x"))
    report = ana.sync()
    assert report.complete, report.stopped
    assert ana.transport.protocol == 2
    assert ana.store.count(Settlement) == 1
    assert ana.store.count(Visit) == 1
    assert world.count("visit") == 1
    assert heard[0] != 0
    assert set(heard[1:]) == {0}, "it is asked once"
