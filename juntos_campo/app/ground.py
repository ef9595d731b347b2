"""What a household is judged with besides its records: where it lives, who is pregnant, who studies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Household, Member, Pregnancy, SchoolYear, Settlement
from juntos_campo.domain.values import PregnancyOutcome
from juntos_campo.norms.residence import UNKNOWN, Residence, residence_of
from juntos_campo.register.territory import capital_altitudes

AFTER_BIRTH_DAYS = 60
"""So long after a birth what is due to the mother and the newborn is still listed."""


@dataclass(slots=True)
class Ground:
    """One household; everything by member id.

    Attributes:
        running: pregnancies that have not ended.
        born: of women not pregnant now, the pregnancy that ended with a birth up to
            `AFTER_BIRTH_DAYS` ago.
        years: school years, in no order.
        births: birth dates of everybody who ever belonged to the household.
    """

    residence: Residence = UNKNOWN
    running: dict[str, Pregnancy] = field(default_factory=dict)
    born: dict[str, Pregnancy] = field(default_factory=dict)
    years: dict[str, list[SchoolYear]] = field(default_factory=lambda: defaultdict(list))
    births: list[date] = field(default_factory=list)


def grounds(
    session: Session, households: Mapping[str, Household], members: Iterable[Member]
) -> dict[str, Ground]:
    """Household id -> its ground; `members` are everybody who ever belonged to them."""
    store, today = session.store, session.today
    homes = residences(session, households.values())
    found = {household_id: Ground(residence=homes[household_id]) for household_id in households}
    for member in members:
        if member.household_id in found:
            found[member.household_id].births.append(member.birth_date)
    for pregnancy in store.find_in(Pregnancy, "household_id", households):
        ground = found[pregnancy.household_id]
        if pregnancy.ended_on is None:
            ground.running[pregnancy.member_id] = pregnancy
        elif _born_lately(pregnancy, today):
            other = ground.born.get(pregnancy.member_id)
            if other is None or (other.ended_on or date.min) < pregnancy.ended_on:
                ground.born[pregnancy.member_id] = pregnancy
    for ground in found.values():
        for member_id in ground.running.keys() & ground.born.keys():
            del ground.born[member_id]
    for year in store.find_in(SchoolYear, "household_id", households):
        found[year.household_id].years[year.member_id].append(year)
    return found


def _born_lately(pregnancy: Pregnancy, today: date) -> bool:
    ended = pregnancy.ended_on
    if ended is None or pregnancy.outcome is not PregnancyOutcome.BIRTH:
        return False
    return 0 <= (today - ended).days <= AFTER_BIRTH_DAYS


def residences(session: Session, households: Collection[Household]) -> dict[str, Residence]:
    """Household id -> the altitude where it lives, and where that figure comes from."""
    wanted = {one.settlement_id for one in households}
    settlements = session.store.get_many(Settlement, wanted)
    known = {key: home_of(settlements.get(key)) for key in wanted}
    return {one.id: known[one.settlement_id] for one in households}


def home_of(settlement: Settlement | None) -> Residence:
    """The altitude of one settlement; the districts are read only for one without its own."""
    if settlement is None or settlement.altitude_m is not None:
        return residence_of(settlement, {})
    return residence_of(settlement, capital_altitudes())
