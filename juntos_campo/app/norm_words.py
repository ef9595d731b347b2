"""Rows of a rule pack in words, whatever kind it is: what they say, by which section, how sure it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from juntos_campo.app.norm_names import (
    DAYS_OF_YEAR,
    LEVELS,
    MONTHS_OF_YEAR,
    NAMES,
    POINTS,
    STATES,
    TRUST_OF,
)
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.spanish import MONTHS, paper_date
from juntos_campo.norms.ages import Age, age_words
from juntos_campo.norms.book import Family, Row, RuleBook
from juntos_campo.norms.explain import NO_SOURCE
from juntos_campo.norms.model import Anchor, Profile, Trust
from juntos_campo.norms.pack_format import AlertModel, HaemoglobinPack, PointsModel, RiskPack

_ANCHORS = {
    Anchor.BIRTH: "",
    Anchor.PREGNANCY: " de gestación",
    Anchor.ANAEMIA: " después del dosaje con anemia",
    Anchor.POSTPARTUM: " después del parto",
}
_BEGINNINGS = {
    Anchor.BIRTH: "el nacimiento",
    Anchor.PREGNANCY: "el inicio de la gestación",
    Anchor.ANAEMIA: "el dosaje con anemia",
    Anchor.POSTPARTUM: "el parto",
}
_PROFILES = {
    Profile.ANY: "",
    Profile.TERM: "a término",
    Profile.SMALL: "menos de 2500 g o 37 semanas",
}
_HEAD = frozenset({"pack", "trust", "note", "section", "window_trust"})
_TITLES = ("label", "title", "name", "key", "id")


@dataclass(frozen=True, slots=True)
class PackRow:
    """One row of a pack.

    Attributes:
        key: as the file names it; may be empty.
        value: what it says, in words; `more` is what follows from it.
        who: whose schedule it is; empty for everybody's.
        section: of the norm.
        mark: ``sin fuente oficial``, or that a part of it has none; empty when all has.
    """

    key: str
    name: str
    value: str
    section: str
    trust: Trust
    mark: str
    note: str = ""
    more: str = ""
    who: str = ""


def service_rows(book: RuleBook, pack_id: str) -> list[PackRow]:
    """Rows that judge under one services pack, those it carries on included."""
    rows = [
        (family, row)
        for family in book.families
        for expected in family.expected
        for row in expected.versions
        if row.pack_id == pack_id
    ]
    norms = {one.id: one.norm for one in book.packs}
    return [_service(family, row, norms.get(pack_id, "")) for family, row in rows]


def other_rows(pack: BaseModel, trust: Trust, book: RuleBook) -> list[PackRow]:
    """Rows of a pack of any other kind. `trust`: of its header, for what has no own."""
    if isinstance(pack, RiskPack):
        labels = {
            one.key: one.versions[-1].label for all_ in book.families for one in all_.expected
        }
        return [*_risk(pack, trust, labels), *_rest(pack, trust, _RISK_SAID)]
    if isinstance(pack, HaemoglobinPack):
        return _haemoglobin(pack, trust)
    return list(_rest(pack, trust, frozenset()))


def _service(family: Family, row: Row, norm: str) -> PackRow:
    when = [_opens(family, row)]
    if row.due is not None and row.due == row.closes:
        when.append(f"solo hasta {_age(row.due)}")
    else:
        if row.due is not None:
            when.append(f"a tiempo hasta {_age(row.due)}")
        if row.closes is not None:
            when.append(f"se cierra a los {_age(row.closes)}")
    parts = []
    if row.min_gap is not None:
        parts.append(f"al menos {age_words(row.min_gap)} después del anterior")
    if row.usual_gap is not None:
        parts.append(f"se cita {age_words(row.usual_gap)} después del anterior")
    others = sorted(SERVICES[code].short for code in row.accepts if code != row.service)
    if others:
        parts.append(f"vale también {', '.join(others)}")
    mark = _mark(row.trust)
    if not mark and not row.window_trust.is_official:
        mark = f"plazo {NO_SOURCE}"
    elif not mark and row.closes is not None and not row.closes_trust.is_official:
        mark = f"cierre {NO_SOURCE}"
    return PackRow(
        row.key,
        row.label,
        ", ".join(when),
        row.norm.removeprefix(f"{norm}, "),
        row.trust,
        mark,
        row.note,
        " · ".join(parts),
        _PROFILES[row.profile],
    )


def _opens(family: Family, row: Row) -> str:
    if row.opens.months or row.opens.days:
        return f"desde {age_words(row.opens)}{_ANCHORS[family.anchor]}"
    return f"desde {_BEGINNINGS[family.anchor]}"


def _age(age: Age) -> str:
    return age_words(age) if age.months or age.days else "el mismo día"


_RISK_SAID = frozenset({"levels", "service_points", "alerts", "member_points", "household_points"})


def _risk(pack: RiskPack, trust: Trust, labels: Mapping[str, str]) -> Iterator[PackRow]:
    def row(section: str, key: str, name: str, value: str) -> PackRow:
        return PackRow(key, name, value, section, trust, _mark(trust))

    for level in pack.levels:
        name = f"Prioridad {LEVELS[level.level]}"
        yield row("niveles", level.level, name, f"desde {level.from_points} puntos")
    for points in pack.service_points:
        yield row("puntos por servicio", points.key, _sentence(points.reason), _points(points))
    for section, table in (
        ("puntos de la persona", pack.member_points),
        ("puntos del hogar", pack.household_points),
    ):
        for key, number in table.items():
            yield row(section, key, POINTS.get(key, key), f"{number} puntos")
    for alert in pack.alerts:
        urgency = f"alerta de prioridad {LEVELS[alert.level]}"
        yield row("alertas", alert.key, _sentence(_condition(alert, labels)), urgency)


def _points(row: PointsModel) -> str:
    text = f"{row.points} puntos"
    if row.most is not None and row.most != row.points:
        text += f" cada uno, {row.most} como máximo"
    return text + _days(row)


def _condition(row: AlertModel, labels: Mapping[str, str]) -> str:
    what = [SERVICES[code].short for code in row.services]
    what += [labels.get(key, key) for key in row.keys]
    states = " o ".join(STATES[state] for state in row.states)
    text = f"{', '.join(what) or 'cualquier servicio'}: {states}{_days(row)}"
    if row.recovers:
        text += ", cuando recupera uno perdido"
    return text


def _days(row: PointsModel | AlertModel) -> str:
    text = f", desde {row.days_from} días" if row.days_from else ""
    until = getattr(row, "days_until", None)
    left = getattr(row, "days_left", None)
    if until is not None:
        text += f", hasta {until} días"
    if left is not None:
        text += f", cuando quedan {left} días o menos"
    return text


def _haemoglobin(pack: HaemoglobinPack, trust: Trust) -> list[PackRow]:
    rows = []
    for band in pack.altitude:
        own = band.trust or trust
        name = f"De {band.from_m} a {band.to_m} m de altitud"
        value = f"se restan {band.subtract:.1f} g/dL"
        rows.append(PackRow("", name, value, pack.altitude_section, own, _mark(own)))
    for item in pack.cutoffs:
        own = item.trust or trust
        parts = [f"sin anemia {'sobre' if item.strict else 'desde'} {item.none:.1f} g/dL"]
        if item.mild is not None:
            parts.append(f"leve desde {item.mild:.1f}")
        if item.moderate is not None:
            parts.append(f"moderada desde {item.moderate:.1f}, severa por debajo")
        section = item.section or pack.cutoff_section
        rows.append(
            PackRow(
                item.key,
                _sentence(item.label),
                " · ".join(parts),
                section,
                own,
                _mark(own),
                item.note,
            )
        )
    return rows


def _rest(pack: BaseModel, trust: Trust, said: frozenset[str]) -> Iterator[PackRow]:
    """The fields of any pack by the names the file gives them."""
    section = str(getattr(pack, "section", ""))
    for name, value in pack:
        if name in _HEAD or name in said or name.endswith("_trust") or value is None:
            continue
        own = _trust_of(pack, name, trust)
        if _are_tables(value):
            for number, item in enumerate(value, start=1):
                yield from _item(item, f"{_word(name)} {number}", section, own)
        elif isinstance(value, BaseModel):
            yield from _item(value, _word(name), section, own)
        elif isinstance(value, Mapping):
            for key, one in value.items():
                yield PackRow(name, _word(str(key)), _text(one), section, own, _mark(own))
        elif value not in ((), ""):
            title = _sentence(_word(name))
            yield PackRow(name, title, _named(name, value), section, own, _mark(own))


def _item(
    item: BaseModel, name: str, section: str, trust: Trust, *, doubted: bool = False
) -> Iterator[PackRow]:
    """A table within a pack, then those within it; `doubted`: something around it has no source."""
    own = getattr(item, "trust", None) or trust
    title = next((str(text) for one in _TITLES if (text := getattr(item, one, ""))), name)
    section = str(getattr(item, "section", "") or section)
    parts, below = [], []
    for field, value in item:
        if field in _HEAD or field in _TITLES or field.endswith("_trust"):
            continue
        if isinstance(value, BaseModel) and any(_are_tables(one) for _, one in value):
            below.append((f"{title}, {_word(field)}", value))
        elif _are_tables(value):
            below += [(f"{title}, {number}", one) for number, one in enumerate(value, start=1)]
        elif value is not None and value not in ((), "", frozenset()) and value is not False:
            parts.append(f"{_word(field)}: {_named(field, value)}")
    doubted |= any(isinstance(value, Trust) and not value.is_official for _, value in item)
    mark = _mark(own) or (f"en parte {NO_SOURCE}" if doubted else "")
    key = str(getattr(item, "key", "") or getattr(item, "id", ""))
    note = str(getattr(item, "note", ""))
    yield PackRow(key, _sentence(_word(title)), " · ".join(parts), section, own, mark, note)
    for place, one in below:
        yield from _item(one, place, section, own, doubted=doubted)


def _are_tables(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)


def _trust_of(pack: BaseModel, name: str, trust: Trust) -> Trust:
    """Of one field: its own ``<field>_trust``, or that of one of its words.

    ``trend_trust`` is that of ``trend_days``, ``months_trust`` of ``first_month``.
    """
    given = {
        field.removesuffix("_trust"): value for field, value in pack if field.endswith("_trust")
    }
    words = {word.rstrip("s") for word in name.split("_")} | {TRUST_OF.get(name, "")}
    by_word = (value for stem, value in given.items() if stem.rstrip("s") in words)
    found = given.get(name) or next(by_word, None)
    return found if isinstance(found, Trust) else trust


def _text(value: Any) -> str:
    text = _word(str(value))
    if isinstance(value, Age):
        text = _age(value)
    elif isinstance(value, bool):
        text = "sí" if value else "no"
    elif isinstance(value, float):
        text = f"{value:g}"
    elif isinstance(value, date):
        text = paper_date(value)
    elif isinstance(value, BaseModel):
        text = _pairs(item for item in value if item[1] not in (None, (), ""))
    elif isinstance(value, Mapping):
        text = _pairs(value.items())
    elif isinstance(value, Iterable) and not isinstance(value, str):
        text = ", ".join(map(_text, value))
    return text


def _pairs(items: Iterable[tuple[str, Any]]) -> str:
    return ", ".join(f"{_word(str(name))} {_text(one)}" for name, one in items)


def _named(name: str, value: Any) -> str:
    if name in DAYS_OF_YEAR:
        return f"{value[1]} de {MONTHS[value[0] - 1]}"
    return MONTHS[value - 1] if name in MONTHS_OF_YEAR else _text(value)


def _word(name: str) -> str:
    return NAMES.get(name, name)


def _mark(trust: Trust) -> str:
    return "" if trust.is_official else NO_SOURCE


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
