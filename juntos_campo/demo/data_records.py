"""Records of our own forms, so that the demonstration shows what Registros holds.

Made through the use cases themselves on the gestor's laptop: they wait there to be synchronised.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from juntos_campo.app.field_records import close_record, open_record
from juntos_campo.app.open_record import DRAFT_KIND
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Answer, FieldRecord, Household, Member
from juntos_campo.domain.values import ProgrammeState
from juntos_campo.store.drafts import count_drafts

MOST_PRESENT = 8


def make_records(session: Session) -> int:
    """A supply problem, a group activity and a change, closed, and a complaint begun; how many closed.

    Does nothing where there are records already, or no household.
    """
    homes = [
        one
        for one in session.store.find(Household)
        if one.programme_state is ProgrammeState.ACTIVE and one.settlement_id
    ]
    begun = count_drafts(session.store, DRAFT_KIND)
    if not homes or begun or session.store.count(FieldRecord):
        return 0
    settlement = Counter(one.settlement_id for one in homes).most_common(1)[0][0]
    neighbours = [one for one in homes if one.settlement_id == settlement]
    members = session.store.find_in(Member, "household_id", (one.id for one in neighbours))
    facilities = Counter(one.facility_id for one in members if one.facility_id)
    _activity(session, settlement, neighbours[:MOST_PRESENT])
    _change(session, neighbours[0])
    closed = 2
    if facilities:
        _supply(session, facilities.most_common(1)[0][0])
        closed += 1
    _complaint(session)
    return closed


def _day(session: Session, days: int) -> str:
    return (session.today - timedelta(days=days)).isoformat()


def _close(session: Session, form_id: str, subject_id: str, answers: dict[str, Answer]) -> None:
    opened = open_record(session, form_id, subject_id)
    opened.write(answers)
    close_record(session, opened)


def _supply(session: Session, facility_id: str) -> None:
    _close(
        session,
        "desabastecimiento",
        facility_id,
        {
            "fecha": _day(session, 6),
            "como": "vi",
            "problema": "insumos",
            "desde": _day(session, 20),
            "falta": "hierro",
            "explicacion": "La técnica de turno dice que el pedido salió y no llega.",
            "cuantos": 14,
            "avisado": "microrred",
            "avisado_el": _day(session, 5),
            "resuelto": "no",
        },
    )


def _activity(session: Session, settlement_id: str, homes: list[Household]) -> None:
    opened = open_record(session, "actividad_grupal", settlement_id)
    opened.write(
        {
            "fecha": _day(session, 12),
            "inicio": "15:00",
            "minutos": 60,
            "lugar": "Local comunal",
            "temas": "hierro paquete",
            "lengua": "quechua",
            "otros": 3,
            "acuerdos": "Llevar a sus niñas y niños a su dosaje de hemoglobina antes de fin de mes.",
        }
    )
    for home in homes:
        row, _ = opened.add_row("asistencia")
        opened.write({f"{row}/hogar": home.id, f"{row}/quien": "titular"})
    close_record(session, opened)


def _change(session: Session, home: Household) -> None:
    _close(
        session,
        "solicitud_cambio",
        home.id,
        {
            "fecha": _day(session, 3),
            "canal": "visita",
            "tipo": "phone",
            "desde": _day(session, 10),
            "telefono": "951000111",
            "evidencia": "ninguno",
        },
    )


def _complaint(session: Session) -> None:
    """Begun and left: it stands among the drafts."""
    opened = open_record(session, "ocurrencia")
    opened.write({"tipo": "queja", "canal": "persona", "asunto": "personal"})
