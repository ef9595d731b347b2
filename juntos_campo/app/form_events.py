"""The services somebody typed into an official form, as records of their own.

Only what the register or the health system did not already say becomes a `ServiceEvent`; its id is
derived from form and column, so that completing the form again corrects it and never doubles it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from juntos_campo.app.form_roster import CHILDREN, Known
from juntos_campo.domain.entities import FormRecord, Member, ServiceEvent
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import ServiceSource
from juntos_campo.form_engine.session import Session as FormSession

_COLUMN = re.compile(r"(?P<service>[A-Z_]+)\.(?P<attribute>\w+)@(?P<month>[12])")
_SHORT_NAMES = {fold(service.short): code for code, service in SERVICES.items()}
_DOSE = re.compile(r"\s*(?P<name>[^\d,]+?)\s*(?P<number>\d?)\s*")


def events_of_form(
    form: FormSession,
    members: Mapping[str, Member],
    known: Mapping[str, Known],
    record: FormRecord,
    facility_id: str,
) -> Iterator[ServiceEvent]:
    """The service events a completed form adds to what is known."""
    for row in form.rows(CHILDREN):
        member = members[row]
        for (service, month), cells in _by_service(form, row).items():
            day = form.answer(f"{row}/{cells['on']}") if "on" in cells else None
            if day is None:
                continue
            same_day = known.get(f"{row}/{cells['on']}")
            if same_day is not None and same_day.answer == day:
                continue
            common: dict[str, Any] = {
                "household_id": member.household_id,
                "member_id": member.id,
                "on": date.fromisoformat(str(day)),
                "source": ServiceSource.OFFICIAL_FORM,
                "facility_id": facility_id,
                "form_id": record.id,
            }
            if service == "VACCINES":
                yield from _vaccines(form, f"{row}/{cells['list']}", month, record.id, common)
                continue
            answers: dict[str, Any] = {
                name: form.answer(f"{row}/{column}")
                for name, column in cells.items()
                if name != "on"
            }
            yield ServiceEvent(
                id=derived_id("service_event", record.id, row, f"{service}@{month}"),
                service=service,
                **common,
                **{name: answer for name, answer in answers.items() if answer is not None},
            )


def _by_service(form: FormSession, row: str) -> dict[tuple[str, str], dict[str, str]]:
    """(service, month) -> attribute -> column, of the columns that hold something."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    repeat = form.definition.repeats[0].path
    for question in form.definition.columns(repeat):
        match = _COLUMN.fullmatch(question.extra.get("known", ""))
        if match and form.answer(f"{row}/{question.key}") is not None:
            cells = found.setdefault((match["service"], match["month"]), {})
            cells[match["attribute"]] = question.key
    return found


def _vaccines(
    form: FormSession, address: str, month: str, record_id: str, common: dict[str, Any]
) -> Iterator[ServiceEvent]:
    for part in str(form.answer(address) or "").split(","):
        match = _DOSE.fullmatch(part)
        code = _SHORT_NAMES.get(fold(match["name"])) if match else None
        if match is None or code is None:
            continue  # the form's constraint admits only names of the list
        number = int(match["number"] or 0)
        yield ServiceEvent(
            id=derived_id(
                "service_event", record_id, common["member_id"], f"{code}:{number}@{month}"
            ),
            service=code,
            number=number,
            **common,
        )
