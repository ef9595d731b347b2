"""Sincronizar while it runs: the stage in words, how far it is, how long it still takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from juntos_campo.domain.spanish import count, thousands
from juntos_campo.sync.report import Progress, Stage
from juntos_campo.sync.wording import bytes_text

_TELLING_SECONDS = 5.0
"""Sooner nobody can tell how long it will take."""

_MINUTE = 60
_LONG = 90


def progress_text(progress: Progress, seconds_left: int | None = None) -> str:
    """``Enviando 12 de 31 · 18 KB · unos 40 s más``: the stage, the bytes so far, what is left."""
    parts = [_stage_text(progress)]
    if progress.stage is Stage.FILES:
        parts = [parts[0]]
    elif travelled := progress.bytes_up + progress.bytes_down:
        parts.append(bytes_text(travelled))
    if seconds_left is not None:
        parts.append(_left_text(seconds_left))
    return " · ".join(parts)


def progress_steps(progress: Progress) -> tuple[int, int]:
    """(done, total) of the stage it is in; total 0 when nobody knows."""
    if progress.stage is Stage.FILES:
        return progress.files_bytes, progress.files_total
    if progress.acknowledged < progress.to_send:
        return progress.acknowledged, progress.to_send
    if progress.households_total:
        return progress.households_done, progress.households_total
    return 0, 0


@dataclass(slots=True)
class Remaining:
    """Tells how long a stage still takes, from how long it took so far.

    Attributes:
        seconds: a clock that only goes forward.
    """

    seconds: Callable[[], float]
    _stage: tuple[int, str] | None = None
    _began: tuple[float, int] = field(default=(0.0, 0))

    def of(self, progress: Progress) -> int | None:
        """Seconds left; None as long as nobody can tell."""
        done, total = progress_steps(progress)
        stage = (total, progress.stage.value)
        now = self.seconds()
        if stage != self._stage:
            self._stage, self._began = stage, (now, done)
            return None
        since, at = self._began
        if not total or done <= at or now - since < _TELLING_SECONDS:
            return None
        return max(1, round((now - since) * (total - done) / (done - at)))


def _stage_text(progress: Progress) -> str:
    if progress.stage is Stage.PREPARE:
        return "Llamando al servidor…"
    if progress.stage is Stage.FILES:
        moved, all_of_it = bytes_text(progress.files_bytes), bytes_text(progress.files_total)
        return f"Fotos y archivos: {moved} de {all_of_it}"
    if progress.acknowledged < progress.to_send:
        return f"Enviando {progress.acknowledged} de {progress.to_send}"
    return _coming(progress)


def _coming(progress: Progress) -> str:
    """Everything was sent: what comes."""
    if progress.households_total:
        done, total = progress.households_done, progress.households_total
        return f"Recibiendo {thousands(done)} de {count(total, 'hogar', 'hogares')}"
    if progress.stage is Stage.STORE:
        return "Guardando lo que llegó"
    if progress.received:
        return f"Recibiendo: {count(progress.received, 'registro')}"
    return "Esperando la respuesta del servidor"


def _left_text(seconds: int) -> str:
    if seconds < _LONG:
        return f"unos {seconds} s más"
    return f"unos {round(seconds / _MINUTE)} min más"
