"""Where the choices of each question come from: the choices sheet, CSV files, the register, rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping

from lxml import etree

from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.definition import Group, Itemset, Node, Question
from juntos_campo.form_engine.expressions import Expression, parse, resolved
from juntos_campo.form_engine.graph import expressions
from juntos_campo.form_engine.problems import (
    MISSING_TABLE,
    MISSING_TABLE_COLUMN,
    UNREADABLE_FILE,
    UNSUPPORTED_VALUE,
)
from juntos_campo.form_engine.question_types.base import Choice
from juntos_campo.form_engine.sources import (
    REGISTER_TABLES,
    Table,
    read_table,
    table_choices,
    table_columns,
)
from juntos_campo.form_engine.xform import X, XForm

_WHOLE_LIST = re.compile(r"\s*instance\('([^']+)'\)/root/item\s*")
_ROWS = re.compile(r"\s*(?:randomize\()?\s*([^\[,()]+)")
_TRANSLATED = "jr:itext(itextId)"


class Sources:
    """The lists and tables of one form.

    Args:
        files: file name -> CSV text.
        place_of: path -> the place in the sheet, for errors.

    Attributes:
        tables: read from files, by name; `wanted`: names of the register's tables it needs.

    Raises:
        UserError: FRM-001 a file is no table, FRM-022 it is not there.
    """

    def __init__(
        self, xform: XForm, files: Mapping[str, str], place_of: Callable[[str], str]
    ) -> None:
        self._xform = xform
        self._place_of = place_of
        self.wanted = frozenset(name for name in xform.files if name in REGISTER_TABLES)
        self.tables: dict[str, Table] = {}
        self._columns: dict[str, tuple[str, ...]] = {
            name: REGISTER_TABLES[name] for name in self.wanted
        }
        for name, file in xform.files.items():
            if name in self.wanted:
                continue
            if file not in files:
                allowed = ", ".join(f"{table}.csv" for table in REGISTER_TABLES)
                raise user_error(MISSING_TABLE, self._user_of(name), file=file, allowed=allowed)
            try:
                self.tables[name] = read_table(files[file])
                self._columns[name] = table_columns(files[file])
            except csv.Error as error:
                detail = f"no es una tabla CSV ({error})"
                raise user_error(UNREADABLE_FILE, name=file, detail=detail) from None
        for name, choices in xform.lists.items():
            extra = dict.fromkeys(column for choice in choices for column in choice.extra)
            self._columns[name] = ("name", "label", "itextId", *extra)

    def _user_of(self, table: str) -> str:
        """The place of the first question that uses a table."""
        named = re.compile(rf"(['\"]){re.escape(table)}\1").search
        for path, control in self._xform.controls.items():
            itemset = control.find(f"{X}itemset")
            if itemset is not None and named(str(itemset.get("nodeset"))):
                return self._place_of(path)
        for path, bind in self._xform.binds.items():
            if any(named(str(value)) for value in bind.values()):
                return self._place_of(path)
        targets = (event.target for event in self._xform.events() if named(event.value))
        return self._place_of(next(targets, ""))

    def _itemset_of(self, path: str) -> etree._Element | None:
        control = self._xform.controls.get(path)
        return control.find(f"{X}itemset") if control is not None else None

    def choices(self, path: str) -> tuple[Choice, ...]:
        """The whole list of a question; empty when only a session knows it."""
        node = self._itemset_of(path)
        if node is None:
            return ()
        found = re.search(r"instance\('([^']+)'\)", str(node.get("nodeset")))
        name = found.group(1) if found else ""
        if name in self.tables:
            return table_choices(self.tables[name], *_columns(node))
        return self._xform.lists.get(name, ())

    def itemset(self, path: str) -> Itemset | None:
        """How a question's choices are picked; None when they are simply its list."""
        node = self._itemset_of(path)
        if node is None:
            return None
        nodeset = str(node.get("nodeset"))
        whole = _WHOLE_LIST.fullmatch(nodeset)
        if whole and whole.group(1) not in self.wanted:
            return None
        where = self._place_of(path)
        expression = parse(nodeset, path, where)
        value, label = _columns(node)
        found = re.search(r"instance\('([^']+)'\)", nodeset)
        before = nodeset.partition("[")[0]
        if found and "instance(" in before:
            return Itemset(found.group(1), expression, value, label)
        rows = _ROWS.match(nodeset)
        repeat = resolved(rows.group(1).strip(), path) if rows else ""
        return Itemset("", expression, value, label, repeat)

    def check(self, nodes: Mapping[str, Node]) -> None:
        """Refuse columns that no table has, and rows that are no choices.

        Raises:
            UserError: FRM-012, FRM-023.
        """
        for path, node in nodes.items():
            for expression, _ in expressions(node):
                self._check_columns(expression, path)
            itemset = node.itemset if isinstance(node, Question) else None
            if itemset and itemset.source:
                for column in (itemset.value, itemset.label):
                    self._check_column(itemset.source, column, path)
            elif itemset:
                self._check_rows(itemset, nodes, path)

    def _check_rows(self, itemset: Itemset, nodes: Mapping[str, Node], path: str) -> None:
        repeat = nodes.get(itemset.repeat)
        value = nodes.get(f"{itemset.repeat}/{itemset.value}")
        is_repeat = isinstance(repeat, Group) and repeat.is_repeat
        if not is_repeat or not isinstance(value, Question):
            raise user_error(
                UNSUPPORTED_VALUE,
                self._place_of(path),
                value=f"select ${{{itemset.value}}}",
                remedy="Nombre una pregunta que esté dentro de una repetición.",
            )

    def _check_columns(self, expression: Expression, path: str) -> None:
        for table, column in expression.columns:
            self._check_column(table, column, path)

    def _check_column(self, table: str, column: str, path: str) -> None:
        known = self._columns.get(table)
        if known is None:
            allowed = ", ".join(f"{name}.csv" for name in REGISTER_TABLES)
            raise user_error(MISSING_TABLE, self._place_of(path), file=table, allowed=allowed)
        if column not in known:
            raise user_error(
                MISSING_TABLE_COLUMN,
                self._place_of(path),
                table=table,
                column=column,
                allowed=", ".join(one for one in known if one != "itextId"),
            )


def _columns(itemset: etree._Element) -> tuple[str, str]:
    """Names of the columns with the stored name and the label."""
    value, label = itemset.find(f"{X}value"), itemset.find(f"{X}label")
    names = [str(one.get("ref")) if one is not None else "" for one in (value, label)]
    return names[0], "label" if names[1] == _TRANSLATED else names[1]
