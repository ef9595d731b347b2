"""The services somebody typed into an official form, as records of their own.

Only what the register or the health system did not already say becomes a `ServiceEvent`; its id is
derived from form and column, so that completing the form again corrects it and never doubles it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from juntos_campo.app.form_roster import Listed
from juntos_campo.app.official_catalogue import PlaceKind
from juntos_campo.app.open_form import OpenForm
from juntos_campo.domain.entities import ServiceEvent
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import ServiceSource

_COLUMN = re.compile(r"(?P<service>[A-Z_]+)\.(?P<attribute>\w+)@(?P<month>[12p])")
_SHORT_NAMES = {fold(service.short): code for code, service in SERVICES.items()}
_DOSE = re.compile(r"\s*(?P<name>[^\d,]+?)\s*(?P<number>\d?)\s*")


def events_of_form(opened: OpenForm) -> Iterator[ServiceEvent]:
    """The service events a form adds to what is known."""
    rows = set(opened.rows)
    for one in opened.listed:
        if one.key in rows:
            yield from events_of_row(opened, one)


def events_of_row(opened: OpenForm, listed: Listed) -> Iterator[ServiceEvent]:
    """Those of one row; none where the row is not about a member or its dates cannot be read."""
    member, row, form = listed.member, listed.key, opened.form
    if member is None:
        return
    for (service, month), cells in _by_service(opened, row).items():
        address = f"{row}/{cells['on']}" if "on" in cells else ""
        day = _day(form.answer(address)) if address else None
        if day is None:
            continue
        same_day = opened.known.get(address)
        if same_day is not None and same_day.answer == day.isoformat():
            continue
        common: dict[str, Any] = {
            "household_id": member.household_id,
            "member_id": member.id,
            "on": day,
            "source": ServiceSource.OFFICIAL_FORM,
            "facility_id": opened.place.id if opened.official.place is PlaceKind.FACILITY else "",
            "form_id": opened.record_id,
            "pregnancy_id": listed.pregnancy.id if listed.pregnancy else "",
        }
        if service == "VACCINES":
            yield from _vaccines(opened, f"{row}/{cells['list']}", month, common)
            continue
        answers: dict[str, Any] = {
            name: form.answer(f"{row}/{column}") for name, column in cells.items() if name != "on"
        }
        yield ServiceEvent(
            id=derived_id("service_event", opened.record_id, row, f"{service}@{month}"),
            service=service,
            **common,
            **{name: answer for name, answer in answers.items() if _fits(answer)},
        )


def _day(answer: Any) -> date | None:
    try:
        return date.fromisoformat(str(answer))
    except ValueError:
        return None


def _fits(answer: Any) -> bool:
    """A figure; what cannot be read as one stands in the cell as text."""
    return isinstance(answer, int | float)


def _by_service(opened: OpenForm, row: str) -> dict[tuple[str, str], dict[str, str]]:
    """(service, month) -> attribute -> column, of the columns that hold something."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for service, attribute, month, key in _columns(opened):
        if opened.form.answer(f"{row}/{key}") is not None:
            found.setdefault((service, month), {})[attribute] = key
    return found


def _columns(opened: OpenForm) -> Iterator[tuple[str, str, str, str]]:
    for known, key in opened.filled_from.items():
        match = _COLUMN.fullmatch(known)
        if match:
            yield match["service"], match["attribute"], match["month"], key


def _vaccines(
    opened: OpenForm, address: str, month: str, common: dict[str, Any]
) -> Iterator[ServiceEvent]:
    for part in str(opened.form.answer(address) or "").split(","):
        match = _DOSE.fullmatch(part)
        code = _SHORT_NAMES.get(fold(match["name"])) if match else None
        if match is None or code is None:
            continue  # the form's constraint admits only names of the list
        number = int(match["number"] or 0)
        yield ServiceEvent(
            id=derived_id(
                "service_event", opened.record_id, common["member_id"], f"{code}:{number}@{month}"
            ),
            service=code,
            number=number,
            **common,
        )
