"""Whether a print says what is recorded: the file itself, and its code against that of a fresh print."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from juntos_campo.app.form_print import print_official
from juntos_campo.app.record_print import print_record
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FieldRecord, FormRecord
from juntos_campo.pdf.sealing import Seal, read_seal


class Against(Enum):
    """What comparing a print with what is recorded showed."""

    SAME = "same"
    OTHER = "other"
    """Something of it was changed since, or it was never recorded so."""
    NOT_HERE = "not_here"
    """This computer does not hold what it is a print of."""
    OF_A_DAY = "of_a_day"
    """Lists and files of a day are not kept as they were: there is nothing to compare with."""


@dataclass(frozen=True, slots=True)
class PrintCheck:
    """A whole print; `against` is None when nothing was there to compare with."""

    seal: Seal
    against: Against | None = None


def check_print(data: bytes, name: str, session: Session | None = None) -> PrintCheck:
    """Check a PDF, and with a session what it says.

    Raises:
        UserError: PDF-001 it is no print of ours or not whole, PDF-002 it was altered, RCD-009 the version
            of the form it was made with is not here.
    """
    seal = read_seal(data, name)
    return PrintCheck(seal, None if session is None else _compare(session, seal))


def _compare(session: Session, seal: Seal) -> Against:
    fresh = _printed_again(session, seal)
    if isinstance(fresh, Against):
        return fresh
    again = read_seal(fresh)
    if again.subject != seal.subject:  # of somebody else who works at the same place
        return Against.NOT_HERE
    return Against.SAME if again == seal else Against.OTHER


def _printed_again(session: Session, seal: Seal) -> bytes | Against:
    if seal.kind.partition("/")[0] in _OF_A_DAY:
        return Against.OF_A_DAY
    form = session.store.get(FormRecord, seal.subject)
    if form is not None:
        return print_official(session, form.form_id, form.place_id, Bimester.parse(form.bimester))
    record = session.store.get(FieldRecord, seal.subject)
    return Against.NOT_HERE if record is None else print_record(session, record)


_OF_A_DAY = frozenset({"hogar", "ruta", "incumplimientos", "cargo"})
"""Kinds of prints that tell how things stood on the day they were made."""
