"""What the law has removed is nowhere any more, and does not come back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from office_commands import run

from juntos_campo.central.authorisation import partition_of
from juntos_campo.central.database import Database
from juntos_campo.central.erasure import erase, find_household, find_member
from juntos_campo.central.erasure_names import scrub
from juntos_campo.central.imports.importing import import_file
from juntos_campo.central.loading import load
from juntos_campo.central.tables import audit, erased, record_versions, records, removals
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import (
    ChangeRequest,
    Entity,
    FormRecord,
    HealthFacility,
    Household,
    Member,
    ServiceEvent,
    Settlement,
    Visit,
)
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import ChangeRequestKind, DocumentKind, Modality, Sex

CHILD, SISTER = "c" * 32, "d" * 32
DNI = "45678901"
MORNING = datetime(2026, 11, 17, 8, 0, tzinfo=LIMA)
HOME = Household(id="b" * 32, code="00042", field_worker="ana", settlement_id="s-1")


def person(key: str, number: str, given: str) -> Member:
    return Member(
        id=key,
        household_id=HOME.id,
        document_kind=DocumentKind.DNI,
        document_number=number,
        paternal="QUISPE",
        maternal="HUAMÁN",
        given=given,
        sex=Sex.FEMALE,
        birth_date=date(2025, 3, 1),
    )


VISIT = Visit(
    id="v-1",
    household_id=HOME.id,
    field_worker="ana",
    on=MORNING.date(),
    modality=Modality.HOME,
    started_at=MORNING,
    closed_at=MORNING,
    answers={
        f"member/{CHILD}/hb": 9.1,
        f"member/{SISTER}/hb": 11.8,
        "attended_by": CHILD,
        "note": f"Falta la copia del DNI {DNI}",
        "mark": "signature",
    },
)
FORM = FormRecord(
    id="f-1",
    field_worker="ana",
    form_id="salud02",
    form_version="1",
    facility_id="e-1",
    bimester="2026-6",
    cells={f"{CHILD}/m1_hb": 9.1, f"{SISTER}/m1_hb": 11.8, "jefe": "Dra. Poma"},
)
EVENT = ServiceEvent(
    id="e-1", household_id=HOME.id, member_id=CHILD, service="CRED", on=date(2026, 3, 1)
)
FACILITY = HealthFacility(id="e-9", code=DNI, name="Posta Alta")


@pytest.fixture
def filled(database: Database, clock: FixedClock) -> Database:
    """A household of two children, a visit, a form of the health post; each loaded in two versions."""
    child, sister = person(CHILD, DNI, "Ñusta Secreta"), person(SISTER, "45678902", "Sumaq")
    content: list[Entity] = [
        Settlement(id="s-1", name="Alta", ubigeo="030101", district="A", province="A"),
        FACILITY, HOME, child, sister, EVENT, VISIT, FORM,
    ]  # fmt: skip
    load(
        database,
        [replace(child, given="Ñusta Antes") if one is child else one for one in content],
        clock,
    )
    load(database, [*content, replace(VISIT, answers={**VISIT.answers, "mark": "paper"})], clock)
    return database


def everything(database: Database) -> str:
    """All that the database says, but which ids are gone."""
    with database.reading() as connection:
        names = sa.inspect(connection).get_table_names()
        rows = [
            str(tuple(row))
            for name in names
            for row in connection.execute(sa.text(f"SELECT * FROM {name}"))  # noqa: S608
        ]
    return "\n".join(rows)


def body(database: Database, record_id: str) -> dict[str, object]:
    with database.reading() as connection:
        text = connection.execute(
            sa.select(records.c.body).where(records.c.id == record_id)
        ).scalar()
    found: dict[str, object] = json.loads(text or "{}")
    return found


def test_a_person_leaves_nothing_but_ids_and_the_others_keep_what_is_theirs(
    filled: Database, clock: FixedClock
) -> None:
    assert "Ñusta Antes" in everything(filled)
    done = erase(filled, find_member(filled, DNI), clock)
    assert (done.erased, done.mended) == (2, 2)
    said = everything(filled)
    assert "Ñusta" not in said
    assert said.count(DNI) == 1  # the code of the facility, which is nobody's
    answers = {f"member/{SISTER}/hb": 11.8, "mark": "paper"}
    assert body(filled, "v-1")["answers"] == answers
    assert body(filled, "f-1")["cells"] == {f"{SISTER}/m1_hb": 11.8, "jefe": "Dra. Poma"}
    with filled.reading() as connection:
        texts = connection.execute(sa.select(record_versions.c.body)).scalars().all()
        gone = connection.execute(sa.select(erased.c.kind, erased.c.id)).all()
        told = connection.execute(sa.select(removals)).all()
    assert texts
    assert not any(CHILD in text for text in texts)
    assert set(map(tuple, gone)) == {("member", CHILD), ("service_event", "e-1")}
    assert {(one.reason, one.kind, one.id) for one in told} == {
        ("erased", "member", CHILD),
        ("erased", "service_event", "e-1"),
    }
    assert {one.partition for one in told} == {partition_of("ana")}


def test_a_household_goes_whole_and_the_audit_names_nobody(
    filled: Database, clock: FixedClock
) -> None:
    done = erase(filled, find_household(filled, "00042"), clock)
    assert done.erased == 5
    with filled.reading() as connection:
        kinds = set(connection.execute(sa.select(records.c.kind)).scalars())
        row = connection.execute(sa.select(audit).where(audit.c.action == "record.erased")).one()
    assert kinds == {"settlement", "health_facility", "form_record"}
    assert (row.kind, row.id, row.actor) == ("household", HOME.id, "oficina")
    for word in ("Ñusta", "QUISPE", "00042", "45678902"):
        assert word not in everything(filled)


def test_what_was_erased_does_not_come_back_with_the_next_load(
    filled: Database, clock: FixedClock
) -> None:
    erase(filled, find_member(filled, DNI), clock)
    report = load(filled, [person(CHILD, DNI, "Ñusta"), EVENT, person(SISTER, "1", "Sumaq")], clock)
    assert report.erased == 2
    assert "Ñusta" not in everything(filled)


@pytest.mark.parametrize("lend", ["sqlite"], indirect=True)
def test_nothing_of_it_stays_in_the_files_of_the_database(
    filled: Database, clock: FixedClock
) -> None:
    """Of SQLite: what PostgreSQL keeps until it clears up is the operator's guide's."""
    place = Path(str(filled.engine.url.database))
    files = list(place.parent.glob(f"{place.name}*"))
    assert any("Ñusta Secreta".encode() in file.read_bytes() for file in files)
    erase(filled, find_household(filled, "00042"), clock)
    for file in place.parent.glob(f"{place.name}*"):
        assert "Ñusta".encode() not in file.read_bytes()


@pytest.mark.parametrize(
    ("text", "named"),
    [(DNI, True), (f"({DNI})", True), (f"9{DNI}", False), (f"a{DNI}", False), ("", False)],
)
def test_a_number_within_a_longer_one_is_not_the_persons(text: str, named: bool) -> None:
    assert scrub({"answers": {"note": text}}, [DNI])["answers"] == ({} if named else {"note": text})


def test_who_is_not_there_cannot_be_erased(filled: Database) -> None:
    for call, code in ((find_household, "CEN-214"), (find_member, "CEN-215")):
        for wanted in ("", "99999999", "%", '"'):
            with pytest.raises(UserError) as refused:
                call(filled, wanted)
            assert refused.value.problem.code == code


def test_the_command_asks_before_and_tells_after(address: str, clock: FixedClock) -> None:
    database = Database(address)
    load(database, [HOME, person(CHILD, DNI, "Ñusta")], clock)
    kept = run(
        "erase", "--household", "00042", "--database", address
    )  # nobody answers the question
    assert kept[0] != 0
    assert "Ñusta" in everything(database)
    assert run("erase", "--database", address)[0] == 1
    status, told = run("erase", "--household", "00042", "--yes", "--database", address)[:2]
    assert status == 0
    assert "2 registros eliminados" in told
    assert "respaldos" in told
    assert "Ñusta" not in everything(database)
    database.close()


def test_a_note_that_calls_the_person_by_name_loses_it_in_every_version_and_the_sister_keeps_hers(
    database: Database, clock: FixedClock
) -> None:
    child, sister = person(CHILD, DNI, "Ñusta Illari"), person(SISTER, "45678902", "Sumaq")
    other = Household(id="e" * 32, code="00043", field_worker="ana", settlement_id="s-1")
    namesake = replace(person("f" * 32, "45678903", "Ñusta Illari"), household_id=other.id)
    request = ChangeRequest(
        id="c-1", household_id=HOME.id, member_id="", visit_id="v-2", kind=ChangeRequestKind.MOVED,
        detail="Nació nusta illari el domingo", requested_on=MORNING.date(),
    )  # fmt: skip
    answers = {"note": "ÑUSTA QUISPE no estuvo", "more": "Sumaq está bien", "mark": "paper"}
    visit = replace(VISIT, id="v-2", answers=answers)
    elsewhere = replace(VISIT, id="v-3", household_id=other.id, answers={"note": "Ñusta Illari"})
    content: list[Entity] = [HOME, other, child, sister, namesake, request, elsewhere]
    load(database, [*content, visit], clock)
    load(database, [*content, replace(visit, answers={**answers, "note": "vino"})], clock)
    erase(database, find_member(database, DNI), clock)
    assert body(database, "c-1")["detail"] == ""
    assert body(database, "v-2")["answers"] == {
        "note": "vino",
        "more": "Sumaq está bien",
        "mark": "paper",
    }
    assert body(database, "v-3")["answers"] == {"note": "Ñusta Illari"}, "somebody else"
    assert "QUISPE no estuvo" not in everything(database)
    assert body(database, SISTER)["given"] == "Sumaq"


def test_a_document_the_person_had_before_is_gone_as_well(
    database: Database, clock: FixedClock
) -> None:
    newborn = replace(person(CHILD, "0012345678", "Ñusta"), document_kind=DocumentKind.CNV)
    note = replace(VISIT, answers={"note": "Falta el CNV 0012345678", "mark": "paper"})
    load(database, [HOME, newborn, note], clock)
    load(database, [HOME, person(CHILD, DNI, "Ñusta"), note], clock)
    erase(database, find_member(database, DNI), clock)
    assert "0012345678" not in everything(database)
    assert body(database, "v-1")["answers"] == {"mark": "paper"}


def test_nothing_other_systems_said_names_the_person_under_a_document_or_a_childs_row_either(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    mother = replace(person("e" * 32, "45678904", "Rosa Elena"), birth_date=date(1995, 5, 5))
    child = person(CHILD, DNI, "Ñusta")
    files = {
        "padron_nominal": "dni;cnv;fecha_nacimiento;dni_madre;nombre_madre;direccion\n"
        f"{DNI};;01/03/2025;45678904;QUISPE HUAMAN ROSA ELENA;Jr. Lima 12\n",
        "his": "tipo_documento;numero_documento;apellido_paterno;apellido_materno;nombres;"
        "fecha_nacimiento;servicio;fecha\n"
        "DNI;45678904;QUISPE;HUAMAN;ÑUSTA;01/03/2025;90670;10/05/2025\n"
        "DNI;45678904;QUISPE;HUAMAN;ÑUSTA;01/03/2024;90670;10/05/2024\n",
        "pagos": "codigo_hogar;transferencia;mes;estado;motivo\n"
        "00042;TB;202609;SUSPENDIDO;Rosa Elena no fue a su control\n",
    }
    load(database, [HOME, mother, child], clock)
    for number, (source, text) in enumerate(files.items()):
        path = tmp_path / f"{source}.csv"
        path.write_text(text, encoding="cp1252")
        import_file(database, source, path, clock, f"i-{number}".__str__)
    before = everything(database)
    assert "Jr. Lima" not in before
    assert "ROSA ELENA" not in before, "nobody needs the mother of a row"
    erase(database, find_member(database, DNI), clock)
    after = everything(database)
    assert "2025-03-01" not in after, "the child's row under the mother's number"
    assert "2024-03-01" in after, "a namesake of another age"
    erase(database, find_member(database, "45678904"), clock)
    assert "Rosa Elena" not in everything(database)
    assert "45678904" not in everything(database)
