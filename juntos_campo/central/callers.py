"""Who may use the server, and from where: what the other modules of the door hand on."""

from __future__ import annotations

from dataclasses import dataclass

from juntos_campo.domain.values import Role


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may use the server. `zone` groups a coordinator with his field workers.

    Attributes:
        unit: the code of his territorial unit; empty where there are none, and for who belongs to all.
    """

    name: str
    full_name: str
    role: Role
    zone: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request, from which device. `counter`: the highest the device ever showed."""

    account: Account
    device: str
    counter: int


@dataclass(frozen=True, slots=True)
class Machine:
    """A laptop's database at the door, or what an office enters with.

    Attributes:
        device: the id it chose for itself.
        sign_key: its Ed25519 public key; empty leaves the one that is known.
        counter: the highest operation counter it ever gave; None when it does not say.
        stamped: its program keeps stamps; one of version 1 does not, and is given none to lose.
        stamp: what the last answer gave it; empty when none ever did.
        renews: its program has its token replaced in time by its key (`central.tokens`).
    """

    device: str
    name: str = ""
    sign_key: str = ""
    counter: int | None = None
    stamped: bool = True
    stamp: str = ""
    renews: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """What a laptop is given at the door: `token` says who calls, `stamp` that it is no copy."""

    account: Account
    token: str
    stamp: str
