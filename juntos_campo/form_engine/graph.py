"""What depends on what in a form, and in which order values are computed."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.definition import Dependent, Node, Question, Text
from juntos_campo.form_engine.expressions import Expression, Reference
from juntos_campo.form_engine.problems import CYCLE, UNKNOWN_REFERENCE


def expressions(node: Node) -> Iterator[tuple[Expression, bool]]:
    """Every expression of a node, and whether the node's value or relevance depends on it."""
    if node.relevant:
        yield node.relevant, True
    texts = [node.label]
    if isinstance(node, Question):
        if node.calculate:
            yield node.calculate, True
        for expression in (node.constraint, node.required, node.readonly):
            if expression:
                yield expression, False
        texts += [node.hint, node.constraint_message, node.required_message]
    for text in texts:
        yield from ((part, False) for part in _parts(text))


def _parts(text: Text) -> Iterator[Expression]:
    for parts in text.by_language.values():
        yield from (part for part in parts if isinstance(part, Expression))


def dependents(nodes: dict[str, Node], where: dict[str, str]) -> dict[str, tuple[Dependent, ...]]:
    """For every node the nodes that must be looked at again when it changes.

    A group's relevance rules its children; a change below a group changes an expression that names
    the group.

    Raises:
        UserError: FRM-007, an expression names what is not there.
    """
    found: dict[str, dict[Dependent, None]] = {path: {} for path in nodes}
    for path, node in nodes.items():
        if node.parent:
            found[node.parent][Dependent(path, same_row=True, value=True)] = None
        for expression, is_value in expressions(node):
            for reference in expression.references:
                if reference.path not in nodes:
                    raise user_error(
                        UNKNOWN_REFERENCE,
                        where.get(path, ""),
                        expression=expression.source,
                        path=reference.path.rpartition("/")[2],
                    )
                same_row = _same_row(nodes[reference.path], reference)
                dependent = Dependent(path, same_row, is_value)
                if reference.path != path or is_value:
                    found[reference.path][dependent] = None
    return {path: tuple(items) for path, items in found.items()}


def _same_row(target: Node, reference: Reference) -> bool:
    if not target.repeat:
        return False
    depth = len([step for step in target.repeat.split("/") if step])
    return reference.climbed_to >= depth


def order(nodes: dict[str, Node], links: dict[str, tuple[Dependent, ...]]) -> dict[str, int]:
    """Path -> place in an order in which everything a value needs comes before it.

    Raises:
        UserError: FRM-008, values depend on each other in a circle.
    """
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(nodes, ()))
    for path, items in links.items():
        for item in items:
            if item.value:
                sorter.add(item.path, path)
    try:
        return {path: index for index, path in enumerate(sorter.static_order())}
    except CycleError as error:
        names = [path.rpartition("/")[2] for path in error.args[1]]
        raise user_error(CYCLE, names=" → ".join(reversed(names))) from None
