"""What a person is told of photos: never more than happened, and what to do about the rest."""

from __future__ import annotations

import pytest

from juntos_campo.sync.file_report import FilesReport
from juntos_campo.sync.file_wording import file_lines
from juntos_campo.sync.files import Choice


def test_a_synchronisation_without_photos_says_nothing_of_them() -> None:
    assert file_lines(FilesReport(), Choice.ALWAYS) == []
    assert FilesReport().quiet
    assert not FilesReport(to_come=1).quiet


@pytest.mark.parametrize(
    ("report", "choice", "told"),
    [
        (
            FilesReport(sent=2, sent_bytes=1_500_000, fetched=1, fetched_bytes=4_000),
            Choice.ALWAYS,
            [
                "El servidor recibió 2 fotos o archivos (1.5 MB).",
                "Llegó a esta computadora: 1 foto o archivo (4 KB).",
            ],
        ),
        (
            FilesReport(waiting=1, waiting_bytes=40_000, put_off=True),
            Choice.NEVER,
            [
                "Falta enviar 1 foto o archivo (40 KB); sigue guardado aquí, como usted eligió, "
                "hasta que lo envíe."
            ],
        ),
        (
            FilesReport(waiting=3, waiting_bytes=40_000, put_off=True),
            Choice.GOOD_LINK,
            [
                "Falta enviar 3 fotos o archivos (40 KB); siguen guardados aquí y se enviarán con "
                "una conexión buena, o cuando usted los envíe."
            ],
        ),
        (
            FilesReport(waiting=1, waiting_bytes=9, stopped="No se pudo llegar al servidor."),
            Choice.ALWAYS,
            [
                "Falta enviar 1 foto o archivo (9 bytes); sigue guardado aquí; al sincronizar otra "
                "vez se sigue donde se quedó. No se pudo llegar al servidor."
            ],
        ),
        (
            FilesReport(waiting=1, waiting_bytes=9, refused=["Pesa más de 8 MB."], to_come=2),
            Choice.ALWAYS,
            [
                "Falta enviar 1 foto o archivo (9 bytes); sigue guardado aquí.",
                "No aceptado: Pesa más de 8 MB.",
                "Todavía no llega a esta computadora: 2 fotos o archivos de los registros.",
            ],
        ),
    ],
)
def test_what_went_came_and_stayed_is_told_with_its_reason(
    report: FilesReport, choice: Choice, told: list[str]
) -> None:
    assert file_lines(report, choice) == told
