"""The shape of a rule pack file (TOML), checked at load. `resources/norms/README.md` explains it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.values import RiskLevel, Sex
from juntos_campo.norms.ages import Age
from juntos_campo.norms.model import Anchor, Profile, SeriesKind, State, Trust


def _age(value: object) -> object:
    return Age.parse(value) if isinstance(value, str) else value


def _service(value: object) -> object:
    if value not in SERVICES:
        raise ValueError(f"unknown service {value!r}")
    return value


AgeField = Annotated[Age, BeforeValidator(_age)]
ServiceField = Annotated[str, BeforeValidator(_service)]


class Strict(BaseModel):
    """Base of every pack model: a field that is not known is a fault, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Header(Strict):
    """What a file is and when it was in force (`until` is its last day)."""

    kind: Literal[
        "services",
        "haemoglobin",
        "risk",
        "growth",
        "education",
        "verification",
        "transfers",
        "packages",
        "indicator",
    ]
    id: str
    title: str
    norm: str
    start: date
    until: date | None = None
    trust: Trust
    source: str
    note: str = ""

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Header:
        if self.until is not None and self.until < self.start:
            raise ValueError("«until» es anterior a «start»")
        return self


class ServicesHeader(Header):
    """Head of a services pack, which may continue another (`norms/continued.py`).

    Attributes:
        extends: id of the pack whose rows go on where this one does not redefine them.
        carried_trust, carried_note: what the rows that go on bear from then on; `carried_trust` is
            left out when they keep their own.
    """

    extends: str = ""
    carried_trust: Trust | None = None
    carried_note: str = ""


class RowModel(Strict):
    """One expected service. What is not given here is inherited from its series."""

    key: Annotated[str, Field(pattern=r"^[A-Z_]+:[A-Za-z0-9]+$")]
    label: str
    number: int = 0
    opens: AgeField
    due: AgeField | None = None
    closes: AgeField | None = None
    earliest: AgeField | None = None
    after: str = ""
    min_gap: AgeField | None = None
    usual_gap: AgeField | None = None
    due_gap: AgeField | None = None
    close_gap: AgeField | None = None
    catch_up: bool = False
    accepts: tuple[ServiceField, ...] = ()
    sex: Sex | None = None
    shown_until: AgeField | None = None
    section: str = ""
    trust: Trust | None = None
    window_trust: Trust | None = None
    closes_trust: Trust | None = None
    start: date | None = None
    until: date | None = None
    note: str = ""


class GapStep(Strict):
    """Minimum gap for a record made before this age (counted from the anchor)."""

    before: AgeField
    gap: AgeField


class SeriesModel(Strict):
    """Rows that are judged together, in order."""

    id: str
    service: ServiceField
    kind: SeriesKind
    anchor: Anchor = Anchor.BIRTH
    profile: Profile = Profile.ANY
    accepts: tuple[ServiceField, ...] = ()
    min_gap: AgeField | None = None
    gap_steps: tuple[GapStep, ...] = ()
    person_from: AgeField | None = None
    person_until: AgeField | None = None
    ends: AgeField | None = None
    ends_unstarted: AgeField | None = None
    shown_until: AgeField
    section: str
    trust: Trust
    window_trust: Trust | None = None
    closes_trust: Trust | None = None
    start: date | None = None
    until: date | None = None
    note: str = ""
    rows: Annotated[tuple[RowModel, ...], Field(min_length=1)]


class ServicesPack(Strict):
    """A pack that continues another may have no series of its own: it carries every row on."""

    pack: ServicesHeader
    series: Annotated[tuple[SeriesModel, ...], Field(validate_default=True)] = ()

    @field_validator("series")
    @classmethod
    def _says_something(
        cls, series: tuple[SeriesModel, ...], info: ValidationInfo
    ) -> tuple[SeriesModel, ...]:
        head = info.data.get("pack")
        if not series and not (head is not None and head.extends):
            raise ValueError("hace falta al menos una serie [[series]]")
        return series


class AltitudeBandModel(Strict):
    from_m: int
    to_m: int
    subtract: float
    trust: Trust | None = None


class CutoffModel(Strict):
    """Cut-offs in g/dL after adjustment. `none`: no anaemia from here (`strict`: only above it).

    `mild` and `moderate` are where those grades begin; below `moderate` it is severe. Without them
    the norm does not grade anaemia in this group.
    """

    key: str
    label: str
    who: Literal["child", "preterm", "pregnant", "puerpera"]
    opens: AgeField | None = None
    closes: AgeField | None = None
    trimester: Annotated[int, Field(ge=1, le=3)] | None = None
    sex: Sex | None = None
    none: float
    strict: bool = False
    mild: float | None = None
    moderate: float | None = None
    section: str = ""
    trust: Trust | None = None
    note: str = ""


class HaemoglobinPack(Strict):
    pack: Header
    altitude_section: str
    cutoff_section: str
    altitude: Annotated[tuple[AltitudeBandModel, ...], Field(min_length=1)]
    cutoffs: Annotated[tuple[CutoffModel, ...], Field(min_length=1)]


class PointsModel(Strict):
    """Points that one condition adds to a member's risk; `reason` is the Spanish sentence.

    A missing service counts in the first row that names it by service or key.
    """

    key: str
    services: tuple[ServiceField, ...] = ()
    keys: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    days_from: int = 0
    days_until: int | None = None
    points: int
    most: int | None = None
    reason: str


class LevelModel(Strict):
    level: RiskLevel
    from_points: int


class AlertModel(Strict):
    """Which missing service becomes an alert, and how urgent. The first row that fits rules.

    `recovers`: only for a service that makes up for a lost one. `latest`: of several that fit, only
    the last one due makes an alert. `except_services`: what a row for all services leaves out.
    """

    key: str
    services: tuple[ServiceField, ...] = ()
    keys: tuple[str, ...] = ()
    states: Annotated[tuple[State, ...], Field(min_length=1)]
    days_from: int = 0
    days_until: int | None = None
    days_left: int | None = None
    recovers: bool = False
    latest: bool = False
    except_services: tuple[ServiceField, ...] = ()
    level: RiskLevel


class SilentModel(Strict):
    """Services that are listed and recorded, but make neither alert nor points, and why."""

    services: Annotated[tuple[ServiceField, ...], Field(min_length=1)]
    reason: str


class AnaemiaGradeModel(Strict):
    """What a grade of anaemia weighs; `treated` is the level once iron was given after it."""

    grade: Literal["mild", "moderate", "severe", "ungraded"]
    points: Annotated[int, Field(ge=0)]
    level: RiskLevel
    treated: RiskLevel


class AnaemiaRulesModel(Strict):
    within_days: Annotated[int, Field(ge=1)]
    grades: tuple[AnaemiaGradeModel, ...]


class RiskPack(Strict):
    pack: Header
    silent: tuple[SilentModel, ...] = ()
    anaemia: AnaemiaRulesModel = AnaemiaRulesModel(within_days=183, grades=())
    service_points: tuple[PointsModel, ...]
    member_points: dict[str, int]
    household_points: dict[str, int]
    levels: Annotated[tuple[LevelModel, ...], Field(min_length=1)]
    alerts: tuple[AlertModel, ...]
    alert_until: AgeField
    full_until: AgeField
