"""What closing a record of ours also does (settings column ``jc:effect``). Pure.

Both effects tell the office of a change in the register, as a visit does. The form says which in three
answers: `tipo` (a `ChangeRequestKind`), `miembro` (id; empty for the whole household) and `detalle`
(one line; `forms/README.md`). The id is derived from the record, so that closing a corrected record
again updates the same request.
"""

from __future__ import annotations

from juntos_campo.app.record_problems import EFFECT_WITHOUT_HOUSEHOLD
from juntos_campo.app.visit_records import CHANGEABLE
from juntos_campo.domain.entities import ChangeRequest, FieldRecord
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.values import ChangeRequestKind
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.session import Session as FormSession

CHANGE_REQUEST = "change_request"
EARLY_CAPTURE = "early_capture"
EFFECTS = frozenset({CHANGE_REQUEST, EARLY_CAPTURE})
KIND, MEMBER, DETAIL = "tipo", "miembro", "detalle"


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
    try:
        kind = ChangeRequestKind(_answer(form, KIND))
    except ValueError:  # a kind of a later program, or a form that names none
        return ()
    if not record.household_id:
        raise user_error(EFFECT_WITHOUT_HOUSEHOLD, form=form.definition.title)
    if before is not None and before.state not in CHANGEABLE:
        return (before,)
    return (
        ChangeRequest(
            id=request_id(record.id),
            household_id=record.household_id,
            member_id=record.member_id or _answer(form, MEMBER),
            visit_id="",
            kind=kind,
            detail=_answer(form, DETAIL).strip(" ,;"),
            requested_on=record.on,
        ),
    )


def request_id(record_id: str) -> str:
    """Id of the change request a record makes."""
    return derived_id("change_request", record_id, "field_record")


def _answer(form: FormSession, key: str) -> str:
    """The answer of a question of the head; empty when the form does not ask it."""
    if not any(question.key == key for question in form.definition.columns("")):
        return ""
    answer = form.answer(key)
    return "" if answer is None else str(answer).strip()
