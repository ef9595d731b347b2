"""How a laptop has its token replaced: ``POST /v2/token``, since version 2.

The request is signed with the laptop's key, the answer sealed to it. So a request that somebody else sends
again gives him nothing, and needs neither a clock nor a second round trip.
"""

from __future__ import annotations

from typing import Annotated

from nacl.exceptions import CryptoError
from nacl.public import SealedBox
from nacl.signing import SigningKey, VerifyKey
from pydantic import Field

from juntos_campo.wire.base import Message, RecordId
from juntos_campo.wire.orders import Lease
from juntos_campo.wire.signing import sign, verify

_CONTEXT = b"juntos-campo/token/1\n"


class TokenRequest(Message):
    """`signature`: by the key of `device` over its id, 128 hexadecimal digits."""

    device: RecordId
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class TokenAnswer(Message):
    """`sealed`: the new token (NaCl SealedBox, hexadecimal); `renew_days`: after which to ask again;
    `lease`: None from a server that knows of none."""

    sealed: Annotated[str, Field(pattern=r"^[0-9a-f]{2,1000}$")]
    renew_days: Annotated[int, Field(ge=1, le=3650)]
    lease: Lease | None = None


def token_request(device: str, seed: str) -> TokenRequest:
    """The request of the laptop that holds the secret `seed`."""
    return TokenRequest(device=device, signature=sign(seed, _CONTEXT + device.encode()))


def is_signed(request: TokenRequest, key: str) -> bool:
    """Whether the owner of the public `key` made the request."""
    return verify(key, _CONTEXT + request.device.encode(), request.signature)


def sealed_token(token: str, key: str) -> str:
    """`token` as only the owner of the public `key` can read it."""
    box = SealedBox(VerifyKey(bytes.fromhex(key)).to_curve25519_public_key())
    return box.encrypt(token.encode()).hex()


def opened_token(sealed: str, seed: str) -> str:
    """The token in an answer.

    Raises:
        ValueError: it is not sealed to the owner of the secret `seed`.
    """
    box = SealedBox(SigningKey(bytes.fromhex(seed)).to_curve25519_private_key())
    try:
        return box.decrypt(bytes.fromhex(sealed)).decode()
    except CryptoError as error:
        raise ValueError("sealed to somebody else") from error
