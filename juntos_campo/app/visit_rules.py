"""What a visit's answers must hold before it is closed. Pure.

A finding that `blocks` must be mended; the others are doubts the person may let stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from juntos_campo.app.visit_context import (
    ServiceAnswer,
    VisitContext,
    change_numbers,
    figure,
    iso_date,
    service_answers,
)
from juntos_campo.domain.entities import Answer, Member
from juntos_campo.domain.spanish import decimal_text, short_date
from juntos_campo.domain.values import ChangeRequestKind
from juntos_campo.domain.visits import change_path, member_path
from juntos_campo.norms.growth.assess import POSSIBLE_CM, POSSIBLE_KG, measurement_of
from juntos_campo.norms.growth.doubt import doubts_of
from juntos_campo.norms.growth.model import Measurement
from juntos_campo.norms.haemoglobin import HIGHEST_G_DL, LOWEST_G_DL
from juntos_campo.norms.in_force import in_force
from juntos_campo.norms.pregnancy import pregnancy_start

LATEST_NEXT_VISIT_DAYS = 62
"""A household is accompanied every bimester."""

PLAUSIBLE_HB = (4.0, 20.0)
_UNITS = {
    "weight_kg": ("peso", "kg", POSSIBLE_KG),
    "height_cm": ("talla", "cm", POSSIBLE_CM),
}
"""Figure -> its name, its unit, and what it can be at whatever age."""

NEEDS_MEMBER = frozenset(
    {
        ChangeRequestKind.HEALTH_FACILITY,
        ChangeRequestKind.SCHOOL,
        ChangeRequestKind.TO_PRIMARY,
        ChangeRequestKind.FINISHED_SCHOOL,
        ChangeRequestKind.PREGNANT,
        ChangeRequestKind.DEATH,
        ChangeRequestKind.LEFT_HOUSEHOLD,
        ChangeRequestKind.HOLDER,
        ChangeRequestKind.PERSONAL_DATA,
    }
)
DETAIL_ASKED = {
    ChangeRequestKind.MOVED: "Escriba adónde se mudó el hogar.",
    ChangeRequestKind.HEALTH_FACILITY: "Escriba en qué establecimiento se atiende ahora.",
    ChangeRequestKind.SCHOOL: "Escriba en qué colegio estudia ahora.",
    ChangeRequestKind.PREGNANT: "Escriba la fecha de su última regla o cuántas semanas tiene.",
    ChangeRequestKind.NEWBORN: "Escriba nombre, sexo y fecha de nacimiento del bebé.",
    ChangeRequestKind.DEATH: "Escriba la fecha del fallecimiento.",
    ChangeRequestKind.UNDER_THREE: "Escriba nombre y fecha de nacimiento de la niña o niño.",
    ChangeRequestKind.PHONE: "Escriba el teléfono nuevo.",
    ChangeRequestKind.LEFT_HOUSEHOLD: "Escriba desde cuándo ya no vive en el hogar.",
    ChangeRequestKind.HOLDER: "Escriba por qué cambia la titular.",
    ChangeRequestKind.PERSONAL_DATA: "Escriba qué dato está mal y cuál es el correcto.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one field, as a Spanish sentence."""

    path: str
    text: str
    blocks: bool = True


def check_visit(answers: Mapping[str, Answer], context: VisitContext) -> tuple[Finding, ...]:
    """Everything to be mended or looked at again, in the order of the conversation."""
    return (
        *_who(answers),
        *_services(answers, context),
        *_figures(answers, context),
        *_reported(answers),
        *_ending(answers, context),
    )


def blocking(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those that keep the visit open."""
    return tuple(one for one in findings if one.blocks)


def _who(answers: Mapping[str, Answer]) -> Iterator[Finding]:
    if not answers.get("attended_by"):
        yield Finding("attended_by", "Falta decir quién atendió la visita.")
    if not answers.get("modality"):
        yield Finding("modality", "Falta decir cómo fue la visita.")


def _services(answers: Mapping[str, Answer], context: VisitContext) -> Iterator[Finding]:
    seen: dict[tuple[str, str, date], str] = {}
    for one in service_answers(answers):
        member = context.members.get(one.member_id)
        if member is None:
            continue
        if one.on is None:
            text = f"«{answers[one.path]}» no es una fecha. Escriba día y mes, por ejemplo 14/11."
            yield Finding(one.path, text)
            continue
        yield from _service_date(one, one.on, member, context)
        place = (one.member_id, context.service_of(one.member_id, one.key).service, one.on)
        if place in seen:
            yield Finding(
                one.path, "Es la misma fecha de otra atención igual: revise una de las dos."
            )
        seen[place] = one.path
        if place[1] == "DNI" and one.member_id not in _data_reported(answers):
            yield Finding(
                one.path,
                "Anote su número de DNI en «Cambios en el hogar», como datos personales.",
                blocks=False,
            )


def _data_reported(answers: Mapping[str, Answer]) -> set[str]:
    """Ids of those whose personal data are reported to the office in this visit."""
    return {
        str(answers.get(change_path(number, "member")))
        for number in change_numbers(answers)
        if answers.get(change_path(number, "kind")) == ChangeRequestKind.PERSONAL_DATA
    }


def _service_date(
    one: ServiceAnswer, on: date, member: Member, context: VisitContext
) -> Iterator[Finding]:
    day = short_date(on)
    if on < member.birth_date:
        born = short_date(member.birth_date)
        yield Finding(one.path, f"El {day} es anterior a su nacimiento ({born}).")
        return
    if on > context.today:
        yield Finding(one.path, f"El {day} todavía no llega: anote solo lo que ya se hizo.")
        return
    pregnancy = context.pregnancy(one.member_id)
    start = pregnancy_start(pregnancy) if pregnancy else None
    expected = context.service_of(one.member_id, one.key)
    if expected.of_pregnancy and start is not None and on < start:
        text = f"El {day} es anterior a esta gestación ({short_date(start)}): revise la fecha."
        yield Finding(one.path, text, blocks=False)
        return
    status = context.status(one.member_id, one.key)
    if status is None:
        return
    if status.earliest is not None and on < status.earliest:
        first = short_date(status.earliest)
        yield Finding(
            one.path,
            f"Antes del {first} no cuenta como {status.label}: revise si es de otra atención.",
            blocks=False,
        )
    elif status.closes is not None and on > status.closes:
        last = short_date(status.closes)
        yield Finding(
            one.path,
            f"El plazo de {status.label} terminó el {last}: revise la fecha.",
            blocks=False,
        )


def _figures(answers: Mapping[str, Answer], context: VisitContext) -> Iterator[Finding]:
    dated: dict[str, dict[str, date]] = defaultdict(dict)
    for one in service_answers(answers):
        # A date that is wrong is told of at its own field, not once more at the figure.
        service = context.service_of(one.member_id, one.key).service
        on = one.on or context.today
        dated[one.member_id][service] = max(on, dated[one.member_id].get(service, date.min))
    for member in context.members.values():
        yield from _haemoglobin(answers, member, dated[member.id].get("HB"))
        yield from _measures(answers, member, dated[member.id].get("CRED"), context)


def _haemoglobin(
    answers: Mapping[str, Answer], member: Member, on: date | None
) -> Iterator[Finding]:
    path = member_path(member.id, "hb")
    answer = answers.get(path)
    if answer is None or answer == "":
        return
    value = figure(answer)
    if value is None:
        yield Finding(path, f"«{answer}» no es un número. Escriba por ejemplo 10.8.")
    elif not LOWEST_G_DL <= value <= HIGHEST_G_DL:
        yield Finding(path, f"{decimal_text(value)} g/dL no puede ser: revise el punto decimal.")
    elif on is None:
        yield Finding(path, "Falta la fecha de este dosaje de hemoglobina.")
    elif not PLAUSIBLE_HB[0] <= value <= PLAUSIBLE_HB[1]:
        text = f"{decimal_text(value)} g/dL es muy raro: confírmelo en el carné."
        yield Finding(path, text, blocks=False)


def _measures(
    answers: Mapping[str, Answer], member: Member, on: date | None, context: VisitContext
) -> Iterator[Finding]:
    values: dict[str, float] = {}
    for name, (word, unit, (lowest, highest)) in _UNITS.items():
        path = member_path(member.id, name)
        answer = answers.get(path)
        if answer is None or answer == "":
            continue
        value = figure(answer)
        if value is None:
            yield Finding(path, f"«{answer}» no es un número. Escriba por ejemplo 8.4.")
        elif not lowest <= value <= highest:
            text = f"{decimal_text(value)} {unit} no puede ser: revise el punto decimal."
            yield Finding(path, text)
        elif on is None:
            yield Finding(path, f"Falta la fecha del control CRED en que se midió este {word}.")
        else:
            values[name] = value
    if values and on is not None and context.growth:
        known = context.standing(member.id)
        measured = Measurement(on, values.get("weight_kg"), values.get("height_cm"))
        earlier = [measurement_of(event) for event in known.events] if known else []
        for doubt in doubts_of(measured, member, earlier, in_force(context.growth, on)):
            yield Finding(member_path(member.id, doubt.figure), doubt.text, blocks=False)


def _reported(answers: Mapping[str, Answer]) -> Iterator[Finding]:
    for number in change_numbers(answers):
        kind = answers.get(change_path(number, "kind"))
        if not kind:
            yield Finding(change_path(number, "kind"), "Falta elegir qué cambió.")
            continue
        chosen = ChangeRequestKind(str(kind))
        if chosen in NEEDS_MEMBER and not answers.get(change_path(number, "member")):
            yield Finding(change_path(number, "member"), "Falta elegir de quién se trata.")
        detail = str(answers.get(change_path(number, "detail")) or "").strip()
        if chosen in DETAIL_ASKED and not detail:
            yield Finding(change_path(number, "detail"), DETAIL_ASKED[chosen])


def _ending(answers: Mapping[str, Answer], context: VisitContext) -> Iterator[Finding]:
    mark = answers.get("mark")
    if not mark:
        yield Finding("mark", "Falta la firma o la huella, o decir por qué no hay.")
    elif mark == "signature" and not answers.get("signature"):
        yield Finding("signature", "Falta dibujar la firma, o elija «Firmó en papel».")
    text = answers.get("next_visit_on")
    day = iso_date(text)
    if not text:
        yield Finding("next_visit_on", "Falta la fecha de la próxima visita.")
    elif day is None:
        yield Finding("next_visit_on", f"«{text}» no es una fecha. Escriba día y mes, como 7/12.")
    elif day < context.on:
        yield Finding("next_visit_on", f"El {short_date(day)} es anterior a esta visita.")
    elif day > context.on + timedelta(days=LATEST_NEXT_VISIT_DAYS):
        yield Finding(
            "next_visit_on", "Pasa de dos meses: el hogar se acompaña cada bimestre.", blocks=False
        )
