"""Where something is: typed, or read from a GPS receiver when one is there."""

from __future__ import annotations

from juntos_campo.ui.form_view.editors.base import LineEditor, Place
from juntos_campo.ui.widgets.labels import button


class GeopointEditor(LineEditor):
    """Latitude and longitude, ``-14.0731, -72.7224``."""

    def __init__(self, place: Place) -> None:
        super().__init__(place, 260, self.tr("latitud, longitud"))
        self.gps_button = button(self.tr("Leer GPS"), "map-pin", on_click=self._read)
        self.row.insertWidget(1, self.gps_button)
        self.show_gps()

    def show_gps(self) -> None:
        """The button is there only with a receiver."""
        self.gps_button.setVisible(self.place.around.gps is not None)

    def _read(self) -> None:
        if self.place.around.gps is not None:
            self.gps_button.setEnabled(False)
            self.place.around.gps(self._came, self._lost)

    def _came(self, text: str) -> None:
        self.gps_button.setEnabled(True)
        self.edit.setText(text)
        self.done.emit()

    def _lost(self, error: Exception) -> None:
        self.gps_button.setEnabled(True)
        self.failed.emit(error)
