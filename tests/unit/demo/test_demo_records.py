"""The demonstration's records are made with the forms there are: a form that changed is noticed here."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from visit_world import laptop

from juntos_campo.app.record_list import RecordState, record_lines
from juntos_campo.demo.data_records import make_records
from juntos_campo.domain.entities import ChangeRequest, FieldRecord


def test_registros_of_the_demonstration_holds_one_of_each_state_it_can_have(tmp_path: Path) -> None:
    with closing(laptop(tmp_path / "laptop")) as session:
        assert make_records(session) == 3
        lines = record_lines(session)
        assert [one.state for one in lines].count(RecordState.DRAFT) == 1
        assert {one.form_id for one in lines} == {
            "actividad_grupal",
            "desabastecimiento",
            "ocurrencia",
            "solicitud_cambio",
        }
        (request,) = session.store.find(ChangeRequest, household_id="h1")
        assert "951000111" in request.detail
        assert make_records(session) == 0
        assert len(session.store.find(FieldRecord)) == 3
