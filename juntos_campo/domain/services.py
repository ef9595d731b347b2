"""Codes of the services a person can receive: the vocabulary of records, rule packs and forms.

When a service is due is a matter of the rule packs; here stands only what it is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ServiceGroup(StrEnum):
    GROWTH = "growth"
    VACCINE = "vaccine"
    ANAEMIA = "anaemia"
    PRENATAL = "prenatal"
    IDENTITY = "identity"
    EDUCATION = "education"


@dataclass(frozen=True, slots=True)
class Service:
    """A service. `short` is for badges and table heads, `name` for sentences (Spanish)."""

    code: str
    short: str
    name: str
    group: ServiceGroup


SERVICES: dict[str, Service] = {
    service.code: service
    for service in (
        Service("CRED", "CRED", "control de crecimiento y desarrollo", ServiceGroup.GROWTH),
        Service("EDI", "EDI", "tamizaje del desarrollo", ServiceGroup.GROWTH),
        Service("MCHAT", "M-CHAT", "tamizaje de autismo M-CHAT-R/F", ServiceGroup.GROWTH),
        Service("PARASITES", "Parásitos", "examen de parásitos", ServiceGroup.GROWTH),
        Service("BCG", "BCG", "vacuna BCG", ServiceGroup.VACCINE),
        Service("HVB", "HvB", "vacuna contra la hepatitis B", ServiceGroup.VACCINE),
        Service("IPV", "IPV", "vacuna inactivada contra la polio", ServiceGroup.VACCINE),
        Service("APO", "APO", "vacuna oral contra la polio", ServiceGroup.VACCINE),
        Service("PENTA", "Penta", "vacuna pentavalente", ServiceGroup.VACCINE),
        Service("HEXA", "Hexa", "vacuna hexavalente", ServiceGroup.VACCINE),
        Service("NEUMO", "Neumo", "vacuna contra el neumococo", ServiceGroup.VACCINE),
        Service("ROTA", "Rota", "vacuna contra el rotavirus", ServiceGroup.VACCINE),
        Service("INFLUENZA", "Influenza", "vacuna contra la influenza", ServiceGroup.VACCINE),
        Service("SPR", "SPR", "vacuna contra sarampión, paperas y rubéola", ServiceGroup.VACCINE),
        Service("VARICELA", "Varicela", "vacuna contra la varicela", ServiceGroup.VACCINE),
        Service("AMA", "AMA", "vacuna antiamarílica", ServiceGroup.VACCINE),
        Service("HVA", "HvA", "vacuna contra la hepatitis A", ServiceGroup.VACCINE),
        Service("DPT", "DPT", "refuerzo DPT", ServiceGroup.VACCINE),
        Service("VPH", "VPH", "vacuna contra el papiloma humano", ServiceGroup.VACCINE),
        Service(
            "VSR", "VSR", "protección contra el virus sincitial respiratorio", ServiceGroup.VACCINE
        ),
        Service("IRON", "Hierro", "entrega de hierro", ServiceGroup.ANAEMIA),
        Service("HB", "Hb", "dosaje de hemoglobina", ServiceGroup.ANAEMIA),
        Service("APN", "APN", "control prenatal", ServiceGroup.PRENATAL),
        Service("SYPHILIS", "Sífilis", "prueba de sífilis", ServiceGroup.PRENATAL),
        Service("HIV", "VIH", "prueba de VIH", ServiceGroup.PRENATAL),
        Service("URINE", "Orina", "examen de orina", ServiceGroup.PRENATAL),
        Service(
            "IRON_FOLIC",
            "Hierro y ácido fólico",
            "entrega de hierro y ácido fólico",
            ServiceGroup.PRENATAL,
        ),
        Service("BIRTH", "Parto", "registro del parto", ServiceGroup.PRENATAL),
        Service("PUERPERAL", "Puerperio", "control de puérpera", ServiceGroup.PRENATAL),
        Service("DNI", "DNI", "documento de identidad", ServiceGroup.IDENTITY),
        Service("NEWBORN", "Recién nacido", "registro del recién nacido", ServiceGroup.IDENTITY),
        Service("ENROL", "Matrícula", "matrícula escolar", ServiceGroup.EDUCATION),
        Service("ATTENDANCE", "Asistencia", "asistencia a clases", ServiceGroup.EDUCATION),
    )
}
"""``HB`` of a pregnant woman is recorded with her `pregnancy_id`."""
