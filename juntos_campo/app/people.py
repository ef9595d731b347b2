"""Phrases about a person's situation, the same on every screen."""

from __future__ import annotations

from datetime import date

from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Member, Pregnancy, School, SchoolYear
from juntos_campo.domain.spanish import MONTHS, near_date
from juntos_campo.domain.values import OFFICE, Sex
from juntos_campo.norms.pregnancy import gestational_days
from juntos_campo.store.sync_state import full_name


def pregnancy_text(pregnancy: Pregnancy, today: date) -> str:
    """``gestante de 13 semanas``; without weeks when neither last period nor ultrasound is known."""
    days = gestational_days(pregnancy, today)
    if days is None:
        return "gestante (semanas sin dato)"
    weeks = max(0, days // 7)
    return "gestante de 1 semana" if weeks == 1 else f"gestante de {weeks} semanas"


def pregnancy_short(pregnancy: Pregnancy, today: date) -> str:
    """``gestante 13 sem``, for the narrow column of a table."""
    days = gestational_days(pregnancy, today)
    return "gestante" if days is None else f"gestante {max(0, days // 7)} sem"


def birth_text(pregnancy: Pregnancy, today: date) -> str:
    """``dio a luz el 11 nov``, of a pregnancy that ended with a birth."""
    return f"dio a luz el {near_date(pregnancy.ended_on, today)}" if pregnancy.ended_on else ""


def school_text(member: Member, school: School) -> str:
    """``1.º de primaria``, ``inicial 4 años``; the level alone when the register has no grade."""
    level, grade = school.level.lower(), member.grade.strip().lower()
    if not grade:
        return level
    return f"{grade}.º de {level}" if grade.isdigit() else f"{level} {grade}"


def schooling_text(member: Member, year: SchoolYear) -> str:
    """``matriculada · asistencia 92 %``: of the months reported; without them the enrolment alone."""
    ending = "a" if member.sex is Sex.FEMALE else "o"
    text = f"matriculad{ending}" if year.enrolled_on is not None else "sin matrícula"
    if not year.attendance:
        return text
    mean = sum(year.attendance.values()) / len(year.attendance)
    return f"{text} · asistencia {mean:.0f} %"


def schooling_sentence(year: SchoolYear, today: date) -> str:
    """``Matrícula 2026: 5 mar. Asistencia: marzo 96 %, abril 92 %.``"""
    enrolled = near_date(year.enrolled_on, today) if year.enrolled_on is not None else "no figura"
    months = ", ".join(
        f"{MONTHS[int(month[5:]) - 1]} {share:.0f} %"
        for month, share in sorted(year.attendance.items())
    )
    return f"Matrícula {year.year}: {enrolled}. Asistencia: {months or 'todavía no se informa'}."


def lives_there(member: Member, today: date) -> bool:
    """Whether the person still belongs to the household; on the day of leaving no more."""
    return member.left_on is None or member.left_on > today


def worker_name(session: Session, user: str) -> str:
    """``Juan Quispe``; ``la oficina``; the user name of a colleague whose name never came."""
    if user in ("", OFFICE):
        return "la oficina"
    if user == session.user.name:
        return session.user.full_name
    return full_name(session.store, user) or user
