"""Every formula by the name the sheets call it."""

from __future__ import annotations

from collections.abc import Callable

from juntos_campo.central.indicators import of_households as homes
from juntos_campo.central.indicators import of_people as people
from juntos_campo.central.indicators.counting import Cases
from juntos_campo.central.indicators.population import Scope
from juntos_campo.central.indicators.standings import ANAEMIA, ENROLMENT, OVERDUE, Group

FORMULAS: dict[str, Callable[[Scope], Cases]] = {
    "accompanied": homes.accompanied,
    "package_under_12m": people.standing_is("UNDER_12M"),
    "package_12_to_35m": people.standing_is("12_TO_35M"),
    "package_pregnant": people.standing_is("PREGNANT"),
    "overdue": people.standing_is(OVERDUE),
    "anaemia": people.standing_is(ANAEMIA),
    "dni_in_time": people.dni_in_time,
    "captured_pregnancies": people.captured_pregnancies,
    "captured_newborns": people.captured_newborns,
    "enrolment": people.standing_is(ENROLMENT),
    "attends": people.attends,
    "students_at_risk": people.students_at_risk,
    "verified": homes.verified,
    "in_cuna_mas": homes.in_cuna_mas,
    "cse_soon": homes.cse_soon,
    "cse_expired": homes.cse_expired,
    "in_group_activity": homes.in_group_activity,
    "satisfied": homes.satisfied,
}
"""Name of a formula, as the sheets call it -> its statement of cases."""

GROUPS: dict[str, Group] = {
    "package_under_12m": Group.SERVICES,
    "package_12_to_35m": Group.SERVICES,
    "package_pregnant": Group.SERVICES,
    "overdue": Group.SERVICES,
    "anaemia": Group.SERVICES,
    "captured_newborns": Group.SERVICES,
    "enrolment": Group.SCHOOL,
}
"""Formulas that need the `standings` of the cut -> which."""

BY_NORMS = frozenset(GROUPS)
