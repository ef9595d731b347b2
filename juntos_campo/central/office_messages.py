"""What the offices are told over the network: people and the audit trail."""

from __future__ import annotations

from pydantic import AwareDatetime

from juntos_campo.wire.messages import Message


class DeviceInfo(Message):
    """A computer of somebody's; `seen_at`: its last contact, None when there was none.

    Attributes:
        erase_ordered_at: the office wants it erased; `erased_at`: it said that it is.
    """

    device: str
    device_name: str = ""
    created_at: AwareDatetime
    seen_at: AwareDatetime | None = None
    blocked: bool = False
    erase_ordered_at: AwareDatetime | None = None
    erased_at: AwareDatetime | None = None


class AccountInfo(Message):
    """A person who may use the server; `locked_until`: after wrong passwords, None when free."""

    user: str
    full_name: str
    role: str
    unit: str = ""
    zone: str = ""
    active: bool = True
    locked_until: AwareDatetime | None = None
    devices: tuple[DeviceInfo, ...] = ()


class AccountList(Message):
    """People by user name; `more`: ask again `after` the last."""

    accounts: tuple[AccountInfo, ...] = ()
    more: bool = False


class AuditEntry(Message):
    """A row of the audit trail: codes and ids, never values of people."""

    sequence: int
    at: AwareDatetime
    actor: str = ""
    device: str = ""
    action: str
    kind: str = ""
    id: str = ""
    detail: str = ""
    position: int
    hash: str


class AuditPage(Message):
    """Rows by their number; `more`: ask again `after` the last."""

    entries: tuple[AuditEntry, ...] = ()
    more: bool = False
