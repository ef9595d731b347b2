"""XForm -> definition."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from lxml import etree

from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.definition import (
    DEFAULT_LANGUAGE,
    NO_TEXT,
    Definition,
    Group,
    Node,
    Question,
    SetValue,
    Text,
)
from juntos_campo.form_engine.expressions import Expression, parse, relative
from juntos_campo.form_engine.graph import dependents, order
from juntos_campo.form_engine.itemsets import Sources
from juntos_campo.form_engine.problems import RESERVED_NAME
from juntos_campo.form_engine.question_types import QUESTION_TYPES
from juntos_campo.form_engine.sheet import Row, Sheet, read_file, read_sheet
from juntos_campo.form_engine.sources import table_text
from juntos_campo.form_engine.xform import JC, JR, XForm, is_itext

_GENERATED = ("generated_table_list_label_", "reserved_name_for_field_list_labels_")
"""Nodes pyxform makes of ``table-list``; the view draws such a table by itself."""
_FROM_FILE = "_from_file"
_PARAMETER = re.compile(r"([\w-]+)\s*=\s*([^\s,;]+)")
_META = "meta"
_PSEUDO_ANSWERS = frozenset(("started", "version", "old", "progress"))
"""What drafts keep beside the rows of repeats, under the same sign (``#version``)."""


def load_form(path: Path) -> Definition:
    """The definition in an XLSForm file (``.md`` or ``.xlsx``), with the CSV files beside it.

    Raises:
        UserError: FRM-001 and following; see `problems`.
    """
    sheet = read_file(path)
    files = {}
    for name in set(XForm(sheet.xform).files.values()):
        file = path.with_name(Path(name).name)
        if file.exists():  # else the register may have it; if not, that is told with its name
            files[name] = table_text(file)
    return definition_of(sheet, files)


def load_text(markdown: str, files: Mapping[str, str] | None = None) -> Definition:
    """The definition in an XLSForm written as Markdown tables; `files`: name with ending -> text."""
    return definition_of(read_sheet(markdown), files)


def definition_of(sheet: Sheet, files: Mapping[str, str] | None = None) -> Definition:
    """The definition of a compiled sheet.

    Raises:
        UserError: FRM-004 to FRM-008, FRM-013, FRM-022 and FRM-023.
    """
    return _Loader(sheet, files or {}).load()


class _Loader:
    def __init__(self, sheet: Sheet, files: Mapping[str, str]) -> None:
        self._sheet = sheet
        self._xform = XForm(sheet.xform)
        self._root = "/" + etree.QName(self._xform.data).localname
        self._rows = self._rows_by_path()
        self._where = {path: f"hoja survey, fila {row.number}" for path, row in self._rows.items()}
        self._sources = Sources(self._xform, files, self._place_of)
        self._nodes: dict[str, Node] = {}

    def _place_of(self, path: str) -> str:
        """Where a node stands in the sheet; what pyxform made of it belongs to the row it made it of."""
        return self._where.get(path) or self._where.get(path.removesuffix("_count"), "")

    def load(self) -> Definition:
        self._nodes[self._root] = Group(path=self._root, name=self._root[1:], parent="")
        self._walk(self._xform.data, self._root)
        self._with_keys()
        self._sources.check(self._nodes)
        setvalues = self._setvalues()
        links = dependents(self._nodes, self._where, setvalues)
        name = self._bind(f"{self._root}/{_META}/instanceName", "calculate")
        return Definition(
            form_id=str(self._xform.data.get("id")),
            version=str(self._xform.data.get("version")),
            title=self._sheet.settings["form_title"],
            root=self._root,
            nodes=self._nodes,
            order=order(self._nodes, links, self._where),
            dependents=links,
            languages=self._xform.languages,
            settings=self._sheet.settings,
            tables=self._sources.tables,
            lists=self._xform.lists,
            wanted_tables=self._sources.wanted,
            setvalues=setvalues,
            instance_name=name,
        )

    def _rows_by_path(self) -> dict[str, Row]:
        found: dict[str, Row] = {}
        stack = [self._root]
        for row in self._sheet.rows:
            kind = _kind(row)
            if kind.startswith("end "):
                stack.pop()
                continue
            path = f"{stack[-1]}/{row.cells['name']}"
            found[path] = row
            if kind.startswith("begin "):
                stack.append(path)
        return found

    # -- nodes ----------------------------------------------------------------------------------

    def _walk(self, element: etree._Element, parent: str) -> None:
        """The nodes below one node of the primary instance; of a repeat pyxform writes two."""
        for child in element:
            name = etree.QName(child).localname
            path = f"{parent}/{name}"
            if path in self._nodes or name.startswith(_GENERATED) or path == self._meta:
                continue
            row = self._rows.get(path)
            if row is not None and _kind(row).startswith("begin "):
                self._nodes[path] = self._group(path, row)
                self._walk(child, path)
            else:
                self._nodes[path] = self._question(path, row, child)

    @property
    def _meta(self) -> str:
        return f"{self._root}/{_META}"

    def _group(self, path: str, row: Row) -> Group:
        parent = path.rpartition("/")[0]
        is_repeat = _kind(row) == "begin repeat"
        if is_repeat and row.cells["name"] in _PSEUDO_ANSWERS:
            raise user_error(RESERVED_NAME, row.place("name"), name=row.cells["name"])
        control = self._xform.controls.get(path)
        count = control.get(JR + "count") if control is not None else None
        label = self._label(path, "label")
        if not label and "table-list" in row.cells.get("appearance", ""):
            label = self._table_label(path)
        return Group(
            path=path,
            name=row.cells["name"],
            parent=parent,
            repeat=path if is_repeat else self._nodes[parent].repeat,
            is_repeat=is_repeat,
            label=label,
            hint=self._label(path, "hint"),
            guidance=self._guidance(path),
            relevant=self._bind(path, "relevant"),
            count=parse(str(count), path, self._place_of(path)) if count else None,
            image=self._image(path),
            appearance=frozenset(row.cells.get("appearance", "").split()),
        )

    def _question(self, path: str, row: Row | None, element: etree._Element) -> Question:
        parent = path.rpartition("/")[0]
        cells = row.cells if row is not None else {}
        words = cells.get("type", "calculate").split()
        bind = self._xform.binds.get(path)
        extra = {
            str(name).removeprefix(JC): str(value)
            for name, value in (bind.items() if bind is not None else ())
            if str(name).startswith(JC)
        }
        return Question(
            path=path,
            name=path.rpartition("/")[2],
            key=path.rpartition("/")[2],
            parent=parent,
            position=len(self._nodes),
            type=QUESTION_TYPES[words[0].removesuffix(_FROM_FILE)],
            repeat=self._nodes[parent].repeat,
            label=self._label(path, "label"),
            hint=self._label(path, "hint"),
            guidance=self._guidance(path),
            image=self._image(path),
            relevant=self._bind(path, "relevant"),
            constraint=self._bind(path, "constraint"),
            constraint_message=self._message(path, "constraintMsg"),
            required=self._bind(path, "required"),
            required_message=self._message(path, "requiredMsg"),
            calculate=self._bind(path, "calculate"),
            readonly=self._bind(path, "readonly"),
            choices=self._sources.choices(path),
            list_name=words[1] if len(words) > 1 else "",
            itemset=self._sources.itemset(path),
            default=(element.text or "").strip(),
            preload=self._preload(path),
            parameters=dict(_PARAMETER.findall(cells.get("parameters", ""))),
            appearance=frozenset(cells.get("appearance", "").split()),
            extra=extra,
        )

    def _preload(self, path: str) -> str:
        bind = self._xform.binds.get(path)
        if bind is None or not bind.get(JR + "preload"):
            return ""
        return str(bind.get(JR + "preloadParams") or "")

    def _with_keys(self) -> None:
        """Give nodes their keys: the name, or the dotted path where two share a name."""
        questions = Counter(
            node.name for node in self._nodes.values() if isinstance(node, Question)
        )
        repeats = Counter(
            node.name for node in self._nodes.values() if isinstance(node, Group) and node.is_repeat
        )
        for path, node in self._nodes.items():
            dotted = path.split("/", 2)[-1].replace("/", ".")
            if isinstance(node, Question):
                if questions[node.name] > 1:
                    self._nodes[path] = replace(node, key=dotted)
            elif node.is_repeat:
                key = dotted if repeats[node.name] > 1 else node.name
                self._nodes[path] = replace(node, key=key)

    def _setvalues(self) -> tuple[SetValue, ...]:
        found = []
        for event in self._xform.events():
            if event.target in self._nodes:
                where = self._place_of(event.target)
                value = parse(event.value, event.target, where) if event.value else None
                found.append(SetValue(event.target, event.trigger, value))
        positions = {path: index for index, path in enumerate(self._nodes)}
        return tuple(sorted(found, key=lambda one: positions[one.target]))

    # -- expressions and texts ------------------------------------------------------------------

    def _bind(self, path: str, attribute: str) -> Expression | None:
        bind = self._xform.binds.get(path)
        source = bind.get(attribute) if bind is not None else None
        return parse(str(source), path, self._place_of(path)) if source else None

    def _message(self, path: str, attribute: str) -> Text:
        bind = self._xform.binds.get(path)
        value = str(bind.get(JR + attribute) or "") if bind is not None else ""
        if is_itext(value):
            return self._translated(self._xform.text_forms(value).words, path)
        return Text({DEFAULT_LANGUAGE: (value,)}) if value else NO_TEXT

    def _label(self, path: str, tag: str) -> Text:
        node = self._xform.node_of(path, tag)
        if node is None:
            return NO_TEXT
        reference = str(node.get("ref") or "")
        if reference:
            return self._translated(self._xform.text_forms(reference).words, path)
        parts = self._parts(node, path)
        return Text({DEFAULT_LANGUAGE: parts}) if parts else NO_TEXT

    def _table_label(self, path: str) -> Text:
        """pyxform moves the label of a ``table-list`` into a note of its own."""
        for at in self._xform.controls:
            if at.startswith(f"{path}/{_GENERATED[0]}"):
                return self._label(at, "label")
        return NO_TEXT

    def _guidance(self, path: str) -> Text:
        node = self._xform.node_of(path, "hint")
        reference = str(node.get("ref") or "") if node is not None else ""
        if not reference:
            return NO_TEXT
        return self._translated(self._xform.text_forms(reference).guidance, path)

    def _image(self, path: str) -> str:
        node = self._xform.node_of(path, "label")
        reference = str(node.get("ref") or "") if node is not None else ""
        return self._xform.text_forms(reference).image if reference else ""

    def _translated(self, values: dict[str, etree._Element], path: str) -> Text:
        found = {
            language: self._parts(values[language], path)
            for language in self._xform.languages
            if language in values
        }
        return Text({language: parts for language, parts in found.items() if parts})

    def _parts(self, node: etree._Element, path: str) -> tuple[str | Expression, ...]:
        parts: list[str | Expression] = [node.text or ""]
        for output in node:
            source = str(output.get("value"))
            if path in self._rows and _kind(self._rows[path]) == "begin repeat":
                # pyxform counts the label of a repeat as outside; a row is called by its own answers.
                source = relative(source, path)
            parts.append(parse(source, path, self._place_of(path)))
            parts.append(output.tail or "")
        return tuple(part for part in parts if part)


def _kind(row: Row) -> str:
    """The type cell of a group row in one spelling, ``begin repeat``."""
    return row.cells["type"].lower().replace("_", " ", 1)
