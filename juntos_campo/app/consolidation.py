"""The bimester put together for the regional office: counts, what is missing, and the tables to send."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from juntos_campo.app.closed_forms import (
    VERIFYING,
    MonthAnswer,
    Place,
    month_answers,
    place_order,
    places_of,
)
from juntos_campo.app.coresponsibility import month_name
from juntos_campo.app.exceptions_report import ExceptionLine, UnconfirmedLine
from juntos_campo.app.paperwork import Paper
from juntos_campo.app.paperwork_rules import TAKEN, Step, day_of, is_signed, name_of
from juntos_campo.app.session import Session
from juntos_campo.domain import form_ids
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.spanish import fold
from juntos_campo.register.spreadsheet import Cell, Sheet

_ORDER = {form_id: number for number, form_id in enumerate(form_ids.OFFICIAL)}


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCount:
    """One form of one place in one month.

    Attributes:
        listed: people whom the form is about in that month.
        without: of them, how many it says nothing of (all of them while it is not closed).
    """

    form_id: str
    place_id: str
    place: Place
    month: date
    listed: int
    fulfilled: int
    not_fulfilled: int

    @property
    def short(self) -> str:
        return form_ids.SHORT[self.form_id]

    @property
    def month_text(self) -> str:
        return month_name(self.month)

    @property
    def without(self) -> int:
        return self.listed - self.fulfilled - self.not_fulfilled


@dataclass(frozen=True, slots=True)
class Consolidation:
    """A bimester put together.

    Attributes:
        counts: by form, place and month.
        ready: papers that can be consolidated or sent now.
        waiting: papers that cannot, with what they lack.
        sent: papers that were.
    """

    bimester: Bimester
    counts: tuple[MonthCount, ...]
    ready: tuple[Paper, ...]
    waiting: tuple[Paper, ...]
    sent: tuple[Paper, ...]


def consolidation(session: Session, bimester: Bimester, papers: Sequence[Paper]) -> Consolidation:
    """Counts per form, place and month, and which papers can go."""
    answers = month_answers(session, bimester)
    counts = month_counts(answers, places_of(session, (one.place_id for one in answers)))
    closed = {(one.form_id, one.place_id) for one in counts}
    for paper in papers:
        if paper.form_id in VERIFYING and (paper.form_id, paper.place_id) not in closed:
            place = Place(paper.place, paper.code, paper.at_school)
            counts += [
                MonthCount(
                    form_id=paper.form_id,
                    place_id=paper.place_id,
                    place=place,
                    month=month,
                    listed=paper.people,
                    fulfilled=0,
                    not_fulfilled=0,
                )
                for month in bimester.months
            ]
    counts.sort(key=lambda one: (*place_order(one.place), _ORDER[one.form_id], one.month))
    left = [one for one in papers if one.next is not None]
    return Consolidation(
        bimester,
        tuple(counts),
        tuple(one for one in left if not one.obstacles),
        tuple(one for one in left if one.obstacles),
        tuple(one for one in papers if one.next is None),
    )


def month_counts(answers: Iterable[MonthAnswer], places: dict[str, Place]) -> list[MonthCount]:
    """Answers of closed forms, counted."""
    by_month: dict[tuple[str, str, date], list[MonthAnswer]] = defaultdict(list)
    for one in answers:
        by_month[one.form_id, one.place_id, one.month].append(one)
    return [
        MonthCount(
            form_id=form_id,
            place_id=place_id,
            place=places.get(place_id, Place("", "", form_id == form_ids.EDUCATION)),
            month=month,
            listed=len(own),
            fulfilled=sum(one.fulfilled is True for one in own),
            not_fulfilled=sum(one.fulfilled is False for one in own),
        )
        for (form_id, place_id, month), own in by_month.items()
    ]


# -- tables ----------------------------------------------------------------------------------------


def count_sheet(counts: Iterable[MonthCount]) -> Sheet:
    """Counts as a table."""
    return Sheet(
        "Consolidado",
        (
            "formato",
            "lugar",
            "codigo",
            "mes",
            "en_lista",
            "cumplieron",
            "no_cumplieron",
            "sin_dato",
        ),
        tuple(
            (
                one.short,
                one.place.name,
                one.place.code,
                one.month.isoformat()[:7],
                one.listed,
                one.fulfilled,
                one.not_fulfilled,
                one.without,
            )
            for one in counts
        ),
    )


def nominal_sheet(session: Session, bimester: Bimester) -> Sheet:
    """Everybody on the closed forms, month by month: what the office would otherwise type in again."""
    answers = month_answers(session, bimester)
    places = places_of(session, (one.place_id for one in answers))
    answers.sort(
        key=lambda one: (
            *place_order(places.get(one.place_id)), _ORDER[one.form_id], fold(one.person),
            one.member_id, one.month,
        )
    )  # fmt: skip
    words = {True: "SÍ", False: "NO", None: ""}
    rows = []
    for one in answers:
        place = places.get(one.place_id)
        rows.append(
            (
                one.short,
                place.name if place else "",
                place.code if place else "",
                one.household_code,
                one.person,
                one.document,
                one.month.isoformat()[:7],
                words[one.fulfilled],
                one.cause,
                one.observation,
            )
        )
    header = (
        "formato", "lugar", "codigo", "hogar", "persona", "documento", "mes", "cumple", "motivo",
        "observacion",
    )  # fmt: skip
    return Sheet("Nominal", header, tuple(rows))


def paper_sheet(papers: Iterable[Paper]) -> Sheet:
    """Where every paper is, with the day of each step."""
    header = (
        "formato", "lugar", "codigo", "personas", "estado",
        *(TAKEN[one].replace(" ", "_") for one in Step), "entregado_a", "recibido_de", "firmado_por",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in papers:
        days: dict[Step, date | None] = {step: day_of(one.handling, step) for step in Step}
        days[Step.FILLED] = one.filling.on if one.filling.complete else None
        if not is_signed(one.handling):
            days[Step.SIGNED] = None
        names = (name_of(one.handling, step) for step in (Step.HANDED, Step.RECEIVED, Step.SIGNED))
        told = (day.isoformat() if (day := days[step]) else "" for step in Step)
        rows.append((one.short, one.place, one.code, one.people, one.state, *told, *names))
    return Sheet("Papeles", header, tuple(rows))


def exception_sheet(lines: Iterable[ExceptionLine]) -> Sheet:
    """Unfulfilled coresponsibility with its cause."""
    return Sheet(
        "Incumplimientos",
        ("formato", "lugar", "codigo", "hogar", "persona", "mes", "motivo", "exceptuable", "observacion"),
        tuple(
            (
                one.answer.short,
                one.place.name,
                one.place.code,
                one.answer.household_code,
                one.answer.person,
                one.answer.month.isoformat()[:7],
                one.cause,
                "SÍ, sin fuente oficial" if one.excused else "NO",
                one.answer.observation,
            )
            for one in lines
        ),
    )  # fmt: skip


def unconfirmed_sheet(lines: Iterable[UnconfirmedLine]) -> Sheet:
    """Whom the rules estimate not to have fulfilled, without a form that says so."""
    return Sheet(
        "Por confirmar",
        ("responde_por", "lugar", "codigo", "hogar", "persona", "mes", "estimado_porque"),
        tuple(
            (
                one.about,
                one.place.name if one.place else "",
                one.place.code if one.place else "",
                one.household_code,
                one.person,
                one.month.isoformat()[:7],
                one.why,
            )
            for one in lines
        ),
    )
