"""Invented families at the programme's proportions: who lives in a household and what papers they have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from juntos_campo.demo.data_names import given_names, surname
from juntos_campo.domain.calendar import add_months, completed_years
from juntos_campo.domain.identity import with_check_digit

NATIONAL_HOUSEHOLDS = 793_623
PREGNANT_A_HOUSEHOLD = 38_651 / NATIONAL_HOUSEHOLDS
UNDER_THREE_A_HOUSEHOLD = 348_968 / NATIONAL_HOUSEHOLDS
SCHOOL_AGE_A_HOUSEHOLD = 1_254_864 / NATIONAL_HOUSEHOLDS
"""Published figures of August 2024."""

YOUNGEST_MOTHER = 15
OLDEST_MOTHER = 45
YOUNG_EXPECTING_FAMILIES = 0.65
"""Pregnant women whose other children are all small."""

HOUSEHOLDS_AN_OVERDUE_PREGNANCY = 600
MOST_OVERDUE = 2
"""Pregnancies past 42 weeks: the birth happened, and nobody has told."""

RECENT_BIRTH_DAYS = 60
KNOWN_BEFORE_BIRTH = 0.88
"""Recent births whose pregnancy the programme had known of."""

BETWEEN_BIRTHS = 330
"""Days between two children of one mother, unless they are twins."""


@dataclass(slots=True)
class Person:
    """A member while the family is being made; documents are text as the file writes them."""

    sex: str
    birth: date
    relationship: str
    paternal: str = ""
    maternal: str = ""
    given: str = ""
    document_kind: str = "DNI"
    document_number: str = ""
    documented_on: date | None = None
    birth_weight_g: int | None = None
    gestation_weeks: int | None = None
    last_period: date | None = None
    due_date_ultrasound: date | None = None
    captured_on: date | None = None
    ended_on: date | None = None

    def age(self, on: date) -> int:
        return completed_years(self.birth, on)


@dataclass(frozen=True, slots=True)
class Quota:
    """How many target members a household gets: children's ages are drawn later.

    `overdue`: nobody has told the office yet that the pregnancy ended.
    """

    pregnant: bool
    under_three: int
    school_age: int
    overdue: bool = False


class Numbers:
    """Runs of document numbers that no register has given out yet, so that nobody real is meant.

    Attributes:
        longest_step: numbers are 1 to this apart; at 1 the run holds four million people.
    """

    def __init__(self, rng: Random, longest_step: int = 9) -> None:
        self._rng = rng
        self._dni = 96_000_000
        self._cnv = 9_900_000_000
        self.longest_step = longest_step

    def dni(self) -> str:
        """The next DNI with its check digit, as printed on the card."""
        self._dni += self._rng.randint(1, self.longest_step)
        return with_check_digit(f"{self._dni:08d}")

    def cnv(self) -> str:
        """The next number of a certificate of live birth."""
        self._cnv += self._rng.randint(1, self.longest_step)
        return str(self._cnv)


def quotas(rng: Random, households: int) -> list[Quota]:
    """Share out the target members so that every household has at least one."""
    pregnant = set(rng.sample(range(households), round(households * PREGNANT_A_HOUSEHOLD)))
    under_three = [0] * households
    school_age = [0] * households
    wanted = round(households * UNDER_THREE_A_HOUSEHOLD)
    order = rng.sample(range(households), households)
    singles = round(wanted * 0.9)
    for index in order[:singles]:
        under_three[index] += 1
    for index in rng.sample(order[:singles], wanted - singles):
        under_three[index] += 1
    wanted = round(households * SCHOOL_AGE_A_HOUSEHOLD)
    for index in order:
        if index not in pregnant and not under_three[index] and wanted:
            school_age[index] = 1
            wanted -= 1
    weights = [rng.choice((0.25, 1.0, 1.0, 2.0)) for _ in range(households)]
    while wanted:
        for index in rng.choices(range(households), weights, k=wanted):
            if school_age[index] < 5:
                school_age[index] += 1
                wanted -= 1
    overdue = set(
        sorted(pregnant)[: min(households // HOUSEHOLDS_AN_OVERDUE_PREGNANCY, MOST_OVERDUE)]
    )
    return [
        Quota(index in pregnant, under_three[index], school_age[index], index in overdue)
        for index in range(households)
    ]


def _years_before(today: date, years: float) -> date:
    return today - timedelta(days=round(years * 365.25))


def _apart(day: date, births: list[date]) -> int:
    """Days from the nearest of `births`."""
    return min((abs((day - birth).days) for birth in births), default=10_000)


def _child_births(rng: Random, quota: Quota, today: date) -> list[date]:
    """Birth dates, oldest first; a pregnant household's youngest is old enough for the pregnancy."""
    births: list[date] = []
    youngest = 1.15 if quota.pregnant else 0.0
    if quota.under_three:
        first = rng.uniform(youngest, 2.99)
        births.append(_years_before(today, first))
        for _ in range(quota.under_three - 1):
            other = first + 1.1 if first + 1.1 < 2.98 else first
            births.append(_years_before(today, other))
    oldest = 7.5 if quota.pregnant and rng.random() < YOUNG_EXPECTING_FAMILIES else 19.95
    for _ in range(quota.school_age):
        options = [_years_before(today, rng.uniform(3.02, oldest)) for _ in range(12)]
        fitting = [day for day in options if _apart(day, births) >= BETWEEN_BIRTHS]
        births.append(fitting[0] if fitting else max(options, key=lambda day: _apart(day, births)))
    return sorted(min(birth, today - timedelta(days=1)) for birth in births)


def _gestation(rng: Random, person: Person) -> None:
    early = rng.random() < 0.075
    person.gestation_weeks = rng.randint(32, 36) if early else rng.choice((37, 38, 39, 39, 40, 40))
    centre = 2_250 if early else 3_120
    person.birth_weight_g = max(1_100, min(4_500, round(rng.gauss(centre, 370) / 10) * 10))


def _papers(rng: Random, person: Person, today: date, numbers: Numbers) -> None:
    """Give a document: adults a DNI; small children DNI, CUI, CNV or nothing, and when they got it."""
    days = (today - person.birth).days
    if days >= 3 * 365:
        person.document_number = numbers.dni()
        return
    waited = round(rng.choice((rng.uniform(4, 30), rng.uniform(4, 30), rng.expovariate(1 / 70))))
    if waited <= days:
        person.document_number = numbers.dni()
        person.documented_on = person.birth + timedelta(days=waited)
        person.document_kind = "CUI" if days < 400 and rng.random() < 0.06 else "DNI"
    elif rng.random() < 0.5:
        person.document_kind = "CNV"
        person.document_number = numbers.cnv()
    else:
        person.document_kind = "SIN DOCUMENTO"


def _expect(rng: Random, woman: Person, today: date, youngest: date | None, overdue: bool) -> None:
    """Make her pregnant: between 5 and 40 weeks (43 when overdue), after the youngest child."""
    longest = 278
    if youngest is not None:
        longest = min(longest, (today - youngest).days - 120)
    days = rng.randint(36, max(40, longest))
    if overdue:
        days = 297 + days % 3
    woman.last_period = today - timedelta(days=days)
    captured = woman.last_period + timedelta(days=min(days - 1, round(rng.triangular(30, 200, 75))))
    woman.captured_on = captured
    if rng.random() < 0.3 and not overdue:
        shift = rng.randint(-9, 9)
        woman.due_date_ultrasound = woman.last_period + timedelta(days=280 + shift)


def _delivered(rng: Random, woman: Person, child: Person) -> None:
    """Her pregnancy was followed and ended with this birth."""
    days = 7 * (child.gestation_weeks or 39) + rng.randint(0, 6)
    woman.last_period = child.birth - timedelta(days=days)
    woman.captured_on = woman.last_period + timedelta(days=round(rng.triangular(30, 200, 75)))
    woman.ended_on = child.birth


def _parents(rng: Random, children: list[date], quota: Quota, today: date) -> tuple[date, date]:
    """Birth dates of mother and father that fit the children (oldest first)."""
    oldest_age = (today - children[0]).days / 365.25 if children else 0.0
    first_birth = rng.triangular(16.2, 30, 20.5)
    youngest_age = (today - children[-1]).days / 365.25 if children else 0.0
    mother_age = max(min(oldest_age + first_birth, youngest_age + 44), oldest_age + 16.2, 18.3)
    if quota.pregnant:
        mother_age = min(mother_age, max(oldest_age + 15.5, 43.0))
    father_age = max(oldest_age + 16.5, mother_age + rng.triangular(-4, 12, 3), 18.5)
    return _years_before(today, mother_age), _years_before(today, father_age)


def _elders(rng: Random, mother: Person, father_birth: date, today: date) -> list[Person]:
    """Grandparents and others who live with them."""
    found: list[Person] = []
    if rng.random() < 0.27:
        birth = mother.birth - timedelta(days=round(rng.uniform(17, 34) * 365.25))
        found.append(Person("F", birth, "PADRE", mother.maternal, surname(rng)))
    if rng.random() < 0.17:
        birth = mother.birth - timedelta(days=round(rng.uniform(18, 38) * 365.25))
        found.append(Person("M", birth, "PADRE", mother.paternal, surname(rng)))
    if rng.random() < 0.14:
        birth = mother.birth + timedelta(days=rng.randint(-2_500, 2_500))
        if completed_years(birth, today) >= 20:
            found.append(
                Person(rng.choice("FM"), birth, "HERMANO", mother.paternal, mother.maternal)
            )
    if rng.random() < 0.07:
        birth = father_birth - timedelta(days=rng.randint(3_000, 12_000))
        found.append(Person(rng.choice("FM"), birth, "OTRO", surname(rng), surname(rng)))
    return [person for person in found if person.age(today) < 97]


def _adult_children(
    rng: Random, mother: Person, father: Person, births: list[date], today: date
) -> list[Person]:
    """Grown sons and daughters still at home; the older the mother the more."""
    found: list[Person] = []
    room = (today - mother.birth).days / 365.25 - 20.1 - 16
    while room > 0 and len(found) < 3 and rng.random() < 0.74:
        birth = _years_before(today, 20.1 + rng.uniform(0, min(room, 14)))
        if _apart(birth, [*births, *(one.birth for one in found)]) < BETWEEN_BIRTHS:
            continue
        found.append(Person(rng.choice("FM"), birth, "HIJO", father.paternal, mother.paternal))
    return found


def make_family(rng: Random, quota: Quota, today: date, numbers: Numbers) -> list[Person]:
    """The members of one household, holder first."""
    births = _child_births(rng, quota, today)
    mother_birth, father_birth = _parents(rng, births, quota, today)
    mother = Person("F", mother_birth, "TITULAR", surname(rng), surname(rng))
    father = Person("M", father_birth, "CONYUGE", surname(rng), surname(rng))
    has_father = rng.random() < 0.82
    elders = _elders(rng, mother, father_birth, today)
    adult_children = _adult_children(rng, mother, father, births, today)
    daughter = next((p for p in adult_children if p.sex == "F" and p.age(today) < 40), None)
    children: list[Person] = []
    mothers: list[Person] = []
    for birth in births:
        child = Person(rng.choice("FM"), birth, "HIJO", father.paternal, mother.paternal)
        at_birth = completed_years(mother.birth, birth)
        small = (today - birth).days < 1_300
        if daughter and small and (at_birth >= OLDEST_MOTHER or rng.random() < 0.5):
            child.relationship = "NIETO"
            child.paternal, child.maternal = surname(rng), daughter.paternal
        children.append(child)
        mothers.append(daughter if daughter and child.relationship == "NIETO" else mother)
    people = [mother, *([father] if has_father else []), *adult_children, *children, *elders]
    if quota.pregnant:
        own = [c.birth for c in children if c.relationship == "HIJO"]
        use_daughter = daughter is not None and (mother.age(today) >= 42 or rng.random() < 0.3)
        if daughter is not None and use_daughter:
            own = [c.birth for c in children if c.relationship == "NIETO"]
        woman = daughter if daughter and use_daughter else mother
        _expect(rng, woman, today, max(own, default=None), quota.overdue)
    _choose_holder(rng, people, mother, father if has_father else None, today)
    taken: set[str] = set()
    for person in people:
        person.given = given_names(rng, person.sex, person.age(today), taken)
        _papers(rng, person, today, numbers)
        if (today - person.birth).days < 6 * 366:
            _gestation(rng, person)
    for child, woman in zip(children, mothers, strict=True):
        if (today - child.birth).days <= RECENT_BIRTH_DAYS and rng.random() < KNOWN_BEFORE_BIRTH:
            _delivered(rng, woman, child)
    return sorted(people, key=lambda person: (person.relationship != "TITULAR", person.birth))


def _choose_holder(
    rng: Random, people: list[Person], mother: Person, father: Person | None, today: date
) -> None:
    """Mostly the mother; at times the father or a grandmother, and then the relations change."""
    if father is not None and rng.random() < 0.06:
        father.relationship, mother.relationship = "TITULAR", "CONYUGE"
        for person in people:
            if person.relationship in ("PADRE", "HERMANO"):
                person.relationship = "OTRO"
        return
    grandmother = next((p for p in people if p.relationship == "PADRE" and p.sex == "F"), None)
    if grandmother is None or rng.random() > 0.15 or grandmother.age(today) > 80:
        return
    moved = {"HIJO": "NIETO", "TITULAR": "HIJO", "PADRE": "CONYUGE", "HERMANO": "HIJO"}
    for person in people:
        person.relationship = moved.get(person.relationship, "OTRO")
    grandmother.relationship = "TITULAR"


def school_year_at(today: date) -> int:
    """The school year in course or, before March, the last one."""
    return today.year if today >= date(today.year, 3, 1) else today.year - 1


def school_level(birth: date, today: date) -> tuple[str, str]:
    """Level and grade by the age on 31 March of the school year; empty when not of school age."""
    age = completed_years(birth, date(school_year_at(today), 3, 31))
    if 3 <= age <= 5:
        return "INICIAL", f"{age} AÑOS"
    if 6 <= age <= 11:
        return "PRIMARIA", f"{age - 5}"
    if 12 <= age <= 16:
        return "SECUNDARIA", f"{age - 11}"
    return "", ""


def cse_expiry(rng: Random, today: date) -> date:
    """When the socio-economic class runs out: three years at most, some already over."""
    return add_months(today, rng.randint(-2, 34)) + timedelta(days=rng.randint(0, 27))
