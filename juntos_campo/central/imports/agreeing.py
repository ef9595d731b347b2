"""Several rows about one thing: when they are one all the same, and what of them may be compared.

Other systems repeat themselves: a health post writes one control under its procedure and under its
diagnosis, a student who changes school has a row of each. None of that is a contradiction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from juntos_campo.domain.entities import Member
from juntos_campo.register.external.findings import Finding, Outcome, day_text
from juntos_campo.register.external.payments import TheirPayment, reconcile_payments
from juntos_campo.register.external.records import (
    HealthService,
    Identity,
    LifeState,
    Payment,
    Record,
    SchoolRecord,
    content_of,
    key_of,
)
from juntos_campo.register.external.tolerances import Tolerances

_TWO_THINGS = "dice dos cosas"


def versions_of(said: Iterable[Record]) -> list[Record]:
    """What differs, whatever the order of the rows; a service under two codes is one."""
    different = {content_of(one): one for one in said}
    ordered = [different[content] for content in sorted(different)]
    services = [one for one in ordered if isinstance(one, HealthService)]
    return [*_by_value(services)] if services else ordered


def agreed(versions: Sequence[Record]) -> Record | None:
    """What the versions of one thing say together; None: nobody knows which of them counts.

    A service whose results differ was done all the same. Of two schools the later one counts, with the
    months that only the earlier one reports.
    """
    first = versions[0]
    if len(versions) == 1:
        return first
    if isinstance(first, HealthService):
        return replace(first, value=None)
    years = [one for one in versions if isinstance(one, SchoolRecord)]
    return _last_school(years) if years else None


def once_a_day(services: Iterable[HealthService]) -> list[HealthService]:
    """The services of one member, each once: rows of his CNV and of his DNI, or with and without the
    number of the dose, are about the same one."""
    days: dict[tuple[str, date], dict[int, list[HealthService]]] = {}
    for one in services:
        same_day = days.setdefault((one.service, one.on), {})
        same_day.setdefault(one.number, []).append(one)
    return [
        _one_of(number, rows)
        for by_number in days.values()
        for number, rows in _numbered(by_number).items()
    ]


def _numbered(by_number: dict[int, list[HealthService]]) -> dict[int, list[HealthService]]:
    """Rows without a number are of the one that has it; of several, nobody knows of which."""
    numbers = sorted(by_number.keys() - {0})
    if not numbers or 0 not in by_number:
        return by_number
    if len(numbers) > 1:
        return {number: by_number[number] for number in numbers}
    return {numbers[0]: [*by_number[numbers[0]], *by_number[0]]}


def _one_of(number: int, rows: Sequence[HealthService]) -> HealthService:
    different = list(_by_value(rows))
    value = different[0].value if len(different) == 1 else None
    first = min(rows, key=lambda one: (one.number != number, *_order(one)))
    return replace(first, value=value)


def _order(one: HealthService) -> tuple[str, ...]:
    return (one.code, one.facility_code, content_of(one))


def _by_value(services: Sequence[HealthService]) -> Iterable[HealthService]:
    """One of each result; those without one say nothing else than any that has it."""
    values = {one.value for one in services}
    for value in sorted(values - {None} or values, key=str):
        same = (one for one in services if one.value == value)
        yield min(same, key=_order)


def _last_school(years: Sequence[SchoolRecord]) -> SchoolRecord | None:
    ordered = sorted(years, key=lambda one: one.enrolled_on or date.min)
    last, before = ordered[-1], ordered[-2]
    if last.enrolled_on == before.enrolled_on:
        return None
    months = {month: share for one in ordered for month, share in one.attendance}
    return replace(last, attendance=tuple(sorted(months.items())))


def payments_said(about: str, versions: Sequence[Record], allowed: Tolerances) -> Iterable[Finding]:
    """A file that says two things about one payment: paid twice, or paid and suspended."""
    said = [one for one in versions if isinstance(one, Payment)]
    if len(said) < 2:
        return
    first = said[0]
    texts = sorted(
        found.there_text
        for one in said
        for found in reconcile_payments([TheirPayment("", one)], (), allowed)
    )
    twice = "pagado más de una vez" if all(one.paid for one in said) else _TWO_THINGS
    yield Finding(
        subject=about,
        topic=f"{first.transfer}:{first.month:%Y-%m}",
        outcome=Outcome.CONTRADICTORY,
        there=key_of(first),
        there_text=f"{twice}: {'; '.join(texts)}",
    )


def deaths_said(member: Member | None, versions: Sequence[Record]) -> Iterable[Finding]:
    """A death that one of several rows about a person tells: somebody has to know, whatever else they say."""
    said = [one for one in versions if isinstance(one, Identity)]
    if len(said) < 2 or member is None or all(one.state is not LifeState.DEAD for one in said):
        return
    texts = sorted({_life_text(one) for one in said})
    text = texts[0] if len(texts) == 1 else f"{_TWO_THINGS}: {'; '.join(texts)}"
    yield Finding(
        subject=member.id,
        topic="DEATH",
        outcome=Outcome.ONLY_THERE if len(texts) == 1 else Outcome.CONTRADICTORY,
        there=key_of(said[0]),
        there_text=text,
    )


def _life_text(one: Identity) -> str:
    if one.state is LifeState.DEAD:
        return f"fallecimiento el {day_text(one.died_on)}" if one.died_on else "fallecimiento"
    return "con vida" if one.state is LifeState.ALIVE else "documento cancelado"
