"""Phrases about a person's situation, the same on every screen."""

from __future__ import annotations

from datetime import date

from juntos_campo.domain.entities import Pregnancy
from juntos_campo.norms.pregnancy import gestational_days


def pregnancy_text(pregnancy: Pregnancy, today: date) -> str:
    """``gestante de 13 semanas``; without weeks when neither last period nor ultrasound is known."""
    days = gestational_days(pregnancy, today)
    if days is None:
        return "gestante (semanas sin dato)"
    weeks = max(0, days // 7)
    return "gestante de 1 semana" if weeks == 1 else f"gestante de {weeks} semanas"
