"""Definition sheets: what each indicator means, as data (``resources/indicators``)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from juntos_campo.central.indicators.formulas import FORMULAS, GROUPS
from juntos_campo.central.indicators.periods import Period, PeriodKind
from juntos_campo.central.indicators.problems import SHEET_TWICE, SHEET_UNREADABLE
from juntos_campo.central.indicators.standings import Group
from juntos_campo.domain.errors import user_error
from juntos_campo.norms import toml_files
from juntos_campo.norms.explain import NO_SOURCE
from juntos_campo.norms.model import Trust


class Level(StrEnum):
    """Whose figures a row tells; the values are what the reports write."""

    NATION = "nacional"
    DEPARTMENT = "departamento"
    UNIT = "unidad"
    ZONE = "zona"
    FIELD_WORKER = "gestor"
    DISTRICT = "distrito"
    FACILITY = "establecimiento"


PERIOD_WORDS = {
    PeriodKind.MONTH: "mes",
    PeriodKind.BIMESTER: "bimestre",
    PeriodKind.QUARTER: "trimestre",
    PeriodKind.YEAR: "año",
}
"""Spanish, after "por"."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reference(_Model):
    """A figure somebody published. `comparable`: it was counted as this sheet counts."""

    text: str = Field(min_length=1)
    source: str = Field(min_length=1)
    comparable: bool = False


class Sheet(_Model):
    """The definition of one indicator; every text is Spanish.

    Attributes:
        code: names it in files and reports, stable.
        version: raised with every change of meaning: kept values of before are computed again.
        asked: what of the coordinators' list (`domain.md` Q) it answers, in that list's words.
        purpose: what it is for.
        formula: which statement counts it (`formulas.FORMULAS`); empty: it cannot be computed yet.
        lacks: why not, and which data is missing; empty for one that can be computed.
        better: whether more or less of it is good; ``none``: neither.
        source, trust: of the definition, not of the data.
        limits: what the data cannot say.
    """

    code: str = Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=64)
    version: int = Field(ge=1)
    name: str = Field(min_length=1, max_length=120)
    asked: tuple[str, ...] = ()
    purpose: str = Field(min_length=1)
    numerator: str = Field(min_length=1)
    denominator: str = Field(min_length=1)
    includes: str = ""
    excludes: str = ""
    period: PeriodKind
    levels: tuple[Level, ...] = Field(min_length=1)
    unit: str = Field(min_length=1)
    better: Literal["more", "less", "none"]
    source: str = Field(min_length=1)
    trust: Trust
    limits: str = Field(min_length=1)
    formula: str = ""
    lacks: str = ""
    references: tuple[Reference, ...] = ()

    @model_validator(mode="after")
    def _either_formula_or_reason(self) -> Sheet:
        if bool(self.formula) == bool(self.lacks):
            raise ValueError("hace falta formula, o lacks, y no ambas")
        if self.formula and self.formula not in FORMULAS:
            raise ValueError(f"no existe la formula {self.formula}")
        return self

    @property
    def is_computed(self) -> bool:
        return bool(self.formula)

    @property
    def group(self) -> Group | None:
        """Which verdicts of the norms it adds up; None: none."""
        return GROUPS.get(self.formula)

    @property
    def trust_text(self) -> str:
        """Spanish: how far the definition is backed."""
        return "con fuente" if self.trust.is_official else NO_SOURCE

    def fits(self, period: Period) -> bool:
        return period.kind is self.period


def load_sheets(folder: Path) -> tuple[Sheet, ...]:
    """Every sheet of a folder, in the order of their codes.

    Raises:
        UserError: IND-001, IND-002.
    """
    found: dict[str, tuple[Sheet, str]] = {}
    for path in sorted(folder.glob("*.toml")):
        sheet = _read(path)
        if sheet.code in found:
            other = found[sheet.code][1]
            raise user_error(SHEET_TWICE, file=path.name, other=other, code=sheet.code)
        found[sheet.code] = (sheet, path.name)
    return tuple(found[code][0] for code in sorted(found))


def computed(sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """Those that have a formula."""
    return tuple(one for one in sheets if one.is_computed)


def _read(path: Path) -> Sheet:
    text = toml_files.read_file(path, SHEET_UNREADABLE)
    data: dict[str, Any] = toml_files.parse(text, path.name, SHEET_UNREADABLE)
    try:
        return Sheet.model_validate(data)
    except ValidationError as error:
        where = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or 'ficha'}: {one['msg']}" for one in error.errors()
        )
        raise user_error(SHEET_UNREADABLE, file=path.name, detail=where) from None
