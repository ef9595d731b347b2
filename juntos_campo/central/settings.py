"""Settings of the server: defaults, then the environment, then the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

PREFIX = "JUNTOS_CENTRAL_"


class ServerSettings(BaseModel):
    """Everything that differs between one server and another.

    Attributes:
        database_url: SQLAlchemy's form; ``sqlite:///...`` or ``postgresql://...``.
        max_body: bytes of a request, compressed or not, at most.
        max_budget: uncompressed bytes of changes a response carries at most, whatever is asked.
        largest_file: bytes of a photo or file at most.
        files_a_day: bytes of photos and files taken from one person a day at most.
        argon2_memory_kib, argon2_passes: cost of a password hash.
        free_attempts: wrong passwords before the account waits.
        late_days: days for which a former field worker may still send what he recorded about a
            household that went to another one.
        longest_wait: seconds an account waits at most after a wrong password.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: str = "sqlite:///central.db"
    host: str = "127.0.0.1"
    port: int = Field(default=8470, ge=0, le=65535)
    max_body: int = Field(default=16 * 1024 * 1024, ge=1024)
    max_budget: int = Field(default=8 * 1024 * 1024, ge=1024)
    largest_file: int = Field(default=8 * 1024 * 1024, ge=1024)
    files_a_day: int = Field(default=300 * 1024 * 1024, ge=1024)
    argon2_memory_kib: int = Field(default=65536, ge=8)
    argon2_passes: int = Field(default=3, ge=1)
    free_attempts: int = Field(default=5, ge=1)
    longest_wait: int = Field(default=900, ge=1)
    late_days: int = Field(default=30, ge=0)
    pool_size: int = Field(default=20, ge=1)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **given: object) -> ServerSettings:
        """Settings from ``JUNTOS_CENTRAL_*``, overruled by what is given and not None.

        Raises:
            pydantic.ValidationError: a value is out of its bounds.
        """
        found: dict[str, object] = {
            name: environment[PREFIX + name.upper()]
            for name in cls.model_fields
            if PREFIX + name.upper() in environment
        }
        found.update({name: value for name, value in given.items() if value is not None})
        return cls.model_validate(found)


def sqlite_url(folder: Path) -> str:
    """The database of a server that keeps its data in `folder`."""
    return f"sqlite:///{(folder / 'central.db').as_posix()}"
