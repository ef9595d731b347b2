"""How to reach the server before anybody has typed a password.

A small file beside the database, in the clear: address and public key of the server, the random id of this
laptop. Nothing about people is in it, and who alters it can do no more than with the disk in his hands.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from juntos_campo.store.device_keys import server_key
from juntos_campo.store.keys import write_durably
from juntos_campo.store.lease import given_at
from juntos_campo.store.store import Store
from juntos_campo.store.sync_state import device, server


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask, as whom.

    Attributes:
        server: address; `key`: its public key, in hexadecimal.
        device: id of this laptop's database.
        since: when the server let this laptop in last (ISO, by its clock); "" when it never said.
    """

    server: str
    key: str
    device: str
    since: str = ""


def contact_of(store: Store) -> Contact | None:
    """What the open database knows; None when no server with a key was ever entered."""
    at = given_at(store)
    found = Contact(server(store), server_key(store), device(store), at.isoformat() if at else "")
    return found if found.server and found.key and found.device else None


def keep_contact(file: Path, store: Store) -> None:
    """Have the file say what the open database knows; where the disk refuses, the next time."""
    found = contact_of(store)
    if found is None or found == read_contact(file):
        return
    try:
        write_durably(file, json.dumps(asdict(found)))
    except OSError:
        return


def read_contact(file: Path) -> Contact | None:
    """What the file says; None when there is none, or it is none of ours."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        told = Contact(**{name: str(found[name]) for name in ("server", "key", "device", "since")})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return told if told.server and told.key and told.device else None
