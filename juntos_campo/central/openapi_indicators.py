"""The address of the indicators, as OpenAPI describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from juntos_campo.central.indicator_messages import IndicatorReport
from juntos_campo.central.indicator_routes import CSV, FORMATS, XLSX
from juntos_campo.central.indicators.asking import LEVEL_NAMES
from juntos_campo.central.indicators.problems import (
    FORMAT_UNKNOWN,
    INDICATOR_UNKNOWN,
    LEVEL_UNKNOWN,
    NOT_COMPUTED,
    PERIOD_UNFIT,
    PERIOD_UNREADABLE,
    TOO_MUCH,
)
from juntos_campo.central.openapi_parts import Body, Route, parameter
from juntos_campo.central.problems import DEVICE_TOO_OFTEN, NOT_AUTHENTICATED, NOT_FOR_YOUR_ROLE


@dataclass(frozen=True, slots=True)
class _Report(Body):
    """The answer in each of its forms."""

    def content(self) -> dict[str, Any]:
        # Zero arguments would name the class as it was before its slots were made.
        files = {kind: Body("", kind=kind).content()[kind] for kind in (CSV, XLSX)}
        return {**Body.content(self), **files}


def _text(most: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": most}


def _several(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


INDICATOR_ROUTES: Final[Mapping[tuple[str, str], Route]] = {
    ("get", "/v1/indicators"): Route(
        "Oficinas",
        "Indicadores del programa por territorio y periodo",
        "Lo último que se calculó. Un coordinador ve su zona; una unidad territorial, la suya; la sede "
        "central y los auditores, todo. Fuera de la zona no se muestran las cifras de lugares con muy pocos "
        "casos: vienen vacías y la nota lo dice.",
        _Report("Las filas, del territorio más amplio al más pequeño.", IndicatorReport),
        (NOT_AUTHENTICATED, NOT_FOR_YOUR_ROLE, DEVICE_TOO_OFTEN, PERIOD_UNREADABLE,
         INDICATOR_UNKNOWN, NOT_COMPUTED, PERIOD_UNFIT, LEVEL_UNKNOWN, FORMAT_UNKNOWN, TOO_MUCH),
        None,
        (
            parameter(
                "period", "query",
                "Mes, bimestre, trimestre o año; sin él, los que corren y los anteriores.",
                _text(10), example="2026-B5",
            ),
            parameter(
                "indicator", "query", "Código de un indicador; se puede repetir. Sin él, todos.",
                _several(_text(64)), example=["hogares_acompanados"],
            ),
            parameter(
                "by", "query", "Nivel del territorio; se puede repetir. Sin él, todos los que puede ver.",
                _several({"type": "string", "enum": [*LEVEL_NAMES]}), example=["zone"],
            ),
            parameter(
                "format", "query", "En qué forma se quiere.",
                {"type": "string", "enum": [*FORMATS]}, example="json",
            ),
        ),
    ),
}  # fmt: skip
"""By method and address."""
