"""What may be chosen: the lists of a form, its tables and the register's, as XPath sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from juntos_campo.form_engine.definition import DEFAULT_LANGUAGE, Definition, Itemset, Question
from juntos_campo.form_engine.functions import to_text
from juntos_campo.form_engine.question_types.base import Choice, writable
from juntos_campo.form_engine.sources import Table, table_choices
from juntos_campo.form_engine.tree import Tree

_NAME = re.compile(r"[^\W\d][\w.\-]*")
_INDEX = "i"
"""Attribute of an item's node: its place in the list."""


class Lists:
    """Lists and tables of one session.

    Args:
        tables: the register's tables; one that is missing is empty.
    """

    def __init__(self, definition: Definition, tree: Tree, tables: Mapping[str, Table]) -> None:
        self._definition = definition
        self._tree = tree
        wanted = definition.wanted_tables
        self._tables = {**{name: tables.get(name, ()) for name in wanted}, **definition.tables}
        self._nodes: dict[str, etree._Element] = {}
        self._indexes: dict[tuple[str, str], dict[str, int]] = {}
        self._whole: dict[str, tuple[Choice, ...]] = {}

    def instance(self, name: str) -> list[Any]:
        """The node-set ``instance('name')``; an item of it is ``root/item``."""
        if name not in self._nodes:
            self._nodes[name] = _as_nodes(self._rows(name))
        return [self._nodes[name]]

    def pull(self, table: str, column: str, key_column: str, key: str) -> str:
        """The cell of the first row of a table that has the key; "" when none has."""
        table = table.removesuffix(".csv")
        rows = self._rows(table)
        index = self._indexes.get((table, key_column))
        if index is None:
            index = self._indexes[table, key_column] = {}
            for place, row in enumerate(rows):
                index.setdefault(row.get(key_column, ""), place)
        found = index.get(key) if key else None
        return "" if found is None else rows[found].get(column, "")

    def _rows(self, name: str) -> Table:
        if name in self._tables:
            return self._tables[name]
        return [
            {"name": choice.name, "label": choice.label(DEFAULT_LANGUAGE), **choice.extra}
            for choice in self._definition.lists.get(name, ())
        ]

    def whole(self, question: Question) -> tuple[Choice, ...]:
        """Everything the list of a question holds, filter or not."""
        itemset = question.itemset
        if itemset is None or not itemset.is_open:
            return question.choices
        if itemset.source:
            found = self._whole.get(question.path)
            if found is None:
                rows = self._rows(itemset.source)
                found = table_choices(rows, itemset.value, itemset.label)
                self._whole[question.path] = found
            return found
        cells = self._tree.cells
        keys = self._tree.rows(itemset.repeat)
        return _of_rows((cells[itemset.repeat, key].element for key in keys), itemset)

    def picked(self, question: Question, nodes: Any) -> tuple[Choice, ...]:
        """The choices a filter let through, in its order.

        Args:
            nodes: what the itemset's expression gave.
        """
        itemset = question.itemset
        if itemset is None or not isinstance(nodes, list):
            return ()
        if not itemset.source:
            return _of_rows(nodes, itemset)
        whole = self.whole(question)
        return tuple(whole[int(node.get(_INDEX))] for node in nodes)

    def label(self, path: str, name: str, language: str) -> str:
        """The label of a stored name of the question at `path`; the name when it has none."""
        question = self._definition.nodes.get(path)
        if isinstance(question, Question):
            for choice in self.whole(question):
                if choice.name == name:
                    return choice.label(language)
        return name


def _as_nodes(rows: Table) -> etree._Element:
    top = etree.Element("instance")
    root = etree.SubElement(top, "root")
    for index, row in enumerate(rows):
        item = etree.SubElement(root, "item")
        item.set(_INDEX, str(index))
        for column, text in row.items():
            if _NAME.fullmatch(column):  # no expression can name another column
                etree.SubElement(item, column).text = writable(text) or None
    return top


def _of_rows(elements: Iterable[etree._Element], itemset: Itemset) -> tuple[Choice, ...]:
    """Rows of a repeat as choices; one without an answer is none."""
    found = (
        (_child(element, itemset.value), _child(element, itemset.label)) for element in elements
    )
    return tuple(Choice(name, {DEFAULT_LANGUAGE: label}) for name, label in found if name)


def _child(element: etree._Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else to_text([found])
