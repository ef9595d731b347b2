"""SÍ and NO of an official form against what the rules of verification make of the records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from juntos_campo.app.form_roster import Listed
from juntos_campo.app.official_catalogue import PlaceKind
from juntos_campo.app.official_columns import FULFILLED, fulfilled_key
from juntos_campo.app.open_form import OpenForm
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import SchoolYear, ServiceEvent
from juntos_campo.norms.verification.case import HouseholdCase
from juntos_campo.norms.verification.model import Responsibility, Verdict
from juntos_campo.norms.verification.months import Judge

_ESTIMATE = "Es una estimación{unsourced}; si lo escrito es correcto, déjelo así."


def verdict_remarks(
    session: Session,
    opened: OpenForm,
    listed: Listed,
    events: Sequence[ServiceEvent],
    altitude: Callable[[], int | None],
) -> Iterator[tuple[str, str]]:
    """Address and sentence for each month whose answer the records contradict.

    Only ended months are judged, and only for the responsibility the form is about.
    """
    said = dict(_said(opened, listed, session.today))
    if not said or listed.member is None or listed.household is None:
        return
    judge = Judge(_case(session, opened, listed, events, altitude()), session.book, session.today)
    about = (
        Responsibility.EDUCATION
        if opened.official.place is PlaceKind.SCHOOL
        else Responsibility.HEALTH
    )
    for month, (address, fulfilled) in said.items():
        if judge.standing(listed.member, month).responsibility is not about:
            continue
        judged = judge.judged(listed.member, month)
        if not judged.reasons:
            continue
        reason = judged.reasons[0]
        ending = _ESTIMATE.format(
            unsourced="" if reason.trust.is_official else " sin fuente oficial"
        )
        if fulfilled and judged.verdict is Verdict.NOT_FULFILLED:
            yield (
                address,
                f"Se escribió SÍ, pero por lo registrado no cumplió: {reason.text} {ending}",
            )
        elif not fulfilled and judged.verdict is Verdict.FULFILLED:
            yield address, f"Se escribió NO, pero por lo registrado cumplió: {reason.text} {ending}"


def _said(opened: OpenForm, listed: Listed, today: date) -> Iterator[tuple[date, tuple[str, bool]]]:
    keys = {question.key for question in opened.definition.questions}
    ends = (opened.bimester.months[1], opened.bimester.next().start)
    for number, month in enumerate(opened.bimester.months, start=1):
        if fulfilled_key(number) not in keys or today < ends[number - 1]:
            continue
        address = f"{listed.key}/{fulfilled_key(number)}"
        fulfilled = FULFILLED.get(str(opened.form.answer(address)))
        if fulfilled is not None:
            yield month, (address, fulfilled)


def _case(
    session: Session,
    opened: OpenForm,
    listed: Listed,
    events: Sequence[ServiceEvent],
    altitude_m: int | None,
) -> HouseholdCase:
    """The person alone: nobody else's services bear on what he or she answers for."""
    assert listed.member is not None  # noqa: S101 - asked by the caller
    assert listed.household is not None  # noqa: S101
    years = [] if listed.year is None else [_typed_year(opened, listed, listed.year)]
    if opened.official.place is PlaceKind.FACILITY:
        years = session.store.find(SchoolYear, member_id=listed.key)
    return HouseholdCase(
        household=listed.household,
        members=[listed.member],
        pregnancies=[] if listed.pregnancy is None else [listed.pregnancy],
        events={listed.key: sorted(events, key=lambda one: (one.on, one.id))},
        school_years={listed.key: years},
        altitude_m=altitude_m,
    )


def _typed_year(opened: OpenForm, listed: Listed, year: SchoolYear) -> SchoolYear:
    """The school year with what the list says of enrolment and attendance."""
    cells = {
        known: opened.form.answer(f"{listed.key}/{key}")
        for known, key in opened.filled_from.items()
        if known.startswith("school_year.")
    }
    attendance = dict(year.attendance)
    for number, month in enumerate(opened.bimester.months, start=1):
        share = cells.get(f"school_year.attendance@{number}")
        if isinstance(share, int | float):
            attendance[month.isoformat()[:7]] = float(share)
    enrolled = cells.get("school_year.enrolled_on")
    try:
        on = date.fromisoformat(str(enrolled)) if enrolled else None
    except ValueError:
        on = year.enrolled_on
    return replace(year, attendance=attendance, enrolled_on=on)
