"""The only module that knows where resources, forms and the user's data live.

Resources and forms are found in three places: a checkout (beside the package), an installed wheel
(inside the package) and a frozen program (beside the executable).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

_PACKAGE = Path(__file__).resolve().parent


def _shipped(checkout_name: str, wheel_name: str) -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [Path(frozen) / checkout_name] if frozen else []
    candidates += [_PACKAGE / wheel_name, _PACKAGE.parent / checkout_name]
    return next((path for path in candidates if path.is_dir()), candidates[-1])


def resources() -> Path:
    """Folder of norms, messages, help, icons, fonts, translations, territory, dictionaries of sync."""
    return _shipped("resources", "_resources")


def forms() -> Path:
    """Folder of the XLSForms."""
    return _shipped("forms", "_forms")


@dataclass(frozen=True, slots=True)
class DataPlace:
    """Where one installation keeps its own files.

    Attributes:
        root: the folder; everything the program writes by itself is below it.
    """

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "campo.db"

    @property
    def key_file(self) -> Path:
        return self.root / "campo.key.json"

    @property
    def log_file(self) -> Path:
        return self.root / "campo.log"

    @property
    def contact_file(self) -> Path:
        """What is needed to ask the server before any password: its address and key, the laptop's id."""
        return self.root / "campo.contacto.json"

    @property
    def erased_file(self) -> Path:
        """Stands while the laptop is being erased by the office's order, and until somebody has read so."""
        return self.root / "campo.borrado.json"

    @property
    def authority_file(self) -> Path:
        """Certificates (PEM) of the office's own authority, where its server has none of a public one."""
        return self.root / "servidor-ca.pem"


def server_authority(place: DataPlace, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file of the only authority the server's certificate may be of; None: any public one.

    ``JUNTOS_CAMPO_CA`` names it, else it is the one beside the data, if there is one.
    """
    if named := environment.get("JUNTOS_CAMPO_CA", ""):
        return Path(named)
    return place.authority_file if place.authority_file.exists() else None


def default_place() -> DataPlace:
    """The place of the person who is logged in to the machine."""
    return DataPlace(user_data_path("juntos-campo", appauthor=False))
