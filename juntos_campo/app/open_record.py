"""One of our forms on somebody's table. Every write is on disk before it returns."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath

from juntos_campo.app.form_changes import VERSION
from juntos_campo.app.form_known import known_name
from juntos_campo.app.record_problems import (
    CELL_FROM_REGISTER,
    FILE_EMPTY,
    FILE_KIND,
    FILE_TOO_BIG,
    OTHER_DRAFT_OPEN,
    RECORD_NOT_OPEN,
)
from juntos_campo.app.record_subject import Subject
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Answer, FieldRecord, Member
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.identity import normalise_dni
from juntos_campo.domain.spanish import paper_date
from juntos_campo.form_engine.answering import ROWS
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.session import Session as FormSession
from juntos_campo.store.attachments import get_attachment, put_attachment
from juntos_campo.store.drafts import has_draft, save_answers, start_draft

DRAFT_KIND = "field_record"
MOST_BYTES = 5 * 1024 * 1024
MEDIA = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
}
"""What is kept: photos, signatures and scanned papers."""
_MOST_ROUNDS = 5
_DNI_KEY = re.compile(r"(^|_)(dni|documento)(_|$)")


@dataclass(slots=True)
class OpenRecord:
    """A record being filled in; a `form_desk.FormDesk`.

    Attributes:
        id: of the draft, and of the record once it is closed.
        draft_subject: names it among the drafts.
        definition: the form in force, or the one the record it corrects was made with.
        known: address -> what the register says.
        begun: something is on disk; None until the first write.
        corrects: the closed record this draft corrects; None for a first version.
        news: what changed in the form since the draft was begun and what it has no place for any
            more, as sentences.
    """

    session: Session
    id: str
    draft_subject: str
    definition: Definition
    subject: Subject
    form: FormSession
    known: dict[str, Answer]
    begun: datetime | None = None
    corrects: FieldRecord | None = None
    news: tuple[str, ...] = ()
    _saved: dict[str, Answer] = field(default_factory=dict)
    _strangers: dict[str, bool] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.definition.title

    # -- writing -------------------------------------------------------------------------------

    def write(self, changes: Mapping[str, Answer]) -> frozenset[str]:
        """Answer cells; see `FormDesk`.

        Raises:
            UserError: RCD-008 a cell is not typed into, RCD-003 the draft was closed elsewhere,
                RCD-014 another was begun elsewhere, STO-008. Nothing changed then.
        """
        self._check_open()
        for address in changes:
            if self.form.readonly(address):
                raise user_error(CELL_FROM_REGISTER)
        before = self.form.state()
        touched = self.form.set_many(changes)
        if self.begun is None and self.form.state() == before:
            return touched  # a field that was only looked at begins no draft
        try:
            self._save()
        except Exception:
            self._put_back(before)
            raise
        return touched

    def add_row(
        self, repeat: str, within: str = "", *, before: str = ""
    ) -> tuple[str, frozenset[str]]:
        """Add a row, last or before another; see `FormDesk`."""
        self._check_open()
        key = self._new_key(repeat, within)
        touched = self.form.add_row(repeat, key, within, before=before)
        row = f"{within}/{key}" if within else key
        try:
            self._save()
        except Exception:
            self.form.remove_row(repeat, row)
            raise
        return row, touched

    def remove_row(self, repeat: str, row: str) -> frozenset[str]:
        """Take a row away with its answers; see `FormDesk`."""
        self._check_open()
        before = self.form.state()
        behind = self.form.row_behind(repeat, row)
        touched = self.form.remove_row(repeat, row)
        try:
            self._save()
        except Exception:
            self._bring_back(repeat, row, behind, before)
            raise
        return touched

    def _bring_back(self, repeat: str, row: str, behind: str, before: dict[str, Answer]) -> None:
        """A row that was taken away where it stood, with the rows in it, outer ones first."""
        within, _, key = row.rpartition("/")
        self.form.add_row(repeat, key, within, before=behind)
        held = {path: one for path, one in before.items() if path.startswith(f"{row}/")}
        for depth in sorted({path.count("/") for path in held}):
            level = {path: one for path, one in held.items() if path.count("/") == depth}
            there = {one for name in self._repeats() for one in self.form.rows(name)}
            answers = {
                path: one
                for path, one in level.items()
                if ROWS not in path and path.rpartition("/")[0] in there
            }
            self.form.set_many(answers)
            for path, keys in level.items():
                outer, _, name = path.rpartition("/")
                name = name.removeprefix(ROWS)
                if ROWS in path and self.form.can_add(name, outer):
                    for one in str(keys).split():
                        self.form.add_row(name, one, outer)

    def _repeats(self) -> tuple[str, ...]:
        return tuple(group.key for group in self.definition.repeats)

    def _put_back(self, before: dict[str, Answer]) -> None:
        """Answers as they were; an answer put back may set another one off, which is put back then."""
        for _ in range(_MOST_ROUNDS):
            now = self.form.state()
            paths = [path for path in (*before, *now) if now.get(path) != before.get(path)]
            if not paths:
                return
            self.form.set_many({path: before.get(path) for path in paths})

    def _new_key(self, repeat: str, within: str) -> str:
        """A key no row of the repeat has, nor had: a removed row must not come back as another."""
        taken = {row.rpartition("/")[2] for row in self.form.rows(repeat, within)}
        while (key := self.session.ids()[-6:]) in taken:
            pass
        return key

    def _check_open(self) -> None:
        if self.begun is not None and not has_draft(self.session.store, self.id):
            raise user_error(RECORD_NOT_OPEN)

    def _save(self) -> None:
        """Put what changed on disk; the first time everything, with the version of the form."""
        state = self.form.state()
        now = self.session.clock.now()
        store = self.session.store
        if self.begun is None:
            draft = start_draft(
                store,
                draft_id=self.id,
                kind=DRAFT_KIND,
                subject=self.draft_subject,
                author=self.session.user.name,
                now=now,
                answers={**state, VERSION: self.definition.version},
            )
            if draft.id != self.id:
                raise user_error(OTHER_DRAFT_OPEN)
            self.begun = now
        else:
            changed: dict[str, Answer] = {
                path: answer for path, answer in state.items() if self._saved.get(path) != answer
            }
            changed.update((path, None) for path in self._saved if path not in state)
            if changed:
                save_answers(store, self.id, changed, now)
        self._saved = state

    # -- looking -------------------------------------------------------------------------------

    def remark(self, address: str) -> str:
        """What contradicts the register in a cell, as a sentence; "" for nothing."""
        answer = self.form.answer(address)
        if answer in (None, ""):
            return ""
        return self._other_person(address, str(answer)) or self._unlike_known(address, answer)

    def _unlike_known(self, address: str, answer: Answer) -> str:
        question = self.form.question(address)
        if question.type.is_date and self.subject.member is not None:
            birth = self.subject.member.birth_date
            if known_name(question) != "member.birth_date" and _is_before(str(answer), birth):
                return f"Revise: es anterior a su nacimiento, el {paper_date(birth)}."
        known = self.known.get(address)
        if known is None or known_name(question) == "today" or str(known) == str(answer):
            return ""
        shown = question.type.show(known, self.form.reading(question))
        return f"Revise: el padrón dice {shown}. Si lo escrito es correcto, déjelo así."

    def _other_person(self, address: str, text: str) -> str:
        """The DNI typed belongs to somebody of another household."""
        if not _DNI_KEY.search(self.form.question(address).name):
            return ""
        number = normalise_dni(text)
        if number is None:
            return ""
        if number not in self._strangers:
            own = self.subject.household.id if self.subject.household else ""
            found = self.session.store.find(Member, document_number=number)
            self._strangers[number] = any(one.household_id != own for one in found)
        if not self._strangers[number]:
            return ""
        return "Revise: en el padrón ese documento es de una persona de otro hogar de esta computadora."

    # -- files ---------------------------------------------------------------------------------

    def keep_file(self, name: str, data: bytes) -> str:
        """Keep a photo, signature or scanned paper.

        Raises:
            UserError: RCD-010 it is over 5 MB, RCD-011 it is of another kind, RCD-012 it is empty,
                STO-008.
        """
        if not data:
            raise user_error(FILE_EMPTY, name=name)
        if len(data) > MOST_BYTES:
            size = f"{len(data) / 1024 / 1024:.1f}"
            raise user_error(FILE_TOO_BIG, name=name, size=size, most=MOST_BYTES // 1024 // 1024)
        media = mimetypes.guess_type(PurePath(name).name.lower())[0] or ""
        if media not in MEDIA:
            raise user_error(FILE_KIND, name=name, kinds=" o ".join(sorted(MEDIA.values())))
        return put_attachment(self.session.store, name, media, data, self.session.clock.now())

    def file(self, answer: str) -> bytes | None:
        """The bytes an answer names; None when this laptop does not have them."""
        found = get_attachment(self.session.store, answer)
        return found.data if found else None

    def remember(self, state: Mapping[str, Answer]) -> None:
        """`state` is what the disk holds."""
        self._saved = dict(state)


def _is_before(text: str, day: date) -> bool:
    try:
        return date.fromisoformat(text[:10]) < day
    except ValueError:
        return False
