"""A form on somebody's table: its cells, where their content comes from, how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from juntos_campo.app.form_roster import Known, Listed
from juntos_campo.app.official_catalogue import OfficialForm
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Answer, HealthFacility, School
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import FormState
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.session import Session as FormSession

HEAD = ""
"""Stands for the row key where the head of the form is meant."""


class Origin(StrEnum):
    """Where the content of a cell comes from."""

    EMPTY = "empty"
    REGISTER = "register"
    KNOWN = "known"
    TYPED = "typed"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a form is; the counts are of rows."""

    rows: int
    complete: int
    with_errors: int
    with_warnings: int = 0
    head_missing: int = 0

    @property
    def text(self) -> str:
        """``32 de 43 completos · 2 con error``"""
        parts = [f"{self.complete} de {count(self.rows, 'completo')}"]
        if self.with_errors:
            parts.append(f"{self.with_errors} con error")
        if self.with_warnings:
            parts.append(f"{self.with_warnings} por revisar")
        return " · ".join(parts)

    @property
    def is_complete(self) -> bool:
        return self.complete == self.rows and not self.with_errors and not self.head_missing


@dataclass(frozen=True, slots=True)
class ReturnedForm:
    """What a coordinator said when sending the form back.

    Attributes:
        comments: address -> what is wrong with the cell.
        seen: address -> what the cell held then; a cell that holds something else was corrected.
    """

    reviewer: str
    comment: str
    comments: dict[str, str]
    seen: Mapping[str, Answer]


Checks: TypeAlias = "Callable[[OpenForm, str], dict[str, str]]"
"""Row key -> address -> what contradicts the cell, as a sentence."""


def _nothing(opened: OpenForm, row: str) -> dict[str, str]:
    del opened, row
    return {}


@dataclass(slots=True)
class OpenForm:
    """A form on somebody's table.

    Attributes:
        record_id: id of the record it is or will be.
        form: the engine's session: values, relevance and errors of every cell.
        known: address -> what register and recorded services say.
        typed: address -> what somebody typed (readable or not); "" is a cell emptied on purpose.
        state: state of the saved record; FILLING while there is a draft.
        draft_id: empty until something is typed.
        returned: set while a coordinator's return waits for its correction.
        approved: the coordinator approved it as it is.
        checks: what compares a row with what is known besides.
        news: what a newer version of the definition changed in the draft, as sentences.
    """

    record_id: str
    official: OfficialForm
    definition: Definition
    place: HealthFacility | School
    bimester: Bimester
    listed: tuple[Listed, ...]
    form: FormSession
    known: dict[str, Known]
    typed: dict[str, Answer]
    state: FormState = FormState.FILLING
    draft_id: str = ""
    returned: ReturnedForm | None = None
    approved: bool = False
    checks: Checks = _nothing
    news: tuple[str, ...] = ()
    _rows: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    _remarks: dict[str, dict[str, str]] = field(default_factory=dict)
    _filled_from: dict[str, str] = field(default_factory=dict)

    @property
    def paper(self) -> tuple[str, str, Bimester]:
        """Which sheet of paper it is: form, place, bimester."""
        return self.official.form_id, self.place.id, self.bimester

    @property
    def rows(self) -> tuple[str, ...]:
        """Keys of its rows, in order."""
        return self.form.rows(self.official.repeat)

    @property
    def filled_from(self) -> dict[str, str]:
        """Known name (``CRED.on@1``) -> key of the column that is filled from it."""
        if not self._filled_from:
            self._filled_from = {
                one.extra["known"]: one.key
                for one in self.definition.questions
                if one.extra.get("known")
            }
        return self._filled_from

    def row(self, key: str) -> Listed | None:
        """Who a row is about; None for a row somebody added."""
        return next((one for one in self.listed if one.key == key), None)

    def origin(self, address: str) -> Origin:
        if self.form.question(address).calculate:
            return Origin.COMPUTED
        if address in self.typed:
            return Origin.TYPED if self.typed[address] != "" else Origin.EMPTY
        known = self.known.get(address)
        if known is None:
            return Origin.EMPTY
        return Origin.KNOWN if known.source else Origin.REGISTER

    def warning(self, address: str) -> str:
        """What is to be looked at in the cell, as a sentence: the coordinator's comment until the cell
        is changed, or what contradicts it; empty when nothing does."""
        return self._comment(address) or self.remarks(address.rpartition("/")[0]).get(address, "")

    def remarks(self, row: str) -> dict[str, str]:
        """What contradicts the cells of a row, by address."""
        found = self._remarks.get(row)
        if found is None:
            found = self._remarks[row] = self.checks(self, row)
        return found

    def _comment(self, address: str) -> str:
        if self.returned is None or address not in self.returned.comments:
            return ""
        if self.form.answer(address) != self.returned.seen.get(address):
            return ""
        return f"{self.returned.reviewer} pide revisar: «{self.returned.comments[address]}»"

    def progress(self, *, looked_over: bool = True) -> Progress:
        """How far it is; the rows to be looked at are counted only where `looked_over`."""
        rows = self.rows
        for row in rows:
            if row not in self._rows:
                self._rows[row] = self._row_state(row)
        states = [self._rows[row] for row in rows]
        head = [one for one in self.definition.columns("") if self.form.finding(one.key)]
        return Progress(
            rows=len(rows),
            complete=sum(complete for complete, _ in states),
            with_errors=sum(wrong for _, wrong in states),
            with_warnings=sum(map(self._warned, rows)) if looked_over else 0,
            head_missing=len(head),
        )

    def forget_rows(self, addresses: frozenset[str]) -> frozenset[str]:
        """The cells changed: their rows are judged anew. Returns the addresses whose remark changed."""
        changed: set[str] = set()
        for row in {address.rpartition("/")[0] for address in addresses}:
            self._rows.pop(row, None)
            before = self._remarks.pop(row, None)
            if before is not None:
                after = self.remarks(row)
                changed |= {key for key in {**before, **after} if before.get(key) != after.get(key)}
        return frozenset(changed)

    def _row_state(self, row: str) -> tuple[bool, bool]:
        findings = self.form.row_findings(self.official.repeat, row)
        return not findings, any(one.is_error for one in findings)

    def _warned(self, row: str) -> bool:
        if self.remarks(row):
            return True
        if self.returned is None:
            return False
        return any(
            self._comment(address)
            for address in self.returned.comments
            if address.rpartition("/")[0] == row
        )
