"""The one way from the fields to the desk: writing, rows, undo, and what the disk refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from juntos_campo.app.form_desk import FormDesk
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.errors import JuntosError
from juntos_campo.form_engine.session import Session


@dataclass(slots=True)
class RowCopy:
    """A row that was taken away: what was given in it, and in the rows that lay in it.

    Attributes:
        before: the row it stood before; "" for the last.
    """

    repeat: str
    within: str
    row: str
    before: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    nested: list[RowCopy] = field(default_factory=list)


class FormWriter(QObject):
    """Writes what fields and grids hold; every step can be undone.

    Attributes:
        wrote: a durable write; the addresses to paint anew.
        rows_changed: a repeat has other rows; (name of the repeat, row it lies in).
        failed: nothing was written; the error.
        pending: what the desk refused so far; tried again with the next write.
        refused: the desk refused a step of undo or redo that is on its way.
    """

    wrote = Signal(object)
    rows_changed = Signal(str, str)
    failed = Signal(object)

    def __init__(self, desk: FormDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.undo_stack = QUndoStack(self)
        self.pending: dict[str, Answer] = {}
        self._aliases: dict[str, str] = {}
        self._typing: _Written | None = None
        self._typing_index = -1
        self.refused = False

    @property
    def form(self) -> Session:
        return self.desk.form

    # -- cells ----------------------------------------------------------------------------------

    def write(self, changes: Mapping[str, Answer], what: str, *, typing: bool = False) -> bool:
        """Write cells as one step.

        Args:
            what: the step in words, for undo.
            typing: more of it may follow; what is written in one go at a field is one step.

        Returns:
            False: the desk refused; `failed` said why.
        """
        given = self.form.given
        wanted = {
            address: answer
            for address, answer in changes.items()
            if address in self.pending or as_text(given(address)) != as_text(answer)
        }
        if wanted:
            everything = self.pending | wanted
            before = {address: given(address) for address in everything}
            written = self._put(everything, wanted)
            if not written:
                self.pending = everything
                return False
            self._remember({one: before[one] for one in written}, written, what)
        if not typing:
            self._typing = None
        return True

    # -- undo -----------------------------------------------------------------------------------

    def undo(self) -> None:
        """Take the last step back; where the disk refuses, it stays taken."""
        self._travel(self.undo_stack.undo)

    def redo(self) -> None:
        """Take a step again that was taken back."""
        self._travel(self.undo_stack.redo)

    def _travel(self, step: Callable[[], None]) -> None:
        self._typing = None
        index = self.undo_stack.index()
        step()
        if self.refused:
            self.undo_stack.setIndex(index)  # nothing moves: steps do nothing while it is refused
            self.refused = False

    def replay(self, changes: Mapping[str, Answer]) -> None:
        """Write what undo or redo brings back."""
        now = {self._now_at(address): answer for address, answer in changes.items()}
        if not self._put(now, now):
            self.refused = True

    def _remember(self, before: dict[str, Answer], after: dict[str, Answer], what: str) -> None:
        same_field = (
            self._typing is not None
            and self._typing_index == self.undo_stack.index()
            and self._typing.after.keys() == after.keys()
        )
        if same_field and self._typing is not None:
            self._typing.after = after
            return
        step = _Written(self, before, after, what)
        self.undo_stack.push(step)
        self._typing, self._typing_index = step, self.undo_stack.index()

    def _put(self, everything: dict[str, Answer], changes: dict[str, Answer]) -> dict[str, Answer]:
        """Write what waited as well; should that be what is refused, at least what is new.

        Returns:
            What was written; nothing when it was refused.
        """
        written, touched = everything, frozenset[str]()
        try:
            touched = self.desk.write(everything)
        except JuntosError as error:
            written = {} if len(everything) == len(changes) else changes
            try:
                touched = self.desk.write(changes) if written else touched
            except JuntosError:
                written = {}
            if not written:
                self.failed.emit(error)
                return {}
        for address in written:
            self.pending.pop(address, None)
        self.wrote.emit(touched | frozenset(written))
        return written

    def retry(self) -> bool:
        """Write what was refused before, whatever its field; False when it is refused again."""
        waiting = dict(self.pending)
        return not waiting or bool(self._put(waiting, waiting))

    # -- rows -----------------------------------------------------------------------------------

    def add_row(self, repeat: str, within: str = "") -> str | None:
        """Append a row; its path, or None when the desk refused."""
        self._typing = None
        row = self._add(repeat, within)
        if row is not None:
            self.undo_stack.push(_Added(self, repeat, within, row))
        return row

    def remove_row(self, repeat: str, within: str, row: str) -> bool:
        """Take a row away with all it holds; undo brings it back."""
        self._typing = None
        copy = self._copy(repeat, within, row)
        if not self._remove(repeat, row, within):
            return False
        self.undo_stack.push(_Removed(self, copy))
        return True

    def _add(self, repeat: str, within: str, before: str = "") -> str | None:
        there = set(self.form.rows(repeat, within))
        try:
            _, touched = self.desk.add_row(repeat, within, before=before)
        except JuntosError as error:
            self.failed.emit(error)
            return None
        row = next(one for one in self.form.rows(repeat, within) if one not in there)
        self.rows_changed.emit(repeat, within)
        self.wrote.emit(frozenset(touched))
        return row

    def _remove(self, repeat: str, row: str, within: str) -> bool:
        try:
            touched = self.desk.remove_row(repeat, row)
        except JuntosError as error:
            self.failed.emit(error)
            return False
        for address in [one for one in self.pending if one.startswith(f"{row}/")]:
            del self.pending[address]
        self.rows_changed.emit(repeat, within)
        self.wrote.emit(frozenset(touched))
        return True

    def take_back(self, row: RowCopy) -> None:
        """Remove a row as a step of undo or redo."""
        if not self._remove(row.repeat, row.row, row.within):
            self.refused = True

    def _copy(self, repeat: str, within: str, row: str) -> RowCopy:
        definition, form = self.form.definition, self.form
        path = next(group.path for group in definition.repeats if group.key == repeat)
        copy = RowCopy(repeat, within, row, form.row_behind(repeat, row))
        for question in definition.columns(path):
            answer = form.given(f"{row}/{question.key}")
            if question.type.answerable and as_text(answer):
                copy.answers[f"{row}/{question.key}"] = answer
        for inner in definition.repeats:
            if inner.path != path and _repeat_above(form, inner.parent) == path:
                copy.nested += [
                    self._copy(inner.key, row, one) for one in form.rows(inner.key, row)
                ]
        return copy

    def _restore(self, copy: RowCopy) -> None:
        self._bring_rows(copy)
        answers = {self._now_at(at): answer for at, answer in _answers_of(copy).items()}
        if answers and not self._put(answers, answers):
            self.refused = True

    def _bring_rows(self, copy: RowCopy) -> None:
        within = self._row_now(copy.within)
        row = self._add(copy.repeat, within, self._row_now(copy.before))
        if row is None:
            self.refused = True
            return
        own = copy.row.rpartition("/")[2]
        self._alias(f"{within}/{own}" if within else own, row)
        for one in copy.nested:
            if self.form.can_add(one.repeat, row):
                self._bring_rows(one)

    # -- rows that came back under another key ----------------------------------------------------

    def _alias(self, was: str, now: str) -> None:
        self._aliases.pop(now, None)
        if was != now:
            self._aliases[was] = now

    def _row_now(self, row: str) -> str:
        """The path a row has now, when it or one it lies in was taken away and brought back."""
        parts = row.split("/") if row else []
        path = ""
        for part in parts:
            path = f"{path}/{part}" if path else part
            while path in self._aliases:
                path = self._aliases[path]
        return path

    def _now_at(self, address: str) -> str:
        row, _, key = address.rpartition("/")
        return f"{self._row_now(row)}/{key}" if row else address


def as_text(answer: Answer) -> str:
    """An answer as text; "" for none."""
    return "" if answer is None else str(answer)


def _answers_of(copy: RowCopy) -> dict[str, Answer]:
    found = dict(copy.answers)
    for one in copy.nested:
        found |= _answers_of(one)
    return found


def _repeat_above(form: Session, path: str) -> str:
    """The repeat a group path is or lies in; "" for none."""
    node = form.definition.nodes[path]
    return node.repeat


class _Step(QUndoCommand):
    """A step that was taken before it was pushed: the first `redo`, by the push, does nothing."""

    def __init__(self, writer: FormWriter, what: str) -> None:
        super().__init__(what)
        self._writer = writer
        self._taken = True

    def redo(self) -> None:
        if not self._taken and not self._writer.refused:
            self.again()
        self._taken = False

    def undo(self) -> None:
        if not self._writer.refused:
            self.back()

    def again(self) -> None:
        raise NotImplementedError

    def back(self) -> None:
        raise NotImplementedError


class _Written(_Step):
    def __init__(
        self,
        writer: FormWriter,
        before: dict[str, Answer],
        after: dict[str, Answer],
        what: str,
    ) -> None:
        super().__init__(writer, what)
        self.before, self.after = before, after

    def again(self) -> None:
        self._writer.replay(self.after)

    def back(self) -> None:
        self._writer.replay(self.before)


class _Added(_Step):
    def __init__(self, writer: FormWriter, repeat: str, within: str, row: str) -> None:
        super().__init__(writer, writer.tr("agregar una fila"))
        self._copy = RowCopy(repeat, within, row)

    def again(self) -> None:
        self._writer._restore(self._copy)

    def back(self) -> None:
        copy, now = self._copy, self._writer._row_now
        self._copy = self._writer._copy(copy.repeat, now(copy.within), now(copy.row))
        self._writer.take_back(self._copy)


class _Removed(_Step):
    def __init__(self, writer: FormWriter, copy: RowCopy) -> None:
        super().__init__(writer, writer.tr("quitar una fila"))
        self._copy = copy

    def again(self) -> None:
        copy, now = self._copy, self._writer._row_now
        self._writer.take_back(RowCopy(copy.repeat, now(copy.within), now(copy.row)))

    def back(self) -> None:
        self._writer._restore(self._copy)
