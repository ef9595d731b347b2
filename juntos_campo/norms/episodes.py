"""Episodes of anaemia: from the haemoglobin that found it to the one that ended its treatment. Pure.

The norm asks for six continuous months of treatment, also when a control in between is normal [code,
NTS 213]; so a normal haemoglobin ends an episode only when the course is over (`ends` of the series,
counted from the first iron). Where no iron was recorded there is no course to go on with: a normal
control from `ends_unstarted` on, counted from the haemoglobin that found it, ends the episode. A
haemoglobin that still shows anaemia when the course is over opens the next episode; before, or without
any iron, it belongs to the same one, so that the days without treatment go on counting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from juntos_campo.domain.entities import Member, ServiceEvent
from juntos_campo.norms.ages import Age
from juntos_campo.norms.book import Family, RuleBook
from juntos_campo.norms.haemoglobin import (
    AnaemiaLevel,
    HbAssessment,
    assess,
    is_possible,
)

HB, IRON = "HB", "IRON"


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode of anaemia.

    Attributes:
        opened: the haemoglobin that found it, and `assessment`, what it says.
        closed: the normal haemoglobin that ended it; None while it lasts.
    """

    opened: ServiceEvent
    assessment: HbAssessment
    closed: ServiceEvent | None = None


def latest_episode(
    member: Member,
    events: Sequence[ServiceEvent],
    families: Iterable[Family],
    book: RuleBook,
    *,
    today: date,
    altitude_m: int | None,
    preterm: bool,
) -> Episode | None:
    """The last episode of anaemia that the records tell of; None also when it is shown no more.

    Args:
        events: the member's own records (none of a pregnancy) by date.
        families: those counted from an episode; the first that says when one ends rules.
    """
    rule = next((one for one in families if one.ends is not None), None)
    last = next((one.on for one in reversed(events) if one.service == HB), None)
    if rule is None or last is None or (today - last).days > rule.shown_days:
        return None  # Every episode was opened no later than that, and is not shown any more.
    first_iron: date | None = None
    episode: Episode | None = None
    for event in events:
        lasting = episode is not None and episode.closed is None
        if event.service == IRON and lasting:
            first_iron = first_iron or event.on
        if event.service != HB or not is_possible(event.value) or event.on < member.birth_date:
            continue
        right_age = in_age(rule, member.birth_date, event.on)
        if not (lasting or right_age):
            continue
        if episode is not None and lasting and not _over(rule, episode, first_iron, event.on):
            continue
        found = assess(
            event.value or 0.0,
            birth=member.birth_date,
            sex=member.sex,
            on=event.on,
            altitude_m=altitude_m,
            preterm=preterm,
            book=book,
        )
        if episode is not None and lasting:
            if found.level is AnaemiaLevel.NONE:
                episode = replace(episode, closed=event)
                continue
            if first_iron is None:
                continue
        if found.level.is_anaemia and right_age:
            # Iron of the same day may stand on either side of the haemoglobin.
            same_day = any(one.service == IRON and one.on == event.on for one in events)
            episode, first_iron = Episode(event, found), event.on if same_day else None
    return episode


def in_age(family: Family, birth: date, on: date) -> bool:
    """Whether somebody born on a day is of an age that the family is meant for on another."""
    if family.person_from is not None and not family.person_from.is_reached(birth, on):
        return False
    return family.person_until is None or not family.person_until.is_past(birth, on)


def _over(rule: Family, episode: Episode, first_iron: date | None, on: date) -> bool:
    age, start = (
        (rule.ends, first_iron)
        if first_iron is not None
        else (rule.ends_unstarted, episode.opened.on)
    )
    return (age or Age(0, 0)).after(start) <= on
