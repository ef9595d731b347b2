"""The parts of a form: its top-level groups, each with a heading, made when they are needed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from juntos_campo.form_engine.definition import Definition, Group, Node, Question
from juntos_campo.ui.form_view.matrix import Matrix
from juntos_campo.ui.form_view.panels import (
    GRID_COLUMNS,
    Panel,
    fill,
    find_panels,
    narrow,
    width_of,
)
from juntos_campo.ui.form_view.repeat_grid import RepeatGrid
from juntos_campo.ui.form_view.stage import READING_WIDTH, Stage, is_visible, label_text
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Card, Label
from juntos_campo.ui.widgets.steps import StepState


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """What a section will hold.

    Attributes:
        group: gives the heading; None for questions outside of all groups.
        nodes: what stands in it.
    """

    group: Group | None
    nodes: tuple[Node, ...]


def plan_sections(definition: Definition) -> list[SectionPlan]:
    """Top-level groups are sections; what lies between them is one of its own.

    A single group around everything is no section: its groups are.
    """
    nodes = definition.children(definition.root)
    seen = [node for node in nodes if isinstance(node, Group) or is_visible(node)]
    while len(seen) == 1 and isinstance(only := seen[0], Group) and not only.is_repeat:
        inner = definition.children(only.path)
        if not any(isinstance(node, Group) for node in inner):
            break
        seen = [node for node in inner if isinstance(node, Group) or is_visible(node)]
    plans: list[SectionPlan] = []
    loose: list[Node] = []
    for node in seen:
        if isinstance(node, Question):
            loose.append(node)
            continue
        if loose:
            plans.append(SectionPlan(None, tuple(loose)))
            loose = []
        inner = (node,) if node.is_repeat else definition.children(node.path)
        plans.append(SectionPlan(node, inner))
    if loose:
        plans.append(SectionPlan(None, tuple(loose)))
    return plans


class Section(QWidget):
    """One section. Its questions are made by `build`.

    Attributes:
        cells: question paths that belong to it.
    """

    def __init__(self, stage: Stage, plan: SectionPlan) -> None:
        super().__init__()
        self.stage, self.plan = stage, plan
        self.panel: Panel | None = None
        self.shown = True
        self.title = ""
        self.heading = Label("", TextRole.SECTION, wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, theme.metrics.s)
        self._column.setSpacing(theme.metrics.s)
        self._column.addWidget(self.heading)
        self.paths = self._paths()
        self.retext()

    @property
    def built(self) -> bool:
        return self.panel is not None

    def build(self) -> None:
        """Make the questions; once."""
        if self.panel is not None:
            return
        self.panel = Panel()
        group = self.plan.group
        if group is not None:
            self.stage.headed.add(group.path)
        columns = (width_of(group) if group else 0) or GRID_COLUMNS
        fill(self.stage, self.panel, self.plan.nodes, "", 0, columns)
        is_sheet = bool(self.panel.findChildren(RepeatGrid))
        if group is not None and group.is_repeat:
            if is_sheet:
                self._column.addWidget(self.panel)
            else:
                self.panel.setMaximumWidth(theme.metrics.px(READING_WIDTH))
                self._column.addLayout(narrow(self.panel))
        else:
            card = Card()
            card.body.addWidget(self.panel)
            if not is_sheet:
                card.setMaximumWidth(theme.metrics.px(READING_WIDTH) + 2 * theme.metrics.m)
            self._column.addLayout(narrow(card))
        self.settle()

    def settle(self) -> bool:
        """Appear or disappear as the form says now."""
        group = self.plan.group
        if self.panel is not None:
            shown = self.panel.settle()
        else:
            shown = group is None or self.stage.form.group_relevant(group.path, "")
        self.shown = shown
        if self.parentWidget() is not None and self.isHidden() == shown:
            self.setVisible(shown)
        return shown

    def retext(self) -> None:
        """Heading in the language of now."""
        group = self.plan.group
        text = label_text(self.stage.form, group, "") if group else ""
        self.title = text or QCoreApplication.translate("FormSection", "Datos generales")
        self.heading.setText(text)
        self.heading.setVisible(bool(text)) if self.heading.parent() else None
        self.setAccessibleName(self.title)

    def retext_all(self) -> None:
        """Its own heading and those of the groups within."""
        self.retext()
        for panel in find_panels(self.panel):
            panel.retext()
        for matrix in self.findChildren(Matrix):
            matrix.retext()

    def state(self, wrong: int, missing: int, *, answered: bool) -> StepState:
        """How far it is: `wrong` and `missing` cells; `missing` counts what was not told too."""
        if wrong:
            return StepState.WRONG
        return StepState.DONE if answered and not missing else StepState.OPEN

    def answered(self) -> bool:
        """Something in it was answered; a section that asks nothing counts as answered."""
        form = self.stage.form
        head, asks = [], False
        for path in self.paths:
            node = form.definition.nodes[path]
            if isinstance(node, Group):
                if node.is_repeat and form.rows(node.key or node.name):
                    return True
                asks = asks or node.is_repeat
            elif not node.repeat and node.type.answerable and node.calculate is None:
                head.append(node.key)
        return any(form.answer(key) not in (None, "") for key in head) or not (head or asks)

    def _paths(self) -> frozenset[str]:
        nodes = self.stage.form.definition.nodes
        roots = [node.path for node in self.plan.nodes]
        inside = tuple(f"{path}/" for path in roots)
        return frozenset(path for path in nodes if path in roots or path.startswith(inside))
