"""The forms there are: those that come with the program and those the office sent, in every version.

Which version is in force is asked of disk and database each time: both are quick, and another program on
the same database may have synchronised meanwhile. Compiling takes a tenth of a second, so what was
compiled is kept by its text. A version of the office that this program cannot read is left out and
told; the one before it stays in force.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from juntos_campo import paths
from juntos_campo.app.session import Session
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.form_files import EARLIER, forms_in
from juntos_campo.form_engine.loader import load_text
from juntos_campo.form_engine.markdown import settings_of
from juntos_campo.form_engine.problems import UNREADABLE_FILE
from juntos_campo.form_engine.versions import version_order
from juntos_campo.store.form_texts import (
    FormText,
    keep_form_text,
    kept_form_text,
    sent_form_text,
    sent_forms,
)
from juntos_campo.store.transaction import Transaction

log = logging.getLogger(__name__)

_FORM_ID = re.compile(r"[A-Za-z0-9_-]+")
BROKEN = "este programa no lo entiende; quizá lo pide una versión más nueva"


class FormOrigin(StrEnum):
    """Who a version of a form comes from."""

    SHIPPED = "shipped"
    OFFICE = "office"

    @property
    def words(self) -> str:
        if self is FormOrigin.SHIPPED:
            return "viene con el programa"
        return "enviado por la oficina"


@dataclass(frozen=True, slots=True)
class LibraryForm:
    """A form in force: compiled, and as text to keep beside the records made with it."""

    definition: Definition
    text: FormText
    origin: FormOrigin


@dataclass(frozen=True, slots=True)
class FormSummary:
    """A form in force, not compiled.

    Attributes:
        settings: every cell of its settings sheet, ``jc:...`` too.
    """

    form_id: str
    version: str
    title: str
    origin: FormOrigin
    file: str
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormLeftOut:
    """A version the office sent in vain; `reason` says where and what this program does not take."""

    form_id: str
    version: str
    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """One version of a form that this laptop can look at.

    Attributes:
        withdrawn: the office took it back; only records made with it are read by it.
        earlier: the program came with it before.
    """

    version: str
    origin: FormOrigin
    withdrawn: bool = False
    earlier: bool = False


# -- asking ----------------------------------------------------------------------------------------


def present_form(session: Session, form_id: str) -> LibraryForm:
    """The form in force: the newest of those the office sent and the program's own.

    Versions that are no dotted numbers cannot be compared with others; the office's stands then.

    Raises:
        UserError: FRM-001 there is no such form; FRM-... the program's own is damaged.
    """
    fault: UserError | None = None
    for version, origin in _by_preference(session, form_id):
        text = _text(session, form_id, version, origin)
        found = _compiled(text)
        if isinstance(found, Definition):
            return LibraryForm(found, text, origin)
        if origin is FormOrigin.SHIPPED:
            fault = found
    raise fault or _no_such_form(form_id)


def form_of_record(session: Session, form_id: str, version: str) -> Definition | None:
    """The version a record was made with; None when this laptop has it nowhere, or cannot read it."""
    for text in _texts(session, form_id, version):
        found = _compiled(text)
        if isinstance(found, Definition):
            return found
    return None


def form_text(session: Session, form_id: str, version: str) -> FormText | None:
    """One version of a form as text; None when this laptop has it nowhere."""
    return next(_texts(session, form_id, version), None)


def all_forms(session: Session) -> tuple[FormSummary, ...]:
    """Every form in force, in the order of the menu (`jc:group`, `jc:order`, title)."""
    ids = {one.form_id for one in _shipped().values()}
    ids |= {one.form_id for one in sent_forms(session.store) if not one.withdrawn}
    found = [summary for form_id in ids if (summary := _summary(session, form_id))]
    return tuple(sorted(found, key=_menu_order))


def known_versions(session: Session, form_id: str) -> tuple[KnownVersion, ...]:
    """Every version of a form, the newest first, whether it is or may be in force or not."""
    found: dict[str, KnownVersion] = {}
    for one in sent_forms(session.store, form_id):
        found[one.version] = KnownVersion(one.version, FormOrigin.OFFICE, one.withdrawn)
    own = _shipped().get(form_id)
    if own is not None:
        found.setdefault(own.version, KnownVersion(own.version, FormOrigin.SHIPPED))
    for known_id, version in _earlier():
        if known_id == form_id:
            earlier = KnownVersion(version, FormOrigin.SHIPPED, earlier=True)
            found.setdefault(version, earlier)
    newest = sorted(found.values(), key=lambda one: version_order(one.version), reverse=True)
    return tuple(newest)


def forms_left_out(session: Session) -> tuple[FormLeftOut, ...]:
    """Versions the office sent that would be in force if this program could read them."""
    found = []
    for form_id in sorted({one.form_id for one in sent_forms(session.store)}):
        for version, origin in _by_preference(session, form_id):
            if origin is FormOrigin.SHIPPED:
                break
            text = _text(session, form_id, version, origin)
            read = _compiled(text)
            if isinstance(read, Definition):
                break
            # Its remedy is for who wrote the form.
            reason = f"{read.where}: {read.what}" if read.where else read.what
            found.append(FormLeftOut(form_id, version, text.file, reason))
    return tuple(found)


def keep_form(transaction: Transaction, form: LibraryForm | FormText, now: datetime) -> None:
    """Keep what a record is made with, in the transaction that closes the record."""
    keep_form_text(transaction, form.text if isinstance(form, LibraryForm) else form, now)


def keep_form_of(session: Session, transaction: Transaction, definition: Definition) -> None:
    """`keep_form` for whoever has the compiled form only."""
    text = form_text(session, definition.form_id, definition.version)
    if text is not None:
        keep_form_text(transaction, text, session.clock.now())


# -- what there is ---------------------------------------------------------------------------------


def _by_preference(session: Session, form_id: str) -> list[tuple[str, FormOrigin]]:
    """Versions of a form that may be in force, best first; the program's own is the last resort."""
    sent = [one.version for one in sent_forms(session.store, form_id) if not one.withdrawn]
    found = [(one, FormOrigin.OFFICE) for one in sorted(sent, key=version_order, reverse=True)]
    own = _shipped().get(form_id)
    if own is None:
        return found
    order = version_order(own.version)
    newer = [one for one in found if not order.comparable(one[0]) or order <= version_order(one[0])]
    older = [one for one in found if one not in newer]
    return [*newer, (own.version, FormOrigin.SHIPPED), *older]


def _text(session: Session, form_id: str, version: str, origin: FormOrigin) -> FormText:
    if origin is FormOrigin.SHIPPED:
        return _shipped()[form_id]
    found = sent_form_text(session.store, form_id, version)
    if found is None:  # taken away by another program since it was listed
        raise _no_such_form(form_id)
    return found


def _texts(session: Session, form_id: str, version: str) -> Iterator[FormText]:
    """Where a version may be, the text a record was really made with first."""
    kept = kept_form_text(session.store, form_id, version)
    if kept is not None:
        yield kept
    sent = sent_form_text(session.store, form_id, version)
    if sent is not None:
        yield sent
    for one in (_shipped().get(form_id), _earlier().get((form_id, version))):
        if one is not None and one.version == version:
            yield one


def _summary(session: Session, form_id: str) -> FormSummary | None:
    for version, origin in _by_preference(session, form_id):
        text = _text(session, form_id, version, origin)
        if origin is FormOrigin.OFFICE and not isinstance(_compiled(text), Definition):
            continue
        settings = _settings(text.text)
        title = settings.get("form_title", form_id)
        return FormSummary(form_id, version, title, origin, text.file, settings)
    return None


def _menu_order(one: FormSummary) -> tuple[str, float, str, str]:
    try:
        place = float(one.settings.get("jc:order", "inf"))
    except ValueError:
        place = float("inf")
    return one.settings.get("jc:group", ""), place, one.title, one.form_id


def _no_such_form(form_id: str) -> UserError:
    name = form_id if _FORM_ID.fullmatch(form_id) else "?"
    return user_error(UNREADABLE_FILE, name=name, detail="no hay un formulario con ese nombre")


# -- the program's own -----------------------------------------------------------------------------


def _shipped() -> dict[str, FormText]:
    return {one.form_id: one for one in _read_folder(paths.forms(), _stamp(paths.forms()))}


def _earlier() -> dict[tuple[str, str], FormText]:
    folder = paths.forms() / EARLIER
    return {(one.form_id, one.version): one for one in _read_folder(folder, _stamp(folder))}


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Changes when a file of the folder does."""
    if not folder.is_dir():
        return ()
    files = sorted(one for one in folder.iterdir() if one.is_file())
    return tuple((one.name, (stat := one.stat()).st_mtime_ns, stat.st_size) for one in files)


@lru_cache(maxsize=4)
def _read_folder(folder: Path, stamp: tuple[tuple[str, int, int], ...]) -> tuple[FormText, ...]:
    """The forms of a folder as it is at `stamp`."""
    if not stamp:
        return ()
    return tuple(
        FormText(one.form_id, one.version, one.file, one.text, one.tables)
        for one in forms_in(folder)
    )


@lru_cache(maxsize=64)
def _settings(text: str) -> Mapping[str, str]:
    return MappingProxyType(settings_of(text))


def _compiled(form: FormText) -> Definition | UserError:
    return _compile(form.file, form.text, tuple(sorted(form.tables.items())))


@lru_cache(maxsize=64)
def _compile(file: str, text: str, tables: tuple[tuple[str, str], ...]) -> Definition | UserError:
    """The definition, or why there is none; a fault is kept too, finding it takes as long."""
    try:
        return load_text(text, files=dict(tables))
    except UserError as error:
        return error
    except Exception:
        # A form a newer program took may break this one in any way; the older version goes on.
        log.exception("form %s cannot be loaded", file)
        return user_error(UNREADABLE_FILE, name=file, detail=BROKEN)
