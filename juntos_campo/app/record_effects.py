"""What closing a record of ours also does (settings column ``jc:effect``). Pure.

Both effects tell the office of a change in the register, as a visit does (`forms/README.md`). Which
change it is says the first question whose choices are all kinds of change; whom it concerns, the person
chosen from the register's list; the detail is every other answer. The id is derived from the record, so
that closing a corrected record again updates the same request.
"""

from __future__ import annotations

from collections.abc import Iterator

from juntos_campo.app.form_known import known_name
from juntos_campo.app.record_problems import EFFECT_WITHOUT_HOUSEHOLD
from juntos_campo.app.visit_records import CHANGEABLE
from juntos_campo.domain.entities import ChangeRequest, FieldRecord
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.values import ChangeRequestKind
from juntos_campo.form_engine.definition import Definition, Question
from juntos_campo.form_engine.session import Session as FormSession

CHANGE_REQUEST = "change_request"
EARLY_CAPTURE = "early_capture"
EFFECTS = frozenset({CHANGE_REQUEST, EARLY_CAPTURE})
PEOPLE = "miembros"
"""The register's table a person is chosen from."""
_SILENT = frozenset({"note", "calculate", "hidden", "image", "file", "audio", "acknowledge"})


def asks_for_change(definition: Definition) -> bool:
    """Whether closing a record of this form tells the office of a change."""
    return definition.settings.get("jc:effect", "") in EFFECTS


def requested_changes(
    form: FormSession, record: FieldRecord, before: ChangeRequest | None
) -> tuple[ChangeRequest, ...]:
    """The change requests a record makes.

    Args:
        before: what an earlier version of the record asked for; one the office has acted on stays.

    Raises:
        UserError: RCD-015 the form asks for a change of no household.
    """
    if not asks_for_change(form.definition):
        return ()
    found = _kind(form)
    if found is None:
        return ()
    question, kind = found
    if not record.household_id:
        raise user_error(EFFECT_WITHOUT_HOUSEHOLD, form=form.definition.title)
    if before is not None and before.state not in CHANGEABLE:
        return (before,)
    return (
        ChangeRequest(
            id=request_id(record.id),
            household_id=record.household_id,
            member_id=record.member_id or _member(form),
            visit_id="",
            kind=kind,
            detail="; ".join(_details(form, question)),
            requested_on=record.on,
        ),
    )


def request_id(record_id: str) -> str:
    """Id of the change request a record makes."""
    return derived_id("change_request", record_id, "field_record")


def names_kinds(question: Question) -> bool:
    """Whether all choices of a question are kinds of change."""
    kinds = set(ChangeRequestKind)
    return bool(question.choices) and all(one.name in kinds for one in question.choices)


def names_people(question: Question) -> bool:
    """Whether the choices of a question are people of the register."""
    return question.itemset is not None and question.itemset.source == PEOPLE


def _kind(form: FormSession) -> tuple[Question, ChangeRequestKind] | None:
    """The answered question that says what changed."""
    for question in form.definition.columns(""):
        if names_kinds(question) and (answer := form.answer(question.key)):
            # The engine keeps an answer its list does not hold; closing was refused then.
            return question, ChangeRequestKind(str(answer))
    return None


def _member(form: FormSession) -> str:
    """The person chosen from the register's list; empty for the whole household."""
    for question in form.definition.columns(""):
        if names_people(question) and question.type.name == "select_one":
            answer = form.answer(question.key)
            if answer:
                return str(answer)
    return ""


def _details(form: FormSession, kind: Question) -> Iterator[str]:
    """What else was answered, in the order of the form: ``Celular: 951222333``."""
    for question in form.definition.columns(""):
        silent = question.type.name in _SILENT or question.readonly is not None
        if question is kind or silent or names_people(question) or known_name(question) == "today":
            continue
        shown = form.shown(question.key)
        if shown and form.answer(question.key) is not None:
            label = form.label_of(question).strip("¿?: ")
            yield f"{label}: {shown}"
