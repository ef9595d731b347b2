"""The keys this laptop lives by: its own secret, and the public key of its server.

They are rows of the encrypted database: whoever reads them has the password.
"""

from __future__ import annotations

from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction

_SEED, _SERVER_KEY = "device.seed", "server.key"


def device_seed(store: Store) -> str:
    """Secret of this database's key pair, in hexadecimal; empty until it is needed first."""
    return store.meta(_SEED)


def keep_device_seed(transaction: Transaction, seed: str) -> None:
    """From now on this is the database's secret."""
    transaction.set_meta(_SEED, seed)


def server_key(store: Store) -> str:
    """Public key of the server entered last, in hexadecimal; empty when it never showed one."""
    return store.meta(_SERVER_KEY)


def keep_server_key(transaction: Transaction, key: str) -> bool:
    """Remember whose signatures count; an empty key leaves the one that is known.

    Returns:
        True when another server's key was known before.
    """
    if not key:
        return False
    sql = "SELECT value FROM meta WHERE key = ?"
    known = transaction.execute(sql, (_SERVER_KEY,)).fetchone()
    transaction.set_meta(_SERVER_KEY, key)
    return known is not None and known[0] not in ("", key)
