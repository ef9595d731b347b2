"""What is known of education, verification, transfers and packages under one norm, compiled.

The directive of verification could not be read (`resources/norms/README.md`): all of this is data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from juntos_campo.norms.model import Trust


@dataclass(frozen=True, slots=True)
class EducationRules:
    start: date
    norm: str
    trust: Trust


@dataclass(frozen=True, slots=True)
class VerificationRules:
    start: date
    norm: str
    trust: Trust


@dataclass(frozen=True, slots=True)
class TransferRules:
    start: date
    norm: str
    trust: Trust


@dataclass(frozen=True, slots=True)
class Package:
    key: str
    label: str
