"""The nodes of a form being filled in: one lxml tree, a cell for every node, rows that come and go.

A place is (schema path, row key). The key of a row in a nested repeat is a path of keys, ``a/b``. Behind
the rows of every repeat stands an anchor, an empty node: new rows go before it, and what must be computed
when there is no row (the count of a repeat, its relevance) is computed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.definition import COUNT, Definition, Group, Node, Question
from juntos_campo.form_engine.findings import Cell
from juntos_campo.form_engine.problems import UNKNOWN_ADDRESS
from juntos_campo.form_engine.question_types.base import DATE_MARK

Place: TypeAlias = tuple[str, str]
"""(schema path, row key); the row key is empty outside a repeat."""

MOST_ROWS = 500
"""A repeat that counts its rows shows no more: a mistyped number must not stop the program."""
_ANCHOR = "jc-anchor"


def depth_of(row: str) -> int:
    """How many repeats a row key lies in."""
    return row.count("/") + 1 if row else 0


def above(row: str) -> str:
    """The key of the row a row lies in; "" for that of an outermost repeat."""
    return row.rpartition("/")[0]


class Tree:
    """Cells and rows of one session.

    Attributes:
        cells: of every node, also of rows that are hidden.
        anchors: (path of a repeat, row it lies in) -> its anchor.
        keys: address key -> question; `repeats`: key -> repeat.
    """

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.keys = {question.key: question for question in definition.questions}
        self.repeats = {group.key: group for group in definition.repeats}
        self.chains = _chains(definition)
        self._columns: dict[str, list[Node]] = {"": []}
        self._inner: dict[str, list[str]] = {"": []}
        for path, node in definition.nodes.items():
            self._columns.setdefault(node.repeat, []).append(node)
            self._inner.setdefault(path, [])
            if isinstance(node, Group) and node.is_repeat:
                self._inner[self._outer(path)].append(path)
        self.cells: dict[Place, Cell] = {}
        self.anchors: dict[Place, etree._Element] = {}
        self._shown: dict[Place, list[str]] = {}
        self._hidden: dict[Place, list[str]] = {}
        self.root = etree.Element(definition.root[1:])
        self._build("", "", self.root)

    def _outer(self, repeat: str) -> str:
        """The repeat a repeat lies in."""
        chain = self.chains[repeat]
        return chain[-2] if len(chain) > 1 else ""

    # -- rows -----------------------------------------------------------------------------------

    def _build(self, repeat: str, row: str, top: etree._Element) -> None:
        """Make the nodes of the head (`repeat` empty) or of one row, whose own node is `top`."""
        top_path = repeat or self.definition.root
        self.cells[top_path, row] = Cell(top)
        for node in self._columns[repeat]:
            if node.path != top_path:
                parent = self.cells[node.parent, row].element
                element = etree.SubElement(parent, node.name)
                if isinstance(node, Question) and node.type.mark:
                    element.set(DATE_MARK, node.type.mark)
                self.cells[node.path, row] = Cell(element)
        for path in self._inner[repeat]:
            parent = self.cells[self.definition.nodes[path].parent, row].element
            self.anchors[path, row] = etree.SubElement(parent, _ANCHOR)
            self._shown[path, row] = []
            self._hidden[path, row] = []

    def add(
        self, repeat: str, key: str, within: str, *, hidden: bool = False, before: str = ""
    ) -> str:
        """Add a row to the repeat at the path `repeat`; its whole key.

        Args:
            before: the row shown that it goes before; behind all others when there is none such.
        """
        row = f"{within}/{key}" if within else key
        element = etree.Element(self.definition.nodes[repeat].name)
        rows = (self._hidden if hidden else self._shown)[repeat, within]
        follows = before in rows
        rows.insert(rows.index(before) if follows else len(rows), row)
        if not hidden:
            next_one = self.cells[repeat, before].element if follows else None
            (self.anchors[repeat, within] if next_one is None else next_one).addprevious(element)
        self._build(repeat, row, element)
        return row

    def hide_last(self, repeat: str, within: str) -> str:
        """Take the last row out of the tree; its cells stay."""
        row = self._shown[repeat, within].pop()
        self._hidden[repeat, within].insert(0, row)
        _detach(self.cells[repeat, row].element)
        return row

    def show_first(self, repeat: str, within: str) -> str:
        """Put the first hidden row back behind the others; "" when there is none."""
        hidden = self._hidden[repeat, within]
        if not hidden:
            return ""
        row = hidden.pop(0)
        self._shown[repeat, within].append(row)
        self.anchors[repeat, within].addprevious(self.cells[repeat, row].element)
        return row

    def remove(self, repeat: str, row: str) -> None:
        """Take a row away with all that lies in it."""
        _detach(self.cells[repeat, row].element)
        for place in list(self.places_of_row(repeat, row, hidden=True)):
            del self.cells[place]
        for path in self._inside(repeat):
            for within in [one for at, one in self.anchors if at == path]:
                if f"{within}/".startswith(f"{row}/"):
                    del self.anchors[path, within], self._shown[path, within]
                    del self._hidden[path, within]
        self._shown[repeat, above(row)].remove(row)

    def _inside(self, repeat: str) -> Iterator[str]:
        """Paths of the repeats that lie in a repeat, at any depth."""
        for path in self._inner[repeat]:
            yield path
            yield from self._inside(path)

    def rows(self, repeat: str, prefix: str = "") -> list[str]:
        """Keys of the rows of the repeat at the path `repeat` that lie in the row `prefix`."""
        found = [prefix]
        for step in self.chains[repeat][depth_of(prefix) :]:
            found = [row for within in found for row in self._shown.get((step, within), ())]
        return found

    def made(self, repeat: str, within: str) -> list[str]:
        """Keys of the rows of one repeat in one row, the hidden ones last."""
        return self._shown[repeat, within] + self._hidden[repeat, within]

    def counted(self, repeat: str, within: str) -> int:
        """How many rows are shown."""
        return len(self._shown[repeat, within])

    # -- places ---------------------------------------------------------------------------------

    def columns(self, repeat: str) -> list[Node]:
        """The nodes of a row of a repeat, its own first, without those of repeats in it."""
        return self._columns[repeat]

    def inner(self, repeat: str) -> list[str]:
        """Paths of the repeats directly in a repeat; of the head for ""."""
        return self._inner[repeat]

    def places(self, *, hidden: bool = False) -> Iterator[Place]:
        """Every node instance: the head, then row by row; parents before what lies in them."""
        return self.places_of_row("", "", hidden=hidden)

    def places_of_row(self, repeat: str, row: str, *, hidden: bool = False) -> Iterator[Place]:
        """The nodes of one row, then those of the rows of repeats in it."""
        for node in self._columns[repeat]:
            yield node.path, row
        for path in self._inner[repeat]:
            rows = self.made(path, row) if hidden else self._shown[path, row]
            for one in rows:
                yield from self.places_of_row(path, one, hidden=hidden)

    def addresses_of_row(self, repeat: str, row: str) -> Iterator[str]:
        """The addresses of a row, and of the rows in it."""
        for path, one in self.places_of_row(repeat, row):
            node = self.definition.nodes[path]
            if isinstance(node, Question):
                yield self.address(node, one)

    def repeat_places(self, *, hidden: bool = False) -> Iterator[Place]:
        """(path of a repeat, row it lies in), outer ones first."""
        yield from self._repeats_in("", "", hidden=hidden)

    def _repeats_in(self, repeat: str, row: str, *, hidden: bool) -> Iterator[Place]:
        for path in self._inner[repeat]:
            yield path, row
            for one in self.made(path, row) if hidden else self._shown[path, row]:
                yield from self._repeats_in(path, one, hidden=hidden)

    def place(self, address: str) -> Place:
        """Where a cell is.

        Raises:
            UserError: FRM-020, there is no such cell.
        """
        row, _, key = address.rpartition("/")
        question = self.keys.get(key)
        if question is None or (question.path, row) not in self.cells:
            raise user_error(UNKNOWN_ADDRESS, address=address, form=self.definition.form_id)
        return question.path, row

    def address(self, question: Question, row: str) -> str:
        return f"{row}/{question.key}" if row else question.key

    def targets(self, path: str, shared: int, row: str) -> list[Place]:
        """Instances of the node `path` in the rows that have the first `shared` parts of `row`."""
        chain = self.chains[path]
        if shared == len(chain) and shared == depth_of(row):
            return [(path, row)]
        prefix = "/".join(row.split("/")[:shared])
        if shared == len(chain):
            return [(path, prefix)]
        return [(path, one) for one in self.rows(chain[-1], prefix)]


def _detach(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _chains(definition: Definition) -> dict[str, tuple[str, ...]]:
    """Path -> paths of the repeats it lies in, outermost first; a repeat lies in itself."""
    chains: dict[str, tuple[str, ...]] = {}
    for path, node in definition.nodes.items():
        outer = chains[node.parent] if node.parent else ()
        is_repeat = isinstance(node, Group) and node.is_repeat
        chains[path] = (*outer, path) if is_repeat else outer
        if is_repeat:
            chains[path + COUNT] = outer
    return chains
