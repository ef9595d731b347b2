"""Signatures: what was altered by a bit is not the server's."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from juntos_campo.wire.messages import Change, Removal, SyncResponse
from juntos_campo.wire.signing import (
    fingerprint,
    is_public_key,
    new_seed,
    public_key,
    reference_text,
    sign,
    verify,
)

SEED, OTHER = "11" * 32, "22" * 32
RULES = Change(kind="rule_pack", id="r-1", version=1, seq=1, partition="ref", fields={"a": 1.0})
HOME = Change(kind="household", id="h-1", version=1, seq=1, partition="fw:ana")


def test_two_databases_never_get_the_same_secret() -> None:
    seeds = {new_seed() for _ in range(20)}
    assert len(seeds) == 20
    assert all(len(bytes.fromhex(seed)) == 32 for seed in seeds)


@given(st.binary(max_size=200), st.integers(min_value=0, max_value=64 * 8 - 1))
def test_a_signature_with_one_bit_turned_is_nobodys(data: bytes, bit: int) -> None:
    right = sign(SEED, data)
    assert verify(public_key(SEED), data, right)
    assert not verify(public_key(OTHER), data, right)
    assert not verify(public_key(SEED), data + b"x", right)
    wrong = bytearray.fromhex(right)
    wrong[bit // 8] ^= 1 << bit % 8
    assert not verify(public_key(SEED), data, wrong.hex())


@given(st.text(max_size=140), st.text(max_size=140))
def test_nonsense_for_a_key_or_a_signature_is_refused_quietly(key: str, signature: str) -> None:
    assert not verify(key, b"norma", signature)
    assert not is_public_key(key)


def test_a_key_nothing_can_be_sealed_to_is_no_key() -> None:
    assert is_public_key(public_key(SEED))
    assert not is_public_key("00" * 32)
    assert not is_public_key("ff" * 32)


def test_keys_are_told_apart_by_their_fingerprints() -> None:
    assert fingerprint(public_key(SEED)) != fingerprint(public_key(OTHER))
    assert len(fingerprint(public_key(SEED))) == 16


def test_the_reference_data_of_a_page_is_signed_and_nothing_of_families() -> None:
    assert reference_text([HOME]) == b""
    assert reference_text([HOME, RULES]) == reference_text([RULES])
    gone = Removal(partition="ref", seq=2, reason="erased", kind="rule_pack", id="r-1")
    texts = {
        reference_text([RULES]),
        reference_text([RULES], [gone]),
        reference_text([RULES.model_copy(update={"deleted": True})]),
        reference_text([RULES.model_copy(update={"fields": {"a": 2.0}})]),
        reference_text([RULES.model_copy(update={"version": 2})]),
        reference_text([RULES.model_copy(update={"id": "r-2"})]),
    }
    assert len(texts) == 6


def test_what_is_signed_does_not_depend_on_how_the_page_travelled() -> None:
    page = SyncResponse(
        protocol=2, server_time=datetime(2026, 11, 21, tzinfo=UTC), changes=(RULES,)
    )
    again = SyncResponse.model_validate_json(page.to_json())
    assert reference_text(again.changes) == reference_text(page.changes)
