"""What is wrong with a cell, and the state of one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from juntos_campo.domain.entities import Answer

REQUIRED = "Falta este dato."
INVALID = "Este dato no cumple lo que pide el formulario."
READ_ONLY = "Este dato viene del padrón y no se escribe aquí."


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
        answer: as given; the typed text when it could not be read.
        value: text of the node in the evaluated tree, empty when not relevant or unreadable.
        unreadable: the sentence that says why the text is no answer.
    """

    element: etree._Element
    answer: Answer = None
    value: str = ""
    unreadable: str = ""
    own_relevant: bool = True
    relevant: bool = True
    readonly: bool = False
    required: bool = False
    finding: Finding | None = None
