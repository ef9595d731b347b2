"""Keys: who wrote something, and for whom it is sealed. All of it is NaCl's (PyNaCl).

Every laptop's database and the server have one secret each, the seed of an Ed25519 key pair. The same
seed gives the Curve25519 pair that bundles are sealed to. Keys and signatures travel in hexadecimal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from nacl.encoding import HexEncoder
from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

if TYPE_CHECKING:
    from juntos_campo.wire.messages import Change, Removal

REFERENCE = "ref"
"""The partition whose changes the server signs: rules, forms, messages, facilities, settlements."""

SIGNATURE_BYTES = 64
_REFERENCE_CONTEXT = b"juntos-campo/reference/1\n"
_FINGERPRINT_BYTES = 8


def new_seed() -> str:
    """A new secret of 32 random bytes: 64 hexadecimal digits."""
    return SigningKey.generate().encode(HexEncoder).decode()


def public_key(seed: str) -> str:
    """The public key of a secret: 64 hexadecimal digits."""
    return _signing(seed).verify_key.encode(HexEncoder).decode()


def fingerprint(key: str) -> str:
    """16 hexadecimal digits by which people and file headers tell public keys apart."""
    return hashlib.blake2b(bytes.fromhex(key), digest_size=_FINGERPRINT_BYTES).hexdigest()


def sign(seed: str, data: bytes) -> str:
    """The signature of the secret's owner: 128 hexadecimal digits. The same data gives the same."""
    return _signing(seed).sign(data).signature.hex()


def verify(key: str, data: bytes, signature: str) -> bool:
    """Whether `signature` is the one that the owner of the public `key` made over `data`."""
    try:
        VerifyKey(bytes.fromhex(key)).verify(data, bytes.fromhex(signature))
    except (CryptoError, ValueError):
        return False
    return True


def is_public_key(key: str) -> bool:
    """Whether `key` can be verified with and sealed to; not every 64 digits are a key."""
    try:
        VerifyKey(bytes.fromhex(key)).to_curve25519_public_key()
    except (CryptoError, ValueError):
        return False
    return True


def reference_text(changes: Iterable[Change], removals: Iterable[Removal] = ()) -> bytes:
    """What the server signs of a page: its reference data, in the page's order.

    Empty when there is none. JSON with sorted keys, so that it does not depend on how the page
    travelled.
    """
    told = [
        one.model_dump(mode="json")
        for items in (changes, removals)
        for one in items
        if one.partition == REFERENCE
    ]
    if not told:
        return b""
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return _REFERENCE_CONTEXT + text.encode()


def _signing(seed: str) -> SigningKey:
    return SigningKey(bytes.fromhex(seed))
