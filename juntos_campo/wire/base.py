"""What every message is built on, and the shapes of what they name."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

RecordId: TypeAlias = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.:-]{1,64}$")]
OperationId: TypeAlias = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,64}$")]
KindName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
UserName: TypeAlias = Annotated[str, Field(pattern=r"^[0-9A-Za-z._@-]{1,64}$")]
PartitionName: TypeAlias = Annotated[str, Field(pattern=r"^[0-9A-Za-z._@:-]{1,80}$")]
Counter: TypeAlias = Annotated[int, Field(ge=0, lt=2**53)]
Path: TypeAlias = Annotated[str, Field(pattern=r"^[^\x00]{1,300}$")]
IdPrefix: TypeAlias = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.:-]{1,64}$")]
Stamp: TypeAlias = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,64}$")]
PublicKey: TypeAlias = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
Signature: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class Message(BaseModel):
    """Base of every message: unknown keys ignored, no NaN, immutable."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False, frozen=True)

    def to_json(self) -> bytes:
        """Compact JSON; what has its default value is left out."""
        return self.model_dump_json(exclude_defaults=True).encode()
