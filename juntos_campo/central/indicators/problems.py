"""What is wrong with a definition sheet or a period, told in Spanish."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

SHEET_UNREADABLE = Problem(
    "IND-001",
    "La ficha de indicador {file} no se pudo leer: {detail}.",
    "Corrija el archivo y vuelva a intentarlo.",
)
SHEET_TWICE = Problem(
    "IND-002",
    "Las fichas {file} y {other} tienen el mismo código {code}.",
    "Deje el código en una sola.",
)
PERIOD_UNREADABLE = Problem(
    "CEN-347",
    "«{text}» no es un periodo.",
    "Escriba un mes (2026-11), un bimestre (2026-B6), un trimestre (2026-T4) o un año (2026).",
)
INDICATOR_UNKNOWN = Problem(
    "CEN-340",
    "No hay un indicador «{code}».",
    "Escriba uno de estos: {known}.",
)
NOT_COMPUTED = Problem(
    "CEN-341",
    "El indicador «{code}» todavía no se puede calcular: {lacks}",
    "Pida los demás; «juntos-central indicators» los lista con lo que les falta.",
)
PERIOD_UNFIT = Problem(
    "CEN-342",
    "{what} no se calcula por {asked}.",
    "Pida {periods}.",
)
LEVEL_UNKNOWN = Problem(
    "CEN-343",
    "«{level}» no es un nivel de los reportes, o está fuera de su alcance.",
    "Escriba uno de estos: {known}.",
)
FORMAT_UNKNOWN = Problem(
    "CEN-344",
    "«{format}» no es una forma en que se escriban los reportes.",
    "Elija {known}.",
)
TOO_MUCH = Problem(
    "CEN-345",
    "El reporte tendría más de {most} filas.",
    "Pida un solo indicador, un solo periodo o un nivel más amplio.",
)
NOT_WRITTEN = Problem(
    "CEN-346",
    "No se pudo escribir el archivo {file}.",
    "Revise que la carpeta exista, que haya sitio y que nadie tenga el archivo abierto.",
)
