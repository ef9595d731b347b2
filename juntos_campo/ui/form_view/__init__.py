"""A form filled in on the screen, generated from its definition. `FormView` is the way in."""

from __future__ import annotations

from juntos_campo.ui.form_view.view import FormView

__all__ = ["FormView"]
