"""Services packs to families: the rows that are judged together, over all norms that ruled them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from juntos_campo.domain.errors import user_error
from juntos_campo.norms import problems
from juntos_campo.norms.ages import Age
from juntos_campo.norms.book import Expected, Family, Row
from juntos_campo.norms.model import SeriesKind
from juntos_campo.norms.pack_format import Header, RowModel, SeriesModel, ServicesPack

_SAMPLE_BIRTH = date(2023, 1, 31)
_NO_AGE = Age(0, 0, "0d")


def compile_services(packs: Sequence[tuple[str, ServicesPack]]) -> tuple[Family, ...]:
    """Families in an order in which each stands after those it depends on.

    Args:
        packs: name of the file and the checked pack.

    Raises:
        UserError: NRM-003 to NRM-006.
    """
    found: dict[tuple[str, str, str], list[tuple[str, SeriesModel, tuple[Row, ...]]]] = {}
    for file, pack in packs:
        seen: set[tuple[str, str]] = set()
        for series in pack.series:
            rows = _rows(pack.pack, series)
            for row in rows:
                if (row.key, series.profile) in seen:
                    raise user_error(problems.PACK_ROW_TWICE, file=file, row=row.key)
                seen.add((row.key, series.profile))
                _check_order(row, file)
            key = (series.id, series.anchor, series.profile)
            found.setdefault(key, []).append((file, series, rows))
    families = [_family(parts) for parts in found.values()]
    return _ordered(families, {pack.pack.id: file for file, pack in packs})


def _family(parts: list[tuple[str, SeriesModel, tuple[Row, ...]]]) -> Family:
    parts = sorted(parts, key=lambda part: part[2][0].start)
    versions: dict[str, list[Row]] = {}
    for file, series, rows in parts:
        for row in rows:
            earlier = versions.setdefault(row.key, [])
            if earlier and (earlier[-1].until is None or earlier[-1].until >= row.start):
                raise user_error(
                    problems.PACK_OVERLAP, file=file, other=earlier[-1].pack_id, series=series.id
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
    first = parts[0][1]
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
    )


def _ordered(families: list[Family], files: dict[str, str]) -> tuple[Family, ...]:
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
                    raise user_error(
                        problems.PACK_REFERENCE,
                        file=files[row.pack_id],
                        row=row.key,
                        missing=row.after,
                    )
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
        raise user_error(
            problems.PACK_REFERENCE,
            file=files[row.pack_id],
            row=row.key,
            missing=row.after,
        ) from None
    return tuple(families[index] for index in order)


def _check_order(row: Row, file: str) -> None:
    ages = [
        ("earliest", row.earliest),
        ("opens", row.opens),
        ("due", row.due),
        ("closes", row.closes),
    ]
    known = [(name, age.after(_SAMPLE_BIRTH)) for name, age in ages if age is not None]
    for (first, day), (second, later) in pairwise(known):
        if day > later:
            raise user_error(
                problems.PACK_ORDER, file=file, row=row.key, first=first, second=second
            )


def _rows(header: Header, series: SeriesModel) -> tuple[Row, ...]:
    return tuple(_row(header, series, row, index) for index, row in enumerate(series.rows))


def _row(header: Header, series: SeriesModel, row: RowModel, index: int) -> Row:
    follows = series.kind is SeriesKind.DOSES and (index > 0 or bool(row.after))
    trust = row.trust or series.trust
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
        catch_up=row.catch_up,
        accepts=frozenset(row.accepts or series.accepts or (series.service,)),
        sex=row.sex,
        shown_until=row.shown_until or series.shown_until,
        norm=f"{header.norm}, {row.section or series.section}",
        trust=trust,
        window_trust=row.window_trust or series.window_trust or trust,
        start=row.start or series.start or header.start,
        until=row.until or series.until or header.until,
        note=row.note or series.note,
        pack_id=header.id,
        profile=series.profile,
    )
