"""The window (PySide6). Knows no SQL, no HTTP and no rule: it asks `juntos_campo.app` and shows."""
