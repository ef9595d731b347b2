"""Packs of education, verification, transfers and packages: what their files hold."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from operator import attrgetter
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from juntos_campo.domain.services import ServiceGroup
from juntos_campo.domain.values import Cse, ProgrammeState, SchoolLevel
from juntos_campo.norms.model import State, Trust
from juntos_campo.norms.pack_format import AgeField, Header, ServiceField, Strict
from juntos_campo.norms.verification.model import Responsibility, Verdict
from juntos_campo.norms.verification.rules import (
    Cause,
    ChildhoodRules,
    Counted,
    EducationRules,
    GradeRules,
    Package,
    Payment,
    SchoolStage,
    StudentRules,
    TransferRules,
    VerificationRules,
)

_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")


def _month_day(value: object) -> object:
    found = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{value!r} is not a month and day as 03-31")
    month, day = int(found[1]), int(found[2])
    if not (1 <= month <= 12 and 1 <= day <= calendar.monthrange(2001, month)[1]):
        raise ValueError(f"{value!r} is not a day of every year")
    return month, day


MonthDay = Annotated[tuple[int, int], BeforeValidator(_month_day)]
Month: TypeAlias = Annotated[int, Field(ge=1, le=12)]
PaidAs: TypeAlias = Literal[Verdict.FULFILLED, Verdict.NOT_FULFILLED, Verdict.PENDING]
"""What a payment can be; the other verdicts are of members only."""
Soles: TypeAlias = Annotated[int, Field(ge=0, le=10_000)]


class StageModel(Strict):
    level: SchoolLevel
    label: str
    first_grade: int
    last_grade: int


class EducationPack(Strict):
    """`resources/norms/README.md`, "Educación"."""

    pack: Header
    from_age: AgeField
    until_age: AgeField
    cut_off: MonthDay
    cut_off_trust: Trust
    enrol_from: MonthDay
    enrol_until: MonthDay
    enrol_trust: Trust
    first_month: Month
    last_month: Month
    months_trust: Trust
    announced_from: Month
    threshold: Annotated[float, Field(ge=0, le=100)]
    threshold_trust: Trust
    stages: Annotated[tuple[StageModel, ...], Field(min_length=1)]


class CountedModel(Strict):
    """Services by group, by code or by key of the row; `without` takes codes or keys away again."""

    groups: tuple[ServiceGroup, ...] = ()
    services: tuple[ServiceField, ...] = ()
    keys: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def compiled(self) -> Counted:
        return Counted(
            frozenset(self.groups),
            frozenset(self.services),
            frozenset(self.keys),
            frozenset(self.without),
        )


class CauseModel(Strict):
    key: str
    label: str
    exception: bool
    trust: Trust


class VerificationPack(Strict):
    """`resources/norms/README.md`, "Verificación"."""

    pack: Header
    health_until: AgeField
    until_school: Literal[Responsibility.HEALTH, Responsibility.NONE]
    until_school_trust: Trust
    pregnant_student: Literal[Responsibility.HEALTH, Responsibility.EDUCATION]
    pregnant_student_trust: Trust
    failing: tuple[State, ...]
    without_school_data: PaidAs
    judge_trust: Trust
    notice: str
    child: CountedModel
    pregnant: CountedModel
    causes: tuple[CauseModel, ...]


class PaymentModel(Strict):
    """What every transfer has; `condition_trust` is that of what must be fulfilled for it."""

    key: str
    name: str
    amount: Soles
    section: str
    trust: Trust
    condition_trust: Trust
    note: str = ""

    def payment(self) -> Payment:
        return Payment(
            self.key,
            self.name,
            self.amount,
            self.section,
            self.trust,
            self.condition_trust,
            self.note,
        )


class ChildhoodModel(PaymentModel):
    newborn_days: int
    newborn_trust: Trust
    trimester: Annotated[int, Field(ge=1, le=3)]
    child_until: AgeField
    child_until_trust: Trust
    child: CountedModel
    pregnant: CountedModel


class StudentModel(PaymentModel):
    level: SchoolLevel
    grades: tuple[int, ...]
    late_enrolment: PaidAs
    not_passed: PaidAs


class GradeModel(PaymentModel):
    flag: str
    level: SchoolLevel
    from_age: AgeField
    month: Month
    month_trust: Trust
    top_third: Soles
    top_name: str


class HouseholdModel(Strict):
    states: dict[ProgrammeState, PaidAs]
    cse: dict[Cse, PaidAs]
    cse_expired: PaidAs
    before_affiliation: PaidAs
    excepted: PaidAs
    trust: Trust


class TransfersPack(Strict):
    """`resources/norms/README.md`, "Transferencias"."""

    pack: Header
    household: HouseholdModel
    base: PaymentModel
    childhood: ChildhoodModel
    students: tuple[StudentModel, ...]
    grades: tuple[GradeModel, ...]


class PackageModel(Strict):
    key: str
    label: str
    pregnant: bool = False
    from_age: AgeField
    until_age: AgeField
    counted: CountedModel
    section: str
    trust: Trust
    note: str = ""


class PackagesPack(Strict):
    """`resources/norms/README.md`, "Paquetes"."""

    pack: Header
    packages: Annotated[tuple[PackageModel, ...], Field(min_length=1)]


_start = attrgetter("pack.start")


def compile_education(packs: Sequence[EducationPack]) -> tuple[EducationRules, ...]:
    """One entry a norm, oldest first."""
    return tuple(
        EducationRules(
            start=one.pack.start,
            norm=one.pack.norm,
            trust=one.pack.trust,
            from_age=one.from_age,
            until_age=one.until_age,
            cut_off=one.cut_off,
            cut_off_trust=one.cut_off_trust,
            stages=tuple(
                SchoolStage(item.level, item.label, item.first_grade, item.last_grade)
                for item in one.stages
            ),
            enrol_from=one.enrol_from,
            enrol_until=one.enrol_until,
            enrol_trust=one.enrol_trust,
            first_month=one.first_month,
            last_month=one.last_month,
            months_trust=one.months_trust,
            announced_from=one.announced_from,
            threshold=one.threshold,
            threshold_trust=one.threshold_trust,
        )
        for one in sorted(packs, key=_start)
    )


def compile_verification(packs: Sequence[VerificationPack]) -> tuple[VerificationRules, ...]:
    """One entry a norm, oldest first."""
    return tuple(
        VerificationRules(
            start=one.pack.start,
            norm=one.pack.norm,
            trust=one.pack.trust,
            health_until=one.health_until,
            until_school=one.until_school,
            until_school_trust=one.until_school_trust,
            pregnant_student=one.pregnant_student,
            pregnant_student_trust=one.pregnant_student_trust,
            child=one.child.compiled(),
            pregnant=one.pregnant.compiled(),
            failing=frozenset(one.failing),
            without_school_data=one.without_school_data,
            judge_trust=one.judge_trust,
            causes={
                item.key: Cause(item.key, item.label, item.exception, item.trust)
                for item in one.causes
            },
            notice=one.notice,
        )
        for one in sorted(packs, key=_start)
    )


def compile_transfers(packs: Sequence[TransfersPack]) -> tuple[TransferRules, ...]:
    """One entry a norm, oldest first."""
    return tuple(
        TransferRules(
            start=one.pack.start,
            norm=one.pack.norm,
            trust=one.pack.trust,
            base=one.base.payment(),
            childhood=_childhood(one.childhood),
            students=tuple(
                StudentRules(
                    item.payment(),
                    item.level,
                    frozenset(item.grades),
                    item.late_enrolment,
                    item.not_passed,
                )
                for item in one.students
            ),
            grades=tuple(_grade(item) for item in one.grades),
            states=dict(one.household.states),
            cse=dict(one.household.cse),
            cse_expired=one.household.cse_expired,
            before_affiliation=one.household.before_affiliation,
            excepted=one.household.excepted,
            household_trust=one.household.trust,
        )
        for one in sorted(packs, key=_start)
    )


def _childhood(item: ChildhoodModel) -> ChildhoodRules:
    return ChildhoodRules(
        payment=item.payment(),
        newborn_days=item.newborn_days,
        newborn_trust=item.newborn_trust,
        trimester=item.trimester,
        child_until=item.child_until,
        child_until_trust=item.child_until_trust,
        child=item.child.compiled(),
        pregnant=item.pregnant.compiled(),
    )


def _grade(item: GradeModel) -> GradeRules:
    return GradeRules(
        payment=item.payment(),
        flag=item.flag,
        level=item.level,
        from_age=item.from_age,
        month=item.month,
        month_trust=item.month_trust,
        top_third=item.top_third,
        top_name=item.top_name,
    )


def compile_packages(packs: Sequence[PackagesPack]) -> tuple[Package, ...]:
    """Every package of every file."""
    return tuple(
        Package(
            key=item.key,
            label=item.label,
            pregnant=item.pregnant,
            from_age=item.from_age,
            until_age=item.until_age,
            counted=item.counted.compiled(),
            norm=f"{one.pack.norm}, {item.section}",
            trust=item.trust,
            note=item.note,
            start=one.pack.start,
            until=one.pack.until,
        )
        for one in sorted(packs, key=_start)
        for item in one.packages
    )
