"""What a coordinator has written about a record and not sent: on disk as soon as it is typed."""

from __future__ import annotations

from dataclasses import dataclass, field

from juntos_campo.app.session import Session
from juntos_campo.store.drafts import Draft, find_draft, save_answers, start_draft

KIND = "review"
_GENERAL = "general"
_FIELD = "field/"


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """Comments begun. `fields`: path -> comment."""

    comment: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.comment or self.fields)


def review_draft(session: Session, record_id: str) -> ReviewDraft:
    """The comments begun about a record."""
    draft = find_draft(session.store, KIND, record_id)
    if draft is None:
        return ReviewDraft()
    answers = {path: str(text) for path, text in draft.answers.items() if text}
    return ReviewDraft(
        answers.get(_GENERAL, ""),
        {
            path.removeprefix(_FIELD): text
            for path, text in answers.items()
            if path.startswith(_FIELD)
        },
    )


def write_comment(session: Session, record_id: str, path: str, text: str) -> None:
    """Put a comment on disk; `path` "" is about the whole record, an empty text takes it away.

    Raises:
        UserError: STO-008 the disk refuses.
    """
    draft = find_draft(session.store, KIND, record_id)
    if draft is None:
        if not text.strip():
            return
        draft = _begin(session, record_id)
    name = f"{_FIELD}{path}" if path else _GENERAL
    save_answers(session.store, draft.id, {name: text.strip() or None}, session.clock.now())


def draft_id(session: Session, record_id: str) -> str:
    """Id of the draft, to be discarded with the decision; empty when there is none."""
    draft = find_draft(session.store, KIND, record_id)
    return draft.id if draft else ""


def _begin(session: Session, record_id: str) -> Draft:
    return start_draft(
        session.store,
        draft_id=session.ids(),
        kind=KIND,
        subject=record_id,
        author=session.user.name,
        now=session.clock.now(),
    )
