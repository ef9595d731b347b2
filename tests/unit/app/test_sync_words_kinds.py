"""Every kind of record has a name that the account of a synchronisation can say."""

from __future__ import annotations

from juntos_campo.domain.kinds import KINDS
from juntos_campo.sync.wording import KIND_NAMES, kinds_text


def test_no_record_that_arrived_is_called_just_a_record() -> None:
    assert set(KIND_NAMES) == set(KINDS)
    assert kinds_text({"school_year": 2, "rule_pack": 1}) == "1 norma, 2 años escolares"
