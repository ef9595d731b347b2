"""``rank LIST``: the entries of a choice list put in order, typed ``b, a, c``; the first comes first."""

from __future__ import annotations

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import QuestionType, Reading
from juntos_campo.form_engine.question_types.select_multiple import read_names
from juntos_campo.form_engine.question_types.select_one import label_of


class RankType(QuestionType):
    name = "rank"
    takes_list = True

    def read(self, text: str, reading: Reading) -> Answer:
        return " ".join(read_names(text, reading))

    def show(self, answer: Answer, reading: Reading) -> str:
        return ", ".join(label_of(name, reading) for name in str(answer or "").split())
