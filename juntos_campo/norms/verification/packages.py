"""Packages ("paquete"): whether every service of the age was received. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from juntos_campo.domain.entities import Member, Pregnancy
from juntos_campo.domain.spanish import count
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.model import ServiceStatus, State, Why
from juntos_campo.norms.verification.model import PackageStanding
from juntos_campo.norms.verification.rules import Package


def packages_of(
    member: Member,
    pregnancy: Pregnancy | None,
    statuses: Sequence[ServiceStatus],
    book: RuleBook,
    today: date,
) -> tuple[PackageStanding, ...]:
    """The packages that apply to a member today; `statuses` are those of `services_of`."""
    if member.left_on is not None and member.left_on <= today:
        return ()
    return tuple(
        _standing(package, member, statuses, book)
        for package in book.packages
        if _applies(package, member, pregnancy, today)
    )


def _applies(package: Package, member: Member, pregnancy: Pregnancy | None, today: date) -> bool:
    if package.start > today or (package.until is not None and package.until < today):
        return False
    if package.pregnant:
        return pregnancy is not None and (pregnancy.ended_on is None or pregnancy.ended_on > today)
    birth = member.birth_date
    return package.from_age.after(birth) <= today < package.until_age.after(birth)


def _standing(
    package: Package, member: Member, statuses: Sequence[ServiceStatus], book: RuleBook
) -> PackageStanding:
    done: list[str] = []
    missing: list[str] = []
    lost: list[str] = []
    coming: list[str] = []
    lists = {
        State.DONE: done,
        State.DONE_LATE: done,
        State.OVERDUE: missing,
        State.LOST: lost,
        State.DUE: coming,
        State.NOT_YET: coming,
    }
    for status in statuses:
        if package.counted.counts(status) and _belongs(package, member, status, book):
            found = lists.get(status.state)
            if found is not None:
                found.append(status.label)
    return PackageStanding(
        key=package.key,
        label=package.label,
        complete=not missing and not lost,
        done=tuple(done),
        missing=tuple(missing),
        lost=tuple(lost),
        coming=tuple(coming),
        why=_why(package, done, missing, lost),
    )


def _belongs(package: Package, member: Member, status: ServiceStatus, book: RuleBook) -> bool:
    """Of the package's ages. What was due before them counts only while it can still be received."""
    if package.pregnant:
        return True
    birth = member.birth_date
    opens = status.opens or _opens(status.key, birth, book)
    day = status.due or status.closes or opens
    if day is not None and day < package.from_age.after(birth):
        return status.state is State.OVERDUE
    return opens is None or opens < package.until_age.after(birth)


def _opens(key: str, birth: date, book: RuleBook) -> date | None:
    """When a dose that waits for the one before it would be expected by age alone."""
    for family in book.families:
        for expected in family.expected:
            if expected.key == key:
                return expected.versions[-1].opens.after(birth)
    return None


def _why(package: Package, done: list[str], missing: list[str], lost: list[str]) -> Why:
    if missing or lost:
        parts = []
        if missing:
            parts.append(f"falta {', '.join(missing)}")
        if lost:
            parts.append(f"ya no se puede recibir {', '.join(lost)}")
        text = f"{package.label}: {'; '.join(parts)}."
    elif done:
        received = count(len(done), "servicio recibido", "servicios recibidos")
        text = f"{package.label}: completo hasta hoy, con {received}."
    else:
        text = f"{package.label}: hasta hoy no vencía ningún servicio."
    if package.note:
        text += f" {package.note}"
    step = f"Que reciba {', '.join(missing)} cuanto antes." if missing else ""
    return Why(text, package.norm, package.trust, step)
