"""Renew the pinned requirement files from pyproject.toml.

For maintainers: needs `uv` on the path. The files carry hashes for every platform and no index
address, so that an installation takes its packages from wherever the machine is set up to.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

LOCKS: dict[str, tuple[str, ...]] = {
    "dev.txt": ("build", "central", "dev"),
    "field.txt": ("build",),
    "central.txt": ("build", "central"),
}


def main() -> int:
    for name, extras in LOCKS.items():
        command = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--generate-hashes"]
        command += ["--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links"]
        command += ["--no-header", "--quiet", "--upgrade", "-o", str(HERE / name)]
        for extra in extras:
            command += ["--extra", extra]
        # The field and central files must pin what the tests ran with.
        if name != "dev.txt" and (HERE / "dev.txt").exists():
            command += ["--constraint", str(HERE / "dev.txt")]
        subprocess.run(command, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
