"""The columns of the people of a household: who, and what each one needs."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject

from juntos_campo.app.household_file import HouseholdFile, MemberView
from juntos_campo.app.people import schooling_text
from juntos_campo.domain.values import RiskLevel, Sex
from juntos_campo.norms.model import State
from juntos_campo.ui.widgets.rows_model import Chips, Column
from juntos_campo.ui.words import relationship_text


class ShowsFile(Protocol):
    """The screen: the file that is shown."""

    file: HouseholdFile | None


class PeopleColumns(QObject):
    """One line a person. While the household's history arrives nobody is judged by it."""

    def __init__(self, screen: ShowsFile) -> None:
        super().__init__()
        self._screen = screen

    def columns(self) -> list[Column[MemberView]]:
        """In the order shown."""
        return [
            Column(
                title=self.tr("Prioridad"),
                text=lambda _one: "",
                risk=self._risk,
                tooltip=self._risk_reason,
                width=108,
            ),
            Column(
                title=self.tr("Persona"),
                text=lambda one: one.member.full_name,
                tooltip=self._person,
                strong=True,
                weight=1.45,
            ),
            Column(title=self.tr("Edad"), text=lambda one: one.age, width=72),
            Column(
                title=self.tr("Situación"),
                text=self._situation,
                tooltip=self._situation,
                hide_below=1010,
                weight=1.05,
            ),
            Column(
                title=self.tr("Ahora"),
                text=self._now_text,
                chips=self._chips,
                tooltip=self._now_reason,
                weight=1.5,
            ),
            Column(
                title=self.tr("Próximo"),
                text=lambda one: one.next_text,
                tooltip=lambda one: one.next_text or self.tr("Ningún servicio con fecha próxima"),
                width=236,
                hide_below=860,
            ),
        ]

    def _risk(self, one: MemberView) -> RiskLevel | None:
        judged = one.is_target and not self._arriving()
        return one.standing.risk.level if judged else None

    def _arriving(self) -> bool:
        file = self._screen.file
        return file is not None and file.arriving

    def _risk_reason(self, one: MemberView) -> str:
        if self._arriving():
            return self.tr("Se dirá cuando llegue la historia del hogar")
        if not one.is_target:
            return self.tr("No es miembro objetivo del programa")
        return "\n".join(one.standing.risk.reasons)

    def _person(self, one: MemberView) -> str:
        sex = self.tr("mujer") if one.member.sex is Sex.FEMALE else self.tr("varón")
        number = one.member.document_number
        document = f"{one.member.document_kind} {number}" if number else self.tr("sin documento")
        lines = [one.member.full_name, f"{sex} · {document}", one.situation]
        lines += [one.facility, one.school]
        return "\n".join(line for line in lines if line)

    def _situation(self, one: MemberView) -> str:
        relation = relationship_text(one.member.relationship, one.member.sex)
        return " · ".join(part for part in (relation, one.situation) if part)

    def _chips(self, one: MemberView) -> Chips | None:
        chips: list[tuple[str, State]] = [(status.label, status.state) for status in one.missing]
        year = one.year
        if year is not None and (year.enrolled_on is not None or not chips):
            known = State.DONE if year.enrolled_on is not None else State.OVERDUE
            # A student answers for school: the rest stands before it only when it presses.
            place = len(chips) if one.standing.alerts else 0
            chips.insert(place, (schooling_text(one.member, year), known))
        if not chips and one.received:
            chips.append((self.tr("al día"), State.DONE))
        return chips or None

    def _now_text(self, one: MemberView) -> str:
        return ", ".join(label for label, _state in self._chips(one) or ())

    def _now_reason(self, one: MemberView) -> str:
        if not one.is_target:
            return self.tr("No es miembro objetivo: el programa no verifica sus servicios")
        if self._arriving():
            return self.tr("Se dirá cuando llegue la historia del hogar")
        return self._now_text(one) or self.tr("El programa no verifica servicios a su edad")
