"""What the parts of one form view share: writer, boxes by address, and when something is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from juntos_campo.form_engine.definition import Group, Node, Question, Text
from juntos_campo.form_engine.findings import Finding
from juntos_campo.form_engine.session import Session
from juntos_campo.ui.form_view.editors.base import Surroundings
from juntos_campo.ui.form_view.writer import FormWriter

READING_WIDTH = 760
"""Design pixels a line of questions is wide at most."""
_MARKS = re.compile(r"\*\*|__|^#+ |<[^<>]{1,80}>")


class Part(Protocol):
    """Something on the page: a question, a group, a repeat.

    `shown` says whether it stands there now; a part that holds others is shown while one of them is.
    """

    shown: bool

    def settle(self) -> bool:
        """Appear or disappear as the form says now; whether it is shown."""
        ...


class Box(Protocol):
    """The part that one or several cells are answered in."""

    def refresh(self, addresses: Iterable[str]) -> None:
        """Cells of this box changed, or what is to be said about them."""
        ...

    def retext(self) -> None:
        """Labels and choices in another language, or with other computed parts."""
        ...

    def commit(self) -> bool:
        """Write what is half typed; False when the desk refused."""
        ...

    def half_typed(self) -> bool: ...

    def focus(self, address: str) -> bool:
        """Give the keyboard to a cell; False when it cannot take it."""
        ...

    def holds(self, widget: QObject) -> bool:
        """The widget is in this box."""
        ...


class RepeatPart(Part, Protocol):
    """A repeat on the page.

    Attributes:
        within: the row it lies in.
    """

    within: str

    def add_row(self) -> None:
        """Append a row and go to it, where a person may."""
        ...

    def remove_here(self) -> None:
        """Take away the row the keyboard is in."""
        ...

    def rows_changed(self) -> None:
        """The form may have other rows now."""
        ...

    def retext(self) -> None: ...


@dataclass(slots=True)
class Stage:
    """Shared by the parts of one view.

    Attributes:
        readonly: nothing can be typed.
        differences: address -> the text before, when two versions are compared.
        left: cells the keyboard was in and left; what is missing there is told.
        asked: somebody tried to finish; everything that is missing is told.
        boxes: address -> where it is answered.
        living: boxes with texts or choices that other answers change.
        repeats: every repeat on the page.
        headed: groups whose heading the section says already.
        make_repeat: makes the part of a repeat: (repeat, row it lies in, depth).
        retab: put the order of Tab right after widgets were added.
        wait: have what is typed in a box written after a pause.
    """

    writer: FormWriter
    around: Surroundings
    readonly: bool
    differences: Mapping[str, str]
    wait: Callable[[Box], object]
    failed: Callable[[object], object]
    go_on: Callable[[QWidget], object]
    retab: Callable[[], object]
    make_repeat: Callable[[Group, str, int], QWidget]
    left: set[str] = field(default_factory=set)
    asked: bool = False
    boxes: dict[str, Box] = field(default_factory=dict)
    living: list[Box] = field(default_factory=list)
    repeats: list[RepeatPart] = field(default_factory=list)
    headed: set[str] = field(default_factory=set)

    @property
    def form(self) -> Session:
        return self.writer.form

    def told(self, address: str) -> Finding | None:
        """What is wrong with a cell as far as it is told now: missing only once it was left."""
        found = self.form.finding(address)
        if found is None or found.is_error:
            return found
        return found if self.asked or address in self.left else None

    def add(self, address: str, box: Box) -> None:
        self.boxes[address] = box

    def forget_row(self, row: str) -> None:
        """A row went away with its boxes."""
        gone = [address for address in self.boxes if address.startswith(f"{row}/")]
        boxes = {id(self.boxes.pop(address)) for address in gone}
        self.living = [box for box in self.living if id(box) not in boxes]
        self.repeats = [one for one in self.repeats if not _within(one.within, row)]
        self.left -= set(gone)


def _within(place: str, row: str) -> bool:
    return place == row or place.startswith(f"{row}/")


def address_of(question: Question, row: str) -> str:
    return f"{row}/{question.key}" if row else question.key


def repeat_key(group: Group) -> str:
    """What the session calls a repeat."""
    return group.key or group.name


def label_text(form: Session, node: Node, row: str) -> str:
    """The label as plain text: what other programs read as bold or headings is left out."""
    return plain(form.label_of(node, row))


def plain(text: str) -> str:
    """A text of a form without Markdown and HTML marks."""
    return _MARKS.sub("", text).strip()


def is_living(*texts: Text) -> bool:
    """A text has parts that are computed from answers."""
    return any(
        not isinstance(part, str)
        for text in texts
        for parts in text.by_language.values()
        for part in parts
    )


def is_visible(question: Question) -> bool:
    """A person sees this question at all: the program's own notes and unlabelled values are not."""
    if question.extra.get("width") == "0":
        return False
    if question.type.name == "note":
        return True
    if question.calculate is not None or not question.type.answerable:
        shown = question.type.answerable or question.type.name in ("calculate", "note")
        return bool(question.label) and shown and question.type.name != "hidden"
    return question.type.name != "hidden"
