"""What lets each unit's rows lie on a machine of their own: a rule broken here would be found on that day."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from juntos_campo.central.tables import BY_UNIT


@pytest.mark.parametrize("table", BY_UNIT, ids=lambda table: table.name)
class TestRowsOfAUnitAreAloneWithEachOther:
    def test_nothing_is_unique_over_several_units(self, table: sa.Table) -> None:
        assert next(iter(table.primary_key.columns)).name == "unit"
        unique = [one for one in table.indexes if one.unique]
        assert [one.name for one in unique if "unit" not in one.columns] == []
        more = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
        assert more == []

    def test_they_refer_to_nothing_but_the_small_table_of_partitions(self, table: sa.Table) -> None:
        assert {one.column.table.name for one in table.foreign_keys} <= {"partitions"}

    def test_no_counter_of_one_machine_numbers_them(self, table: sa.Table) -> None:
        counted = [one.name for one in table.columns if one.identity or one.autoincrement is True]
        assert counted == []
        assert [one.name for one in table.columns if isinstance(one.default, sa.Sequence)] == []
