"""The indicators the incentive fund (FED) measures with, compiled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from juntos_campo.norms.ages import Age
from juntos_campo.norms.model import Anchor, Trust


@dataclass(frozen=True, slots=True)
class Item:
    """One record that the definition asks for. Ages are counted from the indicator's anchor.

    Attributes:
        opens, closes: first and last age at which a record counts; without `closes` the end of the
            pregnancy closes it, or nothing.
        after: key of an earlier item from whose record `min_gap` and `max_gap` are counted; without it
            `min_gap` is counted from the last counted record of the series.
        required_from: age from which it decides; None: from the day after it closed.
        decides: False: it is watched and told, but the verdict does not depend on it.
        cannot: why the program's records cannot answer it, Spanish; empty when they can.
        untold: what a record does not tell although it counts, Spanish.
        accepts: codes of the services that fulfil it.
    """

    key: str
    label: str
    opens: Age
    closes: Age | None
    after: str
    min_gap: Age | None
    max_gap: Age | None
    gap_steps: tuple[tuple[Age, Age], ...]
    required_from: Age | None
    decides: bool
    cannot: str
    untold: str
    accepts: frozenset[str]
    norm: str
    trust: Trust
    required_trust: Trust
    note: str


@dataclass(frozen=True, slots=True)
class Path:
    """One way to fulfil a `Choice`: every item of it. `cannot` as in `Item`."""

    name: str
    items: tuple[Item, ...]
    cannot: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An item fulfilled by any one of its paths."""

    key: str
    label: str
    paths: tuple[Path, ...]
    untold: str
    norm: str
    trust: Trust
    note: str


@dataclass(frozen=True, slots=True)
class ItemSeries:
    """Items in the order of their dates that share their records: each record counts once."""

    id: str
    items: tuple[Item, ...]
    choice: Choice | None = None


@dataclass(frozen=True, slots=True)
class Denominator:
    """Who is measured.

    Attributes:
        from_age, until_age: of the child on the day of the measurement, both included.
        found_from, found_until: age of the child at the haemoglobin that found the anaemia.
        out_below_g, out_below_weeks: born with less is left out.
        in_g, in_weeks: (lowest, highest); born within either is taken in, nobody else.
    """

    from_age: Age | None
    until_age: Age | None
    found_from: Age | None
    found_until: Age | None
    out_below_g: int | None
    out_below_weeks: int | None
    in_g: tuple[int, int] | None
    in_weeks: tuple[int, int] | None
    norm: str
    trust: Trust
    note: str


_NOBODY = Denominator(None, None, None, None, None, None, None, None, "", Trust.NOT_FOUND, "")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One definition. It is judged by itself only; the schedules of the norms say nothing in it.

    Attributes:
        anchor: what ages of items are counted from: birth, pregnancy, or the first anaemia found.
    """

    id: str
    title: str
    anchor: Anchor = Anchor.BIRTH
    denominator: Denominator = _NOBODY
    series: tuple[ItemSeries, ...] = ()
    norm: str = ""
    trust: Trust = Trust.NOT_FOUND
    start: date = date.min
    until: date | None = None
    note: str = ""
    item_count: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        count = sum(len(one.items) + (one.choice is not None) for one in self.series)
        object.__setattr__(self, "item_count", count)

    def in_force(self, on: date) -> bool:
        """Whether the definition is the one that measures on a day."""
        return self.start <= on and (self.until is None or on <= self.until)
