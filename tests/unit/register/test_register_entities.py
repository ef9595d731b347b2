"""What a faultless register becomes, and who is recognised when it is read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from register_samples import TODAY, Rows, as_csv, base_rows

from juntos_campo.domain.entities import Member
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.values import (
    Cse,
    DocumentKind,
    PregnancyOutcome,
    ProgrammeState,
    Relationship,
)
from juntos_campo.register.known import match_known
from juntos_campo.register.reader import RegisterFile, read_register


def _read(tmp_path: Path, rows: Rows) -> RegisterFile:
    return read_register(as_csv(tmp_path / "p.csv", rows), TODAY)


def test_a_household_keeps_every_cell_of_its_row(tmp_path: Path) -> None:
    household = _read(tmp_path, base_rows()).households[0]
    assert household.id == derived_id("household", "0307-000001")
    assert household.field_worker == "rccori"
    assert household.programme_state is ProgrammeState.ACTIVE
    assert household.cse is Cse.EXTREME_POOR
    assert household.cse_expires == date(2027, 3, 31)
    assert household.affiliated_on == date(2023, 3, 1)
    assert household.address == "Barrio Alto s/n; casa 2"
    assert household.phone == "900012345"
    assert household.flags == ("INDIGENA", "CUNA MAS")


def test_a_settlement_has_its_real_district_its_altitude_and_its_facility(tmp_path: Path) -> None:
    file = _read(tmp_path, base_rows())
    place = file.settlements[0]
    assert (place.district, place.province, place.altitude_m) == ("Chuquibambilla", "Grau", 3400)
    assert place.walk_minutes == 80
    assert place.facility_id == file.facilities[0].id
    assert place.flags == ("INDIGENA",)
    assert file.facilities[0].code == "00990701"
    assert file.schools[0].name == "I.E. N.° 54101"


def test_a_settlement_without_altitude_says_that_it_is_unknown(tmp_path: Path) -> None:
    rows = base_rows()
    for row in rows:
        row["altitud"] = ""
    assert [place.altitude_m for place in _read(tmp_path, rows).settlements] == [None, None]


def test_members_carry_document_relation_facility_school_and_birth(tmp_path: Path) -> None:
    file = _read(tmp_path, base_rows())
    mother, father, baby, girl = file.members[:4]
    assert mother.document_number == "01234567"
    assert mother.id == derived_id("member", "DNI", "01234567")
    assert [one.relationship for one in (mother, father, baby)] == [
        Relationship.HOLDER,
        Relationship.PARTNER,
        Relationship.CHILD,
    ]
    assert (baby.birth_weight_g, baby.gestation_weeks) == (3120, 39)
    assert girl.school_id == file.schools[0].id
    assert mother.full_name == "QUISPE HUAMÁN, María Elena"


def test_a_pregnancy_is_tied_to_the_woman_and_her_facility(tmp_path: Path) -> None:
    file = _read(tmp_path, base_rows())
    (pregnancy,) = file.pregnancies
    assert pregnancy.member_id == file.members[0].id
    assert pregnancy.last_period == date(2026, 8, 22)
    assert pregnancy.captured_on == date(2026, 10, 15)
    assert pregnancy.facility_id == file.facilities[0].id


def test_the_good_households_stand_when_another_is_left_out(tmp_path: Path) -> None:
    rows = base_rows()
    rows[3]["sexo"] = "?"
    file = _read(tmp_path, rows)
    assert file.left_out == ("0307-000001",)
    assert [one.code for one in file.households] == ["0307-000002"]
    assert {one.household_id for one in file.members} == {file.households[0].id}
    assert not file.pregnancies
    assert [place.name for place in file.settlements] == ["Ñahuinpata"]


def test_a_child_without_facility_is_warned_about_and_imported(tmp_path: Path) -> None:
    rows = base_rows()
    for name in ("codigo_eess", "nombre_eess", "categoria_eess", "microred", "red"):
        rows[2][name] = ""
    file = _read(tmp_path, rows)
    assert [(fault.code, fault.row) for fault in file.faults] == [("REG-062", 4)]
    assert file.is_clean
    assert len(file.households) == 2


def test_a_son_older_than_his_mother_is_warned_about(tmp_path: Path) -> None:
    rows = base_rows()
    rows[3]["fecha_nacimiento"] = "01/01/1990"
    assert ("REG-077", 5) in {(one.code, one.row) for one in _read(tmp_path, rows).warnings}


def test_a_newborn_that_got_a_dni_stays_the_same_person(tmp_path: Path) -> None:
    before = _read(tmp_path, base_rows())
    newborn = before.members[5]
    rows = base_rows()
    rows[5] |= {"tipo_documento": "DNI", "numero_documento": "98000077"}
    after = match_known(_read(tmp_path, rows), before.members)
    assert after.members[5].id == newborn.id
    assert after.members[5].document_number == "98000077"
    assert len({one.id for one in after.members}) == 6


def test_two_children_with_different_dni_are_never_merged(tmp_path: Path) -> None:
    file = _read(tmp_path, base_rows())
    baby = file.members[2]
    twin = replace(baby, id="f" * 32, document_number="98000099")
    assert match_known(file, [twin]).members[2].id == baby.id


def test_a_corrected_last_period_is_the_same_pregnancy_and_a_later_one_is_not(
    tmp_path: Path,
) -> None:
    first = _read(tmp_path, base_rows())
    rows = base_rows()
    rows[0]["fur"] = "30/08/2026"
    again = match_known(_read(tmp_path, rows), first.members, first.pregnancies)
    assert again.pregnancies[0].id == first.pregnancies[0].id
    assert again.pregnancies[0].last_period == date(2026, 8, 30)
    ended = replace(first.pregnancies[0], ended_on=date(2026, 8, 25), outcome=PregnancyOutcome.LOSS)
    new = match_known(_read(tmp_path, rows), first.members, [ended])
    assert new.pregnancies[0].id != ended.id


def test_a_pregnancy_follows_a_woman_who_got_a_dni(tmp_path: Path) -> None:
    file = _read(tmp_path, base_rows())
    mother = file.members[0]
    known: Member = replace(
        mother, id="a" * 32, document_kind=DocumentKind.NONE, document_number=""
    )
    again = match_known(file, [known])
    assert again.members[0].id == known.id
    assert again.pregnancies[0].member_id == known.id
