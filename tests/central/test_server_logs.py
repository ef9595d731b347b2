"""What the server writes into its log when something fails names no people and no values."""

from __future__ import annotations

import traceback

import pytest
import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.tables import partitions

SECRET = "QUISPE HUAMAN 41234567"


def test_a_failing_statement_does_not_carry_the_persons_data_into_the_log(
    database: Database,
) -> None:
    row = {"name": SECRET, "last_seq": 0}
    with pytest.raises(sa.exc.IntegrityError) as failed, database.writing() as connection:
        connection.execute(sa.insert(partitions), [row, row])
    logged = "".join(traceback.format_exception(failed.value))
    assert "INSERT INTO partitions" in logged
    assert SECRET not in logged
