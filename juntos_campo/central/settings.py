"""What differs between one server and another: names, bounds and defaults.

Where values come from (a file, the environment, a command's options) is `central.settings_file`'s business.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote

import sqlalchemy as sa
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

PREFIX = "JUNTOS_CENTRAL_"
DATABASES = ("sqlite", "postgresql")

_HIDDEN = "***"
_SECRET_PARAMETERS = ("password", "sslpassword")


def _database(url: str) -> str:
    try:
        known = sa.make_url(url).get_backend_name() in DATABASES
    except (sa.exc.ArgumentError, ValueError):
        known = False
    if not known:
        raise ValueError("no such database")
    return url


def _networks(text: str) -> str:
    for one in networks_of(text):
        ip_network(one)
    return text


def networks_of(text: str) -> list[str]:
    """The addresses and networks in a setting that names several."""
    return [one.strip() for one in text.split(",") if one.strip()]


class ServerSettings(BaseModel):
    """Everything that differs between one server and another.

    Attributes:
        database_url: SQLAlchemy's form; ``sqlite:///...`` or ``postgresql://...``. May hold a password.
        workers: processes that answer; more than one with PostgreSQL only.
        certificate: PEM file of certificate and key, for TLS without a proxy before; empty: none.
        metrics_port: where Prometheus finds the figures, on `metrics_host`; 0: nowhere.
        log_format: ``text`` for a terminal, ``json`` for one object a line.
        stop_seconds: what is running when the server is told to end may take so long.
        drain_seconds: before that it still answers, but says that it is not ready, for a balancer.
        max_body: bytes of a request, compressed or not, at most.
        max_budget: uncompressed bytes of changes a response carries at most, whatever is asked.
        largest_file: bytes of a photo or file at most.
        files_a_day: bytes of photos and files taken from one person a day at most.
        argon2_memory_kib, argon2_passes: cost of a password hash.
        free_attempts: wrong passwords before the account waits.
        longest_wait: seconds an account waits at most after a wrong password.
        logins_a_minute: attempts to enter from one address, on average; those that succeed do not count.
            0: no bound.
        exchanges_a_minute: requests of one laptop, on average. 0: no bound.
        trusted_proxies: addresses or networks, with commas between them, whose ``X-Forwarded-For`` is
            believed.
        token_days: for so long a laptop's token is good; its program has it replaced in half of them.
        token_days_unsigned: the same, after its last use, for programs that cannot.
        lease_days: for so many days after its token was renewed last a laptop may be opened without
            contact; 0: for ever. No official source names a figure: two months are longer than the rains
            keep anybody away.
        office_hours: the same, in hours, for whoever enters without a laptop.
        late_days: days for which a former field worker may still send what he recorded about a
            household that went to another one.
        pool_size: connections each process keeps to PostgreSQL; up to 18 more when it is busy.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///central.db", repr=False
    )
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8470, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    certificate: str = ""
    metrics_host: str = Field(default="127.0.0.1", min_length=1)
    metrics_port: int = Field(default=0, ge=0, le=65535)
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    stop_seconds: int = Field(default=30, ge=1, le=3600)
    drain_seconds: int = Field(default=0, ge=0, le=600)
    max_body: int = Field(default=16 * 1024 * 1024, ge=1024)
    max_budget: int = Field(default=8 * 1024 * 1024, ge=1024)
    largest_file: int = Field(default=8 * 1024 * 1024, ge=1024)
    files_a_day: int = Field(default=300 * 1024 * 1024, ge=1024)
    argon2_memory_kib: int = Field(default=65536, ge=8)
    argon2_passes: int = Field(default=3, ge=1)
    free_attempts: int = Field(default=5, ge=1)
    longest_wait: int = Field(default=900, ge=1)
    logins_a_minute: int = Field(default=6, ge=0, le=60_000)
    exchanges_a_minute: int = Field(default=20, ge=0, le=60_000)
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = "127.0.0.1, ::1"
    token_days: int = Field(default=30, ge=1, le=3650)
    token_days_unsigned: int = Field(default=180, ge=1, le=3650)
    lease_days: int = Field(default=60, ge=0, le=3650)
    office_hours: int = Field(default=12, ge=1, le=24 * 365)
    late_days: int = Field(default=30, ge=0)
    pool_size: int = Field(default=20, ge=1)

    @field_validator("*", mode="before")
    @classmethod
    def _is_no_truth(cls, value: object) -> object:
        """Else ``token_days = true`` in a file would be one day."""
        if isinstance(value, bool):
            raise ValueError("no setting is true or false")
        return value

    @property
    def on_postgresql(self) -> bool:
        """Whether the database takes several processes at once."""
        return sa.make_url(self.database_url).get_backend_name() == "postgresql"

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


def without_secrets(url: str) -> str:
    """A database's address that may be shown: its passwords as asterisks, all of it if it is none."""
    try:
        parsed = sa.make_url(url)
        hidden = {name: _HIDDEN for name in _SECRET_PARAMETERS if name in parsed.query}
        shown = parsed.update_query_dict(hidden).render_as_string(hide_password=True)
        return unquote(shown) if hidden else shown
    except (sa.exc.ArgumentError, ValueError):
        return _HIDDEN
