"""The end of a visit in plain sentences, to be read aloud to the family before it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from juntos_campo.app.visit_context import change_numbers, figure, iso_date, service_answers
from juntos_campo.app.visit_form import MemberVisit, ServiceQuestion, VisitForm, known_text
from juntos_campo.app.visit_labels import CHANGE_KINDS, service_label
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import decimal_text, long_date, near_date
from juntos_campo.domain.values import ChangeRequestKind, CommitmentState
from juntos_campo.domain.visits import HOUSEHOLD, change_path, commitment_path, member_path

MISSING_SAID = 3
"""More than this many missing services are not read out one by one."""

SOON_DAYS = 62
"""What can wait beyond the next visit is not read out as missing."""


def visit_summary(form: VisitForm, answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """Sentences in the order of the visit; what was not answered is left out."""
    form.questions.follow(answers)
    return tuple(
        sentence
        for sentence in (
            _who(form, answers),
            *(line for one in form.members for line in _member(form, one, answers)),
            *(_sentence(text) for text in form.questions.advice(HOUSEHOLD)),
            *_past(form, answers),
            *_agreed(form, answers),
            *_changes(form, answers),
            _next(answers),
        )
        if sentence
    )


def _who(form: VisitForm, answers: Mapping[str, Answer]) -> str:
    who = answers.get("attended_by")
    day = long_date(form.context.on)
    if not who:
        return f"Hoy, {day}, conversamos sobre su hogar."
    name = "otra persona de la casa" if who == "other" else form.given_name(str(who))
    return f"Hoy, {day}, conversamos con {name}."


def _member(form: VisitForm, one: MemberVisit, answers: Mapping[str, Answer]) -> list[str]:
    noted, done = _noted(form, one, answers)
    lines = [
        f"{one.member.given}: {_sentence(_lower(text))}"
        for text in form.questions.advice(one.member.id)
    ]
    if noted:
        lines.append(f"De {one.member.given} anotamos: {listed(noted)}.")
    missing = [
        question
        for question in one.questions
        if question.path not in done
        and question.service not in form.context.silent
        and _is_soon(question, form.context.today)
    ]
    if missing:
        said = [
            f"{question.label} ({known_text(question.status, form.context.today)})"
            if question.status
            else question.label
            for question in missing[:MISSING_SAID]
        ]
        rest = len(missing) - len(said)
        if rest:
            said.append("otro servicio" if rest == 1 else f"otros {rest} servicios")
        lines.append(f"A {one.member.given} todavía le falta: {listed(said)}.")
    return lines


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _is_soon(question: ServiceQuestion, today: date) -> bool:
    status = question.status
    if status is None or not status.state.is_missing:
        return False
    return status.due is None or status.due <= today + timedelta(days=SOON_DAYS)


def _noted(
    form: VisitForm, one: MemberVisit, answers: Mapping[str, Answer]
) -> tuple[list[str], set[str]]:
    labels = {key: expected.label for key, expected in form.context.expected.items()}
    noted, done = [], set()
    for answer in service_answers(answers):
        if answer.member_id == one.member.id and answer.on is not None:
            done.add(answer.path)
            label = service_label(answer.key, labels)
            noted.append(f"{label} el {_day(answer.on, form)}")
    for name, words in (
        ("hb", "hemoglobina {} g/dL"),
        ("weight_kg", "{} kg"),
        ("height_cm", "{} cm"),
    ):
        value = figure(answers.get(member_path(one.member.id, name)))
        if value is not None:
            noted.append(words.format(decimal_text(value)))
    return noted, done


def _past(form: VisitForm, answers: Mapping[str, Answer]) -> list[str]:
    met, open_still = [], []
    for commitment in form.commitments:
        state = answers.get(commitment_path(commitment.id))
        if state == CommitmentState.MET:
            met.append(f"«{commitment.text}»")
        elif state:
            open_still.append(f"«{commitment.text}»")
    lines = []
    if met:
        lines.append(f"De lo acordado antes, cumplieron: {listed(met)}. ¡Muy bien!")
    if open_still:
        lines.append(f"De lo acordado antes, queda por hacer: {listed(open_still)}.")
    return lines


def _agreed(form: VisitForm, answers: Mapping[str, Answer]) -> list[str]:
    by_member: dict[str, list[str]] = {}
    for path in sorted(answers):
        parts = path.split("/")
        if parts[0] == "new_commitment" and len(parts) == 3 and answers[path]:
            by_member.setdefault(parts[1], []).append(_lower(str(answers[path])))
    lines = []
    for member_id, texts in by_member.items():
        who = "Por todo el hogar" if member_id == HOUSEHOLD else f"Por {form.given_name(member_id)}"
        lines.append(f"{who}, se comprometen a: {listed(texts)}.")
    return lines


def _changes(form: VisitForm, answers: Mapping[str, Answer]) -> list[str]:
    lines = []
    for number in change_numbers(answers):
        kind = answers.get(change_path(number, "kind"))
        if not kind:
            continue
        what = CHANGE_KINDS[ChangeRequestKind(str(kind))]
        member = str(answers.get(change_path(number, "member")) or "")
        detail = str(answers.get(change_path(number, "detail")) or "").strip().rstrip(".")
        who = f" ({form.given_name(member)})" if member and member != HOUSEHOLD else ""
        lines.append(f"Avisaremos a la oficina: {what}{who}{': ' + detail if detail else ''}.")
    return lines


def _next(answers: Mapping[str, Answer]) -> str:
    day = iso_date(answers.get("next_visit_on"))
    return f"Volveré el {long_date(day)}." if day else ""


def _day(on: date, form: VisitForm) -> str:
    return near_date(on, form.context.today)


def _lower(text: str) -> str:
    """``Tramitar y recoger`` -> ``tramitar y recoger``; abbreviations stay (``DNI``)."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def listed(parts: list[str]) -> str:
    """``a, b y c``; before a vowel sound *i* it is *e*."""
    if len(parts) < 2:
        return "".join(parts)
    last = parts[-1]
    sound = last.lower().lstrip("«")
    joint = "e" if sound.startswith(("i", "í", "hi")) and not sound.startswith("hie") else "y"
    return f"{', '.join(parts[:-1])} {joint} {last}"
