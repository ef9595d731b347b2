"""Importing a register: nothing half done, nothing twice, nothing deleted, nothing sent back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from juntos_campo import paths
from juntos_campo.app.import_register import ImportCheck, KindCount, apply, check
from juntos_campo.app.session import NOTHING_CHANGED, Session, User, create_session
from juntos_campo.demo.data import DemoData, generate, write
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import (
    HealthFacility,
    Household,
    Member,
    Pregnancy,
    ServiceEvent,
    Settlement,
)
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.values import PregnancyOutcome, Role
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.store import outbox
from juntos_campo.store.keys import KdfCost

DAY = date(2026, 11, 21)
CHEAP = KdfCost(passes=1, memory_kib=1024, lanes=1)


@pytest.fixture(scope="module")
def data() -> DemoData:
    return generate(60, 11, DAY, ["rccori"])


@pytest.fixture
def files(data: DemoData, tmp_path: Path) -> tuple[Path, Path]:
    return write(data, tmp_path / "oficina")


@pytest.fixture
def open_as(tmp_path: Path) -> Iterator[Callable[[str, Role], Session]]:
    opened: list[Session] = []
    clock = FixedClock(datetime(2026, 11, 21, 8, 30, tzinfo=LIMA))
    book = load_rule_book(paths.resources() / "norms")

    def make(name: str, role: Role = Role.FIELD_WORKER) -> Session:
        place = paths.DataPlace(tmp_path / f"laptop-{name}")
        user = User(name, name, role)
        session = create_session(
            place, password="clave-de-prueba", user=user, clock=clock, book=book, cost=CHEAP
        )
        opened.append(session)
        return session

    yield make
    for session in opened:
        session.close()


@pytest.fixture
def session(open_as: Callable[[str], Session]) -> Session:
    return open_as("rccori")


def _everything(session: Session) -> dict[str, dict[str, object]]:
    return {
        name: {one.id: one for one in session.store.find(kind.entity)}
        for name, kind in KINDS.items()
    }


def _spoil(path: Path, old: str, new: str, times: int = 1) -> None:
    text = path.read_text("utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new, times), "utf-8-sig", newline="")


def _household_of(session: Session, code: str) -> Household:
    return session.store.find(Household, code=code)[0]


def test_a_check_changes_nothing(session: Session, files: tuple[Path, Path]) -> None:
    before = session.store.path.read_bytes()
    found = check(session, *files)
    assert found.counts["household"] == KindCount(new=60)
    assert found.is_clean
    assert session.store.count(Household) == 0
    assert session.store.path.read_bytes() == before


def test_an_import_brings_households_people_and_services_and_sends_nothing_back(
    session: Session, files: tuple[Path, Path], data: DemoData
) -> None:
    changed = apply(session, check(session, *files))
    assert changed.everything
    assert {"household", "member", "service_event"} <= changed.kinds
    assert session.store.count(Household) == 60
    assert session.store.count(Member) == len(data.register)
    assert session.store.count(ServiceEvent) == len(data.history)
    assert session.store.count(Settlement) > 0
    assert outbox.waiting(session.store) == []


def test_importing_twice_changes_nothing_and_duplicates_nobody(
    session: Session, files: tuple[Path, Path]
) -> None:
    apply(session, check(session, *files))
    before = _everything(session)
    again = check(session, *files)
    assert again.to_write == ()
    assert {(one.new, one.updated) for one in again.counts.values()} == {(0, 0)}
    assert apply(session, again) == NOTHING_CHANGED
    assert _everything(session) == before


def test_a_changed_phone_updates_one_household_and_no_other(
    session: Session, files: tuple[Path, Path], data: DemoData
) -> None:
    apply(session, check(session, *files))
    row = next(one for one in data.register if one["telefono"])
    _spoil(files[0], f";{row['telefono']};", ";900000001;", times=-1)
    found = check(session, *files)
    assert found.counts["household"] == KindCount(updated=1, unchanged=59)
    changed = apply(session, found)
    household = _household_of(session, row["codigo_hogar"])
    assert household.phone == "900000001"
    assert changed.households == {household.id}


def test_a_file_with_faults_imports_nothing_until_the_good_rows_are_accepted(
    session: Session, files: tuple[Path, Path], data: DemoData
) -> None:
    broken = data.register[0]
    name = f";{broken['nombres']};{broken['sexo']};"
    _spoil(files[0], name, f";{broken['nombres']};X;")
    found = check(session, *files)
    assert found.left_out == (broken["codigo_hogar"],)
    with pytest.raises(UserError) as refused:
        apply(session, found)
    assert refused.value.problem.code == "IMP-001"
    assert "1 falla" in str(refused.value)
    assert session.store.count(Household) == session.store.count(Member) == 0
    apply(session, found, accept_good_rows=True)
    assert session.store.count(Household) == 59
    assert session.store.find(Household, code=broken["codigo_hogar"]) == []
    codes = {one["codigo_hogar"] for one in data.history}
    assert broken["codigo_hogar"] not in codes or session.store.count(ServiceEvent) < len(
        data.history
    )


def test_a_file_that_is_no_register_is_refused_even_if_good_rows_are_accepted(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "lista.csv"
    path.write_text("arroz;azucar\n1;2\n", "utf-8")
    with pytest.raises(UserError) as refused:
        apply(session, check(session, path), accept_good_rows=True)
    assert refused.value.problem.code == "IMP-002"


def test_households_of_other_field_workers_stay_off_this_laptop(
    open_as: Callable[..., Session], tmp_path: Path
) -> None:
    shared = generate(30, 5, DAY, ["rccori", "mayala"])
    files = write(shared, tmp_path / "oficina")
    mine = open_as("rccori")
    found = check(mine, *files)
    assert (found.others, found.faults) == (15, ())
    apply(mine, found)
    assert {one.field_worker for one in mine.store.find(Household)} == {"rccori"}
    households = {one.id for one in mine.store.find(Household)}
    assert {one.household_id for one in mine.store.find(Member)} == households
    assert {one.household_id for one in mine.store.find(ServiceEvent)} <= households
    zone = open_as("jefa", Role.ZONE_COORDINATOR)
    apply(zone, check(zone, *files))
    assert zone.store.count(Household) == 30


def test_somebody_without_households_in_the_file_is_told_so(
    open_as: Callable[..., Session], files: tuple[Path, Path]
) -> None:
    other = open_as("otra")
    with pytest.raises(UserError) as refused:
        apply(other, check(other, *files), accept_good_rows=True)
    assert refused.value.problem.code == "IMP-003"
    assert "otra" in str(refused.value)


def test_people_and_households_that_disappear_are_reported_and_kept(
    session: Session, files: tuple[Path, Path], data: DemoData
) -> None:
    apply(session, check(session, *files))
    first = data.register[0]["codigo_hogar"]
    leaving = next(
        row for row in data.register if row["codigo_hogar"] != first and row["parentesco"] == "HIJO"
    )
    kept = [row for row in data.register if row["codigo_hogar"] != first and row is not leaving]
    write(DemoData(tuple(kept), ()), files[0].parent)
    found = check(session, files[0])
    assert found.gone_households == (first,)
    assert [one.given for one in found.gone_members] == [leaving["nombres"]]
    apply(session, found)
    assert session.store.count(Household) == 60
    assert session.store.count(Member) == len(data.register)


def test_what_only_the_laptop_knows_survives_an_import(
    session: Session, files: tuple[Path, Path]
) -> None:
    apply(session, check(session, *files))
    facility = session.store.find(HealthFacility)[0]
    pregnancy = session.store.find(Pregnancy)[0]
    member = session.store.find(Member)[3]
    with session.work("test") as work:
        work.tx.load(replace(facility, head="Lic. Inventada"))
        work.tx.load(replace(pregnancy, ended_on=DAY, outcome=PregnancyOutcome.BIRTH))
        work.tx.load(replace(member, left_on=DAY))
    apply(session, check(session, *files))
    assert session.store.get(HealthFacility, facility.id) == replace(
        facility, head="Lic. Inventada"
    )
    ended = session.store.get(Pregnancy, pregnancy.id)
    assert ended is not None
    assert ended.outcome is PregnancyOutcome.BIRTH
    gone = session.store.get(Member, member.id)
    assert gone is not None
    assert gone.left_on == DAY


def test_an_edit_that_still_waits_for_sync_is_not_overwritten(
    session: Session, files: tuple[Path, Path]
) -> None:
    apply(session, check(session, *files))
    household = session.store.find(Household)[0]
    with session.work("test") as work:
        work.tx.save(replace(household, phone="900077777"))
    apply(session, check(session, *files))
    kept = session.store.get(Household, household.id)
    assert kept is not None
    assert kept.phone == "900077777"
    assert len(outbox.waiting(session.store)) == 1


def test_a_newborn_whose_cnv_became_a_dni_stays_one_child_with_its_services(
    session: Session, files: tuple[Path, Path], data: DemoData
) -> None:
    child = next(
        row
        for row in data.register
        if row["fecha_nacimiento"].endswith("2026") and row["numero_documento"]
    )
    dni = child["numero_documento"]
    cnv = {"tipo_documento": "CNV", "numero_documento": "9900000777"}

    def before(row: dict[str, str]) -> dict[str, str]:
        return {**row, **cnv} if row["numero_documento"] == dni else row

    earlier = DemoData(tuple(map(before, data.register)), tuple(map(before, data.history)))
    apply(session, check(session, *write(earlier, files[0].parent)))
    known = session.store.find(Member, document_number="9900000777")[0]
    services = session.store.count(ServiceEvent, member_id=known.id)
    assert services
    apply(session, check(session, *write(data, files[0].parent)))
    assert session.store.count(Member) == len(data.register)
    assert session.store.count(ServiceEvent) == len(data.history)
    child_now = session.store.get(Member, known.id)
    assert child_now is not None
    assert child_now.document_number == dni.partition("-")[0]
    assert session.store.count(ServiceEvent, member_id=known.id) == services


def test_a_crash_in_the_middle_of_an_import_leaves_nothing_half_done(
    session: Session, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = check(session, *files)
    broken = replace(found, to_write=(*found.to_write, object()))  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        apply(session, broken)
    assert session.store.count(Household) == session.store.count(ServiceEvent) == 0


def test_the_audit_says_how_many_and_names_nobody(
    session: Session, files: tuple[Path, Path]
) -> None:
    found: ImportCheck = check(session, *files)
    apply(session, found)
    (row,) = session.store.audit_of("register", "")
    assert row["action"] == "register.import"
    assert row["actor"] == "rccori"
    assert row["detail"]["household"] == [60, 0]
