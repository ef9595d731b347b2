"""What is recorded of forms: their definitions, the filled official ones and their papers, our own records.

Handed on by `juntos_campo.domain.entities`, where every other kind of record stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from juntos_campo.domain.values import FormState

Answer: TypeAlias = str | int | float | bool | None
"""One answered field. Dates are ISO text, several choices are joined by one space (as XForms does)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDefinition:
    """A form the office sent. The laptops keep every version, for the records made with it.

    Attributes:
        form_id, version: as its settings sheet says; the id is derived from both.
        file: name of the file it was read from, for messages.
        text: the XLSForm as Markdown tables.
        tables: name of a CSV file the form reads (``localidades.csv``) -> its text.
    """

    id: str
    form_id: str
    version: str
    file: str
    text: str
    tables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRecord:
    """An official form of one health facility (or school) and bimester.

    Attributes:
        form_id, form_version: the definition it was filled with.
        facility_id, school_id: whose form it is; the other one is empty.
        bimester: as `Bimester` writes itself, ``2026-6``.
        cells: ``member_id/column`` -> answer, and ``column`` alone for the head of the form.
    """

    id: str
    field_worker: str
    form_id: str
    form_version: str
    facility_id: str
    bimester: str
    state: FormState = FormState.FILLING
    cells: dict[str, Answer] = field(default_factory=dict)
    completed_at: datetime | None = None
    school_id: str = ""

    @property
    def place_id(self) -> str:
        """The facility or school."""
        return self.facility_id or self.school_id


@dataclass(frozen=True, slots=True, kw_only=True)
class FormHandling:
    """The way of the paper of one official form: each step with its day, None until it was taken.

    The id is derived from form, place and bimester, so that there is one a form. That it was filled in
    is told by its `FormRecord`, not here.

    Attributes:
        handed_to, received_from, signed_by: names as told; people of the facility or school.
        errors: what was found wrong on the paper; `mended_on` when that was put right.
        sealed: the seal of the facility is on it, beside the signature.
    """

    id: str
    field_worker: str
    form_id: str
    bimester: str
    facility_id: str = ""
    school_id: str = ""
    printed_on: date | None = None
    handed_on: date | None = None
    handed_to: str = ""
    received_on: date | None = None
    received_from: str = ""
    errors_on: date | None = None
    errors: str = ""
    mended_on: date | None = None
    signed_on: date | None = None
    signed_by: str = ""
    sealed: bool = False
    consolidated_on: date | None = None
    sent_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRecord:
    """A form of ours that was filled in and closed: an early capture, an occurrence, a group activity.

    Attributes:
        form_id, form_version: the definition it was filled with.
        household_id, member_id, facility_id, school_id, settlement_id: what it is about; empty where
            it is about none. A record about a household lies in that household's partition.
        on: the day it tells of.
        title: one line that names it in lists, without anybody's name or number.
        confidential: only who made it opens it on this laptop.
        answers: address -> answer, with the rows of its repeats (`form_engine.session`).
    """

    id: str
    field_worker: str
    form_id: str
    form_version: str
    on: date
    title: str = ""
    household_id: str = ""
    member_id: str = ""
    facility_id: str = ""
    school_id: str = ""
    settlement_id: str = ""
    confidential: bool = False
    answers: dict[str, Answer] = field(default_factory=dict)
    started_at: datetime | None = None
    closed_at: datetime | None = None
