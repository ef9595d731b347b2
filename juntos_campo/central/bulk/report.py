"""What a load in bulk read, found and did."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from juntos_campo.central.bulk.fault_log import FaultKind


@dataclass(slots=True)
class BulkReport:
    """Attributes:
    rows: of each file, by what it is.
    rows_left_out: of them, not loaded because they or their household have a fault.
    households_left_out: households of the register with a fault.
    staged: records that were compared, by kind.
    added, changed: by kind.
    same: records that were as they are.
    elsewhere: households that lay with another field worker.
    moved: records that moved with them; known once everything is applied.
    homeless: records about a household that is nowhere.
    erased: records that the law had removed: they do not come back.
    faults: by kind.
    seconds: how long each step took.
    applied: everything is in; False after a dry run.
    """

    rows: dict[str, int] = field(default_factory=dict)
    rows_left_out: dict[str, int] = field(default_factory=dict)
    households_left_out: int = 0
    staged: dict[str, int] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    same: int = 0
    elsewhere: int = 0
    moved: int = 0
    homeless: int = 0
    erased: int = 0
    faults: list[FaultKind] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    applied: bool = False

    @property
    def nothing_changed(self) -> bool:
        return not (self.added or self.changed or self.moved or self.elsewhere)

    def to_json(self) -> str:
        """As it waits in the database for a load to be resumed."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> BulkReport:
        values = json.loads(text)
        values["faults"] = [FaultKind(**one) for one in values["faults"]]
        return cls(**values)
