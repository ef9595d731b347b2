"""What a haemoglobin means, in the same few words wherever one is shown."""

from __future__ import annotations

from juntos_campo.domain.entities import Member, Pregnancy, ServiceEvent
from juntos_campo.domain.spanish import decimal_text
from juntos_campo.norms.anaemia import assess_value
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.haemoglobin import LEVEL_NAMES, HbAssessment, is_possible
from juntos_campo.norms.residence import Residence


def hb_meaning(judged: HbAssessment, residence: Residence) -> str:
    """``ajustada 7.7: anemia moderada; altitud de Huancarpuquio``; unadjusted, it says so."""
    how = "sin ajustar"
    if residence.altitude_m is not None:
        how = f"ajustada {decimal_text(judged.adjusted)}"
    return f"{how}: {LEVEL_NAMES[judged.level]}; {residence.short}"


def event_meaning(
    event: ServiceEvent,
    member: Member,
    pregnancy: Pregnancy | None,
    residence: Residence,
    book: RuleBook,
) -> str:
    """`hb_meaning` of a recorded haemoglobin; empty for any other record and an impossible figure."""
    value = event.value
    if event.service != "HB" or value is None or not is_possible(value):
        return ""
    if event.on < member.birth_date:
        return ""
    judged = assess_value(value, event.on, member, pregnancy, residence=residence, book=book)
    return hb_meaning(judged, residence)
