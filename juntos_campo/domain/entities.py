"""What is recorded, as plain immutable data. One class per kind of synced record.

Every entity has an `id` (32 hexadecimal digits) that its maker chose; relations are ids. Dates are
local calendar dates of Peru, moments are aware datetimes. Validation happens at the borders (register
import, wire, forms); inside, a value of these types is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from juntos_campo.domain.form_entities import (
    Answer,
    FieldRecord,
    FormDefinition,
    FormHandling,
    FormRecord,
)
from juntos_campo.domain.values import (
    ChangeRequestKind,
    ChangeRequestState,
    CommitmentState,
    Cse,
    Decision,
    DocumentKind,
    FindingOutcome,
    Modality,
    PregnancyOutcome,
    ProgrammeState,
    Relationship,
    SchoolLevel,
    ServiceSource,
    Sex,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A centro poblado. `altitude_m` is None when unknown; `walk_minutes` is to its health facility."""

    id: str
    name: str
    ubigeo: str
    district: str
    province: str
    altitude_m: int | None = None
    walk_minutes: int | None = None
    facility_id: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFacility:
    """An establecimiento de salud; `code` is its RENIPRESS code (8 digits)."""

    id: str
    code: str
    name: str
    category: str = ""
    ubigeo: str = ""
    micro_network: str = ""
    network: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """An institución educativa; `code` is its código modular (7 digits)."""

    id: str
    code: str
    name: str
    level: str = ""
    ubigeo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A household of the register. `field_worker` is the user name it is assigned to."""

    id: str
    code: str
    field_worker: str
    settlement_id: str
    address: str = ""
    reference: str = ""
    phone: str = ""
    language: str = ""
    cse: Cse = Cse.POOR
    cse_expires: date | None = None
    programme_state: ProgrammeState = ProgrammeState.ACTIVE
    affiliated_on: date | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of a household.

    Attributes:
        document_number: digits only, without the check digit; empty when there is none.
        birth_weight_g: grams; None when unknown.
        gestation_weeks: completed weeks at birth; None when unknown.
        left_on: the day the person stopped belonging to the household (moved away or died).
    """

    id: str
    household_id: str
    document_kind: DocumentKind
    document_number: str
    paternal: str
    maternal: str
    given: str
    sex: Sex
    birth_date: date
    relationship: Relationship = Relationship.OTHER
    facility_id: str = ""
    school_id: str = ""
    grade: str = ""
    birth_weight_g: int | None = None
    gestation_weeks: int | None = None
    left_on: date | None = None

    @property
    def is_holder(self) -> bool:
        return self.relationship is Relationship.HOLDER

    @property
    def full_name(self) -> str:
        """``QUISPE HUAMÁN, María Elena``; without a comma where the surnames are not known yet."""
        surnames = f"{self.paternal} {self.maternal}".strip().upper()
        return f"{surnames}, {self.given}" if surnames else self.given


@dataclass(frozen=True, slots=True, kw_only=True)
class Pregnancy:
    """A pregnancy. `last_period` rules unless an ultrasound set `due_date_ultrasound`."""

    id: str
    household_id: str
    member_id: str
    last_period: date | None = None
    due_date_ultrasound: date | None = None
    captured_on: date | None = None
    facility_id: str = ""
    ended_on: date | None = None
    outcome: PregnancyOutcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolYear:
    """One student's year at school, as the school system (SIAGIE) has it.

    The id is derived from member and year, so that there is one record a student and year.

    Attributes:
        grade: 1 to 6 within `level`; of initial school the age, 3 to 5; 0 when unknown.
        enrolled_on: day of enrolment; None when the school system has none.
        attendance: month as ``2026-04`` -> percentage of school days attended, 0 to 100.
        passed, top_third: result of the year; None until it is known.
    """

    id: str
    household_id: str
    member_id: str
    year: int
    school_id: str = ""
    level: SchoolLevel | None = None
    grade: int = 0
    enrolled_on: date | None = None
    attendance: dict[str, float] = field(default_factory=dict)
    passed: bool | None = None
    top_third: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalFinding:
    """What another system says of a household, against what is recorded here. The office writes it.

    It never counts as a service, an enrolment or a payment: it is shown, and a person decides.

    Attributes:
        member_id: whom it is about; empty for the household as a whole.
        source: which system: ``his``, ``siagie``, ``reniec``, ``padron_nominal``, ``cuna_mas``, ``pagos``.
        topic: what is compared: a service, ``ENROL:2026``, ``DEATH``, ``TB:2026-09``; ``SUMMARY`` counts
            what agrees.
        here_id: the record of ours it is compared with; empty for none.
        on: the day the other system speaks of; None where it names none.
        here_text, there_text: what each side says, in Spanish; empty where it says nothing.
        to_look_at: somebody has to look: it contradicts, or it matters whatever is recorded here.
        told_on: the day of the import that said it first.
    """

    id: str
    household_id: str
    member_id: str = ""
    source: str
    topic: str
    outcome: FindingOutcome
    here_id: str = ""
    on: date | None = None
    here_text: str = ""
    there_text: str = ""
    to_look_at: bool = False
    told_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """A rule pack the office sent: it replaces the shipped one with the same `pack_id`.

    Attributes:
        file: name of the file, for messages.
        text: the TOML text (`resources/norms/README.md` says what it holds).
    """

    id: str
    pack_id: str
    file: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePack:
    """Orientation cards or commitments the office sent, in place of the shipped ones of `pack_id`.

    Attributes:
        file: name of the file, for messages.
        text: the TOML text, as in ``resources/messages``.
    """

    id: str
    pack_id: str
    file: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEvent:
    """One service that a person received on one day.

    Attributes:
        service: code of the service (`juntos_campo.domain.services`), e.g. ``CRED``, ``PENTA``, ``HB``.
        number: dose or control number as recorded; 0 when the record does not say.
        value: the measured figure: g/dL observed (not adjusted) for ``HB``.
        weight_kg, height_cm: measured at a CRED control.
        pregnancy_id: set for services of a pregnancy.
        visit_id, form_id: the record it was learnt from; empty for services from the health system.
    """

    id: str
    household_id: str
    member_id: str
    service: str
    on: date
    number: int = 0
    value: float | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    source: ServiceSource = ServiceSource.HEALTH_SYSTEM
    facility_id: str = ""
    pregnancy_id: str = ""
    visit_id: str = ""
    form_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An accompaniment visit that was closed. What is still being typed is a draft.

    Attributes:
        answers: every field of the visit, path -> answer; a coordinator's comment names such a path,
            and versions are compared path by path. See `juntos_campo.domain.visits`.
    """

    id: str
    household_id: str
    field_worker: str
    on: date
    modality: Modality
    started_at: datetime
    closed_at: datetime
    answers: dict[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What a household undertook in a visit, and what became of it."""

    id: str
    household_id: str
    member_id: str
    visit_id: str
    text: str
    agreed_on: date
    due_on: date | None = None
    state: CommitmentState = CommitmentState.OPEN
    checked_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """A change of register data reported in the field; the office decides."""

    id: str
    household_id: str
    member_id: str
    visit_id: str
    kind: ChangeRequestKind
    detail: str
    requested_on: date
    state: ChangeRequestState = ChangeRequestState.SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A coordinator's decision about one version of a record; never changed once made.

    Attributes:
        target_version: server version of the record that was looked at. A record with a later
            version waits for review again.
        comments: field path -> what is wrong with it.
    """

    id: str
    field_worker: str
    target_kind: str
    target_id: str
    target_version: int
    decision: Decision
    reviewer: str
    reviewed_at: datetime
    comment: str = ""
    comments: dict[str, str] = field(default_factory=dict)


Entity: TypeAlias = (
    Settlement
    | HealthFacility
    | School
    | Household
    | Member
    | Pregnancy
    | SchoolYear
    | ExternalFinding
    | RulePack
    | MessagePack
    | FormDefinition
    | ServiceEvent
    | Visit
    | Commitment
    | ChangeRequest
    | FormRecord
    | FormHandling
    | FieldRecord
    | Review
)

__all__ = [
    "Answer",
    "ChangeRequest",
    "Commitment",
    "Entity",
    "ExternalFinding",
    "FieldRecord",
    "FormDefinition",
    "FormHandling",
    "FormRecord",
    "HealthFacility",
    "Household",
    "Member",
    "MessagePack",
    "Pregnancy",
    "Review",
    "RulePack",
    "School",
    "SchoolYear",
    "ServiceEvent",
    "Settlement",
    "Visit",
]
