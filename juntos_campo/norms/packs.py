"""Rule packs from files to a `RuleBook`, checked: a faulty file is named with row and remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from juntos_campo.domain.errors import user_error
from juntos_campo.norms import problems
from juntos_campo.norms.ages import Age
from juntos_campo.norms.book import (
    AlertRule,
    AltitudeBand,
    Cutoff,
    Expected,
    Family,
    HaemoglobinTables,
    PackInfo,
    Points,
    RiskTable,
    Row,
    RuleBook,
)
from juntos_campo.norms.model import SeriesKind
from juntos_campo.norms.pack_format import (
    HaemoglobinPack,
    Header,
    RiskPack,
    RowModel,
    SeriesModel,
    ServicesPack,
)

_SAMPLE_BIRTH = date(2023, 1, 31)
_NO_AGE = Age(0, 0, "0d")
_M = TypeVar("_M", bound=BaseModel)


def load_rule_book(folder: Path, *, only: str = "", only_file: Path | None = None) -> RuleBook:
    """Read every ``*.toml`` of `folder`. The caller keeps the book: loading takes tens of milliseconds.

    `only` (the id of a pack) or `only_file` (a pack from elsewhere) keeps the services of that pack
    alone and lets it judge every date, so that two norms can be compared.

    Raises:
        UserError: NRM-001 to NRM-007, the first fault found.
    """
    files = sorted(folder.glob("*.toml")) + ([only_file] if only_file else [])
    services: list[tuple[str, ServicesPack]] = []
    blood: list[HaemoglobinPack] = []
    risks: list[RiskPack] = []
    infos: list[PackInfo] = []
    for file in files:
        data = _read(file)
        kind = data.get("pack", {}).get("kind", "services")
        if kind == "haemoglobin":
            blood.append(_model(HaemoglobinPack, data, file.name))
            header = blood[-1].pack
        elif kind == "risk":
            risks.append(_model(RiskPack, data, file.name))
            header = risks[-1].pack
        else:
            services.append((file.name, _model(ServicesPack, data, file.name)))
            header = services[-1][1].pack
        infos.append(_info(header, file.name))
    if only_file is not None:
        if infos[-1].kind != "services":
            detail = "no es un paquete de servicios"
            raise user_error(problems.PACK_UNREADABLE, file=only_file.name, detail=detail)
        services = [(services[-1][0], _unbounded(services[-1][1]))]
    elif only:
        services = [(name, _unbounded(pack)) for name, pack in services if pack.pack.id == only]
    if not services or not risks or not blood:
        raise user_error(problems.PACKS_MISSING, folder=folder.name)
    return RuleBook(
        tuple(infos),
        _families(services),
        tuple(_haemoglobin(pack) for pack in sorted(blood, key=lambda pack: pack.pack.start)),
        _risk(risks[-1]),
    )


def _unbounded(pack: ServicesPack) -> ServicesPack:
    header = pack.pack.model_copy(update={"start": date.min, "until": None})
    series = tuple(
        item.model_copy(
            update={
                "start": None,
                "until": None,
                "rows": tuple(
                    row.model_copy(update={"start": None, "until": None}) for row in item.rows
                ),
            }
        )
        for item in pack.series
    )
    return pack.model_copy(update={"pack": header, "series": series})


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise user_error(problems.PACK_UNREADABLE, file=file.name, detail=error) from None


def _model(model: type[_M], data: dict[str, Any], file: str) -> _M:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        row, field = _place(data, first["loc"])
        raise user_error(
            problems.PACK_VALUE,
            file=file,
            row=row,
            field=field,
            detail=first["msg"],
            expected=_EXPECTED.get(field, "vea resources/norms/README.md"),
        ) from None


_EXPECTED = dict.fromkeys(
    ("opens", "due", "closes", "earliest", "min_gap", "usual_gap", "due_gap", "shown_until"),
    "una edad como 55d, 8w, 4m, 2y o 5m-1d",
) | {
    "trust": "confirmed, seed, recall, conflict o not_found",
    "service": "un código de servicio, por ejemplo CRED, PENTA o HB",
    "start": "una fecha como 2026-03-01",
}


def _place(data: Any, loc: tuple[int | str, ...]) -> tuple[str, str]:
    """The key of the innermost row on the way to the fault, and the field."""
    row, here = "pack", data
    for step in loc[:-1]:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(here, dict):
            row = str(here.get("key") or here.get("id") or row)
    return row, str(loc[-1]) if loc else "?"


def _info(header: Header, file: str) -> PackInfo:
    return PackInfo(
        header.id,
        file,
        header.kind,
        header.title,
        header.norm,
        header.start,
        header.until,
        header.trust,
        header.source,
        header.note,
    )


def _families(packs: Sequence[tuple[str, ServicesPack]]) -> tuple[Family, ...]:
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


def _haemoglobin(pack: HaemoglobinPack) -> HaemoglobinTables:
    header = pack.pack
    return HaemoglobinTables(
        header.id,
        header.start,
        header.until,
        tuple(
            AltitudeBand(band.from_m, band.to_m, band.subtract, band.trust or header.trust)
            for band in pack.altitude
        ),
        f"{header.norm}, {pack.altitude_section}",
        tuple(
            Cutoff(
                item.key,
                item.label,
                item.who,
                item.opens,
                item.closes,
                item.trimester,
                item.sex,
                item.none,
                item.strict,
                item.mild,
                item.moderate,
                f"{header.norm}, {item.section or pack.cutoff_section}",
                item.trust or header.trust,
                item.note,
            )
            for item in pack.cutoffs
        ),
    )


def _risk(pack: RiskPack) -> RiskTable:
    return RiskTable(
        tuple(
            Points(
                item.key,
                frozenset(item.services),
                frozenset(item.states),
                item.days_from,
                item.points,
                item.most,
                item.reason,
            )
            for item in pack.service_points
        ),
        dict(pack.member_points),
        dict(pack.household_points),
        tuple(
            (item.level, item.from_points)
            for item in sorted(pack.levels, key=lambda item: -item.from_points)
        ),
        tuple(
            AlertRule(
                item.key,
                frozenset(item.services),
                frozenset(item.keys),
                frozenset(item.states),
                item.days_from,
                item.days_until,
                item.days_left,
                item.recovers,
                item.level,
            )
            for item in pack.alerts
        ),
        pack.full_until,
        pack.alert_until,
        pack.pack.trust,
    )
