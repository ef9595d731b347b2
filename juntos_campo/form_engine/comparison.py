"""Two versions of a form side by side: which questions are the same, and what a person meets anew.

A question is the same when it has the same key, or the same place, or when both versions have just one
question of that name; it may have moved to another group, but not into or out of a repeat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from juntos_campo.domain.spanish import fold
from juntos_campo.form_engine.definition import Definition, Group, Node, Question
from juntos_campo.form_engine.question_types.base import Choice

Chain: TypeAlias = tuple[str, ...]
"""Names of the repeats something lies in, outermost first."""


@dataclass(frozen=True, slots=True)
class ChangedQuestion:
    """A question both versions ask, but not in the same way.

    Attributes:
        was: the old label where it was reworded, else empty.
        retyped: it takes answers of another type.
        gone, fresh: labels of choices that were taken away or are new.
    """

    question: Question
    was: str = ""
    retyped: bool = False
    gone: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormChanges:
    """What a person who fills the form in meets anew; `added` with the required questions first."""

    added: tuple[Question, ...] = ()
    removed: tuple[Question, ...] = ()
    changed: tuple[ChangedQuestion, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def compare_forms(old: Definition, new: Definition) -> FormChanges:
    """What differs for the person who fills the form in; notes and calculations are not told of."""
    pairs = pairs_of(old, new)
    met = {question.path for question in pairs.values()}
    added = [one for one in new.questions if _asked(one) and one.path not in met]
    removed = [one for one in old.questions if _asked(one) and one.key not in pairs]
    changed = [
        change
        for before in old.questions
        if _asked(before)
        and (after := pairs.get(before.key)) is not None
        and (change := _changed(old, before, new, after)) is not None
    ]
    added.sort(key=lambda one: one.required is None)
    return FormChanges(tuple(added), tuple(removed), tuple(changed))


def label_of(question: Question, language: str) -> str:
    """The label without what is computed in it, or else the name."""
    return question.label.plain(language) or question.name


def pairs_of(old: Definition, new: Definition) -> dict[str, Question]:
    """Key of a question of the old version -> the same question in the new one."""
    by_key = {one.key: one for one in new.questions}
    by_name = {one.name: one for one in new.questions}
    by_path = {one.path: one for one in new.questions}
    old_names = Counter(one.name for one in old.questions)
    new_names = Counter(one.name for one in new.questions)
    pairs = {}
    for one in old.questions:
        found = by_key.get(one.key)
        if found is None:
            found = by_path.get(one.path)
        if found is None and old_names[one.name] == new_names[one.name] == 1:
            found = by_name[one.name]
        if found is not None and chain_of(old, one) == chain_of(new, found):
            pairs[one.key] = found
    return pairs


def chain_of(definition: Definition, node: Node) -> Chain:
    above = (group.name for group in definition.ancestors(node) if group.is_repeat)
    own = (node.name,) if isinstance(node, Group) and node.is_repeat else ()
    return (*above, *own)


def typed_into(question: Question) -> bool:
    fixed = question.readonly is not None and not question.readonly.references
    return question.type.answerable and not question.calculate and not fixed


def _changed(
    old: Definition, before: Question, new: Definition, after: Question
) -> ChangedQuestion | None:
    were, are = label_of(before, old.languages[0]), label_of(after, new.languages[0])
    first = {fold(text) for _, text in _labels(after.choices, new)}
    second = {fold(text) for _, text in _labels(before.choices, old)}
    names = {one.name for one in before.choices}, {one.name for one in after.choices}
    gone = [
        text
        for name, text in _labels(before.choices, old)
        if after.choices and name not in names[1] and fold(text) not in first
    ]
    fresh = [
        text
        for name, text in _labels(after.choices, new)
        if before.choices and name not in names[0] and fold(text) not in second
    ]
    found = ChangedQuestion(
        after,
        were if were != are else "",
        before.type.name != after.type.name,
        tuple(gone),
        tuple(fresh),
    )
    return found if found != ChangedQuestion(after) else None


def _labels(choices: tuple[Choice, ...], definition: Definition) -> Iterator[tuple[str, str]]:
    return ((one.name, one.label(definition.languages[0])) for one in choices)


def _asked(question: Question) -> bool:
    """A person sees the question and answers it."""
    return typed_into(question) and bool(question.label)
