"""Whether there is a network, as far as the system tells. Loaded only when somebody wants to know."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation


class NetworkWatch(QObject):
    """What the system says of the network; where it says nothing, nothing is assumed.

    Attributes:
        appeared: a network is there that was not.
    """

    appeared = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        QNetworkInformation.loadDefaultBackend()
        self._system = QNetworkInformation.instance()
        if self._system is not None:
            self._system.reachabilityChanged.connect(self._changed)

    @property
    def absent(self) -> bool:
        """The system is sure that there is none."""
        gone = QNetworkInformation.Reachability.Disconnected
        return self._system is not None and self._system.reachability() == gone

    @property
    def metered(self) -> bool:
        """The system is sure that every byte is paid for."""
        feature = QNetworkInformation.Feature.Metered
        return (
            self._system is not None and self._system.supports(feature) and self._system.isMetered()
        )

    def _changed(self, now: QNetworkInformation.Reachability) -> None:
        if now == QNetworkInformation.Reachability.Online:
            self.appeared.emit()
