"""What the gestor types in the walked visit: decided from the household, typed by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from juntos_campo.app.session import Session
from juntos_campo.app.visit_form import MemberVisit, VisitForm
from juntos_campo.demo.walk.driver import Driver, WalkError
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import age_text
from juntos_campo.domain.visits import member_path
from juntos_campo.ui.screens.visit import VisitScreen
from juntos_campo.ui.screens.visit_fields import ChoiceField


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: its path, what is typed, and the answer that must be on disk then.

    Attributes:
        typed: keys for a line; the answer to choose when `chosen`.
    """

    path: str
    typed: str
    answer: Answer
    chosen: bool = False


def children_and_pregnant(form: VisitForm) -> tuple[list[MemberVisit], MemberVisit]:
    """The two youngest children asked about, and the pregnant woman.

    Raises:
        WalkError: the household is not the one the walk needs.
    """
    pregnant = [one for one in form.members if one.pregnancy is not None]
    children = [one for one in form.members if one.pregnancy is None and one.questions]
    children.sort(key=lambda one: one.member.birth_date, reverse=True)
    if not pregnant or len(children) < 2:
        ages = [age_text(one.member.birth_date, form.context.today) for one in form.members]
        raise WalkError(f"el hogar no tiene dos niños con algo pendiente y una gestante: {ages}")
    return children[:2], pregnant[0]


def script(session: Session, form: VisitForm) -> list[Entry]:
    """Everything that is typed, in the order of the conversation."""
    children, pregnant = children_and_pregnant(form)
    yesterday = session.today - timedelta(days=1)
    attendant = form.attendants[0].id
    entries = [
        Entry("attended_by", attendant, attendant, chosen=True),
        Entry("modality", "home", "home", chosen=True),
    ]
    for one in (*children, pregnant):
        entries += _services(one, yesterday)
    entries += [
        Entry("mark", "fingerprint", "fingerprint", chosen=True),
        _day("next_visit_on", session.today + timedelta(days=28)),
        Entry("note", "Se quedó en volver con su carné.", "Se quedó en volver con su carné."),
    ]
    return entries


def _day(path: str, day: date) -> Entry:
    return Entry(path, f"{day:%d/%m/%y}", day.isoformat())


def _services(one: MemberVisit, day: date) -> Iterator[Entry]:
    """The first services asked about (two at most), with the figures that belong to them."""
    for question in one.questions[:2]:
        if question.first <= day:
            yield _day(question.path, day)
    asked = {question.service for question in one.questions[:2] if question.first <= day}
    if "HB" in asked:
        yield Entry(member_path(one.member.id, "hb"), "13.4", 13.4)


def type_entry(driver: Driver, screen: VisitScreen, entry: Entry) -> None:
    """Type one field as the gestor would: go there, type, leave it."""
    screen.jump(entry.path)
    assert screen.desk is not None  # noqa: S101 - a visit is open
    field = screen.desk.fields.get(entry.path)
    if field is None:
        raise WalkError(f"la visita no muestra el campo «{entry.path}»")
    if entry.chosen:
        driver.click(_option(field.control, entry.typed))
        return
    driver.fill(field.control, entry.typed)
    driver.key(Qt.Key.Key_Tab)


def _option(control: QWidget, answer: str) -> QAbstractButton:
    """The button of one answer, given the button that holds the place of its question."""
    parent = control.parentWidget()
    if not isinstance(parent, ChoiceField):
        raise WalkError("el campo no es de elegir")
    return parent.buttons[answer]
