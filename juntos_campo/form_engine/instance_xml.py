"""A record as an XForm instance (OpenRosa XML), as other tools of the standard write and read it.

What has no answer is left out, as the standard does with what is not relevant; the order is that of the
form. Rows carry their key as ``jc:row``, so that reading back gives the very addresses. Source: ODK XForms
specification, "Instance" and "Metadata".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from lxml import etree

from juntos_campo.domain.entities import Answer
from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.definition import Definition, Group, Node, Question
from juntos_campo.form_engine.problems import BAD_INSTANCE, OTHER_FORM
from juntos_campo.form_engine.question_types.base import (
    MOMENT_VALUE,
    TIME_VALUE,
    AnswerError,
    Reading,
    writable,
)
from juntos_campo.form_engine.question_types.media import AttachmentType
from juntos_campo.form_engine.record_rows import ROWS, RecordRows, record_rows

_ORX = "http://openrosa.org/xforms"
_JC = "urn:juntos-campo:xform"
_ROW = f"{{{_JC}}}row"
_META = "meta"
_SECONDS = ":00.000-05:00"
"""What a wall clock time in Peru lacks to be one of the standard."""
_TO_THE_MINUTE = {
    MOMENT_VALUE: re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d"),
    TIME_VALUE: re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d"),
}
"""Answers without seconds; what is computed has seconds and zone, what is unreadable stays as typed."""
_WITH_YEAR = re.compile(r"\d{4}-")
_TYPED = ("integer", "decimal", "range")
_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Instance:
    """A record in XML.

    Attributes:
        answers: address -> answer, rows among them, as `Session.record_answers` gives them.
        files: file name -> answer that names the attachment.
        strange: paths of elements the form does not have; what they hold is not taken.
    """

    form_id: str
    version: str
    answers: dict[str, Answer]
    instance_id: str = ""
    instance_name: str = ""
    started: str = ""
    ended: str = ""
    files: dict[str, str] = field(default_factory=dict)
    strange: tuple[str, ...] = ()


def write_instance(
    definition: Definition,
    answers: Mapping[str, Answer],
    *,
    instance_id: str,
    instance_name: str = "",
    started: str = "",
    ended: str = "",
    files: Mapping[str, str] | None = None,
) -> bytes:
    """A record as XML (UTF-8).

    Args:
        instance_id: without ``uuid:``.
        started, ended: when it was made, ISO with zone or without.
        files: answer of an attachment -> name of its file; its id where not said.
    """
    rows = record_rows(definition, answers)
    root = etree.Element(definition.root[1:], nsmap={"orx": _ORX, "jc": _JC})
    root.set("id", definition.form_id)
    root.set("version", definition.version)
    _Writer(definition, rows, files or {}).write(definition.root, "", root)
    meta = etree.SubElement(root, f"{{{_ORX}}}{_META}")
    for name, text in (
        ("instanceID", f"uuid:{instance_id}"),
        ("instanceName", instance_name),
        ("timeStart", started),
        ("timeEnd", ended),
    ):
        if text:
            etree.SubElement(meta, f"{{{_ORX}}}{name}").text = writable(text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


class _Writer:
    def __init__(self, definition: Definition, rows: RecordRows, files: Mapping[str, str]) -> None:
        self._definition = definition
        self._rows = rows
        self._files = files

    def write(self, path: str, row: str, parent: etree._Element) -> None:
        """Write what lies directly in a group below `parent`."""
        for node in self._definition.children(path):
            if isinstance(node, Question):
                text = self._text(node, row)
                if text:
                    etree.SubElement(parent, node.name).text = text
            elif node.is_repeat:
                for key in self._rows.rows.get((node.path, row), ()):
                    element = etree.SubElement(parent, node.name)
                    element.set(_ROW, writable(key.rpartition("/")[2]))
                    self.write(node.path, key, element)
            else:
                element = etree.SubElement(parent, node.name)
                self.write(node.path, row, element)
                if not len(element):
                    parent.remove(element)

    def _text(self, question: Question, row: str) -> str:
        answer = self._rows.answers.get((question.path, row))
        if answer is None:
            return ""
        if isinstance(question.type, AttachmentType):
            return writable(self._files.get(str(answer), str(answer)))
        if isinstance(answer, float):
            return question.type.to_tree(answer) if question.type.name in _TYPED else repr(answer)
        text = str(answer)
        pattern = _TO_THE_MINUTE.get(question.type.mark)
        if pattern is not None and pattern.fullmatch(text):
            text += _SECONDS
        return writable(text)


def read_instance(
    xml: bytes, definition: Definition, *, files: Mapping[str, str] | None = None
) -> Instance:
    """The record in an XML document.

    Args:
        files: file name -> answer that names the attachment; the name itself where not said.

    Raises:
        UserError: FRM-060 it is no such document, FRM-061 it is of another form.
    """
    root = _parsed(xml)
    form_id = root.get("id") or ""
    if etree.QName(root).localname != definition.root[1:] or form_id != definition.form_id:
        raise user_error(OTHER_FORM, name=form_id or str(root.tag), form=definition.form_id)
    reader = _Reader(definition, files or {})
    reader.read(root, definition.root, "")
    found = Instance(form_id, root.get("version") or "", reader.answers, files=reader.files)
    return replace(_with_meta(found, root), strange=tuple(reader.strange))


def _parsed(xml: bytes) -> etree._Element:
    # No entity is looked up or expanded, nothing is fetched: a record comes from anywhere.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        place = getattr(error, "lineno", None)
        detail = f"no es XML (línea {place})" if place else "no es XML"
        raise user_error(BAD_INSTANCE, detail=detail) from None
    if root.getroottree().docinfo.doctype:
        raise user_error(BAD_INSTANCE, detail="trae una declaración DOCTYPE, que no se admite")
    return root


def _with_meta(instance: Instance, root: etree._Element) -> Instance:
    meta = {
        etree.QName(child).localname: (child.text or "").strip()
        for group in root
        if etree.QName(group).localname == _META
        for child in group
    }
    return replace(
        instance,
        instance_id=meta.get("instanceID", "").removeprefix("uuid:"),
        instance_name=meta.get("instanceName", ""),
        started=meta.get("timeStart", ""),
        ended=meta.get("timeEnd", ""),
    )


class _Reader:
    def __init__(self, definition: Definition, files: Mapping[str, str]) -> None:
        self._nodes = definition.nodes
        self._root = definition.root
        self._known_files = files
        self.answers: dict[str, Answer] = {}
        self.files: dict[str, str] = {}
        self.strange: list[str] = []

    def read(self, element: etree._Element, path: str, row: str) -> None:
        seen: dict[str, list[str]] = {}
        for child in element:
            name = etree.QName(child).localname
            node = self._nodes.get(f"{path}/{name}")
            if node is None:
                if not (path == self._root and name == _META):
                    self.strange.append(f"{path}/{name}")
            elif isinstance(node, Question):
                self._question(node, row, child)
            elif node.is_repeat:
                own = seen.setdefault(node.path, [])
                key = self._key(child, own)
                own.append(key)
                self.read(child, node.path, f"{row}/{key}" if row else key)
            else:
                self.read(child, node.path, row)
        for repeat, keys in seen.items():
            group: Node = self._nodes[repeat]
            assert isinstance(group, Group)  # noqa: S101 - questions are not collected
            address = f"{ROWS}{group.key}"
            self.answers[f"{row}/{address}" if row else address] = " ".join(keys)

    @staticmethod
    def _key(element: etree._Element, taken: list[str]) -> str:
        """The row's own key; its number where another tool wrote none, or one that cannot be."""
        key = element.get(_ROW) or ""
        if key and key not in taken and not re.search(r"[\s/#]", key):
            return key
        number = len(taken) + 1
        while str(number) in taken:
            number += 1
        return str(number)

    def _question(self, question: Question, row: str, element: etree._Element) -> None:
        text = (element.text or "").strip()
        if not text:
            return
        address = f"{row}/{question.key}" if row else question.key
        self.answers[address] = self._answer(question, text)

    def _answer(self, question: Question, text: str) -> Answer:
        if isinstance(question.type, AttachmentType):
            answer = self._known_files.get(text, text)
            self.files[text] = answer
            return answer
        mark = question.type.mark
        # "29-2" was typed and not understood: in a year of our choosing it would be a day.
        meant = mark in ("", TIME_VALUE) or _WITH_YEAR.match(text)
        if not question.calculate and meant and (mark or question.type.name in _TYPED):
            try:
                reading = Reading(_ANY_DAY, parameters=question.parameters)
                return question.type.read(text, reading)
            except AnswerError:
                pass  # kept as it is: the form says what is wrong with it
        return text
