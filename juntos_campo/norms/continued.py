"""Packs that continue another (`extends`): which rows judge, under whose name and on which days.

A new norm of which only a part was read says what it changes; every row of the extended pack that it
does not redefine goes on under the new norm's name, marked as the new pack says. The extended pack ends
the day before. So nobody copies a schedule, and nobody takes it for read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from juntos_campo.domain.errors import user_error
from juntos_campo.norms import problems
from juntos_campo.norms.model import Trust
from juntos_campo.norms.pack_format import RowModel, SeriesModel, ServicesHeader, ServicesPack


class RuledRow(NamedTuple):
    """One row with the series it was written in and what it bears under the pack that judges by it."""

    series: SeriesModel
    row: RowModel
    trust: Trust
    window_trust: Trust
    closes_trust: Trust
    note: str
    start: date
    until: date | None


class RuledSeries(NamedTuple):
    """The rows of one series under one pack, in the order in which they are expected."""

    file: str
    header: ServicesHeader
    series: SeriesModel
    rows: tuple[RuledRow, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two series of different packs the same one."""
        return self.series.id, self.series.anchor, self.series.profile


_ByKey = dict[tuple[str, str, str], RuledSeries]


def continued(packs: Sequence[tuple[str, ServicesPack]]) -> tuple[RuledSeries, ...]:
    """Every series of every pack, carried rows included, each within the days on which it judges.

    Args:
        packs: name of the file and the checked pack; ids are unique.

    Raises:
        UserError: NRM-005 a pack begins no later than the one it extends, NRM-006 a reference that is
            missing or runs in a circle.
    """
    by_id = {pack.pack.id: (file, pack) for file, pack in packs}
    resolved: dict[str, _ByKey] = {}
    for pack_id in _order(by_id):
        file, pack = by_id[pack_id]
        own = _own(file, pack)
        resolved[pack_id] = _carry(own, resolved.get(pack.pack.extends, {}), file, pack.pack)
    ends = last_days(pack.pack for _, pack in packs)
    return tuple(
        series
        for _, pack in packs
        for one in resolved[pack.pack.id].values()
        if (series := _until(one, ends[pack.pack.id])).rows
    )


def last_days(headers: Iterable[ServicesHeader]) -> dict[str, date | None]:
    """Last day of each pack by id: its own, or the day before the first that extends it."""
    listed = list(headers)
    ends = {header.id: header.until for header in listed}
    for header in listed:
        if header.extends in ends and header.start > date.min:
            ends[header.extends] = _earlier(ends[header.extends], header.start - timedelta(days=1))
    return ends


def _order(by_id: Mapping[str, tuple[str, ServicesPack]]) -> tuple[str, ...]:
    """Ids of packs, each after the one it extends; the empty id stands for "none"."""
    for pack_id, (file, pack) in by_id.items():
        base = pack.pack.extends
        if base and base not in by_id:
            raise user_error(problems.PACK_REFERENCE, file=file, row=pack_id, missing=base)
        if base and by_id[base][1].pack.start >= pack.pack.start and base != pack_id:
            raise user_error(
                problems.PACK_OVERLAP, file=file, other=by_id[base][0], series=pack.pack.title
            )
    graph = {
        pack_id: {pack.pack.extends} if pack.pack.extends else set[str]()
        for pack_id, (_, pack) in by_id.items()
    }
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        file, pack = by_id[error.args[1][0]]
        raise user_error(
            problems.PACK_REFERENCE, file=file, row=pack.pack.id, missing=pack.pack.extends
        ) from None


def _own(file: str, pack: ServicesPack) -> _ByKey:
    found: _ByKey = {}
    for series in pack.series:
        one = RuledSeries(
            file, pack.pack, series, tuple(_written(pack.pack, series, row) for row in series.rows)
        )
        # A series written in two parts: the rows stand together.
        earlier = found.get(one.key)
        found[one.key] = one._replace(rows=earlier.rows + one.rows) if earlier else one
    return found


def _written(header: ServicesHeader, series: SeriesModel, row: RowModel) -> RuledRow:
    trust = row.trust or series.trust
    window = row.window_trust or series.window_trust or trust
    return RuledRow(
        series,
        row,
        trust,
        window,
        row.closes_trust or series.closes_trust or window,
        row.note or series.note,
        row.start or series.start or header.start,
        row.until or series.until or header.until,
    )


def _carry(own: _ByKey, base: _ByKey, file: str, header: ServicesHeader) -> _ByKey:
    merged: _ByKey = {}
    for key, old in base.items():
        new = own.get(key)
        place = {one.row.key: index for index, one in enumerate(old.rows)}
        redefined = {one.row.key for one in new.rows} if new else set[str]()
        rows = [
            carried
            for one in old.rows
            if one.row.key not in redefined and (carried := _carried(one, header)) is not None
        ]
        rows += new.rows if new else ()
        rows.sort(key=partial(_order_of, place))
        merged[key] = RuledSeries(file, header, new.series if new else old.series, tuple(rows))
    return merged | {key: one for key, one in own.items() if key not in base}


def _order_of(place: Mapping[str, int], one: RuledRow) -> tuple[int, int]:
    return one.row.opens.shortest_days, place.get(one.row.key, len(place))


def _carried(one: RuledRow, header: ServicesHeader) -> RuledRow | None:
    """The row under the continuing pack; None when it ended before that pack begins."""
    own_until = one.row.until or one.series.until
    if own_until is not None and own_until < header.start:
        return None
    return one._replace(
        trust=_lower(header.carried_trust, one.trust),
        window_trust=_lower(header.carried_trust, one.window_trust),
        closes_trust=_lower(header.carried_trust, one.closes_trust),
        note=" ".join(text for text in (one.note, header.carried_note) if text),
        start=max(header.start, one.start),
        until=_earlier(own_until, header.until),
    )


def _lower(carried: Trust | None, own: Trust) -> Trust:
    """A row without a source does not gain one by being carried on."""
    return carried if carried is not None and (own.is_official or not carried.is_official) else own


def _until(one: RuledSeries, end: date | None) -> RuledSeries:
    rows = (row._replace(until=_earlier(row.until, end)) for row in one.rows)
    return one._replace(
        rows=tuple(row for row in rows if row.until is None or row.start <= row.until)
    )


def _earlier(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
