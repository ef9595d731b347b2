"""The forms a person may fill in by themselves, and the form a record was made with."""

from __future__ import annotations

from dataclasses import dataclass

from juntos_campo.app.form_changes import UpToDate, in_another_form
from juntos_campo.app.form_library import (
    FormSummary,
    LibraryForm,
    all_forms,
    form_of_record,
    form_text,
    present_form,
)
from juntos_campo.app.record_problems import FORM_NOT_HERE
from juntos_campo.app.record_subject import About
from juntos_campo.app.session import Session
from juntos_campo.domain import form_ids
from juntos_campo.domain.entities import FieldRecord
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.form_engine.definition import Definition

_YES = frozenset({"yes", "true", "1", "si", "sí"})
GROUPS = ("Hogar", "Comunidad", "Servicios", "Atención al usuario")
"""Headings of "Nuevo registro" in their order; a form that names another one stands after them."""
DEFAULT_ICON = "note-pencil"


@dataclass(frozen=True, slots=True)
class FormOffer:
    """One form in "Nuevo registro".

    Attributes:
        intro: one line that says what it is for.
        group: heading it stands under.
    """

    form_id: str
    title: str
    intro: str
    group: str
    icon: str
    about: About
    confidential: bool


def offered_forms(session: Session) -> tuple[FormOffer, ...]:
    """Our forms, in the order of the menu; not the official ones, nor those asked within a visit."""
    found = [
        _offer(session, one)
        for one in all_forms(session)
        if one.settings.get("jc:group", "").strip() and one.form_id not in form_ids.OFFICIAL
    ]
    # Within a heading the library's order stands.
    return tuple(sorted(found, key=lambda one: _heading(one.group)))


def made_with(session: Session, form_id: str, version: str) -> Definition:
    """The form a record was made with.

    Raises:
        UserError: RCD-009 this laptop has it nowhere, or cannot read it.
    """
    found = form_of_record(session, form_id, version)
    if found is None:
        raise user_error(FORM_NOT_HERE, form=form_id, version=version)
    return found


def readable(session: Session, record: FieldRecord) -> tuple[Definition, UpToDate]:
    """The form a record was made with; where this laptop has it nowhere, the one in force.

    Raises:
        UserError: RCD-009 this laptop has not got any version of the form.
    """
    try:
        made = made_with(session, record.form_id, record.form_version)
    except UserError as missing:
        try:
            definition = present_form(session, record.form_id).definition
        except UserError:
            raise missing from None
        return definition, in_another_form(definition, record.form_version, record.answers)
    return made, UpToDate(dict(record.answers))


def about_of(definition: Definition) -> About:
    """What records made with a form are about."""
    return _about(definition.settings.get("jc:subject", ""))


def is_confidential(definition: Definition) -> bool:
    """Whether only who made a record of this form opens it."""
    return _is_yes(definition.settings.get("jc:confidential", ""))


def _about(text: str) -> About:
    # A word of a later version of the program stands for nobody.
    return About(text) if text in list(About) else About.NONE


def _is_yes(text: str) -> bool:
    return text.strip().lower() in _YES


def _heading(group: str) -> tuple[int, str]:
    return (GROUPS.index(group) if group in GROUPS else len(GROUPS), group)


def _offer(session: Session, one: FormSummary) -> FormOffer:
    text = form_text(session, one.form_id, one.version)
    return FormOffer(
        one.form_id,
        one.title,
        intro_of(text.text) if text else "",
        one.settings["jc:group"].strip(),
        one.settings.get("jc:icon", "") or DEFAULT_ICON,
        _about(one.settings.get("jc:subject", "")),
        _is_yes(one.settings.get("jc:confidential", "")),
    )


def intro_of(text: str) -> str:
    """The first sentence of the prose above a form's tables."""
    prose: list[str] = []
    for line in text.splitlines():
        plain = line.strip()
        if plain.startswith("|"):
            break
        if plain.startswith("#") or (not plain and not prose):
            continue
        if not plain:
            break
        prose.append(plain)
    sentence, stop, _ = " ".join(prose).replace("*", "").replace("`", "").partition(". ")
    return sentence + stop.strip()


__all__ = [
    "FormOffer",
    "LibraryForm",
    "about_of",
    "intro_of",
    "is_confidential",
    "made_with",
    "offered_forms",
    "present_form",
    "readable",
]
