"""The rule book: every row of every pack, compiled for quick evaluation. Built by `norms.packs`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from juntos_campo.domain.values import RiskLevel, Sex
from juntos_campo.norms.ages import Age, Ages
from juntos_campo.norms.growth.rules import GrowthRules
from juntos_campo.norms.indicators.rules import Indicator
from juntos_campo.norms.model import Anchor, Profile, SeriesKind, State, Trust
from juntos_campo.norms.verification.rules import (
    EducationRules,
    Package,
    TransferRules,
    VerificationRules,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One expected service under one norm.

    Attributes:
        earliest: age from which a record counts; `opens`: age at which it is expected.
        after: key whose date the gaps are counted from; empty: the row before (doses) or the last
            counted record of the family (slots).
        min_gap: a record closer than this to that date is not counted.
        usual_gap, due_gap, close_gap: from that date, when it is expected, until when it is on time, and
            the last day on which it can be received.
        catch_up: opens at once when the window of the row before closed without a record.
        norm: norm and section, one Spanish phrase.
        trust, window_trust, closes_trust: of the age, of the last day on time, of the last day at all.
        start, until: days on which the norm was in force; it judges what was due then.
    """

    key: str
    service: str
    label: str
    number: int
    opens: Age
    due: Age | None
    closes: Age | None
    earliest: Age
    after: str
    min_gap: Age | None
    gap_steps: tuple[tuple[Age, Age], ...]
    usual_gap: Age | None
    due_gap: Age | None
    close_gap: Age | None
    catch_up: bool
    accepts: frozenset[str]
    sex: Sex | None
    shown_until: Age
    norm: str
    trust: Trust
    window_trust: Trust
    closes_trust: Trust
    start: date
    until: date | None
    note: str
    pack_id: str
    profile: Profile


@dataclass(frozen=True, slots=True)
class Expected:
    """One key of a family with its version under each norm, oldest norm first."""

    key: str
    versions: tuple[Row, ...]
    opens_days: int
    shown_days: int


@dataclass(frozen=True, slots=True)
class Family:
    """What is judged together: one series over all norms that ever ruled it.

    Attributes:
        person_from, person_until: age of the person on the day that ages are counted from, when that
            is not the birth; None: any.
        ends, ends_unstarted: of an episode (of anaemia), see `episodes`.
    """

    id: str
    service: str
    kind: SeriesKind
    anchor: Anchor
    profile: Profile
    accepts: frozenset[str]
    expected: tuple[Expected, ...]
    shown_days: int
    opens_days: int
    person_from: Age | None = None
    person_until: Age | None = None
    ends: Age | None = None
    ends_unstarted: Age | None = None


class Slot(NamedTuple):
    """One row with the dates it has for one person. `silent`: counted, but not reported."""

    row: Row
    opens: date
    due: date | None
    closes: date | None
    earliest: date
    silent: bool


@dataclass(frozen=True, slots=True)
class AltitudeBand:
    from_m: int
    to_m: int
    subtract: float
    trust: Trust


@dataclass(frozen=True, slots=True)
class Cutoff:
    """Cut-offs of one group, g/dL adjusted; see `pack_format.CutoffModel`."""

    key: str
    label: str
    who: str
    opens: Age | None
    closes: Age | None
    trimester: int | None
    sex: Sex | None
    none: float
    strict: bool
    mild: float | None
    moderate: float | None
    norm: str
    trust: Trust
    note: str


@dataclass(frozen=True, slots=True)
class HaemoglobinTables:
    """Altitude table and cut-offs of one norm, in force from `start` to `until`."""

    pack_id: str
    start: date
    until: date | None
    altitude: tuple[AltitudeBand, ...]
    altitude_norm: str
    cutoffs: tuple[Cutoff, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Points of missing services; see `pack_format.PointsModel`."""

    key: str
    services: frozenset[str]
    keys: frozenset[str]
    states: frozenset[State]
    days_from: int
    days_until: int | None
    points: int
    most: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Turns a state into an alert; see `pack_format.AlertModel`. `others`: its `except_services`."""

    key: str
    services: frozenset[str]
    keys: frozenset[str]
    states: frozenset[State]
    days_from: int
    days_until: int | None
    days_left: int | None
    recovers: bool
    latest: bool
    others: frozenset[str]
    level: RiskLevel


@dataclass(frozen=True, slots=True)
class AnaemiaGrade:
    """What one grade of anaemia weighs, and the level of its alert before and after iron was given."""

    points: int
    level: RiskLevel
    treated: RiskLevel


@dataclass(frozen=True, slots=True)
class AnaemiaRules:
    """How the last haemoglobin weighs.

    Attributes:
        within_days: a measurement older than this says nothing any more.
        grades: `AnaemiaLevel` value -> what it weighs; a grade without an entry makes no alert.
    """

    within_days: int
    grades: dict[str, AnaemiaGrade]


@dataclass(frozen=True, slots=True)
class RiskTable:
    """Weights of the semáforo and rules of the alerts. No official source for either was found.

    Attributes:
        silent: services that are listed and recorded, and make neither alert nor points.
        levels: (level, points from which), most urgent first.
        full_until: age in months up to which a missing health service counts in full.
        alert_until: age from which a missing health service makes no alert.
    """

    service_points: tuple[Points, ...]
    member_points: dict[str, int]
    household_points: dict[str, int]
    levels: tuple[tuple[RiskLevel, int], ...]
    alerts: tuple[AlertRule, ...]
    silent: frozenset[str]
    anaemia: AnaemiaRules
    full_until: Age
    alert_until: Age
    trust: Trust


@dataclass(frozen=True, slots=True)
class PackInfo:
    """What a loaded file says about itself.

    Attributes:
        received: it came from the office; the others came with the program.
        text: the whole file, to show what judges.
    """

    id: str
    file: str
    kind: str
    title: str
    norm: str
    start: date
    until: date | None
    trust: Trust
    source: str
    note: str
    received: bool = False
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A pack the office sent that this program cannot use. `reason`: Spanish, names file and row."""

    pack_id: str
    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Every rule the program knows, immutable.

    Attributes:
        families: in an order in which a family stands after those it depends on.
        haemoglobin, growth, education, verification, transfers: one entry a norm, oldest first; that
            in force on a day judges it (`in_force`).
        stamp: differs between two books that may judge differently; empty when it is not known.
        left_out: what the office sent and does not judge.
        counted_from, of_birth: families by the day ages are counted from; of a birth by whose they are.
        oldest_days: nobody older than this is expected to receive anything by age.
    """

    packs: tuple[PackInfo, ...]
    families: tuple[Family, ...]
    haemoglobin: tuple[HaemoglobinTables, ...]
    risk: RiskTable
    growth: tuple[GrowthRules, ...]
    education: tuple[EducationRules, ...]
    verification: tuple[VerificationRules, ...]
    transfers: tuple[TransferRules, ...]
    packages: tuple[Package, ...]
    indicators: tuple[Indicator, ...]
    stamp: str = ""
    left_out: tuple[LeftOut, ...] = ()
    counted_from: dict[Anchor, tuple[Family, ...]] = field(init=False, compare=False, repr=False)
    of_birth: dict[Profile, tuple[Family, ...]] = field(init=False, compare=False, repr=False)
    oldest_days: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        counted = {
            anchor: tuple(one for one in self.families if one.anchor is anchor) for anchor in Anchor
        }
        births = counted[Anchor.BIRTH]
        of_birth = {
            profile: tuple(one for one in births if one.profile in (Profile.ANY, profile))
            for profile in Profile
        }
        oldest = max((one.shown_days for one in births), default=0)
        object.__setattr__(self, "counted_from", counted)
        object.__setattr__(self, "of_birth", of_birth)
        object.__setattr__(self, "oldest_days", oldest)


AHEAD_DAYS = 366
"""Services expected later than this are not listed yet."""


def slots_of(
    family: Family, ages: Ages, today: date, sex: Sex, limit: date | None = None
) -> list[Slot]:
    """The rows that judge one person, each by the norm in force on the day it is due.

    `ages` count from birth or the start of the pregnancy; `limit` closes every window (the end of a
    pregnancy).
    """
    age_days = (today - ages.start).days
    last_opening = age_days + AHEAD_DAYS
    slots: list[Slot] = []
    for expected in family.expected:
        if expected.opens_days > last_opening or age_days > expected.shown_days:
            continue
        slot = _slot(expected, family, ages, limit)
        if slot is None or (slot.row.sex is not None and slot.row.sex is not sex):
            continue
        slots.append(slot)
    return slots


def _slot(expected: Expected, family: Family, ages: Ages, limit: date | None) -> Slot | None:
    versions = expected.versions
    for row in versions:
        day = ages[(row.due or row.opens).place]
        if day < row.start and row is versions[0]:
            break
        # Before the start of a later norm: its due day crosses that of the older one; it judges.
        if row.until is None or day <= row.until:
            return _dated(row, ages, limit, False, day)
    if family.kind is SeriesKind.DOSES:
        # Due under no norm we hold, but later doses are counted from it.
        row = versions[0]
        return _dated(row, ages, limit, True, ages[(row.due or row.opens).place])
    return None


def _dated(row: Row, ages: Ages, limit: date | None, silent: bool, judged: date) -> Slot:
    """`judged` is the day that decides the norm: that on which the row is due, else expected."""
    due = judged if row.due is not None else None
    opens = ages[row.opens.place] if due is not None else judged
    closes = ages[row.closes.place] if row.closes is not None else None
    if limit is not None and (closes is None or limit < closes):
        closes = limit
        due = min(due, limit) if due is not None else None
    earliest = opens if row.earliest is row.opens else ages[row.earliest.place]
    return Slot(row, opens, due, closes, earliest, silent)
