"""What is known of education, verification, transfers and packages under one norm, compiled.

The directive of verification could not be read (`resources/norms/README.md`): all of this is data,
each part with its own trust. The fields are those of the files, which the README explains.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from juntos_campo.domain.services import SERVICES, ServiceGroup
from juntos_campo.domain.values import Cse, ProgrammeState, SchoolLevel
from juntos_campo.norms.ages import Age
from juntos_campo.norms.model import ServiceStatus, State, Trust
from juntos_campo.norms.verification.model import Responsibility, Verdict


@dataclass(frozen=True, slots=True)
class SchoolStage:
    """One level of school with its grades; stages stand in the order they are gone through."""

    level: SchoolLevel
    label: str
    first_grade: int
    last_grade: int


@dataclass(frozen=True, slots=True)
class EducationRules:
    """Who studies, when to enrol, and what attendance is enough.

    Attributes:
        from_age, until_age: a student from the first on; no longer on the day of the second.
        cut_off: (month, day) on which `from_age` must be reached to enter that school year.
        stages: the last grade of the last one ends the responsibility.
        enrol_from, enrol_until: (month, day), both included.
        first_month, last_month: of the school year.
        announced_from: month from which the enrolment of the next year is announced.
        threshold: percentage of school days attended that is enough.
    """

    start: date
    norm: str
    trust: Trust
    from_age: Age
    until_age: Age
    cut_off: tuple[int, int]
    cut_off_trust: Trust
    stages: tuple[SchoolStage, ...]
    enrol_from: tuple[int, int]
    enrol_until: tuple[int, int]
    enrol_trust: Trust
    first_month: int
    last_month: int
    months_trust: Trust
    announced_from: int
    threshold: float
    threshold_trust: Trust


@dataclass(frozen=True, slots=True)
class Counted:
    """Which services count: of these groups, these codes or these keys, but not those of `without`."""

    groups: frozenset[ServiceGroup]
    services: frozenset[str]
    keys: frozenset[str]
    without: frozenset[str]

    def counts(self, status: ServiceStatus) -> bool:
        """Whether a status counts."""
        if status.service in self.without or status.key in self.without:
            return False
        if status.service in self.services or status.key in self.keys:
            return True
        service = SERVICES.get(status.service)
        return service is not None and service.group in self.groups


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason of the form for not having fulfilled. `label` is a Spanish phrase."""

    code: str
    label: str
    exception: bool
    trust: Trust


@dataclass(frozen=True, slots=True)
class VerificationRules:
    """Whose responsibility is what, and how a month is judged.

    Attributes:
        health_until: under this age a child answers for health.
        until_school: what a child of that age answers for until a school year takes him.
        pregnant_student: what a student answers for while she is pregnant.
        failing: states on the last day of the month that make it not fulfilled; LOST only in the
            month in which the service was lost.
        without_school_data: the verdict of a student of whom no school data arrived.
        notice: Spanish sentence that goes with every estimate.
    """

    start: date
    norm: str
    trust: Trust
    health_until: Age
    until_school: Responsibility
    until_school_trust: Trust
    pregnant_student: Responsibility
    pregnant_student_trust: Trust
    child: Counted
    pregnant: Counted
    failing: frozenset[State]
    without_school_data: Verdict
    judge_trust: Trust
    causes: dict[str, Cause]
    notice: str


@dataclass(frozen=True, slots=True)
class Payment:
    """What every transfer says of itself. `amount`: soles, of one month or one grade."""

    code: str
    name: str
    amount: int
    section: str
    trust: Trust
    condition_trust: Trust
    note: str


@dataclass(frozen=True, slots=True)
class ChildhoodRules:
    """TPI: who is in time captured, until what age, and by which services it is judged.

    Attributes:
        newborn_days: a newborn captured up to this day of life is in time.
        child_until: age from which a child no longer gives the right to it.
        child, pregnant: the services of the package.
    """

    payment: Payment
    newborn_days: int
    newborn_trust: Trust
    trimester: int
    child_until: Age
    child_until_trust: Trust
    child: Counted
    pregnant: Counted


@dataclass(frozen=True, slots=True)
class StudentRules:
    """TBS, TAS: monthly, per student of these grades.

    Attributes:
        late_enrolment, not_passed: verdict of a student enrolled late, or who did not pass the year
            before.
    """

    payment: Payment
    level: SchoolLevel
    grades: frozenset[int]
    late_enrolment: Verdict
    not_passed: Verdict


@dataclass(frozen=True, slots=True)
class GradeRules:
    """VRAEM: once a year, for the grade passed the year before.

    Attributes:
        flag: of the settlement.
        month: of the year after, in whose bimester it is estimated.
        top_third: soles on top for the best third; `top_name` is the name of that line.
    """

    payment: Payment
    flag: str
    level: SchoolLevel
    from_age: Age
    month: int
    month_trust: Trust
    top_third: int
    top_name: str


@dataclass(frozen=True, slots=True)
class TransferRules:
    """Every transfer, and what in the household itself stops them all.

    Attributes:
        states, cse: verdict that a state or a class imposes; absent: none.
        cse_expired, before_affiliation: verdict imposed.
        excepted: the verdict that an excepted month counts as.
    """

    start: date
    norm: str
    trust: Trust
    base: Payment
    childhood: ChildhoodRules
    students: tuple[StudentRules, ...]
    grades: tuple[GradeRules, ...]
    states: dict[ProgrammeState, Verdict]
    cse: dict[Cse, Verdict]
    cse_expired: Verdict
    before_affiliation: Verdict
    excepted: Verdict
    household_trust: Trust


@dataclass(frozen=True, slots=True)
class Package:
    """A list of services that belong together.

    Attributes:
        pregnant: for a running pregnancy; otherwise for a child of `from_age` to before `until_age`.
        start, until: days on which the list was in force.
    """

    key: str
    label: str
    pregnant: bool
    from_age: Age
    until_age: Age
    counted: Counted
    norm: str
    trust: Trust
    note: str
    start: date
    until: date | None
