"""Forms the office sends to the laptops: checked by the engine, then stored, or taken back.

Every version is a record of its own, since records made with it are read by it for ever. A version that
exists never changes its content; one that was taken back is in force nowhere but stays readable.
Everything happens in one transaction, or nothing of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import Ledger, moment
from juntos_campo.central.problems import (
    FORM_NOT_SENT,
    FORM_TOO_LARGE,
    FORM_TWICE,
    FORMS_REFUSED,
    VERSION_TAKEN,
)
from juntos_campo.central.reference import ReferenceWriter, stored_reference
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.entities import FormDefinition
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.spanish import count, decimal_text
from juntos_campo.domain.values import OFFICE
from juntos_campo.form_engine.form_files import (
    EARLIER,
    KIND,
    forms_in,
    read_form_file,
    same_form,
)
from juntos_campo.form_engine.loader import load_form, load_text
from juntos_campo.form_engine.problems import UNREADABLE_FILE
from juntos_campo.form_engine.sheet import check_file
from juntos_campo.form_engine.versions import version_order

log = logging.getLogger(__name__)

MOST_BYTES = 2 * 1024 * 1024
"""Text and tables of one form: some 40,000 rows, a minute at 2G and seconds to open."""


@dataclass(frozen=True, slots=True)
class FormsReport:
    """What became of each form, as ``id@version``.

    Attributes:
        outdone: sent, but a newer version (of the program or of the office) stays in force.
    """

    added: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()
    outdone: tuple[str, ...] = ()


def send_forms(
    database: Database,
    shipped: Path,
    files: Sequence[Path],
    taken_back: Sequence[str],
    clock: Clock,
) -> FormsReport:
    """Store forms for every laptop, and take others back.

    Args:
        shipped: folder of the forms that come with the program.
        files: XLSForms, ``.md`` or ``.xlsx``, with the CSV files they name beside them.
        taken_back: ``id`` (every version of it) or ``id@version`` sent earlier.

    Raises:
        UserError: CEN-209 with every fault of every file, CEN-210 a form to be taken back was never
            sent; nothing has changed then.
    """
    own = (*forms_in(shipped), *forms_in(shipped / EARLIER))
    with database.writing() as connection:
        ledger = Ledger.open(connection, REFERENCE)
        stored = _stored(connection)
        new = _checked(files, own, [one for one, _ in stored.values()])
        leaving = _leaving([one for one, gone in stored.values() if not gone], taken_back)
        writer = ReferenceWriter(ledger, moment(clock.now()))
        outcome: dict[str, list[str]] = {"added": [], "same": [], "taken_back": []}
        for one in new:
            known = stored.get(one.id)
            # Prose of the file is not worth a new version on every laptop.
            same = known is not None and not known[1]
            outcome["same" if same else writer.put(one)].append(_name(one))
        for one in leaving:
            if one.id not in {other.id for other in new}:
                writer.take_back(one)
                outcome["taken_back"].append(_name(one))
        ledger.close()
        for action, names in outcome.items():
            for name in names:
                note(connection, clock.now(), OFFICE, "", f"forms.{action}", kind=KIND, detail=name)
    in_force = [one for one, gone in stored.values() if not gone and one not in leaving]
    outdone = [_name(one) for one in new if _outdone(one, (*own, *in_force, *new))]
    return FormsReport(
        **{action: tuple(names) for action, names in outcome.items()}, outdone=tuple(outdone)
    )


def _stored(connection: sa.Connection) -> dict[str, tuple[FormDefinition, bool]]:
    return {one.id: (one, gone) for one, gone in stored_reference(connection, KIND)}


def _checked(
    files: Sequence[Path], own: Iterable[FormDefinition], sent: Iterable[FormDefinition]
) -> list[FormDefinition]:
    found: dict[str, FormDefinition] = {}
    faults: list[str] = []
    faulty = 0
    for path in files:
        try:
            one = _read(path)
            _compare(one, own, "viene con el programa")
            _compare(one, sent, "ya se envió")
            if one.id in found:
                raise user_error(
                    FORM_TWICE,
                    file=path.name,
                    other=found[one.id].file,
                    form=one.form_id,
                    version=one.version,
                )
        except UserError as error:
            # All that is wrong with its sheets at once; else what only shows when it is put together.
            told = check_file(path) or [error]
            faults += [f"- {path.name}: {one.problem.code}: {one}" for one in told]
            faulty += 1
        else:
            found[one.id] = one
    if faults:
        errors = count(faulty, "archivo tiene errores", "archivos tienen errores")
        raise user_error(FORMS_REFUSED, errors=errors, details="\n".join(faults))
    return list(found.values())


def _read(path: Path) -> FormDefinition:
    """The form of a file, which every laptop of this version can fill in."""
    try:
        one = read_form_file(path)
        size = sum(len(text.encode()) for text in (one.text, *one.tables.values()))
        if size > MOST_BYTES:
            shown, most = decimal_text(size / 1024 / 1024), MOST_BYTES // 1024 // 1024
            raise user_error(FORM_TOO_LARGE, form=one.form_id, size=shown, most=most)
        load_form(path)  # tells faults by the rows of the file itself, a workbook's too
        load_text(one.text, one.tables)  # as the laptops read it
    except UserError:
        raise
    except Exception as error:
        log.exception("a form cannot be loaded")
        detail = type(error).__name__
        raise user_error(UNREADABLE_FILE, name=path.name, detail=detail) from error
    return one


def _compare(one: FormDefinition, others: Iterable[FormDefinition], origin: str) -> None:
    """Raises CEN-211 when the same version exists with another content."""
    for other in others:
        if other.id == one.id and not same_form(one, other):
            raise user_error(VERSION_TAKEN, form=one.form_id, version=one.version, origin=origin)


def _leaving(sent: Sequence[FormDefinition], wanted: Sequence[str]) -> list[FormDefinition]:
    leaving: dict[str, FormDefinition] = {}
    for name in wanted:
        found = {one.id: one for one in sent if name in (one.form_id, _name(one))}
        if not found:
            names = ", ".join(sorted(_name(one) for one in sent)) or "ninguno"
            raise user_error(FORM_NOT_SENT, form=name, sent=names)
        leaving.update(found)
    return list(leaving.values())


def _outdone(one: FormDefinition, others: Iterable[FormDefinition]) -> bool:
    order = version_order(one.version)
    return any(
        other.form_id == one.form_id
        and order.comparable(other.version)
        and version_order(other.version) > order
        for other in others
    )


def _name(one: FormDefinition) -> str:
    return f"{one.form_id}@{one.version}"
