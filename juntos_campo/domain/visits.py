"""Paths of the answers of a visit: how one field of a visit is named everywhere.

A path is stable between versions of a visit and between laptops, so that a draft resumes, a
coordinator's comment points, and two versions are compared by it.

    attended_by                               member id, or "other"
    modality                                  `Modality`
    member/<member id>/service/<key>          ISO date of a service copied from the health card;
                                              `key` is the key of a due service, e.g. CRED:6m, IPV:1, HB:6m;
                                              a bare code (CRED, HB) is one that no rule expects now
    member/<member id>/hb                     haemoglobin observed, g/dL
    member/<member id>/weight_kg, height_cm   measured
    member/<member id>/attends                school attendance as told: "yes", "sometimes", "no"
    member/<member id>/topics                 ids of the orientation cards talked about
    member/<member id>/note                   free text
    member/<member id>/q/<key>                answer to a question of the form `visita` (forms/visita.md)
    household/q/<key>                         the same for the household; with modality "phone" also
                                              those of the form `visita_telefonica`
    questions                                 the forms the questions are of: "visita/2026.11.1 ..."
    commitment/<commitment id>                `CommitmentState` found at this visit
    new_commitment/<member id>/<n>            text agreed; <member id> is "household" for all of them
    change/<n>/kind, change/<n>/member, change/<n>/detail
    mark                                      "signature" (drawn here), "paper" (signed on paper),
                                              "fingerprint" (on paper), "refused", "absent"
    signature                                 the drawn strokes: points "x,y" in thousandths of the
                                              pad's width joined by one space, strokes by ";"
    next_visit_on                             ISO date
    note                                      free text
"""

from __future__ import annotations

HOUSEHOLD = "household"
"""Stands for a member id where something concerns everybody."""

QUESTIONS = "questions"
"""Path of the forms, and their versions, that the questions are of."""


def questions_prefix(subject: str) -> str:
    """Beginning of the paths of the questions asked of a member, or of the household."""
    return f"{HOUSEHOLD}/q" if subject == HOUSEHOLD else f"member/{subject}/q"


def question_of(path: str) -> tuple[str, str] | None:
    """Member id (or `HOUSEHOLD`) and question of a path; None for a path of anything else."""
    head, *rest = path.split("/", 3)
    if head == HOUSEHOLD and len(rest) == 2 and rest[0] == "q":
        return HOUSEHOLD, rest[1]
    if head == "member" and len(rest) == 3 and rest[1] == "q":
        return rest[0], rest[2]
    return None


def service_path(member_id: str, key: str) -> str:
    return f"member/{member_id}/service/{key}"


def member_path(member_id: str, name: str) -> str:
    return f"member/{member_id}/{name}"


def commitment_path(commitment_id: str) -> str:
    return f"commitment/{commitment_id}"


def new_commitment_path(member_id: str, number: int) -> str:
    return f"new_commitment/{member_id}/{number}"


def change_path(number: int, name: str) -> str:
    return f"change/{number}/{name}"
