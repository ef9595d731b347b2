"""The stamps a laptop's database may show, as its row of `devices` keeps them (`central.stamps`)."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa


def is_right(known: sa.Row[Any], stamp: str) -> bool:
    """Whether the database of this row may show `stamp`, if it is no copy."""
    return stamp == known.stamp_before or stamp in given_for(known).values()


def given_for(known: sa.Row[Any]) -> dict[str, str]:
    """What was asked with the stamp shown last -> the stamp given for it; the newest last."""
    return {**dict(json.loads(known.aside)), known.asked: known.stamp}
