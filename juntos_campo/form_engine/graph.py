"""What depends on what in a form, and in which order values are computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.definition import (
    COUNT,
    Dependent,
    Depends,
    Group,
    Itemset,
    Node,
    Question,
    SetValue,
    Text,
)
from juntos_campo.form_engine.expressions import Expression
from juntos_campo.form_engine.paths import Reference
from juntos_campo.form_engine.problems import CYCLE, SELF_COUNTED, UNKNOWN_REFERENCE


def expressions(node: Node) -> Iterator[tuple[Expression, Depends]]:
    """Every expression of a node but the count of a repeat, and what of the node depends on it."""
    if node.relevant:
        yield node.relevant, Depends.VALUE
    texts = [node.label, node.hint, node.guidance]
    if isinstance(node, Question):
        if node.calculate:
            yield node.calculate, Depends.VALUE
        checks = [node.constraint, node.required, node.readonly]
        checks.append(node.itemset.expression if node.itemset else None)
        yield from ((one, Depends.CHECK) for one in checks if one)
        for text in (node.constraint_message, node.required_message):
            yield from ((part, Depends.CHECK) for part in _parts(text))
    for text in texts:
        yield from ((part, Depends.TEXT) for part in _parts(text))


def _parts(text: Text) -> Iterator[Expression]:
    for parts in text.by_language.values():
        yield from (part for part in parts if isinstance(part, Expression))


def dependents(
    nodes: dict[str, Node], where: dict[str, str], setvalues: tuple[SetValue, ...] = ()
) -> dict[str, tuple[Dependent, ...]]:
    """For every node the nodes that must be looked at again when it changes.

    A group's relevance rules its children; a change below a group changes an expression that names
    the group.

    Args:
        where: path -> the place in the sheet, for errors.
        setvalues: their expressions are only checked: nothing follows from them by itself.

    Raises:
        UserError: FRM-007, an expression names what is not there.
    """
    found: dict[str, dict[Dependent, None]] = {path: {} for path in nodes}
    for path, node in nodes.items():
        at = where.get(path, "")
        if node.parent:
            shared = len(chain(nodes, node.parent))
            found[node.parent][Dependent(path, shared, Depends.VALUE)] = None
        for expression, kind in expressions(node):
            for reference in _known(expression, nodes, at):
                if reference.path != path or kind is Depends.VALUE:
                    shared = _shared(nodes, reference)
                    found[reference.path][Dependent(path, shared, kind)] = None
        if isinstance(node, Question) and node.itemset and node.itemset.repeat:
            for reference in _of_rows(node.itemset):
                dependent = Dependent(path, _shared(nodes, reference), Depends.CHECK)
                found[reference.path][dependent] = None
        if isinstance(node, Group) and node.is_repeat:
            rows = Dependent(path, len(chain(nodes, path)) - 1, Depends.VALUE)
            found.setdefault(path + COUNT, {})[rows] = None
            for reference in _known(node.count, nodes, at):
                dependent = Dependent(path + COUNT, _shared(nodes, reference), Depends.VALUE)
                found[reference.path][dependent] = None
    for one in setvalues:
        _known(one.value, nodes, where.get(one.target, ""))
    return {path: tuple(items) for path, items in found.items()}


def _of_rows(itemset: Itemset) -> Iterator[Reference]:
    """What choices that are rows of a repeat are called by."""
    for reference in itemset.expression.references:
        if reference.path == itemset.repeat:
            for column in dict.fromkeys((itemset.value, itemset.label)):
                yield replace(reference, path=f"{itemset.repeat}/{column}")


def _known(
    expression: Expression | None, nodes: dict[str, Node], where: str
) -> tuple[Reference, ...]:
    """The references of an expression; each names a node."""
    if expression is None:
        return ()
    for reference in expression.references:
        if reference.path not in nodes:
            raise user_error(
                UNKNOWN_REFERENCE,
                where,
                expression=expression.source,
                path=reference.path.rpartition("/")[2],
            )
    return expression.references


def chain(nodes: dict[str, Node], path: str) -> tuple[str, ...]:
    """Paths of the repeats a node lies in, outermost first; a repeat lies in itself."""
    found: list[str] = []
    while path:
        repeat = nodes[path].repeat
        if not repeat:
            break
        found.append(repeat)
        path = nodes[repeat].parent
    return tuple(reversed(found))


def _shared(nodes: dict[str, Node], reference: Reference) -> int:
    """How many levels of rows the one who refers and what is referred to have in common."""
    levels = chain(nodes, reference.path)
    return sum(1 for repeat in levels if repeat.count("/") <= reference.climbed_to)


def order(
    nodes: dict[str, Node],
    links: dict[str, tuple[Dependent, ...]],
    where: dict[str, str] | None = None,
) -> dict[str, int]:
    """Path -> place in an order in which everything a value needs comes before it.

    Raises:
        UserError: FRM-008, values depend on each other in a circle.
    """
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(nodes, ()))
    for path, items in links.items():
        for item in items:
            if item.kind is Depends.VALUE:
                sorter.add(item.path, path)
    try:
        return {path: index for index, path in enumerate(sorter.static_order())}
    except CycleError as error:
        circle = [path.removesuffix(COUNT) for path in error.args[1]]
        names = [path.rpartition("/")[2] for path in circle]
        places = [where[path] for path in circle if where and path in where]
        at, round_trip = places[0] if places else "", " → ".join(reversed(names))
        for path in error.args[1]:
            counted = nodes.get(path.removesuffix(COUNT))
            if path.endswith(COUNT) and isinstance(counted, Group) and counted.is_repeat:
                name = counted.name
                raise user_error(SELF_COUNTED, at, repeat=name, names=round_trip) from None
        raise user_error(CYCLE, at, names=round_trip) from None
