"""Every kind of record has a name that the account of a synchronisation can say."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from return_loop import GESTOR, open_laptop, save

from juntos_campo.app.sync_words import describe
from juntos_campo.domain.entities import Entity, FieldRecord, FormDefinition, FormHandling
from juntos_campo.domain.kind_words import KIND_NAMES
from juntos_campo.domain.kinds import KINDS
from juntos_campo.sync.wording import kinds_text


def test_no_record_that_arrived_is_called_just_a_record() -> None:
    assert set(KIND_NAMES) == set(KINDS)
    assert kinds_text({"school_year": 2, "rule_pack": 1}) == "1 norma, 2 años escolares"


def test_what_travels_of_forms_is_named_for_its_reader(tmp_path: Path) -> None:
    day = date(2026, 11, 20)
    secret = FieldRecord(
        id="r2", field_worker="otra", form_id="ocurrencia", form_version="1", on=day,
        title="Ocurrencia · hogar 0307", confidential=True,
    )  # fmt: skip
    records: dict[str, tuple[Entity, str]] = {
        "form_definition": (
            FormDefinition(
                id="d1", form_id="visita", version="2026.12", file="v.md",
                text="| settings |\n| | form_title | form_id |\n| | Visita al hogar | visita |\n",
            ),
            "Formulario «Visita al hogar», versión 2026.12",
        ),
        "form_handling": (
            FormHandling(id="t1", field_worker="rccori", form_id="salud02", bimester="2026-6"),
            "Trámite: Formato Salud 02, bimestre VI 2026",
        ),
        "field_record": (
            replace(secret, id="r1", confidential=False),
            "Ocurrencia · hogar 0307 (vie 20 nov 2026)",
        ),
    }  # fmt: skip
    with closing(open_laptop(tmp_path, GESTOR, register=False)) as session:
        for kind, (entity, words) in records.items():
            save(session, entity)
            assert describe(session, kind, entity.id) == words
        save(session, secret)
        assert describe(session, "field_record", "r2") == "Registro confidencial (vie 20 nov 2026)"
