"""A form file as the office keeps and sends it: its text as tables, and the CSV files beside it."""

from __future__ import annotations

import re
from pathlib import Path

from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.entities import FormDefinition
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.ids import derived_id
from juntos_campo.form_engine.markdown import settings_of, table_lines, workbook_as_markdown
from juntos_campo.form_engine.problems import MISSING_SETTING, UNREADABLE_FILE
from juntos_campo.form_engine.sources import table_text

KIND = "form_definition"
SUFFIXES = (".md", ".xlsx")
EARLIER = "anteriores"
"""Folder below the forms of the program with versions it came with before: records are read by them."""
_CSV = re.compile(r"[^\s|'\"(),/\\]+\.csv\b", re.IGNORECASE)
_PULLDATA = re.compile(r"pulldata\(\s*['\"]([^'\"/\\]+)['\"]")


def form_definition_id(form_id: str, version: str) -> str:
    """The id one version of a form has on every laptop."""
    return derived_id(KIND, form_id, version)


def read_form_file(path: Path) -> FormDefinition:
    """A form file with the CSV files of its folder that it names. It is read, not checked.

    Args:
        path: ``.md`` or ``.xlsx``; the latter becomes Markdown tables.

    Raises:
        UserError: FRM-001 a file cannot be read, FRM-011 it has no form_id or version.
    """
    text = read_form_text(path)
    settings = settings_of(text)
    for setting in ("form_id", "version"):
        if not settings.get(setting):
            raise user_error(MISSING_SETTING, "hoja settings", setting=setting)
    form_id, version = settings["form_id"], settings["version"]
    return FormDefinition(
        id=form_definition_id(form_id, version),
        form_id=form_id,
        version=version,
        file=path.name,
        text=text,
        tables={
            name: table_text(path.with_name(name))
            for name in files_named(text)
            if path.with_name(name).is_file()
        },
    )


def forms_in(folder: Path) -> tuple[FormDefinition, ...]:
    """The forms of a folder by file name; what is no form (its README) is passed over."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        # Excel leaves a ``~$`` file beside one that is open.
        if path.suffix.lower() in SUFFIXES and not path.name.startswith("~") and path.is_file():
            try:
                found.append(read_form_file(path))
            except UserError:
                continue
    return tuple(found)


def same_form(one: FormDefinition, other: FormDefinition) -> bool:
    """Whether two texts are the same form; prose around the tables may differ."""
    return table_lines(one.text) == table_lines(other.text) and one.tables == other.tables


def read_form_text(path: Path) -> str:
    """A form as Markdown tables.

    Raises:
        UserError: FRM-001 the file cannot be read.
    """
    kind = path.suffix.lower()
    if kind not in SUFFIXES:
        detail = "la extensión debe ser .md o .xlsx"
        raise user_error(UNREADABLE_FILE, name=path.name, detail=detail)
    if kind == ".md":
        return _read_text(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise user_error(UNREADABLE_FILE, name=path.name, detail=disk_reason(error)) from None
    return workbook_as_markdown(data, path.name)


def files_named(markdown: str) -> tuple[str, ...]:
    """Names of the CSV files a form speaks of, in its order; whether they exist is not asked."""
    lines = table_lines(markdown)
    found = [(one.start(), one.group()) for one in _CSV.finditer(lines)]
    found += [(one.start(), f"{one.group(1)}.csv") for one in _PULLDATA.finditer(lines)]
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def _read_text(path: Path) -> str:
    """Text as UTF-8; the mark and the line ends of Windows are taken off."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        detail = disk_reason(error)
        raise user_error(UNREADABLE_FILE, name=path.name, detail=detail) from None
    except UnicodeDecodeError:
        detail = "no es texto UTF-8"
        raise user_error(UNREADABLE_FILE, name=path.name, detail=detail) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
