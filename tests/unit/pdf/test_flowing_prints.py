"""Route sheet and household file read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO

from pypdf import PdfReader

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.values import RiskLevel
from juntos_campo.pdf.document import PrintInfo
from juntos_campo.pdf.household_sheet import HouseholdSheetModel, PersonLine, build_household_sheet
from juntos_campo.pdf.route import RouteGroup, RouteModel, RouteStop, build_route

INFO = PrintInfo(
    kind="ruta/1",
    subject="rccori/2026-11-21",
    title="Ruta del día",
    subtitle="Sábado 21 de noviembre de 2026 · 7 hogares",
    printed_at=datetime(2026, 11, 21, 6, 10, tzinfo=LIMA),
    printed_by="Rufina Ccori",
    notice="Contiene datos personales.",
)


def stop(number: int, reasons: int = 2) -> RouteStop:
    return RouteStop(
        code=f"0312-{4000 + number:06}",
        holder=f"QUISPE HUAMÁN DE LA CRUZ, María de los Ángeles {number}",
        level=list(RiskLevel)[number % 4],
        reasons=tuple(f"Yeison: hemoglobina vencida hace {day + 3} días" for day in range(reasons)),
        where=("Sector Alto s/n", "Detrás de la capilla <vieja> & el molino", "983111222"),
    )


def route(households: int) -> RouteModel:
    half = households // 2
    return RouteModel(
        info=INFO,
        groups=(
            RouteGroup(
                settlement="Huancarpuquio",
                remark="a 1 h 20 a pie",
                stops=tuple(stop(number) for number in range(half)),
            ),
            RouteGroup(
                settlement="Ñahuinpuquio",
                remark="a 3 h 05 a pie",
                stops=tuple(stop(number) for number in range(half, households)),
            ),
        ),
    )


def texts(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def test_every_household_of_the_route_is_printed_once_with_its_reasons() -> None:
    pages = texts(build_route(route(18)))
    text = " ".join(pages)
    for number in range(18):
        assert text.count(f"0312-{4000 + number:06}") == 1
    assert text.count("hemoglobina vencida hace 3 días") == 18
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"Hoja {number} de {len(pages)}" in page
        assert "Verificación" in page


def test_an_address_with_signs_is_printed_as_it_is_written() -> None:
    assert "Detrás de la capilla <vieja> & el molino" in texts(build_route(route(2)))[0]


def test_a_day_without_households_prints_a_sheet_that_says_so() -> None:
    empty = RouteModel(info=INFO, groups=())
    assert "No hay hogares planificados" in texts(build_route(empty))[0]


def test_risk_is_a_word_on_paper_and_not_only_a_shape() -> None:
    text = texts(build_route(route(4)))[0]
    for word in ("muy alta", "alta", "media", "baja"):
        assert word in text


def household(people: int) -> HouseholdSheetModel:
    return HouseholdSheetModel(
        info=replace(INFO, title="QUISPE HUAMÁN, María Elena", subtitle="Hogar 0312-004417"),
        level=RiskLevel.VERY_HIGH,
        facts=(("Centro poblado", "Huancarpuquio"), ("Teléfono", "983111222"), ("CSE", "")),
        people=tuple(
            PersonLine(
                name=f"QUISPE CCORI, Yeison {number}",
                about="6 m · Puesto de salud Curanco",
                missing=("Hb 6 meses (hasta 9 nov)", "CRED 6 meses (hasta 20 nov)"),
                upcoming="CRED 7 meses desde 3 dic",
            )
            for number in range(people)
        ),
        commitments=("Llevar a Yeison al dosaje de hemoglobina",),
        last_visit="Última visita: mar 20 oct 2026.",
    )


def test_a_household_of_any_size_stays_on_one_page() -> None:
    for people in (1, 6, 16):
        pages = texts(build_household_sheet(household(people)))
        assert len(pages) == 1
        for number in range(people):
            assert pages[0].count(f"Yeison {number} ") == 1
        assert "Llevar a Yeison al dosaje" in pages[0]
        assert "Firma o huella" in pages[0]


def test_an_unknown_fact_is_a_dash_and_no_gap() -> None:
    assert "CSE —" in texts(build_household_sheet(household(1)))[0]
