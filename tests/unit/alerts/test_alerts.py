from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from juntos_campo.alerts.engine import alerts_of
from juntos_campo.alerts.model import Alert, Risk
from juntos_campo.alerts.risk import household_risk, level_of, member_risk
from juntos_campo.domain.entities import Household, Pregnancy, ServiceEvent
from juntos_campo.domain.values import DocumentKind, ProgrammeState, RiskLevel
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of

TODAY = date(2026, 11, 21)
WOMAN = date(1996, 1, 1)


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.fixture
def judged(book: RuleBook, member: Any) -> Any:
    def judge(
        birth: date,
        *events: ServiceEvent,
        pregnancy: Pregnancy | None = None,
        today: date = TODAY,
        **changes: Any,
    ) -> tuple[dict[str, Alert], Risk]:
        person = member(birth, **{"document_kind": DocumentKind.DNI, **changes})
        statuses = services_of(person, pregnancy, events, book, today)
        alerts = alerts_of(person, pregnancy, statuses, today, book)
        risk = member_risk(person, pregnancy, statuses, alerts, events, book=book, today=today)
        return {alert.status.key: alert for alert in alerts}, risk

    return judge


def pregnancy(last_period: date, **changes: Any) -> Pregnancy:
    values = {
        "id": "pregnancy",
        "household_id": "household",
        "member_id": "member",
        "last_period": last_period,
    }
    return Pregnancy(**{**values, **changes})


def test_a_first_prenatal_control_about_to_expire_is_the_most_urgent_alert(judged: Any) -> None:
    alerts, risk = judged(WOMAN, pregnancy=pregnancy(TODAY - days(92)))
    alert = alerts["APN:1"]
    assert alert.title == "sin primer control prenatal (vence en 5 días)"
    assert alert.level is RiskLevel.VERY_HIGH
    assert alert.since == TODAY - days(9)
    assert alert.key == "member|APN:1"
    assert risk.level in (RiskLevel.HIGH, RiskLevel.VERY_HIGH)


@pytest.mark.parametrize(
    ("age", "title"),
    [
        (97, "sin primer control prenatal (vence hoy)"),
        (96, "sin primer control prenatal (vence mañana)"),
        (98, "sin primer control prenatal (venció ayer)"),
        (100, "sin primer control prenatal (venció hace 3 días)"),
    ],
)
def test_the_title_counts_the_days_as_people_say_them(judged: Any, age: int, title: str) -> None:
    alerts, _ = judged(WOMAN, pregnancy=pregnancy(TODAY - days(age)))
    assert alerts["APN:1"].title == title


def test_an_early_pregnancy_makes_no_alert_yet(judged: Any) -> None:
    assert judged(WOMAN, pregnancy=pregnancy(TODAY - days(40)))[0] == {}


def test_an_overdue_haemoglobin_says_for_how_long(judged: Any, event: Any) -> None:
    birth = date(2025, 10, 10)
    alerts, risk = judged(birth, event("HB", birth + days(270), value=11.8))
    alert = alerts["HB:12m"]
    assert alert.title == "hemoglobina vencida hace 12 días"
    assert alert.level is RiskLevel.HIGH
    assert alert.since == date(2026, 11, 10)
    assert any("Hb 12 meses" in reason for reason in risk.reasons)


def test_a_vaccine_whose_window_is_closing_is_announced_before_it_is_lost(judged: Any) -> None:
    birth = TODAY - days(170)
    assert judged(birth)[0]["ROTA:1"].title == "vacuna rotavirus 1: se pierde en 10 días"
    assert "ROTA:1" not in judged(TODAY - days(149))[0]
    assert "ROTA:1" in judged(TODAY - days(150))[0]


def test_a_lost_service_informs_for_sixty_days_and_then_falls_silent(judged: Any) -> None:
    closed = 180
    alerts, _ = judged(TODAY - days(closed + 1))
    assert alerts["ROTA:1"].level is RiskLevel.LOW
    assert "perdida" in alerts["ROTA:1"].title
    assert "ROTA:1" in judged(TODAY - days(closed + 60))[0]
    assert "ROTA:1" not in judged(TODAY - days(closed + 61))[0]


def test_a_lost_haemoglobin_asks_at_once_for_the_next_one(judged: Any) -> None:
    assert "HB:9m" not in judged(TODAY - days(209))[0]
    alert = judged(TODAY - days(210))[0]["HB:9m"]
    assert alert.title == "hemoglobina pendiente: se perdió la anterior"
    assert (alert.level, alert.since) == (RiskLevel.MEDIUM, TODAY)


def test_a_child_without_dni_is_an_alert_whatever_its_age(judged: Any) -> None:
    young, _ = judged(TODAY - days(40), document_kind=DocumentKind.CNV)
    assert young["DNI:30d"].title == "sin DNI (venció hace 11 días)"
    old, _ = judged(date(2016, 3, 3), document_kind=DocumentKind.NONE)
    assert old["DNI:30d"].level is RiskLevel.VERY_HIGH


def test_a_schoolchild_makes_no_health_alert_and_a_four_year_old_a_milder_one(
    judged: Any,
) -> None:
    assert judged(date(2018, 1, 1))[0] == {}
    toddler, _ = judged(TODAY - days(650))
    older, _ = judged(date(2022, 10, 20))
    assert toddler["SPR:1"].level is RiskLevel.HIGH
    assert older["SPR:1"].level is RiskLevel.MEDIUM


def test_after_the_birth_prenatal_alerts_end(judged: Any) -> None:
    ended = pregnancy(TODAY - days(270), ended_on=TODAY - days(2))
    assert judged(WOMAN, pregnancy=ended)[0] == {}


def test_somebody_who_left_makes_no_alert_and_no_risk(judged: Any) -> None:
    alerts, risk = judged(TODAY - days(300), left_on=TODAY)
    assert alerts == {}
    assert (risk.level, risk.points, risk.reasons) == (RiskLevel.LOW, 0, ())


def test_alerts_come_most_urgent_first_and_keep_their_key_from_day_to_day(
    book: RuleBook, member: Any
) -> None:
    person = member(TODAY - days(420))
    order = list(RiskLevel)

    def keys(today: date) -> list[tuple[int, str]]:
        statuses = services_of(person, None, [], book, today)
        alerts = alerts_of(person, None, statuses, today, book)
        return [(order.index(alert.level), alert.key) for alert in alerts]

    now, tomorrow = keys(TODAY), keys(TODAY + days(1))
    assert [level for level, _ in now] == sorted(level for level, _ in now)
    assert {key for _, key in now} & {key for _, key in tomorrow} >= {"member|SPR:1"}


def test_risk_explains_every_point_it_gives(judged: Any) -> None:
    _, risk = judged(TODAY - days(420), birth_weight_g=2000)
    given = sum(int(reason.rsplit("(+", 1)[1].rstrip(")")) for reason in risk.reasons)
    assert given == risk.points
    assert any("bajo peso" in reason for reason in risk.reasons)


def test_points_reach_a_level_exactly_at_its_threshold(book: RuleBook) -> None:
    for level, start in book.risk.levels:
        assert level_of(start, book.risk) is level
        if start:
            assert level_of(start - 1, book.risk) is not level


def test_the_household_is_as_urgent_as_its_most_pressing_member(book: RuleBook) -> None:
    home = Household(id="h", code="c", field_worker="w", settlement_id="s")
    calm = Risk(RiskLevel.LOW, 0, ())
    pressing = Risk(RiskLevel.HIGH, 40, ("control CRED vencido (+40)",))
    assert household_risk(home, [calm, pressing], book, TODAY) == pressing
    assert household_risk(home, [], book, TODAY) == calm


def test_an_expired_classification_and_a_suspension_are_reasons(book: RuleBook) -> None:
    home = Household(
        id="h",
        code="c",
        field_worker="w",
        settlement_id="s",
        cse_expires=TODAY - days(1),
        programme_state=ProgrammeState.SUSPENDED,
    )
    risk = household_risk(home, [], book, TODAY)
    assert risk.reasons == ("CSE vencida el 20 nov (+15)", "hogar suspendido (+10)")
    assert risk.level is RiskLevel.MEDIUM


def test_no_title_carries_the_name_of_the_person(judged: Any) -> None:
    alerts, risk = judged(TODAY - days(420), given="Yeison", paternal="Quispe")
    spoken = " ".join([*(alert.title for alert in alerts.values()), *risk.reasons])
    assert alerts
    assert "Yeison" not in spoken
    assert "Quispe" not in spoken


def test_one_loss_is_one_alert_and_not_one_for_each_dose_that_would_have_followed(
    judged: Any,
) -> None:
    alerts, _ = judged(TODAY - days(200))
    assert "ROTA:1" in alerts
    assert "ROTA:2" not in alerts  # it could never have come without the first
    unrecorded, _ = judged(WOMAN, pregnancy=pregnancy(TODAY - days(320)))
    assert "BIRTH:1" in unrecorded
    assert [key for key in unrecorded if key.startswith(("APN", "IRON"))] == [
        "APN:1",
        "IRON_FOLIC:1",
    ]


def test_a_second_dose_lost_by_itself_is_told(judged: Any, event: Any) -> None:
    born = TODAY - days(250)
    alerts, _ = judged(born, event("ROTA", born + days(70)))
    assert "ROTA:2" in alerts
