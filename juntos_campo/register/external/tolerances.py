"""How far apart two records may be and still be the same: data, in ``resources/imports``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from juntos_campo import paths
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.services import SERVICES
from juntos_campo.register.external.layouts import Strict, Trust, fault_words
from juntos_campo.register.external.problems import LAYOUT_FAULTY

FILE = "tolerancias.toml"


class _Exception(Strict):
    services: tuple[str, ...]
    days: int | None = Field(default=None, ge=0)
    near_days: int | None = Field(default=None, ge=0)
    numbered_days: int | None = Field(default=None, ge=0)
    value: float | None = Field(default=None, ge=0)


class ServiceTolerance(Strict):
    """Of one service.

    Attributes:
        days: so far apart it is still the same service, confirmed.
        near_days: so far apart it is the same service with another date; farther, two services.
        numbered_days: the same for two records of one number, where it is more than `near_days`.
        value: so far apart two results are the same, in the unit of the result.
    """

    days: int = Field(ge=0)
    near_days: int = Field(ge=0)
    numbered_days: int = Field(ge=0)
    value: float = Field(ge=0)


class _Services(ServiceTolerance):
    of: tuple[_Exception, ...] = ()


class _Schooling(Strict):
    enrolment_days: int = Field(ge=0)
    attendance_points: float = Field(ge=0)


class _Payments(Strict):
    soles: float = Field(ge=0)


class _File(Strict):
    trust: Trust
    source: str
    services: _Services
    schooling: _Schooling
    payments: _Payments


class Tolerances(Strict):
    """Every tolerance; `trust` and `source` say where they come from."""

    trust: Trust
    source: str
    service: ServiceTolerance
    services: Mapping[str, ServiceTolerance]
    enrolment_days: int
    attendance_points: float
    soles: float

    def of(self, service: str) -> ServiceTolerance:
        return self.services.get(service, self.service)


@cache
def tolerances(path: Path | None = None) -> Tolerances:
    """What ``tolerancias.toml`` says; read once.

    Raises:
        UserError: EXT-001.
    """
    file = path or paths.resources() / "imports" / FILE
    try:
        said = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
        plain = ServiceTolerance.model_validate(said.services.model_dump(exclude={"of"}))
        special = {
            service: plain.model_copy(
                update=one.model_dump(exclude={"services"}, exclude_none=True)
            )
            for one in said.services.of
            for service in one.services
        }
        if unknown := special.keys() - SERVICES.keys():
            raise ValueError(f"no hay servicio {', '.join(sorted(unknown))}")
    except (OSError, ValueError, ValidationError) as error:
        raise user_error(LAYOUT_FAULTY, file=file.name, detail=fault_words(error)) from None
    return Tolerances(
        trust=said.trust,
        source=said.source,
        service=plain,
        services=special,
        enrolment_days=said.schooling.enrolment_days,
        attendance_points=said.schooling.attendance_points,
        soles=said.payments.soles,
    )
