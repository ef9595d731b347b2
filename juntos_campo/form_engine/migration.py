"""Answers given to one version of a form, carried over to another one. Pure.

Which question is the same says `comparison`. Its answer is carried over where the types agree without
guessing (see `carry`); everything else is handed back as dropped with what was typed, never lost in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.answering import ROWS, row_number
from juntos_campo.form_engine.answers_between_types import Carried, DropReason, carry, shown
from juntos_campo.form_engine.comparison import (
    Chain,
    ChangedQuestion,
    FormChanges,
    chain_of,
    compare_forms,
    label_of,
    pairs_of,
    typed_into,
)
from juntos_campo.form_engine.definition import Definition, Group, Question
from juntos_campo.form_engine.session import STARTED
from juntos_campo.form_engine.tree import MOST_ROWS


@dataclass(frozen=True, slots=True)
class Dropped:
    """An answer the new version has no place for.

    Attributes:
        address: where it was in the old version.
        label: of its question there.
        text: the answer as it was shown; of several choices only those that are gone.
    """

    address: str
    label: str
    text: str
    answer: Answer
    reason: DropReason


@dataclass(frozen=True, slots=True)
class Migration:
    """What became of a half-filled form.

    Attributes:
        state: for `Session(new, answers=state)`.
        dropped: in the order of the old form.
        kept: how many answers of the old version it holds.
    """

    state: dict[str, Answer]
    dropped: tuple[Dropped, ...] = ()
    changes: FormChanges = field(default_factory=FormChanges)
    kept: int = 0

    @property
    def changed(self) -> tuple[ChangedQuestion, ...]:
        return self.changes.changed

    @property
    def added(self) -> tuple[Question, ...]:
        return self.changes.added


def migrate(old: Definition | None, new: Definition, state: Mapping[str, Answer]) -> Migration:
    """Carry what was answered in `old` over to `new`.

    Args:
        old: None when nobody has that version any more; an answer then stays where the new version
            has a cell of that address, and is read by its type there.
        state: as `Session.state()` gives it; whatever else stands in it is dropped and told.

    Returns:
        With `old` and `new` the same, the state as it was.
    """
    move = _Move(old, new, state)
    carried: dict[str, Answer] = {}
    dropped: list[Dropped] = []
    for address, answer in state.items():
        if _is_rows(address):
            move.rows(address, str(answer or ""), carried)
            continue
        target, kept, lost = move.answer(address, answer)
        if kept is not None:
            carried[target] = kept
        if lost is not None:
            dropped.append(lost)
    move.numbered_rows(carried)
    dropped.sort(key=lambda one: move.place(one.address))
    kept = sum(1 for address in carried if not _is_rows(address))
    if old is not None and STARTED in carried:
        move.defaults(carried)
    changes = compare_forms(old, new) if old is not None else FormChanges()
    return Migration(carried, tuple(dropped), changes, kept)


class _Move:
    """The way from one version to another: which question, and which rows, became which."""

    def __init__(
        self, old: Definition | None, new: Definition, state: Mapping[str, Answer]
    ) -> None:
        self.new = new
        self.state = state
        self.known = old is not None
        self._placed: dict[tuple[Chain, str], dict[str, int]] = {}
        self.old = {one.key: one for one in old.questions} if old else {}
        self.languages = (old or new).languages[0], new.languages[0]
        self.fresh = {one.key: one for one in new.questions}
        self.pairs = pairs_of(old, new) if old else self.fresh
        self.chains = {one.path: chain_of(new, one) for one in new.questions}
        self.repeats = {chain_of(new, one): one for one in new.repeats}
        self.old_chains = {chain_of(old, one): one for one in old.repeats} if old else self.repeats
        self.counted = {
            chain
            for chain, one in self.repeats.items()
            if one.count is not None and self._free_before(chain)
        }
        self.uncounted = {
            chain
            for chain, one in self.repeats.items()
            if one.count is None and chain in self.old_chains and not self._free_before(chain)
        }

    def answer(self, address: str, answer: Answer) -> tuple[str, Answer, Dropped | None]:
        """(new address, what is kept there, what is dropped)."""
        row, _, key = address.rpartition("/")
        before, after = self.old.get(key), self.pairs.get(key)
        if before is not None and not typed_into(before):
            # What the form or the program put in is computed or noted anew, but for what is taken once.
            same = (
                after is not None
                and after.type is before.type
                and (after.calculate is None or after.calculate.is_kept)
            )
            if after is None or not same:
                return "", None, None
        if after is None or not self._fits(after, row):
            reason = DropReason.GONE if after is None else DropReason.REPEAT
            return "", None, self._dropped(address, before, answer, reason)
        target = f"{self._row(self.chains[after.path], row)}/{after.key}" if row else after.key
        if before is None or answer == "":  # a cell that was emptied on purpose stays empty
            return target, answer, None
        found: Carried = carry(before, after, answer, self.languages)
        lost = None
        if found.dropped not in (None, ""):
            lost = self._dropped(address, before, found.dropped, found.reason)
        return target, found.kept, lost

    def rows(self, address: str, keys: str, carried: dict[str, Answer]) -> None:
        """The rows of one repeat, if the new version has it and lets a person add rows to it."""
        if address == STARTED:
            carried[address] = keys
            return
        parent, _, name = address.rpartition("/")
        chain = self._chain_of_rows(parent, name.removeprefix(ROWS))
        if chain not in self.repeats or chain in self.counted:
            return
        above = self._row(chain[:-1], parent) if parent else ""
        carried[_rows_of(above, self.repeats[chain])] = keys

    def place(self, address: str) -> int:
        """Place of a cell's question in the old version."""
        question = self.old.get(address.rpartition("/")[2])
        return question.position if question else len(self.old)

    def numbered_rows(self, carried: dict[str, Answer]) -> None:
        """A repeat that counted its rows and now lets a person add them keeps those it had."""
        for chain in self.uncounted:
            found: dict[str, dict[str, None]] = {}
            for address in carried:
                row = address.rpartition("/")[0].split("/")
                if not _is_rows(address) and self._lies_in(address, chain, len(row)):
                    parent = "/".join(row[: len(chain) - 1])
                    found.setdefault(parent, {})[row[len(chain) - 1]] = None
            for parent, keys in found.items():
                address = _rows_of(parent, self.repeats[chain])
                carried.setdefault(address, " ".join(sorted(keys, key=_number)))

    def defaults(self, carried: dict[str, Answer]) -> None:
        """Give new questions the fixed values a form that is begun now would begin with."""
        met = {question.path for question in self.pairs.values()}
        rows: dict[Chain, list[str]] = {(): [""]}
        for address, keys in list(carried.items()):
            parent, _, name = address.rpartition("/")
            for chain, repeat in self.repeats.items():
                if name == f"{ROWS}{repeat.key}" and len(chain) == _depth(parent) + 1:
                    rows.setdefault(chain, []).extend(
                        f"{parent}/{key}" if parent else key for key in str(keys or "").split()
                    )
        for question in self.new.questions:
            if question.path in met or not question.default:
                continue
            for row in rows.get(self.chains[question.path], ()):
                address = f"{row}/{question.key}" if row else question.key
                carried.setdefault(address, question.default)

    def _lies_in(self, address: str, chain: Chain, depth: int) -> bool:
        question = self.fresh.get(address.rpartition("/")[2])
        within = self.chains[question.path] if question else ()
        return depth >= len(chain) and within[: len(chain)] == chain

    def _free_before(self, chain: Chain) -> bool:
        """A person added the rows of this repeat; without the old version: not all are numbered."""
        repeat = self.old_chains.get(chain)
        if repeat is None or self.known:
            return repeat is not None and repeat.count is None
        return any(
            key != str(place)
            for address, keys in self.state.items()
            if address.rpartition("/")[2] == f"{ROWS}{repeat.key}"
            for place, key in enumerate(str(keys or "").split(), start=1)
        )

    def _fits(self, after: Question, row: str) -> bool:
        """The answer lies as deep in repeats as its question does now, and in rows there will be."""
        chain = self.chains[after.path]
        return len(chain) == _depth(row) and (self.known or self._can_be(chain, row))

    def _can_be(self, chain: Chain, row: str) -> bool:
        """Without the old version only the state says which rows there are; counted ones are numbers."""
        parts = row.split("/") if row else []
        for level, part in enumerate(parts):
            within, repeat = chain[: level + 1], self.repeats[chain[: level + 1]]
            if repeat.count is not None and within not in self.counted:
                if not 0 < row_number(part) <= MOST_ROWS:
                    return False
            elif part not in self._listed(within, "/".join(parts[:level])):
                return False
        return True

    def _chain_of_rows(self, parent: str, key: str) -> Chain:
        depth = _depth(parent) + 1
        found = (
            chain
            for chain, repeat in self.old_chains.items()
            if repeat.key == key and len(chain) == depth
        )
        return next(found, ())

    def _row(self, chain: Chain, row: str) -> str:
        """The key of a row; in a repeat that counts by itself now, its place."""
        parts = row.split("/")
        if not self.counted:
            return row
        made = []
        for level, part in enumerate(parts):
            if chain[: level + 1] in self.counted:
                places = self._places(chain[: level + 1], "/".join(parts[:level]))
                made.append(str(places.get(part, part)))
            else:
                made.append(part)
        return "/".join(made)

    def _listed(self, chain: Chain, parent: str) -> list[str]:
        return str(self.state.get(_rows_of(parent, self.old_chains[chain])) or "").split()

    def _places(self, chain: Chain, parent: str) -> dict[str, int]:
        """Own key -> place, from 1, of the rows of a repeat in one row; looked for once."""
        found = self._placed.get((chain, parent))
        if found is None:
            keys = self._own_keys(chain, parent)
            found = {key: place for place, key in enumerate(keys, start=1)}
            self._placed[chain, parent] = found
        return found

    def _own_keys(self, chain: Chain, parent: str) -> list[str]:
        listed = self._listed(chain, parent)
        prefix = f"{parent}/" if parent else ""
        for address in self.state:
            row = address.rpartition("/")[0]
            if row.startswith(prefix) and len(row) > len(prefix) and not _is_rows(address):
                question = self.old.get(address.rpartition("/")[2])
                after = self.pairs.get(question.key) if question else None
                if after and self.chains[after.path][: len(chain)] == chain:
                    listed.append(row.removeprefix(prefix).split("/")[0])
        return list(dict.fromkeys(listed))

    def _dropped(
        self, address: str, before: Question | None, answer: Answer, reason: DropReason
    ) -> Dropped | None:
        if answer in (None, ""):
            return None
        if before is None:
            return Dropped(address, address.rpartition("/")[2], str(answer), answer, reason)
        text = shown(before, answer, self.languages[0])
        return Dropped(address, label_of(before, self.languages[0]), text, answer, reason)


def _rows_of(parent: str, repeat: Group) -> str:
    """The address under which the rows of a repeat are kept."""
    name = f"{ROWS}{repeat.key}"
    return f"{parent}/{name}" if parent else name


def _depth(row: str) -> int:
    """How many repeats a row lies in, its own among them; 0 for the head."""
    return row.count("/") + 1 if row else 0


def _is_rows(address: str) -> bool:
    return address.rpartition("/")[2].startswith(ROWS)


def _number(key: str) -> tuple[int, str]:
    return (int(key), key) if key.isdecimal() and len(key) < 9 else (10**9, key)
