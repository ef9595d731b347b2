"""The whole day, in order."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console

from juntos_campo.demo.walk import (
    first_day,
    own_record,
    papers,
    privacy,
    reasons,
    review,
    salud02,
    server_steps,
    stick,
    visit,
)
from juntos_campo.demo.walk.driver import WalkError
from juntos_campo.demo.walk.walk import Walk
from juntos_campo.demo.world import COORDINATOR, FIELD_WORKER, World, build_office, serving
from juntos_campo.domain.clock import SystemClock


def walk_the_day(out: Path, *, households: int, seed: int, console: Console) -> int:
    """Walk the field day and leave pictures, PDFs and a summary in `out`.

    Returns:
        Exit status: 0 when every check held.
    """
    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("*.png"), *out.glob("*.pdf"), *out.glob("resumen.*")):
        old.unlink()
    world = World(out / "mundo")
    clock = SystemClock()
    walk = Walk(world, out.resolve(), clock, console)
    started = time.monotonic()
    walk.step("La oficina: padrón inventado y servidor central")
    build_office(world, households=households, seed=seed, today=clock.today())
    try:
        with serving(world) as walk.url:
            _steps(walk, households)
    except WalkError as error:
        walk.checks.expect("el recorrido llega hasta el final", "ventana", False, error)
    walk.checks.figures["segundos del recorrido"] = round(time.monotonic() - started)
    summary = walk.checks.write(out, pictures=walk.pictures, files=walk.files)
    for check in walk.checks.failed:
        console.print(f"NO SE CUMPLE: {check.step}: {check.claim} — {check.detail}", markup=False)
    console.print(f"{walk.checks.headline()}. Resumen: {summary}", highlight=False, soft_wrap=True)
    return 1 if walk.checks.failed else 0


def _steps(walk: Walk, households: int) -> None:
    first_day.import_register(walk, households)
    server_steps.connect_field_worker(walk)
    reasons.school_years_arrived(walk)
    first_day.plan_the_day(walk)
    first_day.find_household(walk)
    reasons.read_the_file(walk)
    reasons.read_the_norms(walk)
    visit.begin_and_be_killed(walk)
    visit.go_on_and_close(walk)
    own_record.capture(walk)
    salud02.fill_and_print(walk)
    papers.other_formats(walk)
    papers.way_of_the_paper(walk)
    server_steps.sync(walk, FIELD_WORKER, "sincronizado")
    server_steps.connect_coordinator(walk)
    with walk.looking_into(FIELD_WORKER) as session:
        path, typed = visit.date_to_correct(session, walk.visit_id)
    own_record.read_by_coordinator(walk)
    review.send_back(walk, path)
    server_steps.sync(walk, COORDINATOR)
    server_steps.sync(walk, FIELD_WORKER)
    visit.correct(walk, path, typed)
    stick.by_stick(walk)
    server_steps.sync(walk, FIELD_WORKER)
    server_steps.sync(walk, COORDINATOR)
    review.approve(walk)
    server_steps.sync(walk, COORDINATOR)
    server_steps.sync(walk, FIELD_WORKER)
    review.approved_everywhere(walk)
    privacy.search_every_file(walk)
