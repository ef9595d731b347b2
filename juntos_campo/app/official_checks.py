"""What is typed into an official form against what is known besides: remarks, never errors.

A row is compared with the recorded services and measures of that person, with the rules of
verification, and with the other forms of the bimester.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from juntos_campo.app.form_events import events_of_row
from juntos_campo.app.form_roster import Listed, events_by_member, rows_of
from juntos_campo.app.ground import home_of
from juntos_campo.app.official_catalogue import OfficialForm, PlaceKind, places_of
from juntos_campo.app.official_verdicts import verdict_remarks
from juntos_campo.app.open_form import Checks, OpenForm
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester, completed_years
from juntos_campo.domain.entities import Member, ServiceEvent, Settlement
from juntos_campo.domain.values import Sex
from juntos_campo.norms.explain import day_text
from juntos_campo.norms.growth.assess import measurement_of
from juntos_campo.norms.growth.doubt import doubts_of
from juntos_campo.norms.growth.model import Measurement
from juntos_campo.norms.growth.tables import weight_for_age
from juntos_campo.norms.in_force import in_force
from juntos_campo.norms.maternal import FAR_APART_DAYS
from juntos_campo.norms.pregnancy import LONGEST_DAYS, TERM_DAYS
from juntos_campo.norms.records import of_pregnancy
from juntos_campo.store.roster import form_records

_MONTHS = ("1", "2")


@dataclass(slots=True)
class Ground:
    """What the rows of one form are compared with; read when it is first asked for.

    Attributes:
        repeat: path of the repeat with the rows.
    """

    session: Session
    official: OfficialForm
    repeat: str
    bimester: Bimester
    record_id: str
    _events: dict[str, list[ServiceEvent]] = field(default_factory=dict)
    _altitudes: dict[str, int | None] = field(default_factory=dict)
    _elsewhere: dict[str, str] | None = None

    def events(self, listed: Listed) -> list[ServiceEvent]:
        """What the person received, learnt elsewhere than from this form; oldest first."""
        found = self._events.get(listed.key)
        if found is None:
            read = events_by_member(self.session, [listed], self.record_id)
            found = self._events[listed.key] = read.get(listed.key, [])
        return found

    def altitude(self, listed: Listed) -> int | None:
        """Altitude of the person's residence in metres."""
        settlement_id = listed.household.settlement_id if listed.household else ""
        if settlement_id not in self._altitudes:
            settlement = self.session.store.get(Settlement, settlement_id)
            self._altitudes[settlement_id] = home_of(settlement).altitude_m
        return self._altitudes[settlement_id]

    def elsewhere(self, row: str) -> str:
        """Name of another place whose form of this bimester lists the same person; "" for none."""
        if self._elsewhere is None:
            records = [
                one
                for one in form_records(
                    self.session.store, self.official.form_id, bimester=str(self.bimester)
                )
                if one.id != self.record_id
            ]
            places = places_of(self.session, self.official, [one.place_id for one in records])
            self._elsewhere = {
                row: places[one.place_id].name
                for one in records
                if one.place_id in places
                for row in rows_of(one.cells)
            }
        return self._elsewhere.get(row, "")


def checks_of(
    session: Session,
    official: OfficialForm,
    repeat: str,
    bimester: Bimester,
    record_id: str,
) -> Checks:
    """What compares the rows of one open form."""
    return partial(_remarks, Ground(session, official, repeat, bimester, record_id))


def make_ready(opened: OpenForm) -> None:
    """Read what the first weight would otherwise wait for: a tenth of a second, once."""
    if "CRED.weight_kg@1" in opened.filled_from:
        weight_for_age(Sex.FEMALE)


def _remarks(ground: Ground, opened: OpenForm, row: str) -> dict[str, str]:
    """Address -> the first thing there is to say about a cell."""
    found: dict[str, str] = {}
    listed = opened.row(row) if row else None
    sources = [_against_known(opened, row, ground.repeat if row else "")]
    if listed is not None and listed.member is not None:
        sources += [
            _numbers(ground, opened, listed),
            _growth(ground, opened, listed, listed.member),
            _dating(opened, listed, ground.session.today),
            _places(ground, opened, listed),
        ]
        events = _received(ground, opened, listed)
        altitude = partial(ground.altitude, listed)
        sources.append(verdict_remarks(ground.session, opened, listed, events, altitude))
    for source in sources:
        for address, text in source:
            found.setdefault(address, text)
    return found


def _against_known(opened: OpenForm, row: str, repeat: str) -> Iterator[tuple[str, str]]:
    for question in opened.definition.columns(repeat):
        address = f"{row}/{question.key}" if row else question.key
        known = opened.known.get(address)
        if known is None or not (known.source and known.rules) or address not in opened.typed:
            continue
        if not opened.form.relevant(address) or opened.form.answer(address) == known.answer:
            continue
        told = question.type.show(known.answer, opened.form.reading(question))
        text = f"Revise: {known.source} registra {told}. Si lo escrito es correcto, déjelo así."
        yield address, text


# -- services and measures -------------------------------------------------------------------------


def _numbers(ground: Ground, opened: OpenForm, listed: Listed) -> Iterator[tuple[str, str]]:
    """A control whose number does not follow the one before.

    Numbers of CRED may begin anew with each year of age, as the health system counts them; only
    controls of the same year are compared.
    """
    for service in ("CRED", "APN"):
        last: tuple[int, date] | None = None
        for month in _MONTHS:
            number = _figure(opened, listed, f"{service}.number@{month}")
            day = _day(opened, listed, f"{service}.on@{month}")
            before = last or _last_number(ground, opened, listed, service)
            if number is None or day is None:
                continue
            address, value = number
            if (
                before is not None
                and address in opened.typed
                and _comparable(listed, before[1], day)
            ):
                said = f"El último registrado es el N.º {before[0]}, del {day_text(before[1])}"
                if value <= before[0]:
                    yield address, f"{said}: este tendría que ser el {before[0] + 1}."
                elif value > before[0] + 1:
                    yield address, f"{said}: falta el {before[0] + 1}. Revise el número."
            last = int(value), day


def _last_number(
    ground: Ground, opened: OpenForm, listed: Listed, service: str
) -> tuple[int, date] | None:
    events = ground.events(listed)
    if listed.pregnancy is not None:
        start = opened.bimester.start - timedelta(days=TERM_DAYS)
        events = list(of_pregnancy(events, listed.pregnancy, start, opened.bimester.end))
    found = [
        (one.number, one.on)
        for one in events
        if one.service == service and one.number and one.on < opened.bimester.start
    ]
    return found[-1] if found else None


def _comparable(listed: Listed, before: date, day: date) -> bool:
    if listed.pregnancy is not None or listed.member is None:
        return True
    birth = listed.member.birth_date
    return completed_years(birth, before) == completed_years(birth, day)


def _growth(
    ground: Ground, opened: OpenForm, listed: Listed, member: Member
) -> Iterator[tuple[str, str]]:
    """A weight or height that this child, as measured before, does not have."""
    earlier: list[Measurement] | None = None
    for month in _MONTHS:
        cells = {
            name: _figure(opened, listed, f"CRED.{name}@{month}")
            for name in ("weight_kg", "height_cm")
        }
        day = _day(opened, listed, f"CRED.on@{month}")
        if day is None or not any(cell and cell[0] in opened.typed for cell in cells.values()):
            continue
        if earlier is None:
            earlier = [measurement_of(one) for one in ground.events(listed)]
        values = {name: cell[1] for name, cell in cells.items() if cell is not None}
        measured = Measurement(day, values.get("weight_kg"), values.get("height_cm"))
        for doubt in doubts_of(
            measured, member, earlier, in_force(ground.session.book.growth, day)
        ):
            cell = cells[doubt.figure]
            if cell is not None:
                yield cell[0], doubt.text
        earlier = [*earlier, measured]


def _received(ground: Ground, opened: OpenForm, listed: Listed) -> Sequence[ServiceEvent]:
    """What was recorded, and what this row adds to it."""
    return [*ground.events(listed), *events_of_row(opened, listed)]


# -- pregnancies and places ------------------------------------------------------------------------


def _dating(opened: OpenForm, listed: Listed, today: date) -> Iterator[tuple[str, str]]:
    """Last period and ultrasound that do not agree; a pregnancy longer than there is."""
    period = _day(opened, listed, "pregnancy.last_period")
    due = _day(opened, listed, "pregnancy.due_date_ultrasound")
    if period is not None and due is not None:
        apart = abs((period + timedelta(days=TERM_DAYS) - due).days)
        if apart > FAR_APART_DAYS:
            yield (
                _address(opened, listed, "pregnancy.due_date_ultrasound"),
                f"La ecografía y la última regla difieren en {apart} días: se usa la ecografía; "
                "verifique las dos fechas.",
            )
    start = due - timedelta(days=TERM_DAYS) if due is not None else period
    ended = [_day(opened, listed, name) for name in ("BIRTH.on@p", "pregnancy.lost_on")]
    until = min(opened.bimester.end, today)
    if start is not None and not any(ended) and (until - start).days >= LONGEST_DAYS:
        yield (
            _address(opened, listed, "BIRTH.on@p"),
            "La gestación pasa de 43 semanas: escriba la fecha del parto o corrija la última regla.",
        )


def _places(ground: Ground, opened: OpenForm, listed: Listed) -> Iterator[tuple[str, str]]:
    """The same person in the form of two places."""
    address = f"{listed.key}/{opened.official.name}"
    other = ground.elsewhere(listed.key)
    if other:
        yield address, f"También figura en el {opened.official.short} de {other}: deje uno."
    member, pregnancy = listed.member, listed.pregnancy
    if member is None or pregnancy is None or opened.official.place is not PlaceKind.FACILITY:
        return
    if member.facility_id and pregnancy.facility_id not in ("", member.facility_id):
        places = places_of(ground.session, opened.official, [member.facility_id])
        name = places[member.facility_id].name if member.facility_id in places else "otro"
        yield (
            address,
            f"El padrón la tiene en {name} y su gestación se registró aquí: confirme dónde se atiende.",
        )


# -- cells by what they are filled from -----------------------------------------------------------


def _address(opened: OpenForm, listed: Listed, known: str) -> str:
    """Address of the cell that is filled from `known`; "" where the form has none."""
    key = opened.filled_from.get(known)
    return f"{listed.key}/{key}" if key is not None else ""


def _figure(opened: OpenForm, listed: Listed, known: str) -> tuple[str, float] | None:
    """Address and value of the cell that is filled from `known`; None without a figure in it."""
    address = _address(opened, listed, known)
    value = opened.form.answer(address) if address else None
    return (address, value) if isinstance(value, int | float) else None


def _day(opened: OpenForm, listed: Listed, known: str) -> date | None:
    address = _address(opened, listed, known)
    try:
        return date.fromisoformat(str(opened.form.answer(address))) if address else None
    except ValueError:
        return None
