"""A form as it is filled in: questions and groups in order, with their expressions. Immutable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias

from juntos_campo.form_engine.expressions import Expression
from juntos_campo.form_engine.question_types.base import Choice, QuestionType
from juntos_campo.form_engine.sources import REGISTER_TABLES, Table

DEFAULT_LANGUAGE = "default"


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the form by language; a part may be an expression (``${name}`` inside a label)."""

    by_language: dict[str, tuple[str | Expression, ...]] = field(default_factory=dict)

    def parts(self, language: str) -> tuple[str | Expression, ...]:
        if language in self.by_language:
            return self.by_language[language]
        return next(iter(self.by_language.values()), ())

    def plain(self, language: str = DEFAULT_LANGUAGE) -> str:
        """The text without what is computed."""
        return "".join(part for part in self.parts(language) if isinstance(part, str)).strip()

    def __bool__(self) -> bool:
        return bool(self.by_language)


NO_TEXT = Text()


@dataclass(frozen=True, slots=True)
class Itemset:
    """Where the choices of a question come from, when that is not simply its list.

    Attributes:
        source: name of the list or table; empty when they are the rows of a repeat.
        expression: picks the items.
        value, label: names of the item's columns.
        repeat: path of the repeat whose rows they are.
    """

    source: str
    expression: Expression
    value: str = "name"
    label: str = "label"
    repeat: str = ""

    @property
    def is_open(self) -> bool:
        """What it may hold is known only while the form is filled in."""
        return not self.source or self.source in REGISTER_TABLES


@dataclass(frozen=True, slots=True)
class SetValue:
    """A value given to `target` at an event, not kept up afterwards.

    Attributes:
        trigger: path of the question whose change gives it; empty: when the form or the row begins.
        value: None empties.
    """

    target: str
    trigger: str
    value: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group, a repeat (`is_repeat`) or the form itself.

    Attributes:
        path: schema path, ``/data/ninos/mes1``.
        parent: path of the group it is in; empty for the form itself.
        repeat: path of the repeat it is or lies in; empty outside.
        key: what rows are kept under: the repeat's name, or its dotted path when another has it.
        count: how many rows a repeat has, when the form and not the person says so.
        image: file name of the picture beside the label; the file itself is not kept.
    """

    path: str
    name: str
    parent: str
    key: str = ""
    repeat: str = ""
    is_repeat: bool = False
    label: Text = NO_TEXT
    hint: Text = NO_TEXT
    guidance: Text = NO_TEXT
    relevant: Expression | None = None
    count: Expression | None = None
    image: str = ""
    appearance: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, note or calculation.

    Attributes:
        key: what cells call it: its name, or its dotted path when another question has that name.
        parent: path of its group.
        repeat: path of the repeat it is in; empty when it is of the head.
        choices: the whole list, before any filter; empty when it comes from the register or a repeat.
        itemset: the expression that picks the choices; None when it is the whole list.
        default: a fixed value a new row begins with; what is computed is a `SetValue`.
        preload: what a metadata question takes: ``start``, ``end``, ``today``, ``deviceid`` ...
        extra: our own attributes from ``bind::jc:...`` columns.
        position: order in the form.
    """

    path: str
    name: str
    key: str
    parent: str
    position: int
    type: QuestionType
    repeat: str = ""
    label: Text = NO_TEXT
    hint: Text = NO_TEXT
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Text = NO_TEXT
    required: Expression | None = None
    required_message: Text = NO_TEXT
    calculate: Expression | None = None
    readonly: Expression | None = None
    choices: tuple[Choice, ...] = ()
    list_name: str = ""
    itemset: Itemset | None = None
    default: str = ""
    preload: str = ""
    guidance: Text = NO_TEXT
    image: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    appearance: frozenset[str] = frozenset()
    extra: dict[str, str] = field(default_factory=dict)


Node: TypeAlias = Group | Question


COUNT = "#"
"""Behind the path of a repeat: the number of its rows."""


class Depends(IntEnum):
    """VALUE: value or relevance; CHECK: whether it is allowed, what may be chosen; TEXT: how it reads."""

    VALUE = 0
    CHECK = 1
    TEXT = 2


@dataclass(frozen=True, slots=True)
class Dependent:
    """A node that must be looked at again when another changed.

    Attributes:
        path: the node; with `COUNT` behind it, how many rows a repeat has.
        shared: only in rows that have as many parts of their key in common with the row that changed.
        kind: what of it depends on the change.
    """

    path: str
    shared: int
    kind: Depends


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A form.

    Attributes:
        root: schema path of the form itself, ``/data``.
        nodes: every group and question by path, in the order of the form.
        order: paths in the order in which values must be computed.
        dependents: path -> what depends on it.
        languages: the languages of its texts, the default first.
        lists: the choices sheet.
        wanted_tables: tables of the register a session must be given.
        setvalues: what is given at an event, in the order of the form.
        settings: every cell of the settings sheet.
        tables: the CSV files it names, by name without ending.
        instance_name: names a record of this form.
    """

    form_id: str
    version: str
    title: str
    root: str
    nodes: dict[str, Node]
    order: dict[str, int]
    dependents: dict[str, tuple[Dependent, ...]]
    languages: tuple[str, ...] = (DEFAULT_LANGUAGE,)
    settings: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    lists: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    wanted_tables: frozenset[str] = frozenset()
    setvalues: tuple[SetValue, ...] = ()
    instance_name: Expression | None = None

    @property
    def questions(self) -> Iterator[Question]:
        """All questions in order."""
        return (node for node in self.nodes.values() if isinstance(node, Question))

    @property
    def groups(self) -> Iterator[Group]:
        """All groups and repeats in order, without the form itself."""
        return (
            node
            for node in self.nodes.values()
            if isinstance(node, Group) and node.path != self.root
        )

    @property
    def repeats(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.is_repeat)

    def children(self, path: str) -> tuple[Node, ...]:
        """What lies directly in a group, in order; `root` gives the sections of the form."""
        return tuple(node for node in self.nodes.values() if node.parent == path)

    def columns(self, repeat: str) -> tuple[Question, ...]:
        """The questions of a repeat in order; ``""`` gives those of the head."""
        return tuple(question for question in self.questions if question.repeat == repeat)

    def ancestors(self, node: Node) -> tuple[Group, ...]:
        """The groups a node lies in, outermost first, without the form itself."""
        found: list[Group] = []
        parent = node.parent
        while parent and parent != self.root:
            group = self.nodes[parent]
            assert isinstance(group, Group)  # noqa: S101 - parents are groups
            found.append(group)
            parent = group.parent
        return tuple(reversed(found))
