"""XForm -> definition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from lxml import etree

from juntos_campo.form_engine.definition import (
    DEFAULT_LANGUAGE,
    NO_TEXT,
    Definition,
    Group,
    Node,
    Question,
    Text,
)
from juntos_campo.form_engine.expressions import Expression, parse
from juntos_campo.form_engine.graph import dependents, order
from juntos_campo.form_engine.question_types import QUESTION_TYPES
from juntos_campo.form_engine.question_types.base import Choice
from juntos_campo.form_engine.sheet import Row, Sheet, read_file, read_sheet

_H = "{http://www.w3.org/1999/xhtml}"
_X = "{http://www.w3.org/2002/xforms}"
_JR = "{http://openrosa.org/javarosa}"
_JC = "{urn:juntos-campo:xform}"
_CONTROLS = frozenset(
    _X + name for name in ("input", "select1", "select", "trigger", "upload", "range")
)


def load_form(path: Path) -> Definition:
    """The definition in an XLSForm file (``.md`` or ``.xlsx``).

    Raises:
        UserError: FRM-001 to FRM-013; see `problems`.
    """
    return definition_of(read_file(path))


def load_text(markdown: str, files: Mapping[str, str] | None = None) -> Definition:
    """The definition in an XLSForm written as Markdown tables; `files`: name with ending -> text."""
    return definition_of(read_sheet(markdown), files)


def definition_of(sheet: Sheet, files: Mapping[str, str] | None = None) -> Definition:
    """The definition of a compiled sheet.

    Raises:
        UserError: FRM-005 to FRM-008 and FRM-013.
    """
    return _Loader(sheet).load()


class _Loader:
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        document = etree.fromstring(sheet.xform.encode())
        model = document.find(f"{_H}head/{_X}model")
        body = document.find(f"{_H}body")
        assert model is not None and body is not None  # noqa: S101, PT018 - pyxform always writes them
        self._model = model
        self._binds = {str(bind.get("nodeset")): bind for bind in model.findall(f"{_X}bind")}
        self._controls = {
            str(element.get("ref") or element.get("nodeset")): element
            for element in body.iter()
            if element.tag in _CONTROLS or element.tag in (f"{_X}group", f"{_X}repeat")
        }
        self._itext = self._read_itext()
        self._choices = self._read_choices()
        self._nodes: dict[str, Node] = {}
        self._where: dict[str, str] = {}

    def load(self) -> Definition:
        primary = self._model.find(f"{_X}instance")
        assert primary is not None  # noqa: S101 - as above
        data = primary[0]
        root = "/" + etree.QName(data).localname
        self._nodes[root] = Group(path=root, name=root[1:], parent="")
        self._walk(self._rows_of(root))
        links = dependents(self._nodes, self._where)
        return Definition(
            form_id=str(data.get("id")),
            version=str(data.get("version")),
            title=self._sheet.settings["form_title"],
            root=root,
            nodes=self._with_keys(),
            order=order(self._nodes, links),
            dependents=links,
            languages=tuple(self._itext) or (DEFAULT_LANGUAGE,),
            settings=self._sheet.settings,
        )

    def _rows_of(self, root: str) -> list[tuple[str, str, Row]]:
        """(parent path, path, row) of every group and question, in sheet order."""
        found: list[tuple[str, str, Row]] = []
        stack = [root]
        for row in self._sheet.rows:
            kind = row.cells["type"].lower().replace("_", " ", 1)
            if kind.startswith("end "):
                stack.pop()
                continue
            path = f"{stack[-1]}/{row.cells['name']}"
            found.append((stack[-1], path, row))
            if kind.startswith("begin "):
                stack.append(path)
        return found

    def _walk(self, rows: list[tuple[str, str, Row]]) -> None:
        for position, (parent, path, row) in enumerate(rows):
            within = self._nodes[parent]
            kind = row.cells["type"].lower().replace("_", " ", 1)
            self._where[path] = f"hoja survey, fila {row.number}"
            if kind.startswith("begin "):
                is_repeat = kind == "begin repeat"
                self._nodes[path] = Group(
                    path=path,
                    name=row.cells["name"],
                    parent=parent,
                    key=row.cells["name"],
                    repeat=path if is_repeat else within.repeat,
                    is_repeat=is_repeat,
                    label=self._label(path, "label"),
                    relevant=self._bind(path, "relevant"),
                    appearance=self._appearance(path),
                )
            else:
                self._nodes[path] = self._question(path, row, within, position)

    def _question(self, path: str, row: Row, within: Node, position: int) -> Question:
        words = row.cells["type"].split()
        bind = self._binds.get(path)
        extra = {
            str(name).removeprefix(_JC): str(value)
            for name, value in (bind.items() if bind is not None else ())
            if str(name).startswith(_JC)
        }
        return Question(
            path=path,
            name=row.cells["name"],
            key=row.cells["name"],
            parent=within.path,
            position=position,
            type=QUESTION_TYPES[words[0]],
            repeat=within.repeat,
            label=self._label(path, "label"),
            hint=self._label(path, "hint"),
            relevant=self._bind(path, "relevant"),
            constraint=self._bind(path, "constraint"),
            constraint_message=self._message(path, "constraintMsg"),
            required=self._bind(path, "required"),
            required_message=self._message(path, "requiredMsg"),
            calculate=self._bind(path, "calculate"),
            readonly=self._bind(path, "readonly"),
            choices=self._choices.get(words[1], ()) if len(words) > 1 else (),
            list_name=words[1] if len(words) > 1 else "",
            default=row.cells.get("default", ""),
            appearance=self._appearance(path),
            extra=extra,
        )

    def _with_keys(self) -> dict[str, Node]:
        """Nodes with their keys: the name, or the dotted path where two questions share a name."""
        names = Counter(node.name for node in self._nodes.values() if isinstance(node, Question))
        for path, node in self._nodes.items():
            if isinstance(node, Question) and names[node.name] > 1:
                self._nodes[path] = replace(node, key=path.split("/", 2)[2].replace("/", "."))
        return self._nodes

    def _bind(self, path: str, attribute: str) -> Expression | None:
        bind = self._binds.get(path)
        source = bind.get(attribute) if bind is not None else None
        return parse(str(source), path, self._where.get(path, "")) if source else None

    def _message(self, path: str, attribute: str) -> Text:
        bind = self._binds.get(path)
        value = str(bind.get(_JR + attribute) or "") if bind is not None else ""
        if value.startswith("jr:itext("):
            return self._itext_text(value[len("jr:itext('") : -2], path)
        return Text({DEFAULT_LANGUAGE: (value,)}) if value else NO_TEXT

    def _label(self, path: str, tag: str) -> Text:
        control = self._controls.get(path)
        node = control.find(_X + tag) if control is not None else None
        if node is None and control is not None and control.tag == f"{_X}repeat":
            above = control.getparent()
            node = above.find(_X + tag) if above is not None else None
        if node is None:
            return NO_TEXT
        reference = str(node.get("ref") or "")
        if reference:
            return self._itext_text(reference[len("jr:itext('") : -2], path)
        return Text({DEFAULT_LANGUAGE: self._parts(node, path)})

    def _itext_text(self, text_id: str, path: str) -> Text:
        return Text(
            {
                language: self._parts(values[text_id], path)
                for language, values in self._itext.items()
                if text_id in values
            }
        )

    def _parts(self, node: etree._Element, path: str) -> tuple[str | Expression, ...]:
        parts: list[str | Expression] = [node.text or ""]
        for output in node:
            where = self._where.get(path, "")
            parts.append(parse(str(output.get("value")), path, where))
            parts.append(output.tail or "")
        return tuple(part for part in parts if part)

    def _appearance(self, path: str) -> frozenset[str]:
        control = self._controls.get(path)
        return frozenset(
            str(control.get("appearance") or "").split() if control is not None else ()
        )

    def _read_itext(self) -> dict[str, dict[str, etree._Element]]:
        found: dict[str, dict[str, etree._Element]] = {}
        for translation in self._model.findall(f"{_X}itext/{_X}translation"):
            values = {}
            for text in translation.findall(f"{_X}text"):
                value = text.find(f"{_X}value")
                if value is not None:
                    values[str(text.get("id"))] = value
            found[str(translation.get("lang"))] = values
        return found

    def _read_choices(self) -> dict[str, tuple[Choice, ...]]:
        found: dict[str, tuple[Choice, ...]] = {}
        for instance in self._model.findall(f"{_X}instance")[1:]:
            found[str(instance.get("id"))] = tuple(
                self._choice(item) for item in instance.iter(f"{_X}item")
            )
        return found

    def _choice(self, item: etree._Element) -> Choice:
        name = item.findtext(f"{_X}name") or ""
        text_id = item.findtext(f"{_X}itextId")
        if text_id is None:
            return Choice(name, {DEFAULT_LANGUAGE: item.findtext(f"{_X}label") or name})
        labels = {
            language: values[text_id].text or name
            for language, values in self._itext.items()
            if text_id in values
        }
        return Choice(name, labels)
