"""The way of a form's paper travels to the office and back to a laptop set up anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from juntos_campo.app.paperwork import handling_id
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormHandling

from .conftest import World

BIMESTER = Bimester(2026, 5)


def handling(worker: str) -> FormHandling:
    return FormHandling(
        id=handling_id("salud02", "f1", BIMESTER, worker), field_worker=worker,
        form_id="salud02", bimester=str(BIMESTER), facility_id="f1",
        handed_on=date(2026, 11, 3), handed_to="Rosa Huillca",
    )  # fmt: skip


def test_steps_of_a_paper_and_their_undoing_reach_server_coordinator_and_a_new_laptop(
    world: World,
) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    made = handling("ana")
    ana.save(made)
    ana.sync()
    signed = replace(made, signed_on=date(2026, 11, 5), signed_by="Rosa Huillca", sealed=True)
    ana.save(signed)
    ana.sync()
    zoe.sync()
    assert zoe.store.get(FormHandling, made.id) == signed
    ana.save(made)  # the last step was undone
    ana.sync()
    again = world.laptop("ana")
    again.sync()
    assert again.store.get(FormHandling, made.id) == made


def test_nobody_notes_steps_for_somebody_else(world: World) -> None:
    ana = world.laptop("ana")
    ana.sync()
    ana.save(handling("beto"))
    report = ana.sync()
    assert not report.acknowledged
    assert len(report.refused) == 1
