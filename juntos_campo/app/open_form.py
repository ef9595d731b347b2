"""A form on somebody's table: its cells, where their content comes from, how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from juntos_campo.app.form_roster import CHILDREN, Child, Known
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Answer, HealthFacility
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import FormState
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.session import Session as FormSession


class Origin(StrEnum):
    """Where the content of a cell comes from."""

    EMPTY = "empty"
    REGISTER = "register"
    KNOWN = "known"
    TYPED = "typed"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a form is; the counts are of children."""

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
    seen: dict[str, Answer]


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
    """

    record_id: str
    definition: Definition
    facility: HealthFacility
    bimester: Bimester
    children: tuple[Child, ...]
    form: FormSession
    known: dict[str, Known]
    typed: dict[str, Answer]
    state: FormState = FormState.FILLING
    draft_id: str = ""
    returned: ReturnedForm | None = None
    approved: bool = False
    _rows: dict[str, tuple[bool, bool, bool]] = field(default_factory=dict)

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
        told = self._comment(address)
        if told:
            return told
        known = self.known.get(address)
        if known is None or not known.source or address not in self.typed:
            return ""
        if not self.form.relevant(address) or self.form.answer(address) == known.answer:
            return ""
        question = self.form.question(address)
        told = question.type.show(known.answer, self.form.reading(question))
        return f"Revise: {known.source} registra {told}. Si lo escrito es correcto, déjelo así."

    def _comment(self, address: str) -> str:
        if self.returned is None or address not in self.returned.comments:
            return ""
        if self.form.answer(address) != self.returned.seen.get(address):
            return ""
        return f"{self.returned.reviewer} pide revisar: «{self.returned.comments[address]}»"

    def progress(self) -> Progress:
        rows = self.form.rows(CHILDREN)
        for row in rows:
            if row not in self._rows:
                self._rows[row] = self._row_state(row)
        states = [self._rows[row] for row in rows]
        head = [one for one in self.definition.columns("") if self.form.finding(one.key)]
        return Progress(
            rows=len(rows),
            complete=sum(complete for complete, _, _ in states),
            with_errors=sum(wrong for _, wrong, _ in states),
            with_warnings=sum(warned for _, _, warned in states),
            head_missing=len(head),
        )

    def forget_rows(self, addresses: frozenset[str]) -> None:
        """The cells changed: their rows are counted anew."""
        for address in addresses:
            self._rows.pop(address.rpartition("/")[0], None)

    def _row_state(self, row: str) -> tuple[bool, bool, bool]:
        findings = self.form.row_findings(CHILDREN, row)
        warned = any(
            self.warning(f"{row}/{question.key}")
            for question in self.definition.columns(self.definition.repeats[0].path)
        )
        return not findings, any(one.is_error for one in findings), warned
