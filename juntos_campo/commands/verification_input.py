"""A household for verification, read from JSON: every fault names the part and the field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from juntos_campo.commands.json_input import UnreadableError, objects_of, read_object, record_of
from juntos_campo.domain.entities import Household, Member, SchoolYear, ServiceEvent
from juntos_campo.domain.errors import Problem, UserError, user_error
from juntos_campo.norms.verification.case import HouseholdCase
from juntos_campo.norms.verification.model import OfficialAnswer

HOUSEHOLD_FILE = Problem(
    "VER-001",
    "El archivo «{file}» no se puede leer: {detail}.",
    "Escriba un objeto JSON con «members» y, si hay, «household», «pregnancies», «events», "
    "«school_years», «answers», «flags», «altitude_m» y «reported_until».",
)
FAULTY_PART = Problem(
    "VER-002",
    "En «{file}», la parte «{part}» no se entiende: {detail}.",
    "Corrija esa parte; los nombres de los campos son los de «juntos-campo verification --help».",
)
_HOUSEHOLD = {"code": "", "field_worker": "", "settlement_id": ""}
_MEMBER = {
    "document_kind": "NONE",
    "document_number": "",
    "paternal": "",
    "maternal": "",
    "given": "",
}
_answers = TypeAdapter(OfficialAnswer)
_ANSWER_FIELDS = frozenset(field.name for field in fields(OfficialAnswer))

_E = TypeVar("_E", SchoolYear, ServiceEvent)


def read_household(file: Path, reported_until: date | None = None) -> HouseholdCase:
    """Read one household.

    Raises:
        UserError: VER-001; VER-002 with the part and the fields that are wrong.
    """
    try:
        data = read_object(file)
    except UnreadableError as error:
        raise user_error(HOUSEHOLD_FILE, file=file.name, detail=error.detail) from None
    if not data.get("members"):
        raise user_error(HOUSEHOLD_FILE, file=file.name, detail="falta «members»")
    return _Reading(file.name, data).case(reported_until)


class _Reading:
    """Reads the parts of one household; every fault names the part it is in."""

    def __init__(self, file: str, data: Mapping[str, Any]) -> None:
        self.file = file
        self.data = data
        self.owner = ""

    def case(self, reported_until: date | None) -> HouseholdCase:
        given = self.data.get("household") or {}
        household: Household = self._record("household", "household", given, _HOUSEHOLD)
        people = {"household_id": household.id, **_MEMBER}
        members: list[Member] = self._list("members", "member", people)
        names = [one.id for one in members]
        if len(set(names)) != len(names):
            raise self._fault("members", "hay dos miembros con el mismo «id»")
        self.owner = names[0] if len(names) == 1 else ""
        known = frozenset(names)
        owned = {"household_id": household.id} | ({"member_id": self.owner} if self.owner else {})
        lists = {
            part: self._owned(part, kind, owned, known)
            for part, kind in (
                ("pregnancies", "pregnancy"),
                ("events", "service_event"),
                ("school_years", "school_year"),
            )
        }
        until = self._plain("reported_until", date | None)
        return HouseholdCase(
            household=household,
            members=members,
            pregnancies=lists["pregnancies"],
            events=by_member(lists["events"]),
            school_years=by_member(lists["school_years"]),
            answers=self._official(known),
            settlement_flags=self._plain("flags", tuple[str, ...] | None) or (),
            altitude_m=self._plain("altitude_m", int | None),
            reported_until=reported_until or until,
        )

    def _fault(self, part: str, detail: object) -> UserError:
        return user_error(FAULTY_PART, file=self.file, part=part, detail=detail)

    def _record(self, part: str, kind: str, given: Any, defaults: Mapping[str, Any]) -> Any:
        try:
            return record_of(part, kind, given, defaults)
        except UnreadableError as error:
            raise self._fault(error.part, error.detail) from None

    def _list(self, part: str, kind: str, defaults: Mapping[str, Any]) -> list[Any]:
        return [
            self._record(f"{part}[{number}]", kind, one, defaults)
            for number, one in enumerate(self._objects(part))
        ]

    def _objects(self, part: str) -> list[Any]:
        try:
            return objects_of(self.data, part)
        except UnreadableError as error:
            raise self._fault(error.part, error.detail) from None

    def _owned(
        self, part: str, kind: str, defaults: Mapping[str, Any], known: frozenset[str]
    ) -> list[Any]:
        found = self._list(part, kind, defaults)
        for number, one in enumerate(found):
            self._check_owner(f"{part}[{number}]", one.member_id, known)
        return found

    def _check_owner(self, part: str, member_id: str, known: frozenset[str]) -> None:
        if member_id not in known:
            raise self._fault(part, f"«member_id» {member_id!r} no es de ningún miembro")

    def _official(self, known: frozenset[str]) -> list[OfficialAnswer]:
        found = []
        for number, one in enumerate(self._objects("answers")):
            part = f"answers[{number}]"
            if not isinstance(one, dict):
                raise self._fault(part, "debe ser un objeto con sus campos")
            if unknown := sorted(one.keys() - _ANSWER_FIELDS):
                raise self._fault(part, f"no existe el campo {', '.join(unknown)}")
            values = {"member_id": self.owner, "cause": "", "source": "La oficina", **one}
            found.append(self._valid(part, _answers, values))
            self._check_owner(part, found[-1].member_id, known)
        return found

    def _plain(self, part: str, shape: Any) -> Any:
        return self._valid(part, TypeAdapter(shape), self.data.get(part))

    def _valid(self, part: str, adapter: TypeAdapter[Any], value: Any) -> Any:
        try:
            return adapter.validate_python(value)
        except ValidationError as error:
            wrong = error.errors(include_url=False)
            names = ", ".join(".".join(map(str, one["loc"])) or "el valor" for one in wrong)
            raise self._fault(part, names) from None


def by_member(found: Iterable[_E]) -> dict[str, list[_E]]:
    """Records by the member they are of."""
    grouped: dict[str, list[_E]] = defaultdict(list)
    for one in found:
        grouped[one.member_id].append(one)
    return grouped
