"""What is wrong with a cell, and the state of one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import Choice

REQUIRED = "Falta este dato."
INVALID = "Este dato no cumple lo que pide el formulario."
NOT_LISTED = "Esto no está en la lista, o ya no está: elija otra vez."
TOO_MANY = "Son demasiadas filas: el formulario muestra hasta 500. Corrija este número."
FORMULA = (
    "Una fórmula de este dato no se pudo calcular con lo que está escrito. "
    "Revise los datos de los que depende; si están bien, avise a la oficina."
)


class FindingKind(StrEnum):
    """FORMAT: not readable as an answer; CONSTRAINT: readable but refused; REQUIRED: missing."""

    FORMAT = "format"
    CONSTRAINT = "constraint"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one cell; `message` is the Spanish sentence."""

    address: str
    kind: FindingKind
    message: str

    @property
    def is_error(self) -> bool:
        """False: only missing so far."""
        return self.kind is not FindingKind.REQUIRED


@dataclass(slots=True)
class Cell:
    """State of one question (or group) instance.

    Attributes:
        answer: as given; the typed text when it could not be read; what a calculation that is kept gave.
        value: text of the node in the evaluated tree, empty when not relevant or unreadable.
        unreadable: the sentence that says why the text is no answer.
        counted: the node bears no mark that it does not apply.
        failed: its relevance or calculation could not be computed.
        choices: what may be chosen, once somebody asked; None before.
    """

    element: etree._Element
    answer: Answer = None
    value: str = ""
    unreadable: str = ""
    own_relevant: bool = True
    relevant: bool = True
    readonly: bool = False
    required: bool = False
    counted: bool = True
    failed: bool = False
    choices: tuple[Choice, ...] | None = None
    finding: Finding | None = None
