"""Spanish labels of the programme's closed lists, the same on every screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from juntos_campo.domain.services import ServiceGroup
from juntos_campo.domain.values import (
    CommitmentState,
    Cse,
    Modality,
    ProgrammeState,
    Relationship,
    Sex,
)
from juntos_campo.norms.verification.model import Responsibility

PROGRAMME_STATE = {
    ProgrammeState.ACTIVE: "abonado",
    ProgrammeState.SUSPENDED: "suspendido",
    ProgrammeState.DISAFFILIATED: "desafiliado",
    ProgrammeState.IN_AFFILIATION: "en afiliación",
}
CSE = {Cse.EXTREME_POOR: "pobre extremo", Cse.POOR: "pobre", Cse.NOT_POOR: "no pobre"}
GROUP = {
    ServiceGroup.GROWTH: "CRED",
    ServiceGroup.VACCINE: "Vacunas",
    ServiceGroup.ANAEMIA: "Hemoglobina y hierro",
    ServiceGroup.PRENATAL: "Gestantes",
    ServiceGroup.IDENTITY: "Documento de identidad",
    ServiceGroup.EDUCATION: "Educación",
}
RESPONSIBILITY = {
    Responsibility.HEALTH: "salud",
    Responsibility.EDUCATION: "educación",
    Responsibility.NONE: "",
}
MODALITY = {
    Modality.HOME: "en el hogar",
    Modality.PHONE: "por teléfono",
    Modality.OTHER_PLACE: "en otro lugar",
}
COMMITMENT = {
    CommitmentState.OPEN: "pendiente",
    CommitmentState.MET: "cumplido",
    CommitmentState.NOT_MET: "no cumplido",
}
COMMITMENT_TONE = {
    CommitmentState.OPEN: "information",
    CommitmentState.MET: "low",
    CommitmentState.NOT_MET: "high",
}
RELATIONSHIP = {
    Relationship.HOLDER: ("titular", "titular"),
    Relationship.PARTNER: ("pareja", "pareja"),
    Relationship.CHILD: ("hija", "hijo"),
    Relationship.GRANDCHILD: ("nieta", "nieto"),
    Relationship.PARENT: ("madre", "padre"),
    Relationship.SIBLING: ("hermana", "hermano"),
    Relationship.OTHER: ("otra persona", "otra persona"),
}


def relationship_text(relationship: Relationship, sex: Sex) -> str:
    """``hija``, ``hijo``: relation to the holder of the household."""
    return word(RELATIONSHIP[relationship][0 if sex is Sex.FEMALE else 1])


def word(text: str) -> str:
    """A label of this module in the language of the screen."""
    return QCoreApplication.translate("words", text)
