"""Closed lists of the programme. The values are what is stored and sent; labels belong to screens."""

from __future__ import annotations

from enum import StrEnum

OFFICE = "oficina"
"""Author of what the office loads; nobody's user name."""


class Role(StrEnum):
    """Who a person is in the programme."""

    FIELD_WORKER = "field_worker"
    ZONE_COORDINATOR = "zone_coordinator"
    TERRITORIAL_UNIT = "territorial_unit"
    CENTRAL_OFFICE = "central_office"
    AUDITOR = "auditor"


class Sex(StrEnum):
    FEMALE = "F"
    MALE = "M"


class DocumentKind(StrEnum):
    """Identity documents a member may hold; NONE is a child still without one."""

    DNI = "DNI"
    CUI = "CUI"
    CNV = "CNV"
    NONE = "NONE"


class Relationship(StrEnum):
    """Relation of a member to the holder of the household."""

    HOLDER = "holder"
    PARTNER = "partner"
    CHILD = "child"
    GRANDCHILD = "grandchild"
    PARENT = "parent"
    SIBLING = "sibling"
    OTHER = "other"


class Cse(StrEnum):
    """Socio-economic class (SISFOH)."""

    EXTREME_POOR = "PE"
    POOR = "P"
    NOT_POOR = "NP"


class ProgrammeState(StrEnum):
    """State of a household in the register."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DISAFFILIATED = "disaffiliated"
    IN_AFFILIATION = "in_affiliation"


class SchoolLevel(StrEnum):
    INITIAL = "initial"
    PRIMARY = "primary"
    SECONDARY = "secondary"


class FindingOutcome(StrEnum):
    """How what another system recorded compares with what is recorded here."""

    CONFIRMED = "confirmed"
    ONLY_HERE = "only_here"
    ONLY_THERE = "only_there"
    CONTRADICTORY = "contradictory"


class ServiceSource(StrEnum):
    """Where a recorded service was learnt from."""

    HEALTH_SYSTEM = "his"
    HEALTH_CARD = "card"
    OFFICIAL_FORM = "form"
    REPORTED = "reported"


class Modality(StrEnum):
    """How an accompaniment visit was made."""

    HOME = "home"
    PHONE = "phone"
    OTHER_PLACE = "other_place"


class CommitmentState(StrEnum):
    OPEN = "open"
    MET = "met"
    NOT_MET = "not_met"


class ChangeRequestKind(StrEnum):
    """Changes a household must report (`domain.md` L)."""

    MOVED = "moved"
    HEALTH_FACILITY = "health_facility"
    SCHOOL = "school"
    TO_PRIMARY = "to_primary"
    FINISHED_SCHOOL = "finished_school"
    PREGNANT = "pregnant"
    NEWBORN = "newborn"
    DEATH = "death"
    UNDER_THREE = "under_three"
    PHONE = "phone"
    LEFT_HOUSEHOLD = "left_household"
    HOLDER = "holder"
    PERSONAL_DATA = "personal_data"


class ChangeRequestState(StrEnum):
    DRAFTED = "drafted"
    SENT = "sent"
    VALIDATED = "validated"
    APPLIED = "applied"
    REJECTED = "rejected"


class Decision(StrEnum):
    """What a coordinator decided about a synced record."""

    APPROVED = "approved"
    RETURNED = "returned"


class PregnancyOutcome(StrEnum):
    BIRTH = "birth"
    LOSS = "loss"


class FormState(StrEnum):
    """Life of an official form of one facility and bimester."""

    FILLING = "filling"
    COMPLETE = "complete"


class RiskLevel(StrEnum):
    """Semáforo. The order of the members is the order of urgency, most urgent first."""

    VERY_HIGH = "very_high"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
