"""What the subject of a draft of ours says: ``form|about|id``, or ``form|record|id`` of a correction."""

from __future__ import annotations

from dataclasses import dataclass

from juntos_campo.app.record_subject import About
from juntos_campo.store.drafts import Draft

CORRECTION = "record"
"""Second part of the draft subject of a correction: ``form|record|id``."""


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """What a draft's subject says.

    Attributes:
        about, subject_id: what it is about; of a correction the record says it.
        record_id: the record it corrects; empty for a first version.
    """

    form_id: str
    about: About = About.NONE
    subject_id: str = ""
    record_id: str = ""


def draft_place(draft: Draft) -> DraftPlace:
    """Form and subject of a draft of ours."""
    form_id, about, key = (*draft.subject.split("|", 2), "", "")[:3]
    if about == CORRECTION:
        return DraftPlace(form_id, record_id=key)
    known = About(about) if about in list(About) else About.NONE
    return DraftPlace(form_id, known, "" if known is About.NONE else key)
