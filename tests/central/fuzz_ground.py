"""A server for `fuzz_openapi`: two units that know nothing of each other, and one asker of every role."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.database import Database
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.loading import load
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.units import add_unit
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.entities import Household, Member, Settlement
from juntos_campo.domain.ids import random_id
from juntos_campo.domain.values import DocumentKind, Relationship, Role, Sex
from juntos_campo.wire.column_reader import read_columns
from juntos_campo.wire.dictionaries import expand
from juntos_campo.wire.framing import AnswerReader
from juntos_campo.wire.messages import Operation, SyncRequest

PASSWORD = "papa nativa 2026"
COUNTER = 2**40
PLACE = Settlement(
    id="s-1", name="Ccatun Pampa", ubigeo="030101", district="Abancay", province="Abancay"
)
PHOTO = hashlib.sha256(b"photo").hexdigest() + ".jpg"
_LARGEST = 2**24

PEOPLE = (
    Account("ana", "Nombreana Uno", Role.FIELD_WORKER, "Z1", "PUNO"),
    Account("caro", "Nombrecaro Siete", Role.FIELD_WORKER, "Z1", "PUNO"),
    Account("beto", "Nombrebeto Dos", Role.FIELD_WORKER, "Z2", "CUSCO"),
    Account("zoe", "Nombrezoe Tres", Role.ZONE_COORDINATOR, "Z1", "PUNO"),
    Account("uma", "Nombreuma Cuatro", Role.TERRITORIAL_UNIT, "", "PUNO"),
    Account("sede", "Nombresede Cinco", Role.CENTRAL_OFFICE, ""),
    Account("aldo", "Nombrealdo Seis", Role.AUDITOR, ""),
)
_NATION = frozenset({"sede", "aldo"})
_ANAS = frozenset({"ana", "zoe", "caro"})
"""Whose Ana's households are, whose zone, and who answers for her when she is on leave."""

MARKS: dict[str, frozenset[str]] = {
    "APELLIDOANA": _ANAS,
    "41000077": _ANAS,
    "apuntesdeana": _ANAS,
    "APELLIDOBETO": frozenset({"beto"}),
    "42000088": frozenset({"beto"}),
    "apuntesdebeto": frozenset({"beto"}),
    "CODIGOANA": _ANAS | {"uma", "sede"},
    "CODIGOBETO": frozenset({"beto", "sede"}),
    "Nombreana": _NATION | _ANAS | {"uma"},
    "Nombrezoe": _NATION | _ANAS | {"uma"},
    "Nombrebeto": _NATION | {"beto"},
    "Nombresede": _NATION,
}
"""What stands in the database, and who may be told of it."""

_TODAY = SystemClock().today()

REAL: dict[str, list[Any]] = {
    "household": ["CODIGOANA", "CODIGOBETO", "h-ana", "h-beto"],
    "worker": ["ana", "beto", "zoe", "nadie"],
    "replacement": ["caro", "caro", "ana", "nadie"],
    "user": ["ana", "nadie"],
    "protocol": [1, 2],
    "password": [PASSWORD, PASSWORD, "otra clave 2026"],
    "first_day": [str(_TODAY), str(_TODAY + timedelta(days=9))],
    "last_day": [str(_TODAY + timedelta(days=9)), str(_TODAY + timedelta(days=30))],
    "unit": ["PUNO", "CUSCO"],
    "zone": ["Z1", "Z2"],
    "partition": ["ref", "fw:ana", "fw:beto", "fw:caro", "fw:nadie"],
    "record": [
        (kind, f"{letter}-{user}")
        for user in ("ana", "beto")
        for kind, letter in (("household", "h"), ("member", "m"), ("field_record", "r"))
    ],
    "key": [PHOTO],
    "limit": [1, 100],
    "after": ["", "0", "ana"],
    "number": [1, 2, 3],
    "period": ["2026-10", "2026-B5", "2026"],
    "by": ["unit", "zone", "worker", "district", "facility"],
    "format": ["json", "csv"],
    "dry_run": ["1"],
}
"""Parameters and fields by their names: what they may be to mean something here."""


@dataclass
class Asker:
    """Somebody with a token, or with none.

    Attributes:
        works: whether the token is good.
        stamp: of his device; each exchange gives the next.
    """

    name: str
    device: str
    token: str
    works: bool = True
    stamp: str = ""

    def read(self, where: str, answer: Any) -> bytes:
        """All an answer says, unpacked; the stamp in it is kept."""
        content: bytes = answer.content
        if answer.status_code != 200:
            return content
        if where == "POST /v1/sync":
            self.stamp = answer.json().get("stamp") or self.stamp
        if where != "POST /v2/sync":
            return content
        reader = AnswerReader()
        reader.feed(content)
        assert reader.head is not None
        head = expand(reader.head, _LARGEST)
        self.stamp = read_columns(head, _LARGEST).get("stamp") or self.stamp
        page = expand(bytes(reader.page), _LARGEST) if reader.page else b""
        return head + page


def prepare(database: Database, settings: ServerSettings) -> list[Asker]:
    """Fill a new database; everybody who will ask."""
    database.migrate()
    clock = SystemClock()
    for code in ("PUNO", "CUSCO"):
        add_unit(database, code, f"Unidad Territorial {code.title()}", clock)
    accounts = Accounts(database, settings, clock)
    askers = [Asker("nobody", "n" * 32, "", False), Asker("stranger", "s" * 32, "x" * 43, False)]
    for one in PEOPLE:
        accounts.enrol(one, PASSWORD)
        device = f"{one.name:z<32}"
        askers.append(Asker(one.name, device, accounts.login(one.name, PASSWORD, device, "")[1]))
    accounts.enrol(Account("robada", "Robada", Role.FIELD_WORKER, "Z1", "PUNO"), PASSWORD)
    stolen = accounts.login("robada", PASSWORD, "r" * 32, "")[1]
    accounts.block_devices("robada")
    askers.append(Asker("robada", "r" * 32, stolen, works=False))
    load(database, [PLACE, *_family("ana", "41000077"), *_family("beto", "42000088")], clock)
    exchange = Exchange(database, settings, clock, random_id)
    for asker in askers:
        if asker.name in ("ana", "beto"):
            message = SyncRequest(
                protocol=2, device=asker.device, counter=COUNTER,
                operations=(_record(asker.name, clock),),
            )  # fmt: skip
            answer = exchange.run(accounts.recognise(asker.token), message)
            assert answer.acks[0].refused is None
            asker.stamp = answer.stamp
    return askers


def _family(user: str, document: str) -> list[Household | Member]:
    return [
        Household(id=f"h-{user}", code=f"CODIGO{user.upper()}", field_worker=user, settlement_id="s-1"),
        Member(
            id=f"m-{user}", household_id=f"h-{user}", document_kind=DocumentKind.DNI,
            document_number=document, paternal=f"APELLIDO{user.upper()}", maternal="HUAMÁN",
            given="Ñusta", sex=Sex.FEMALE, birth_date=date(2025, 3, 1),
            relationship=Relationship.CHILD,
        ),
    ]  # fmt: skip


def _record(user: str, clock: SystemClock) -> Operation:
    fields = {
        "household_id": f"h-{user}", "field_worker": user, "form_id": "p_actividad",
        "form_version": "1", "on": "2026-11-17", "title": "Actividad",
        "answers/note": f"apuntesde{user}", "answers/photo": PHOTO,
    }  # fmt: skip
    return Operation(
        op_id=f"op-{user}-00000001", kind="field_record", id=f"r-{user}", base_version=0,
        author=user, counter=1, device_time=clock.now(), fields=fields,
    )  # fmt: skip
