from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from juntos_campo.commands import verification
from juntos_campo.demo import data as demo_data

FAMILY: dict[str, Any] = {
    "household": {"affiliated_on": "2019-05-02"},
    "members": [
        {"id": "leo", "birth_date": "2016-08-01", "sex": "M", "given": "Leo"},
        {"id": "luz", "birth_date": "2012-08-01", "sex": "F", "given": "Luz"},
        {"id": "rosa", "birth_date": "1996-01-01", "sex": "F"},
    ],
    "pregnancies": [
        {"member_id": "rosa", "last_period": "2026-09-20", "captured_on": "2026-10-20"}
    ],
    "events": [{"member_id": "rosa", "service": "APN", "on": "2026-10-21"}],
    "school_years": [
        {
            "member_id": "leo",
            "year": 2026,
            "enrolled_on": "2026-03-02",
            "attendance": {"2026-09": 95, "2026-10": 60},
        },
        {
            "member_id": "luz",
            "year": 2026,
            "level": "secondary",
            "grade": 3,
            "enrolled_on": "2026-03-02",
            "attendance": {"2026-09": 95, "2026-10": 90},
        },
    ],
    "flags": ["VRAEM"],
    "altitude_m": 3200,
}


@pytest.fixture
def call() -> Any:
    app = typer.Typer()
    app.callback()(lambda: None)
    verification.register(app)
    return lambda *options: CliRunner().invoke(app, ["verification", *map(str, options)])


@pytest.fixture
def run(call: Any, tmp_path: Path) -> Any:
    def judge(household: Any, *options: str) -> Any:
        file = tmp_path / "hogar.json"
        text = household if isinstance(household, str) else json.dumps(household)
        file.write_text(text, encoding="utf-8")
        return call(file, *options)

    return judge


OCTOBER = ("--bimester", "2026-5", "--today", "2026-11-21")


def test_a_household_of_a_file_is_judged_with_reasons_and_amounts(run: Any) -> None:
    result = run(FAMILY, *OCTOBER)
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    months = {(one["member"], one["month"]): one for one in answer["months"]}
    assert months["leo", "2026-09"]["verdict"] == "fulfilled"
    assert months["leo", "2026-10"]["verdict"] == "not_fulfilled"
    assert "60 %" in months["leo", "2026-10"]["reasons"][0]["text"]
    assert months["leo", "2026-10"]["reasons"][0]["official"] is False
    assert months["rosa", "2026-09"]["responsibility"] == "none"
    assert months["rosa", "2026-10"]["responsibility"] == "health"
    lines = [(one["code"], one["month"], one["verdict"]) for one in answer["transfers"]]
    assert ("TB", "2026-10", "not_fulfilled") in lines
    assert ("TAS", "2026-10", "fulfilled") in lines
    assert answer["expected"] == 100 + 2 * 80 + 50
    assert (answer["open"], answer["lost"]) == (0, 100)
    assert answer["estimate"] is True


def test_an_official_answer_of_the_file_rules(run: Any) -> None:
    answers = [{"member_id": "leo", "month": "2026-10-01", "fulfilled": True}]
    answer = json.loads(run({**FAMILY, "answers": answers}, *OCTOBER).stdout)
    assert answer["lost"] == 0


def test_the_day_up_to_which_the_systems_reported_can_be_given_twice(run: Any) -> None:
    child = {"members": [{"birth_date": "2026-08-10", "sex": "F"}]}
    options = (*OCTOBER, "--reported", "2026-10-31")
    for family, more in (
        ({**child, "reported_until": "2026-10-30"}, ()),
        (child, ("--reported", "2026-10-30")),
    ):
        answer = json.loads(run(family, *OCTOBER, *more).stdout)
        assert answer["months"][1]["verdict"] == "pending"
    assert json.loads(run(child, *options).stdout)["months"][1]["verdict"] == "not_fulfilled"


def test_one_member_needs_no_ids(run: Any) -> None:
    family = {
        "members": [{"birth_date": "2016-08-01", "sex": "F"}],
        "school_years": [
            {"year": 2026, "attendance": {"2026-10": 90}, "enrolled_on": "2026-03-02"}
        ],
        "answers": [{"month": "2026-09-01", "fulfilled": True}],
    }
    answer = json.loads(run(family, *OCTOBER).stdout)
    assert [one["verdict"] for one in answer["months"]] == ["fulfilled", "fulfilled"]


@pytest.mark.parametrize(
    ("family", "told"),
    [
        ("{not json", ("VER-001", "hogar.json")),
        ("[]", ("VER-001", "members")),
        ({"members": []}, ("VER-001", "members")),
        ({"members": {"id": "a"}}, ("VER-002", "members")),
        ({"members": [7]}, ("VER-002", "members[0]")),
        ({"members": [{"sex": "F"}]}, ("VER-002", "members[0]", "birth_date")),
        ({**FAMILY, "household": []}, None),
        ({**FAMILY, "household": {"cse": "rich"}}, ("VER-002", "household", "cse")),
        ({**FAMILY, "members": FAMILY["members"] * 2}, ("VER-002", "members", "mismo")),
        (
            {**FAMILY, "events": [{"service": "CRED", "on": "2026-01-01"}]},
            ("events[0]", "member_id"),
        ),
        (
            {**FAMILY, "events": [{"member_id": "x", "service": "CRED", "on": "2026-01-01"}]},
            ("events[0]", "member_id"),
        ),
        ({**FAMILY, "school_years": [{"member_id": "leo"}]}, ("school_years[0]", "year")),
        (
            {**FAMILY, "school_years": [{"member_id": "leo", "year": 2026, "enroled": 1}]},
            ("school_years[0]", "enroled"),
        ),
        ({**FAMILY, "answers": "si"}, ("answers", "lista")),
        ({**FAMILY, "answers": [{"member_id": "leo"}]}, ("answers[0]", "month, fulfilled")),
        ({**FAMILY, "flags": "VRAEM"}, ("flags",)),
        ({**FAMILY, "altitude_m": "high"}, ("altitude_m",)),
        ({**FAMILY, "reported_until": "31/10/2026"}, ("reported_until",)),
    ],
)
def test_a_fault_names_the_file_the_part_and_the_field(
    run: Any, family: Any, told: tuple[str, ...] | None
) -> None:
    result = run(family, *OCTOBER)
    if told is None:  # an empty part is as good as none
        assert result.exit_code == 0
        return
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert "No se perdió ningún dato" in result.stderr
    words = [one for one in told if not one.startswith("VER-")]
    assert all(word in result.stderr for word in words)


@pytest.mark.parametrize(
    "options", [(), ("--csv", "padron.csv"), ("--out", "salida.csv"), ("--bimester", "2026-7")]
)
def test_a_command_without_its_file_or_with_a_wrong_bimester_says_what_to_write(
    call: Any, options: tuple[str, ...]
) -> None:
    result = call(*options)
    assert result.exit_code == 2
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


# -- a whole register ------------------------------------------------------------------------------

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    demo_data.write(demo_data.generate(15, 3, TODAY, ["gestor"]), folder)
    return folder


def rows_of(out: Path) -> list[dict[str, str]]:
    with out.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle, delimiter=";"))


def test_a_register_gives_one_row_a_member_and_month(
    call: Any, office: Path, tmp_path: Path
) -> None:
    out = tmp_path / "salida.csv"
    register = office / demo_data.REGISTER_FILE
    history = office / demo_data.HISTORY_FILE
    result = call("--csv", register, "--history", history, *OCTOBER, "--out", out)
    assert result.exit_code == 0, result.output
    rows = rows_of(out)
    with register.open(encoding="utf-8-sig", newline="") as handle:
        people = sum(1 for _ in csv.reader(handle, delimiter=";")) - 1
    assert len(rows) == 2 * people
    assert {one["mes"] for one in rows} == {"2026-09", "2026-10"}
    assert {one["cumple"] for one in rows} <= {"SI", "NO", "PENDIENTE", "EXCEPTUADO", "NO APLICA"}
    assert all(one["motivo"] and one["norma"] and not one["error"] for one in rows)
    healthy = [one for one in rows if one["corresponsabilidad"] == "SALUD"]
    assert {one["fuente_oficial"] for one in healthy} == {"no"}


def test_the_services_of_the_history_change_the_answer(
    call: Any, office: Path, tmp_path: Path
) -> None:
    register, out = office / demo_data.REGISTER_FILE, tmp_path / "salida.csv"
    fulfilled = []
    for history in ((), ("--history", office / demo_data.HISTORY_FILE)):
        call("--csv", register, *history, *OCTOBER, "--out", out)
        fulfilled.append(sum(one["cumple"] == "SI" for one in rows_of(out)))
    assert fulfilled[1] > fulfilled[0]


def test_a_row_that_cannot_be_read_is_told_with_its_place_and_the_rest_is_judged(
    call: Any, office: Path, tmp_path: Path
) -> None:
    text = (office / demo_data.REGISTER_FILE).read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    separator = ";" if ";" in lines[0] else ","
    column = lines[0].split(separator).index("fecha_nacimiento")
    cells = lines[1].split(separator)
    cells[column] = "ayer"
    spoilt = tmp_path / "padron.csv"
    spoilt.write_text("\n".join([lines[0], separator.join(cells), *lines[2:]]), encoding="utf-8")
    out = tmp_path / "salida.csv"
    result = call("--csv", spoilt, *OCTOBER, "--out", out)
    assert result.exit_code == 1
    rows = rows_of(out)
    (error,) = [one for one in rows if one["error"]]
    assert "padron.csv, fila 2" in error["error"]
    assert "fecha_nacimiento" in error["error"]
    assert any(one["cumple"] for one in rows)


def test_a_file_that_is_no_register_is_told_and_nothing_is_raised(
    call: Any, tmp_path: Path
) -> None:
    wrong = tmp_path / "padron.csv"
    wrong.write_text("hola", encoding="utf-8")
    for source in (wrong, tmp_path / "no-existe.csv"):
        result = call("--csv", source, *OCTOBER, "--out", tmp_path / "salida.csv")
        assert result.exit_code == 1
        assert "Traceback" not in result.output
        assert any(one["error"] for one in rows_of(tmp_path / "salida.csv"))


def test_an_answer_that_cannot_be_written_is_told(call: Any, office: Path, tmp_path: Path) -> None:
    register = office / demo_data.REGISTER_FILE
    result = call("--csv", register, *OCTOBER, "--out", tmp_path / "nowhere" / "salida.csv")
    assert result.exit_code == 2
    assert "salida.csv" in result.stderr
