"""Indicator packs: what the file of one definition holds. `resources/norms/README.md`, "Indicadores"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, ValidationInfo, field_validator, model_validator

from juntos_campo.norms.ages import Age
from juntos_campo.norms.indicators.rules import (
    Choice,
    Denominator,
    Indicator,
    Item,
    ItemSeries,
    Path,
)
from juntos_campo.norms.model import Anchor, Trust
from juntos_campo.norms.pack_format import AgeField, GapStep, Header, ServiceField, Strict

_SAMPLE_START = date(2023, 1, 31)

Grams: TypeAlias = Annotated[int, Field(ge=300, le=7000)]
Weeks: TypeAlias = Annotated[int, Field(ge=20, le=44)]


class DenominatorModel(Strict):
    """Who is measured, and from which day of theirs ages are counted; see `rules`."""

    anchor: Literal[Anchor.BIRTH, Anchor.PREGNANCY, Anchor.ANAEMIA]
    from_age: AgeField | None = None
    until_age: AgeField | None = None
    found_from: AgeField | None = None
    found_until: AgeField | None = None
    out_below_g: Grams | None = None
    out_below_weeks: Weeks | None = None
    in_g: tuple[Grams, Grams] | None = None
    in_weeks: tuple[Weeks, Weeks] | None = None
    section: str
    trust: Trust
    note: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> DenominatorModel:
        _in_order((("from_age", self.from_age), ("until_age", self.until_age)))
        _in_order((("found_from", self.found_from), ("found_until", self.found_until)))
        return self


class ItemModel(Strict):
    """One record asked for; what is not given here is inherited from its series."""

    key: Annotated[str, Field(pattern=r"^[A-Z_]+:[A-Za-z0-9]+$")]
    label: str
    opens: AgeField
    closes: AgeField | None = None
    after: str = ""
    min_gap: AgeField | None = None
    max_gap: AgeField | None = None
    required_from: AgeField | None = None
    decides: bool = True
    accepts: tuple[ServiceField, ...] = ()
    cannot: str = ""
    untold: str = ""
    section: str = ""
    trust: Trust | None = None
    required_trust: Trust | None = None
    note: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> ItemModel:
        _in_order((("opens", self.opens), ("closes", self.closes)))
        _in_order((("opens", self.opens), ("required_from", self.required_from)))
        _in_order((("min_gap", self.min_gap), ("max_gap", self.max_gap)))
        if self.max_gap is not None and not self.after:
            raise ValueError("«max_gap» necesita «after»: desde qué fila se cuenta")
        return self


class PathModel(Strict):
    name: str
    cannot: str = ""
    rows: Annotated[tuple[ItemModel, ...], Field(min_length=1)]


class ChoiceModel(Strict):
    """Fulfilled by any one path."""

    key: Annotated[str, Field(pattern=r"^[A-Z_]+:[A-Za-z0-9]+$")]
    label: str
    untold: str = ""
    section: str = ""
    trust: Trust | None = None
    note: str = ""
    paths: Annotated[tuple[PathModel, ...], Field(min_length=1)]


class ItemSeriesModel(Strict):
    """Items that share their records, in the order of their dates."""

    id: str
    accepts: tuple[ServiceField, ...] = ()
    min_gap: AgeField | None = None
    gap_steps: tuple[GapStep, ...] = ()
    section: str
    trust: Trust
    required_trust: Trust | None = None
    untold: str = ""
    note: str = ""
    rows: tuple[ItemModel, ...] = ()
    choice: ChoiceModel | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ItemSeriesModel:
        if not self.rows and self.choice is None:
            raise ValueError("la serie no tiene filas")
        for row in self.all_rows():
            if not (row.accepts or self.accepts or row.cannot):
                raise ValueError(
                    f"la fila «{row.key}» no dice qué servicios la cumplen («accepts»)"
                )
        return self

    def all_rows(self) -> Iterator[ItemModel]:
        """Rows of the series, then those of every path."""
        yield from self.rows
        for path in self.choice.paths if self.choice is not None else ():
            yield from path.rows


class IndicatorPack(Strict):
    pack: Header
    denominator: DenominatorModel
    series: Annotated[tuple[ItemSeriesModel, ...], Field(min_length=1)]

    @field_validator("series")
    @classmethod
    def _consistent(
        cls, series: tuple[ItemSeriesModel, ...], info: ValidationInfo
    ) -> tuple[ItemSeriesModel, ...]:
        """Keys once, `after` points back, and every item closes or is required some day."""
        seen: set[str] = set()
        for one in series:
            for row in one.rows:
                _known(row, seen)
                seen.add(row.key)
            if one.choice is None:
                continue
            inside = {row.key for path in one.choice.paths for row in path.rows}
            if one.choice.key in seen | inside:
                raise ValueError(f"la clave «{one.choice.key}» está dos veces")
            for path in one.choice.paths:
                before = set(seen)
                for row in path.rows:
                    _known(row, before)
                    before.add(row.key)
            seen |= inside | {one.choice.key}
        who = info.data.get("denominator")
        if who is not None and who.anchor is not Anchor.PREGNANCY:
            for row in (row for one in series for row in one.all_rows()):
                if row.closes is None and row.required_from is None and not row.cannot:
                    raise ValueError(f"la fila «{row.key}» necesita «closes» o «required_from»")
        return series


def _known(row: ItemModel, seen: set[str]) -> None:
    if row.key in seen:
        raise ValueError(f"la clave «{row.key}» está dos veces")
    if row.after and row.after not in seen:
        raise ValueError(
            f"la fila «{row.key}» se cuenta desde «{row.after}», que no está escrita antes"
        )


def _in_order(named: tuple[tuple[str, Age | None], ...]) -> None:
    known = [(name, age.after(_SAMPLE_START)) for name, age in named if age is not None]
    for (first, day), (second, later) in pairwise(known):
        if day > later:
            raise ValueError(f"«{first}» es posterior a «{second}»")


def compile_indicators(packs: Sequence[IndicatorPack]) -> tuple[Indicator, ...]:
    """One entry a file, by id."""
    return tuple(_indicator(one) for one in sorted(packs, key=lambda one: one.pack.id))


def _indicator(one: IndicatorPack) -> Indicator:
    head, who = one.pack, one.denominator
    return Indicator(
        id=head.id,
        title=head.title,
        anchor=who.anchor,
        denominator=Denominator(
            who.from_age,
            who.until_age,
            who.found_from,
            who.found_until,
            who.out_below_g,
            who.out_below_weeks,
            who.in_g,
            who.in_weeks,
            f"{head.norm}, {who.section}",
            who.trust,
            who.note,
        ),
        series=tuple(_series(head, series) for series in one.series),
        norm=head.norm,
        trust=head.trust,
        start=head.start,
        until=head.until,
        note=head.note,
    )


def _series(head: Header, series: ItemSeriesModel) -> ItemSeries:
    choice = series.choice
    return ItemSeries(
        series.id,
        tuple(_item(head, series, row) for row in series.rows),
        Choice(
            choice.key,
            choice.label,
            tuple(
                Path(path.name, tuple(_item(head, series, row) for row in path.rows), path.cannot)
                for path in choice.paths
            ),
            choice.untold,
            f"{head.norm}, {choice.section or series.section}",
            choice.trust or series.trust,
            choice.note,
        )
        if choice is not None
        else None,
    )


def _item(head: Header, series: ItemSeriesModel, row: ItemModel) -> Item:
    trust = row.trust or series.trust
    return Item(
        key=row.key,
        label=row.label,
        opens=row.opens,
        closes=row.closes,
        after=row.after,
        min_gap=row.min_gap or series.min_gap,
        max_gap=row.max_gap,
        gap_steps=tuple((step.before, step.gap) for step in series.gap_steps),
        required_from=row.required_from,
        decides=row.decides,
        cannot=row.cannot,
        untold=row.untold or series.untold,
        accepts=frozenset(row.accepts or series.accepts),
        norm=f"{head.norm}, {row.section or series.section}",
        trust=trust,
        required_trust=row.required_trust or series.required_trust or trust,
        note=row.note or series.note,
    )
