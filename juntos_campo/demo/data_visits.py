"""Invented visits, as a gestor closes them: answers by the paths of `juntos_campo.domain.visits`.

Random, but with what families have in common: most is in order, most children got most services.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from juntos_campo.app.orientation import Messages
from juntos_campo.domain.calendar import completed_months
from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.entities import Answer, Commitment, Household, Member, Visit
from juntos_campo.domain.values import Modality
from juntos_campo.domain.visits import (
    HOUSEHOLD,
    QUESTIONS,
    member_path,
    new_commitment_path,
    service_path,
)

FORM = "visita/2026.11.1"
_SERVICES = ("CRED", "IPV", "PENTA", "NEUMO", "ROTA", "INFLUENZA", "SPR", "IRON", "HB", "DNI")
_IRON = ("todos", "todos", "todos", "algunos", "nunca", "sin")
_REASONS = ("cae_mal", "olvida", "no_quiere", "se_acabo", "no_sabe", "otro")
_ABSENCES = ("enfermedad", "trabajo", "lejos", "clima", "docente", "dinero")


@dataclass(frozen=True, slots=True)
class Voices:
    """What is told in free words: `notes` end a visit, `plans` are what adolescents want to become."""

    notes: Sequence[str]
    plans: Sequence[str]


def make_visit(
    rng: Random,
    household: Household,
    members: Sequence[Member],
    on: date,
    *,
    visit_id: str,
    worker: str,
    messages: Messages,
    voices: Voices,
) -> Visit:
    """One visit to a household with everybody of its `members` who is asked about."""
    began = datetime.combine(on, time(8), LIMA) + timedelta(seconds=rng.randrange(9 * 3600))
    answers: dict[str, Answer] = {
        "modality": Modality.HOME.value,
        "attended_by": next((one.id for one in members if one.is_holder), "other"),
        QUESTIONS: FORM,
    }
    for one in members:
        _ask(rng, one, on, answers, messages, voices)
    _about_the_home(rng, answers)
    texts = [one.text for one in messages.commitments]
    answers[new_commitment_path(HOUSEHOLD, 1)] = rng.choice(texts)
    answers["mark"] = rng.choice(("signature", "paper", "paper", "fingerprint"))
    if answers["mark"] == "signature":
        answers["signature"] = _signature(rng)
    answers["next_visit_on"] = (on + timedelta(days=rng.randint(25, 60))).isoformat()
    answers["note"] = rng.choice(voices.notes)
    return Visit(
        id=visit_id,
        household_id=household.id,
        field_worker=worker,
        on=on,
        modality=Modality.HOME,
        started_at=began,
        closed_at=began + timedelta(seconds=rng.randint(900, 3600)),
        answers=dict(sorted(answers.items())),
    )


def commitments_of(visit: Visit, new_id: Callable[[], str]) -> list[Commitment]:
    """What was agreed on in a visit."""
    return [
        Commitment(
            id=new_id(),
            household_id=visit.household_id,
            member_id="" if path.split("/")[1] == HOUSEHOLD else path.split("/")[1],
            visit_id=visit.id,
            text=str(text),
            agreed_on=visit.on,
            due_on=date.fromisoformat(str(visit.answers["next_visit_on"])),
        )
        for path, text in visit.answers.items()
        if path.startswith("new_commitment/")
    ]


def _ask(
    rng: Random,
    one: Member,
    on: date,
    answers: dict[str, Answer],
    messages: Messages,
    voices: Voices,
) -> None:
    months = completed_months(one.birth_date, on)

    def put(name: str, value: Answer) -> None:
        answers[member_path(one.id, name)] = value

    if months < 72:
        _card(rng, one, on, months, answers)
        letter = "b" if months < 12 else "n" if months < 36 else "i"
        put(f"q/{letter}_dni", rng.choice(("mostro", "mostro", "tiene", "tramite")))
        put(f"q/{letter}_come", rng.choice(("si", "si", "no")))
        if months < 36:
            iron = rng.choice(_IRON)
            put(f"q/{letter}_hierro", iron)
            put(f"q/{letter}_peligro", "si" if rng.random() < 0.04 else "no")
            if iron in ("algunos", "nunca"):
                put(f"q/{letter}_hierro_por", rng.choice(_REASONS))
    elif months < 12 * 19:
        attends = rng.choice(("yes", "yes", "yes", "sometimes"))
        put("attends", attends)
        put("q/e_apoyo", rng.choice(("si", "si", "no")))
        if attends == "sometimes":
            put("q/e_motivo", rng.choice(_ABSENCES))
        if months >= 12 * 12:
            put("q/a_dejar", "si" if rng.random() < 0.06 else "no")
            put("q/a_confianza", rng.choice(("si", "no")))
            put("q/a_proyecto", rng.choice(voices.plans))
    else:
        return
    topics = [card.id for card in messages.cards]
    put("topics", " ".join(sorted(rng.sample(topics, rng.randint(1, 3)))))
    if rng.random() < 0.3:
        texts = [text.text for text in messages.commitments]
        answers[new_commitment_path(one.id, 1)] = rng.choice(texts)


def _card(rng: Random, one: Member, on: date, months: int, answers: dict[str, Answer]) -> None:
    """Copied from the health card: some services of the last months, and what was measured."""
    for service in rng.sample(_SERVICES, rng.randint(1, 4)):
        key = service if service == "DNI" else f"{service}:{max(1, months - rng.randint(0, 2))}m"
        answers[service_path(one.id, key)] = (on - timedelta(days=rng.randint(1, 90))).isoformat()
    if rng.random() < 0.7:
        answers[member_path(one.id, "weight_kg")] = round(3.2 + months * 0.2 + rng.gauss(0, 0.6), 2)
        answers[member_path(one.id, "height_cm")] = round(50 + months * 0.8 + rng.gauss(0, 2), 1)
    if rng.random() < 0.5:
        answers[member_path(one.id, "hb")] = round(rng.gauss(12.8, 1.2), 1)


def _about_the_home(rng: Random, answers: dict[str, Answer]) -> None:
    for question, choices in (
        ("h_lengua", ("quechua", "quechua", "castellano")),
        ("h_agua", ("hervida", "hervida", "clorada", "cruda")),
        ("h_cobro", ("si", "si", "si", "no")),
        ("h_dinero", ("no", "no", "no", "no", "no", "no", "si")),
    ):
        answers[f"{HOUSEHOLD}/q/{question}"] = rng.choice(choices)


def _signature(rng: Random) -> str:
    """Two strokes of some 30 points, as the pad thins them out."""
    strokes = []
    for _ in range(2):
        x, y, points = rng.randint(60, 300), rng.randint(300, 700), []
        for _ in range(rng.randint(20, 40)):
            x, y = min(999, x + rng.randint(-6, 26)), max(0, min(999, y + rng.randint(-60, 60)))
            points.append(f"{x},{y}")
        strokes.append(" ".join(points))
    return ";".join(strokes)
