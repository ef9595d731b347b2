"""A request for another token is the laptop's own, and its answer nobody else's."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from juntos_campo.wire.renewal import (
    TokenAnswer,
    TokenRequest,
    is_signed,
    opened_token,
    sealed_token,
    token_request,
)
from juntos_campo.wire.signing import public_key, sign

SEED, OTHER = "11" * 32, "22" * 32


def test_a_signature_counts_for_its_device_and_key_only() -> None:
    request = token_request("d-1", SEED)
    assert is_signed(request, public_key(SEED))
    assert not is_signed(request, public_key(OTHER))
    moved = request.model_copy(update={"device": "d-2"})
    assert not is_signed(moved, public_key(SEED))
    turned = request.signature[:-1] + ("0" if request.signature[-1] != "0" else "1")
    assert not is_signed(request.model_copy(update={"signature": turned}), public_key(SEED))


def test_a_signature_made_for_something_else_is_no_request() -> None:
    bundle = sign(SEED, b"d-1")
    assert not is_signed(TokenRequest(device="d-1", signature=bundle), public_key(SEED))


def test_only_the_laptop_can_read_the_token_and_an_altered_answer_is_none() -> None:
    sealed = sealed_token("a-token", public_key(SEED))
    assert b"a-token".hex() not in sealed
    assert opened_token(sealed, SEED) == "a-token"
    with pytest.raises(ValueError, match="somebody else"):
        opened_token(sealed, OTHER)
    altered = sealed[:-2] + f"{int(sealed[-2:], 16) ^ 1:02x}"
    with pytest.raises(ValueError, match="somebody else"):
        opened_token(altered, SEED)


@pytest.mark.parametrize("sealed", ["", "zz", "A0" * 40, "00" * 600])
def test_an_answer_that_is_none_is_not_taken_for_one(sealed: str) -> None:
    with pytest.raises(ValidationError):
        TokenAnswer(sealed=sealed, renew_days=15)
