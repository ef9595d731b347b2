"""What is known before a form of ours is begun: the values of ``bind::jc:known``."""

from __future__ import annotations

from collections.abc import Mapping

from juntos_campo.app.form_roster import document_text
from juntos_campo.app.record_subject import Subject
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import age_text
from juntos_campo.form_engine.definition import Definition, Question

KNOWN = "known"
"""The own column, as `Question.extra` names it."""


def known_values(session: Session, subject: Subject) -> dict[str, Answer]:
    """``household.code`` -> value, of what a record is about; what is not known is left out."""
    values: dict[str, Answer] = {
        "today": session.today.isoformat(),
        "user.name": session.user.full_name,
    }
    household, member = subject.household, subject.member
    if household is not None:
        values |= {
            "household.code": household.code,
            "household.holder": subject.holder,
            "household.phone": household.phone,
            "household.address": household.address,
        }
        if subject.settlement is not None:
            values["household.settlement"] = subject.settlement.name
    if member is not None:
        values |= {
            "member.full_name": member.full_name,
            "member.document": document_text(member),
            "member.birth_date": member.birth_date.isoformat(),
            "member.age": age_text(member.birth_date, session.today),
        }
    if subject.facility is not None:
        values |= {
            "facility.name": subject.facility.name,
            "facility.code": subject.facility.code,
            "facility.head": subject.facility.head,
        }
    if subject.school is not None:
        values |= {"school.name": subject.school.name, "school.code": subject.school.code}
    if subject.settlement is not None:
        values |= {
            "settlement.name": subject.settlement.name,
            "settlement.district": subject.settlement.district,
        }
    return {key: value for key, value in values.items() if value not in (None, "")}


def known_answers(
    definition: Definition, values: Mapping[str, Answer], *, fixed_only: bool = False
) -> dict[str, Answer]:
    """Answers of the head that are known, by address.

    Args:
        fixed_only: only of questions nobody types into: the register's word stays the register's.
    """
    return {
        question.key: values[known]
        for question in definition.columns("")
        if (known := known_name(question)) in values
        and (not fixed_only or question.readonly is not None)
    }


def known_name(question: Question) -> str:
    """What a question is filled from; empty for nothing."""
    return question.extra.get(KNOWN, "")
