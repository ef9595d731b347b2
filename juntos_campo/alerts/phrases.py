"""How an alert names what is missing: short, without the person's name."""

from __future__ import annotations

from datetime import date

from juntos_campo.domain.spanish import MONTHS, count, decimal_text, near_date
from juntos_campo.norms.anaemia import HbFinding
from juntos_campo.norms.haemoglobin import AnaemiaLevel
from juntos_campo.norms.model import ServiceStatus, State

_FEMININE = frozenset(("HB", "IRON", "IRON_FOLIC", "SYPHILIS", "HIV"))
_SUBJECTS = {
    "HB": "hemoglobina",
    "IRON": "entrega de hierro",
    "IRON_FOLIC": "entrega de hierro y ácido fólico",
    "SYPHILIS": "prueba de sífilis",
    "HIV": "prueba de VIH",
    "URINE": "examen de orina",
    "PUERPERAL": "control de puérpera",
}
_TREATMENT = {
    "IRON:T1": ("inicio del tratamiento de anemia", False),
    "IRON:T2": ("segunda entrega del tratamiento de anemia", True),
    "HB:T3": ("hemoglobina de control del tratamiento", True),
    "IRON:T6": ("fin del tratamiento de anemia", False),
}
"""Key -> (subject, feminine): treatment is not called a delivery of iron or a test like the others."""
_ABSENT = {
    "DNI": "sin DNI",
    "NEWBORN": "sin registro del recién nacido en el hogar",
    "BIRTH": "sin registro del parto",
}
"""Services whose lack is named by itself, with the day in brackets."""
_VACCINES = {
    "BCG": "BCG",
    "HVB": "hepatitis B",
    "IPV": "polio",
    "APO": "polio oral",
    "PENTA": "pentavalente",
    "NEUMO": "neumococo",
    "ROTA": "rotavirus",
    "INFLUENZA": "influenza",
    "SPR": "SPR",
    "VARICELA": "varicela",
    "AMA": "antiamarílica",
    "HVA": "hepatitis A",
    "DPT": "DPT",
    "VPH": "VPH",
    "VSR": "VSR",
}
_GRADES = {
    AnaemiaLevel.MILD: "anemia leve",
    AnaemiaLevel.MODERATE: "anemia moderada",
    AnaemiaLevel.SEVERE: "anemia severa",
    AnaemiaLevel.UNGRADED: "anemia",
}
_ORDINALS = ("", "primer", "segundo", "tercer", "cuarto", "quinto", "sexto")


def title_of(status: ServiceStatus, today: date) -> str:
    """``hemoglobina vencida hace 12 días``, ``sin primer control prenatal (vence en 5 días)``."""
    if status.service == "ATTENDANCE":
        month = f" de {MONTHS[status.opens.month - 1]}" if status.opens else ""
        return f"asistencia baja{month}: riesgo de abandono"
    subject, feminine = _subject(status)
    if subject.startswith("sin "):
        return f"{subject} ({_when_missing(status, today)})"
    a = "a" if feminine else "o"
    if status.state is State.LOST:
        closed = f" el {near_date(status.closes, today)}" if status.closes else ""
        return f"{subject} perdid{a}{closed}"
    if status.state is State.OVERDUE:
        return f"{subject} vencid{a} {_ago(status, today)}"
    last = status.closes if status.service == "ROTA" else status.due
    if status.recovers:
        return f"{subject} pendiente: se perdió {'la' if feminine else 'el'} anterior"
    if last is None:
        tail = " pendiente"
    else:
        verb = "se pierde" if last == status.closes else "vence"
        tail = f": {verb} {_in_days((last - today).days)}"
    return f"{subject}{tail}"


def _subject(status: ServiceStatus) -> tuple[str, bool]:
    service, number = status.service, status.number
    if status.key in _TREATMENT:
        return _TREATMENT[status.key]
    if service == "APN":
        ordinal = _ORDINALS[number] if 0 <= number < len(_ORDINALS) else f"{number}.º"
        return f"sin {ordinal} control prenatal", False
    if service in _ABSENT:
        return _ABSENT[service], False
    if service in _VACCINES:
        suffix = status.label.split()[-1] if status.label[-1:].isdigit() else ""
        booster = "refuerzo " if "refuerzo" in status.label else ""
        dose = f" {booster}{suffix}" if suffix else ""
        return f"vacuna {_VACCINES[service]}{dose}", True
    if service in ("CRED", "ENROL"):
        named = f"control {status.label}" if service == "CRED" else f"sin {status.label.lower()}"
        return named, False
    return _SUBJECTS.get(service, status.label), service in _FEMININE


def anaemia_title(finding: HbFinding, today: date) -> str:
    """``anemia moderada: 9.0 g/dL ajustada, del 3 nov``; says so when the altitude is unknown."""
    return f"{anaemia_text(finding)}, del {near_date(finding.event.on, today)}"


def anaemia_text(finding: HbFinding) -> str:
    """``anemia moderada: 9.0 g/dL ajustada``"""
    judged = finding.assessment
    grade = _GRADES.get(judged.level, "hemoglobina")
    how = "ajustada" if finding.adjusted else "sin ajustar por altitud"
    return f"{grade}: {decimal_text(judged.adjusted)} g/dL {how}"


def _when_missing(status: ServiceStatus, today: date) -> str:
    if status.state is State.LOST:
        return f"se cerró el {near_date(status.closes, today)}" if status.closes else "perdido"
    if status.state is State.OVERDUE:
        return f"venció {_ago(status, today)}"
    return f"vence {_in_days((status.due - today).days)}" if status.due else "pendiente"


def _ago(status: ServiceStatus, today: date) -> str:
    days = status.days_overdue(today)
    return "ayer" if days == 1 else f"hace {count(days, 'día')}"


def _in_days(days: int) -> str:
    if days <= 0:
        return "hoy"
    return "mañana" if days == 1 else f"en {count(days, 'día')}"
