"""An operator is told in Spanish what the tables of the database hold."""

from __future__ import annotations

import re

from office_commands import run
from server_databases import address_of

from juntos_campo.central.database import Database
from juntos_campo.central.table_words import TABLE_WORDS, table_words
from juntos_campo.central.tables import metadata


def test_no_table_is_told_to_an_operator_by_its_name_in_the_code() -> None:
    assert set(TABLE_WORDS) == set(metadata.tables)
    assert table_words("restaurar records") == "restaurar registros"
    assert table_words("auditoría") == "auditoría"


def test_what_a_check_has_read_is_told_in_spanish(filled: Database) -> None:
    status, text = run("verify", "--database", address_of(filled))
    assert status == 0
    assert "registros" in text
    assert not set(re.findall(r"\w+", text)) & set(metadata.tables), text
