"""Services packs to families: the rows that are judged together, over all norms that ruled them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.norms import problems
from juntos_campo.norms.ages import Age
from juntos_campo.norms.book import Expected, Family, Row
from juntos_campo.norms.continued import RuledRow, RuledSeries, continued
from juntos_campo.norms.model import SeriesKind
from juntos_campo.norms.pack_format import SeriesModel, ServicesPack

_SAMPLE_BIRTH = date(2023, 1, 31)
_NO_AGE = Age(0, 0, "0d")


Tell: TypeAlias = Callable[[UserError], None]
"""What becomes of a fault: raised, or kept so that all of them are told."""


def stop(fault: UserError) -> None:
    """Raise the first fault."""
    raise fault


def compile_services(
    packs: Sequence[tuple[str, ServicesPack]], *, only: str = "", tell: Tell = stop
) -> tuple[Family, ...]:
    """Families in an order in which each stands after those it depends on.

    Args:
        packs: name of the file and the checked pack.
        only: id of the one pack to keep, which then judges every date.
        tell: gets every fault; what it does not raise leaves families that nobody may judge by.

    Raises:
        UserError: NRM-003 to NRM-006.
    """
    found: dict[tuple[str, str, str], list[_Part]] = {}
    seen: set[tuple[str, str, str]] = set()
    for ruled in continued(packs):
        if only and ruled.header.id != only:
            continue
        rows = tuple(_row(ruled, row, index) for index, row in enumerate(ruled.rows))
        if only:
            rows = tuple(replace(row, start=date.min, until=None) for row in rows)
        for row in rows:
            mark = (row.pack_id, row.key, row.profile)
            if mark in seen:
                tell(user_error(problems.PACK_ROW_TWICE, file=ruled.file, row=row.key))
            seen.add(mark)
            _check_order(row, ruled.file, tell)
        found.setdefault(ruled.key, []).append(_Part(ruled.file, ruled.series, rows))
    families = [_family(parts, tell) for parts in found.values()]
    return _ordered(families, {pack.pack.id: file for file, pack in packs}, tell)


class _Part(NamedTuple):
    """One series under one pack, compiled."""

    file: str
    series: SeriesModel
    rows: tuple[Row, ...]


def _family(parts: list[_Part], tell: Tell) -> Family:
    parts = sorted(parts, key=lambda part: part.rows[0].start)
    versions: dict[str, list[Row]] = {}
    for file, series, rows in parts:
        for row in rows:
            earlier = versions.setdefault(row.key, [])
            last = earlier[-1] if earlier else None
            # Twice in one pack is another fault, told before.
            rules = last is not None and (last.until is None or last.until >= row.start)
            if last is not None and rules and last.pack_id != row.pack_id:
                tell(
                    user_error(
                        problems.PACK_OVERLAP, file=file, other=last.pack_id, series=series.id
                    )
                )
            earlier.append(row)
    expected = [
        Expected(
            key,
            tuple(rows),
            min(row.opens.shortest_days for row in rows),
            max(row.shown_until.longest_days for row in rows),
        )
        for key, rows in versions.items()
    ]
    expected.sort(key=lambda item: item.opens_days)
    first, newest = parts[0].series, parts[-1].series
    return Family(
        first.id,
        first.service,
        first.kind,
        first.anchor,
        first.profile,
        frozenset().union(*(row.accepts for rows in versions.values() for row in rows)),
        tuple(expected),
        max(item.shown_days for item in expected),
        expected[0].opens_days,
        newest.person_from,
        newest.person_until,
        newest.ends,
        newest.ends_unstarted,
    )


def _ordered(families: list[Family], files: dict[str, str], tell: Tell) -> tuple[Family, ...]:
    """Families after those their rows depend on; `files` is the file of each pack id."""
    owners: dict[str, list[int]] = {}
    for index, family in enumerate(families):
        for item in family.expected:
            owners.setdefault(item.key, []).append(index)
    graph: dict[int, set[int]] = {index: set() for index in range(len(families))}
    for index, family in enumerate(families):
        for item in family.expected:
            for row in item.versions:
                if not row.after:
                    continue
                if row.after not in owners:
                    tell(_reference(row, files))
                    continue
                graph[index].update(owner for owner in owners[row.after] if owner != index)
    try:
        order = tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        row = next(
            row
            for index in error.args[1]
            for item in families[index].expected
            for row in item.versions
            if row.after
        )
        tell(_reference(row, files))
        return tuple(families)
    return tuple(families[index] for index in order)


def _reference(row: Row, files: dict[str, str]) -> UserError:
    return user_error(
        problems.PACK_REFERENCE, file=files[row.pack_id], row=row.key, missing=row.after
    )


def _check_order(row: Row, file: str, tell: Tell) -> None:
    ages = [
        ("earliest", row.earliest),
        ("opens", row.opens),
        ("due", row.due),
        ("closes", row.closes),
    ]
    known = [(name, age.after(_SAMPLE_BIRTH)) for name, age in ages if age is not None]
    for (first, day), (second, later) in pairwise(known):
        if day > later:
            tell(
                user_error(problems.PACK_ORDER, file=file, row=row.key, first=first, second=second)
            )


def _row(ruled: RuledSeries, one: RuledRow, index: int) -> Row:
    header, series, row = ruled.header, one.series, one.row
    follows = series.kind is SeriesKind.DOSES and (index > 0 or bool(row.after))
    return Row(
        key=row.key,
        service=series.service,
        label=row.label,
        number=row.number,
        opens=row.opens,
        due=row.due,
        closes=row.closes,
        earliest=row.earliest or (_NO_AGE if follows else row.opens),
        after=row.after,
        min_gap=row.min_gap or series.min_gap,
        gap_steps=tuple((step.before, step.gap) for step in series.gap_steps),
        usual_gap=row.usual_gap,
        due_gap=row.due_gap,
        close_gap=row.close_gap,
        catch_up=row.catch_up,
        accepts=frozenset(row.accepts or series.accepts or (series.service,)),
        sex=row.sex,
        shown_until=row.shown_until or series.shown_until,
        norm=f"{header.norm}, {row.section or series.section}",
        trust=one.trust,
        window_trust=one.window_trust,
        closes_trust=one.closes_trust,
        start=one.start,
        until=one.until,
        note=one.note,
        pack_id=header.id,
        profile=series.profile,
    )
