"""Rows of Formato Salud 02: the children under 6 of a health facility."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from juntos_campo.app.form_roster import (
    Facts,
    Listed,
    belongs,
    events_by_member,
    households_listed,
    in_order,
    month_facts,
    register_facts,
)
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester, add_months
from juntos_campo.store.roster import members_born

UNDER_YEARS = 6


def children_of(session: Session, bimester: Bimester, facility_id: str = "") -> list[Listed]:
    """Children under 6 in the bimester, of active households, ordered as on paper.

    Under 6 means: not yet 6 on the first day of the bimester.
    """
    oldest = add_months(bimester.start, -12 * UNDER_YEARS) + timedelta(days=1)
    youngest = min(bimester.end, session.today)
    members = members_born(session.store, oldest, youngest, facility_id)
    here = [one for one in members if belongs(one, bimester)]
    households = households_listed(session, here)
    return in_order(
        Listed(
            key=member.id,
            place_id=member.facility_id,
            name=member.full_name,
            member=member,
            household=households[member.household_id],
        )
        for member in here
        if member.household_id in households
    )


def child_facts(
    session: Session, listed: Sequence[Listed], bimester: Bimester, form_record_id: str
) -> dict[str, Facts]:
    """Register and services received in the bimester, by row."""
    events = events_by_member(session, listed, form_record_id)
    last_day = min(bimester.end, session.today)
    return {
        one.key: register_facts(one.member, one.household, last_day)
        | month_facts(events.get(one.key, ()), bimester)
        for one in listed
        if one.member is not None
    }
