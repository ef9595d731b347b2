"""`python -m juntos_campo`: the same as the `juntos-campo` command."""

from __future__ import annotations

from juntos_campo.cli import main

if __name__ == "__main__":
    main()
