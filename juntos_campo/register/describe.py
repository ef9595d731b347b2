"""The layout of the files as Markdown tables, so that the written layout cannot disagree with the code."""

from __future__ import annotations

from collections.abc import Sequence

from juntos_campo.register.layout import Column


def markdown(columns: Sequence[Column]) -> str:
    """One table row a column."""
    lines = ["| Columna | Significado | Obligatoria | Valores |", "|---|---|---|---|"]
    for column in columns:
        required = "sí" if column.required else ""
        lines.append(
            f"| `{column.name}` | {column.meaning} | {required} | {', '.join(column.allowed)} |"
        )
    return "\n".join(lines)
