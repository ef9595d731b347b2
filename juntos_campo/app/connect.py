"""Connecting this laptop to a server: who the person is there, and the token of this device.

Setting up a new laptop from a server is `juntos_campo.app.synchronise.set_up_from_server`.
"""

from __future__ import annotations

from dataclasses import dataclass

from juntos_campo.app.connect_problems import (
    NEEDS_HTTPS,
    NOBODY_THERE,
    NOT_LET_IN,
    NOTHING_TYPED,
    OTHER_PERSON,
)
from juntos_campo.app.erased import obeys
from juntos_campo.app.server_link import server_link
from juntos_campo.app.session import Changed, Session, User
from juntos_campo.app.sign_in import enter_server, keep_login
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.values import Role
from juntos_campo.store.contact import keep_contact
from juntos_campo.store.sync_state import server
from juntos_campo.sync.http_address import checked_address, is_this_machine
from juntos_campo.sync.problems import (
    CONNECTION_REFUSED,
    NAME_NOT_FOUND,
    NO_CONNECTION,
    NOT_PRIVATE,
    SERVER_SAID,
)

DEVICE_NAME = "Juntos Campo"

_NOT_LET_IN = ("CEN-001", "CEN-002", "CEN-004", "CEN-012", "CEN-116", "CEN-118")
"""What the server says at its door: about the person or this database, complete in itself."""

_NOBODY_ANSWERED = (NO_CONNECTION, NAME_NOT_FOUND, CONNECTION_REFUSED)


@dataclass(frozen=True, slots=True)
class Connected:
    """Who the server says this is.

    Attributes:
        role_changed: the office gave this person another role; it counts from the next opening.
    """

    user: User
    role_changed: bool
    changed: Changed


def server_address(typed: str) -> str:
    """The address as it is used: ``https://`` is put in front of a bare host name.

    Raises:
        UserError: CON-002 it would send names in the clear, CON-003 there is no host in it, SYN-011 it is
            no address.
    """
    address = typed.strip()
    if address.endswith("://"):
        raise user_error(NOTHING_TYPED)
    address = address.rstrip("/")
    if "://" not in address:
        host = address.partition("/")[0].partition(":")[0]
        address = f"{'http' if is_this_machine(host) else 'https'}://{address}"
    try:
        checked_address(address)
    except UserError as error:
        if error.problem is NOT_PRIVATE:
            raise user_error(NEEDS_HTTPS, address=address) from None
        raise
    return address


def is_connected(session: Session) -> bool:
    """This laptop has entered a server once."""
    return bool(server(session.store))


def connect(
    session: Session, address: str, user: str, password: str, *, another_server: bool = False
) -> Connected:
    """Enter a server and remember it, encrypted. Takes as long as the network does.

    Args:
        another_server: the person said that the server is changed; another key is believed then.

    Raises:
        UserError: CON-001 the laptop belongs to somebody else, CON-002 to CON-004; SYN-002 to SYN-015,
            SYN-022 to SYN-029.
    """
    if not (address.strip() and user.strip() and password):
        raise user_error(NOTHING_TYPED)
    with server_link(session.place, server_address(address), heed=obeys(session)) as link:
        url = link.url
        try:
            given = enter_server(
                session, link, user.strip(), password, DEVICE_NAME, another_server=another_server
            )
        except UserError as error:
            if error.problem in _NOBODY_ANSWERED:
                raise user_error(NOBODY_THERE, address=url) from error
            if error.problem is SERVER_SAID and error.values["code"] in _NOT_LET_IN:
                said, _, todo = str(error.values["text"]).partition(". ")
                raise user_error(
                    NOT_LET_IN, said=f"{said.removesuffix('.')}.", todo=todo
                ) from error
            raise
    if given.user != session.user.name:
        raise user_error(OTHER_PERSON, owner=session.user.name, user=given.user)
    who = User(given.user, given.full_name, Role(given.role))
    with session.work("server.sign_in") as work:
        keep_login(session, work, link, given)
        work.tx.set_meta("user.full_name", who.full_name)
        work.tx.set_meta("user.role", who.role.value)
    keep_contact(session.place.contact_file, session.store)
    return Connected(who, who.role is not session.user.role, Changed(frozenset({"server"})))
