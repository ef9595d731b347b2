"""What the walk claims, and whether it held."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Check:
    """One claim. `seen_in` says whether the window, a file or which database was looked at."""

    step: str
    claim: str
    seen_in: str
    holds: bool
    detail: str = ""


@dataclass(slots=True)
class Checks:
    """Every claim of one walk, in order.

    Attributes:
        step: name of the step being walked.
        figures: what was counted or timed along the way.
    """

    step: str = ""
    done: list[Check] = field(default_factory=list)
    figures: dict[str, float | int | str] = field(default_factory=dict)

    def expect(self, claim: str, seen_in: str, holds: bool, detail: object = "") -> bool:
        """Record a claim; the walk goes on, so that one failure does not hide the others."""
        self.done.append(Check(self.step, claim, seen_in, bool(holds), str(detail)))
        return bool(holds)

    def equal(self, claim: str, seen_in: str, found: object, wanted: object) -> bool:
        """Record that `found` is `wanted`; the detail gives both when it is not."""
        same = found == wanted
        return self.expect(claim, seen_in, same, found if same else f"{found}, no {wanted}")

    @property
    def failed(self) -> list[Check]:
        return [check for check in self.done if not check.holds]

    def write(self, folder: Path, *, pictures: list[str], files: list[str]) -> Path:
        """``resumen.json`` and ``resumen.md``; the path of the second."""
        content = {
            "checks": [asdict(check) for check in self.done],
            "failed": len(self.failed),
            "figures": self.figures,
            "pictures": pictures,
            "files": files,
        }
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (folder / "resumen.json").write_text(text, encoding="utf-8")
        lines = ["# Un día de campo, de principio a fin", "", self.headline(), ""]
        step = None
        for check in self.done:
            if check.step != step:
                step = check.step
                lines += ["", f"## {step}", ""]
            sign = "✓" if check.holds else "✗ NO SE CUMPLE:"
            detail = f" — {check.detail}" if check.detail else ""
            lines.append(f"- {sign} {check.claim} ({check.seen_in}){detail}")
        lines += ["", "## Cifras", ""]
        lines += [f"- {name}: {value}" for name, value in self.figures.items()]
        lines += ["", "## Capturas y documentos", ""]
        lines += [f"- {name}" for name in (*pictures, *files)]
        path = folder / "resumen.md"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def headline(self) -> str:
        """``87 comprobaciones, 0 fallidas``"""
        return f"{len(self.done)} comprobaciones, {len(self.failed)} fallidas"
