"""Files of other systems as they are sent: one thing in several rows, months missing, zeros lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.imports.importing import Imported, import_file
from juntos_campo.central.imports.matches import Decision, decide, waiting
from juntos_campo.central.loading import load
from juntos_campo.central.tables import findings, records
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household, Member, School, SchoolYear, ServiceEvent
from juntos_campo.domain.values import DocumentKind, SchoolLevel, ServiceSource, Sex

CHILD = Member(
    id="m-1", household_id="h-1", document_kind=DocumentKind.DNI, document_number="51000001",
    paternal="QUISPE", maternal="HUAMÁN", given="Wayra", sex=Sex.FEMALE, birth_date=date(2025, 3, 1),
)  # fmt: skip
HOME = Household(id="h-1", code="00042", field_worker="ana", settlement_id="s-1")
DAY = date(2026, 7, 20)
HIS = "tipo_documento;numero_documento;servicio;fecha;numero;resultado"

Bring = Callable[..., Imported]


@pytest.fixture
def bring(database: Database, clock: FixedClock, tmp_path: Path) -> Bring:
    """Import the lines of a file."""
    numbers = count(1)

    def bring(source: str, *lines: str, **how: Any) -> Imported:
        path = tmp_path / f"{source}.csv"
        path.write_text("\n".join(lines), encoding="cp1252")
        return import_file(database, source, path, clock, lambda: f"import-{next(numbers)}", **how)

    return bring


def noted(day: date, service: str = "CRED", value: float | None = None) -> ServiceEvent:
    return ServiceEvent(
        id=f"e-{service}-{day}", household_id="h-1", member_id="m-1", service=service, on=day,
        value=value, source=ServiceSource.HEALTH_CARD,
    )  # fmt: skip


def found(database: Database) -> dict[str, list[str]]:
    """Topic -> the outcome and what the other side says, of each finding about it."""
    with database.reading() as connection:
        bodies = connection.execute(sa.select(findings.c.body)).scalars().all()
    result: dict[str, list[str]] = {}
    for one in sorted(map(json.loads, bodies), key=lambda one: str(one["there_text"])):
        result.setdefault(one["topic"], []).append(f"{one['outcome']} {one['there_text']}")
    return result


def test_a_control_that_the_post_wrote_under_two_codes_confirms_the_gestor_and_is_no_contradiction(
    database: Database, clock: FixedClock, bring: Bring
) -> None:
    load(database, [HOME, CHILD, noted(DAY), noted(DAY, "HB", 10.8)], clock)
    rows = [
        "DNI;51000001;99381;20/07/2026;7;",
        "DNI;51000001;Z001;20/07/2026;7;",
        "DNI;51000001;Z001;20/07/2026;;",
        "DNI;51000001;85018.01;20/07/2026;;",
        "DNI;51000001;85018;20/07/2026;;10.8",
    ]
    assert bring("his", HIS, *rows).stored.disagreeing == 0
    said = {"CRED": ["confirmed 20/07/2026, n.º 7"], "HB": ["confirmed 20/07/2026, 10.8 g/dL"]}
    assert found(database) == said
    again = bring("his", HIS, *reversed(rows))
    assert (again.stored.added, again.stored.changed) == (0, 0)
    assert again.told is not None
    assert again.told.written == 0


def test_two_results_of_one_test_are_shown_both_and_not_told_as_a_test_that_was_never_done(
    database: Database, clock: FixedClock, bring: Bring
) -> None:
    load(database, [HOME, CHILD, noted(DAY), noted(DAY, "HB", 10.8)], clock)
    row = "DNI;51000001;85018;20/07/2026;;"
    done = bring("his", HIS, f"{row}10.8", f"{row}9.1", "DNI;51000001;99381;20/07/2026;;")
    assert done.stored.disagreeing == 1
    (hb,) = found(database)["HB"]
    assert hb.startswith("contradictory 20/07/2026")
    assert "10.8" in hb
    assert "9.1" in hb


def test_a_child_whose_cnv_became_a_dni_is_not_told_twice_of_one_vaccine(
    database: Database, clock: FixedClock, bring: Bring
) -> None:
    newborn = replace(CHILD, document_kind=DocumentKind.CNV, document_number="0012345678")
    load(database, [HOME, newborn], clock)
    bring("his", HIS, "CNV;12345678;90744;02/03/2025;1;")
    bring("his", HIS, "CNV;0012345678;90744;02/03/2025;1;")
    assert found(database) == {"HVB": ["only_there 02/03/2025, n.º 1"]}


def test_a_month_that_nobody_imported_does_not_make_its_services_look_invented(
    database: Database, clock: FixedClock, bring: Bring
) -> None:
    unknown, told = date(2026, 4, 20), date(2026, 8, 15)
    load(database, [HOME, CHILD, noted(unknown), noted(told)], clock)
    bring("his", HIS, "DNI;51000001;90670;10/02/2026;1;")
    bring("his", HIS, "DNI;51000001;90670;30/07/2026;2;", "DNI;51000001;90723;30/09/2026;1;")
    missing = found(database).get("CRED", [])
    with database.reading() as connection:
        here = connection.execute(
            sa.select(records.c.body).where(records.c.kind == "external_finding")
        ).scalars()
        days = [one["on"] for one in map(json.loads, here) if one["outcome"] == "only_here"]
    assert missing == [], "August has no row either: nobody can say that the file covered it"
    assert days == []
    bring("his", HIS, "DNI;51000001;90723;01/08/2026;2;", "DNI;51000001;90713;31/08/2026;1;")
    assert found(database)["CRED"] == ["only_here "]


def test_a_student_who_changed_school_keeps_what_both_schools_report(
    database: Database, clock: FixedClock, bring: Bring
) -> None:
    school = School(id="sch-1", code="0990011", name="I.E. 54102", level=SchoolLevel.PRIMARY)
    year = SchoolYear(
        id="y-1", household_id="h-1", member_id="m-1", year=2026, enrolled_on=date(2026, 5, 4),
        school_id="sch-1", attendance={"2026-03": 95.0, "2026-05": 80.0},
    )  # fmt: skip
    student = replace(CHILD, birth_date=date(2016, 1, 10))
    load(database, [HOME, student, school, year], clock)
    bring(
        "siagie",
        "tipo_documento;numero_documento;anio_escolar;codigo_ie;fecha_matricula;marzo;mayo",
        "DNI;51000001;2026;0990011;04/05/2026;;80",
        "DNI;51000001;2026;0990010;09/03/2026;95;",
    )
    assert found(database) == {
        "ENROL:2026": ["confirmed 04/05/2026"],
        "ATTENDANCE:2026-03": ["confirmed 95.0 %"],
        "ATTENDANCE:2026-05": ["confirmed 80.0 %"],
    }


def test_a_certificate_number_without_its_zeros_is_no_wrong_document(
    database: Database, clock: FixedClock, bring: Bring
) -> None:
    newborn = replace(CHILD, document_kind=DocumentKind.CNV, document_number="0012345678")
    load(database, [HOME, newborn], clock)
    bring("padron_nominal", "dni;cnv;fecha_nacimiento", ";12345678;01/03/2025")
    assert found(database)["DOCUMENT"] == ["confirmed CNV 0012345678"]


def test_a_complete_file_takes_nothing_back_that_may_stand_in_its_faulty_rows(
    database: Database, clock: FixedClock, bring: Bring
) -> None:
    load(database, [HOME, CHILD], clock)
    rows = ["DNI;51000001;90670;10/02/2026;1;", "DNI;51000001;90723;12/02/2026;1;"]
    bring("his", HIS, *rows)
    bring("his", HIS, rows[0], rows[1].replace("12/02", "12/22"), complete=True, accept_good=True)
    assert sorted(found(database)) == ["NEUMO", "PENTA"]
    bring("his", HIS, rows[0], complete=True)
    assert sorted(found(database)) == ["NEUMO"]


@pytest.mark.parametrize("other", ["VIVO;", "FALLECIDO;05/11/2026"])
def test_a_death_is_told_although_the_file_says_two_things_of_the_person(
    other: str, database: Database, clock: FixedClock, bring: Bring
) -> None:
    load(database, [HOME, CHILD], clock)
    header = "tipo_documento;numero_documento;estado;fecha_fallecimiento"
    bring("reniec", header, "DNI;51000001;FALLECIDO;02/11/2026", f"DNI;51000001;{other}")
    ((death,),) = found(database).values()
    assert death.startswith("contradictory ")
    assert "fallecimiento el 02/11/2026" in death


def test_who_was_nobody_of_the_register_is_known_once_he_is_in_it(
    database: Database, clock: FixedClock, bring: Bring
) -> None:
    load(database, [HOME, CHILD], clock)
    header = (
        "tipo_documento;numero_documento;apellido_paterno;apellido_materno;nombres;fecha_nacimiento;"
        "servicio;fecha"
    )
    row = "DNI;61000001;QUISPE;HUAMAN;WAYRA;01/03/2025;90670;10/05/2025"
    bring("his", header, row)
    with database.writing() as connection:
        (one,) = waiting(connection)
        decide(connection, [Decision(one.code, 1, False)], "rosa", clock.now())
    assert dict(bring("his", header, row).stored.matches) == {"rejected": 1}
    cousin = replace(CHILD, id="m-2", document_number="61000001")
    load(database, [cousin], clock)
    assert dict(bring("his", header, row).stored.matches) == {"certain": 1}
    assert found(database) == {"NEUMO": ["only_there 10/05/2025"]}
