"""The household's bimester: verdicts of its members and what would be paid, as an estimate. Pure."""

from __future__ import annotations

from datetime import date

from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Member
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.verification.case import HouseholdCase
from juntos_campo.norms.verification.model import HouseholdEstimate, MonthVerdict, Verdict
from juntos_campo.norms.verification.months import Judge
from juntos_campo.norms.verification.transfers import transfer_lines

__all__ = ["HouseholdCase", "estimate_household", "verify_member"]


def verify_member(
    case: HouseholdCase, member: Member, bimester: Bimester, book: RuleBook, today: date
) -> tuple[MonthVerdict, ...]:
    """Both months of one member."""
    judge = Judge(case, book, today)
    return tuple(judge.month(member, month) for month in bimester.months)


def estimate_household(
    case: HouseholdCase, bimester: Bimester, book: RuleBook, today: date
) -> HouseholdEstimate:
    """Every member's verdicts and every transfer of the bimester, with reasons.

    Members come from the youngest to the oldest, whatever the order they are given in.
    """
    judge = Judge(case, book, today)
    members = sorted(case.members, key=lambda one: (-one.birth_date.toordinal(), one.id))
    months = tuple(judge.month(one, month) for one in members for month in bimester.months)
    lines = transfer_lines(judge, members, bimester)
    total = dict.fromkeys(Verdict, 0)
    for line in lines:
        total[line.verdict] += line.amount
    return HouseholdEstimate(
        bimester=bimester,
        months=months,
        lines=lines,
        expected=total[Verdict.FULFILLED],
        open=total[Verdict.PENDING],
        lost=total[Verdict.NOT_FULFILLED],
    )
