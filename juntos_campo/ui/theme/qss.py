"""The one style sheet, written from tokens. No colour or length is named anywhere else."""

from __future__ import annotations

from juntos_campo import paths
from juntos_campo.ui.theme.palette import Palette
from juntos_campo.ui.theme.scale import BOLD, FAMILY, Metrics, TextRole

_RISK_TONES = ("very_high", "high", "medium", "low", "information")


def style_sheet(p: Palette, m: Metrics) -> str:
    """QSS for one appearance at one size."""
    return "\n".join(
        (
            _base(p, m),
            _text(p, m),
            _buttons(p, m),
            _inputs(p, m),
            _views(p, m),
            _bars(p, m),
            _frame(p, m),
        )
    )


def _control(name: str, p: Palette) -> str:
    """File of the sign inside a control: a style sheet cannot colour one itself."""
    look = "dark" if p.dark else "light"
    return (paths.resources() / "icons" / f"control-{name}-{look}.svg").as_posix()


def _base(p: Palette, m: Metrics) -> str:
    return f"""
* {{ font-family: "{FAMILY}"; font-size: {m.points(TextRole.BODY):g}pt; }}
QWidget {{ color: {p.text}; }}
QMainWindow, QDialog, QWidget[role="ground"] {{ background: {p.ground}; }}
QWidget[role="surface"], QFrame[role="card"] {{ background: {p.surface}; }}
QFrame[role="card"] {{ border: 1px solid {p.line}; border-radius: {m.radius}px; }}
QFrame[role="line"] {{ background: {p.line}; max-height: 1px; min-height: 1px; border: none; }}
QToolTip {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.control_line};
  padding: {m.xs}px {m.s}px; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QMenu {{ background: {p.surface}; border: 1px solid {p.control_line}; padding: {m.xs}px; }}
QMenu::item {{ padding: {m.xs}px {m.m}px; border-radius: {m.xs}px; }}
QMenu::item:selected {{ background: {p.selection}; }}
"""


def _text(p: Palette, m: Metrics) -> str:
    rules = [
        f'QLabel[role="{role}"] {{ font-size: {m.points(role):g}pt; '
        f"font-weight: {'bold' if role in BOLD else 'normal'}; }}"
        for role in TextRole
    ]
    rules.append(f'QLabel[role="soft"], QLabel[role="small"] {{ color: {p.soft}; }}')
    rules.append(f"QLabel[value=true]:focus {{ background: {p.selection}; }}")
    rules.append(f"QLabel[link=true] {{ color: {p.primary}; }}")
    colours = p.colours()
    rules += [f'QLabel[tone="{tone}"] {{ color: {colours[tone]}; }}' for tone in _RISK_TONES]
    return "\n".join(rules)


def _buttons(p: Palette, m: Metrics) -> str:
    height = m.row_tall - 2
    return f"""
QPushButton {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.control_line};
  border-radius: {m.radius}px; padding: 0 {m.px(14)}px; min-height: {height}px; }}
QPushButton:hover {{ background: {p.hover}; }}
QPushButton:pressed, QPushButton:checked {{ background: {p.selection}; border-color: {p.primary}; }}
QPushButton:focus {{ border: 2px solid {p.primary}; padding: 0 {m.px(13)}px; min-height: {height - 2}px; }}
QPushButton:disabled {{ color: {p.disabled}; border-color: {p.line}; background: {p.ground}; }}
QPushButton[role="primary"] {{ background: {p.primary}; color: {p.on_primary};
  border-color: {p.primary}; font-weight: bold; }}
QPushButton[role="primary"]:hover {{ background: {p.primary_strong}; border-color: {p.primary_strong}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {p.text}; }}
QPushButton[role="primary"]:disabled {{ background: {p.sunken}; color: {p.disabled};
  border-color: {p.line}; }}
QPushButton[role="quiet"], QToolButton {{ background: transparent; border: 2px solid transparent;
  border-radius: {m.radius}px; padding: 0 {m.s}px; min-height: {m.px(24)}px; color: {p.primary}; }}
QPushButton[role="quiet"]:hover, QToolButton:hover {{ background: {p.hover}; }}
QPushButton[role="quiet"]:focus, QToolButton:focus {{ border-color: {p.primary}; }}
QPushButton[role="quiet"]:disabled, QToolButton:disabled {{ color: {p.disabled}; background: transparent;
  border-color: transparent; }}
QCheckBox, QRadioButton {{ spacing: {m.s}px; padding: {m.px(2)}px; border: 2px solid transparent;
  border-radius: {m.xs}px; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: {m.px(16)}px; height: {m.px(16)}px;
  border: 1px solid {p.control_line}; border-radius: {m.px(3)}px; background: {p.surface}; }}
QRadioButton::indicator {{ border-radius: {m.px(8)}px; }}
QCheckBox::indicator:checked {{ background: {p.primary}; border-color: {p.primary};
  image: url("{_control("check", p)}"); }}
QRadioButton::indicator:checked {{ background: {p.surface}; border: {m.px(5)}px solid {p.primary};
  width: {m.s}px; height: {m.s}px; }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {p.line};
  background: {p.ground}; }}
QListView::indicator {{ width: {m.px(14)}px; height: {m.px(14)}px; border: 1px solid {p.control_line};
  border-radius: {m.px(3)}px; background: {p.surface}; }}
QListView::indicator:checked {{ background: {p.primary}; border-color: {p.primary};
  image: url("{_control("check", p)}"); }}
QSlider::groove:horizontal {{ height: {m.xs}px; background: {p.line}; border-radius: {m.px(2)}px; }}
QSlider::handle:horizontal {{ background: {p.surface}; border: 2px solid {p.primary}; width: {m.px(12)}px;
  margin: -{m.px(6)}px 0; border-radius: {m.s}px; }}
QSlider::handle:horizontal:disabled {{ border-color: {p.line}; }}
QCheckBox:focus, QRadioButton:focus {{ border-color: {p.primary}; }}
"""


def _inputs(p: Palette, m: Metrics) -> str:
    height = m.row_tall - 2
    names = "QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit"
    focused = ", ".join(f"{name}:focus" for name in names.split(", "))
    disabled = ", ".join(f"{name}:disabled" for name in names.split(", "))
    wrong = ", ".join(f"{name}[wrong=true]" for name in names.split(", "))
    return f"""
{names} {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.control_line};
  border-radius: {m.radius}px; padding: 0 {m.s}px; min-height: {height}px;
  selection-background-color: {p.primary}; selection-color: {p.on_primary}; }}
QPlainTextEdit, QTextEdit {{ padding: {m.xs}px; }}
{focused} {{ border: 2px solid {p.primary}; padding: 0 {m.px(7)}px; min-height: {height - 2}px; }}
QPlainTextEdit:focus, QTextEdit:focus {{ padding: {m.px(3)}px; }}
{disabled} {{ color: {p.disabled}; border-color: {p.line}; background: {p.ground}; }}
{wrong} {{ border: 2px solid {p.very_high}; }}
QLineEdit > QToolButton {{ border: none; padding: 0; min-height: 0; background: transparent; }}
QComboBox {{ padding-right: {m.l}px; }}
QComboBox > QLineEdit, QComboBox > QLineEdit:focus {{ border: none; padding: 0; min-height: 0;
  background: transparent; }}
QComboBox::drop-down {{ border: none; width: {m.l}px; }}
QComboBox::down-arrow {{ image: url("{_control("caret", p)}"); width: {m.px(14)}px;
  height: {m.px(14)}px; }}
QComboBox QAbstractItemView {{ background: {p.surface}; border: 1px solid {p.control_line};
  selection-background-color: {p.selection}; selection-color: {p.text}; outline: none; }}
"""


def _views(p: Palette, m: Metrics) -> str:
    return f"""
QAbstractItemView {{ background: {p.surface}; border: 1px solid {p.line}; border-radius: {m.radius}px;
  outline: none; selection-background-color: {p.selection}; selection-color: {p.text};
  gridline-color: {p.line}; }}
QAbstractItemView:focus {{ border-color: {p.primary}; }}
QAbstractItemView::item {{ padding: 0 {m.s}px; }}
QAbstractItemView::item:hover {{ background: {p.hover}; }}
QAbstractItemView::item:selected {{ background: {p.selection}; }}
QHeaderView {{ background: {p.sunken}; border: none; }}
QHeaderView::section {{ background: {p.sunken}; color: {p.soft}; border: none;
  border-bottom: 1px solid {p.line}; padding: 0 {m.px(11)}px; min-height: {m.row}px; font-weight: bold; }}
QTableCornerButton::section {{ background: {p.sunken}; border: none; }}
QTabBar {{ background: transparent; border: none; }}
QTabBar::tab {{ background: transparent; color: {p.soft}; border: 2px solid transparent;
  border-bottom: 2px solid transparent; padding: {m.px(6)}px {m.m}px; }}
QTabBar::tab:selected {{ color: {p.primary}; border-bottom: 2px solid {p.primary}; font-weight: bold; }}
QTabBar::tab:hover {{ background: {p.hover}; }}
QTabBar:focus {{ outline: none; }}
QTabBar::tab:selected:focus {{ border: 2px solid {p.primary}; border-radius: {m.xs}px; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {p.line}; top: -1px; }}
"""


def _bars(p: Palette, m: Metrics) -> str:
    thin = m.px(10)
    colours = p.colours()
    tinted = "\n".join(
        f'QFrame[role="bar"][tone="{tone}"] {{ background: {colours[tone + "_tint"]}; '
        f"border: 1px solid {colours[tone]}; border-left: {m.xs}px solid {colours[tone]}; "
        f"border-radius: {m.radius}px; }}"
        for tone in _RISK_TONES
    )
    return f"""
{tinted}
QProgressBar {{ background: {p.sunken}; border: none; border-radius: {m.xs}px; max-height: {m.s}px;
  min-height: {m.s}px; }}
QProgressBar:focus {{ border: {m.px(1)}px solid {p.primary}; }}
QProgressBar::chunk {{ background: {p.primary}; border-radius: {m.xs}px; }}
QScrollBar:vertical {{ background: transparent; width: {thin}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {thin}px; margin: 0; }}
QScrollBar::handle {{ background: {p.control_line}; border-radius: {m.xs}px; margin: {m.px(2)}px;
  min-height: {m.l}px; min-width: {m.l}px; }}
QScrollBar::handle:hover {{ background: {p.soft}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: transparent; }}
"""


def _frame(p: Palette, m: Metrics) -> str:
    return f"""
QFrame[role="header"] {{ background: {p.surface}; border: none; border-bottom: 1px solid {p.line}; }}
QFrame[role="footer"] {{ background: {p.surface}; border: none; border-top: 1px solid {p.line}; }}
QFrame[role="side"] {{ background: {p.ground}; border: none; border-right: 1px solid {p.line}; }}
QPushButton[role="nav"] {{ background: transparent; border: 2px solid transparent; text-align: left;
  border-radius: {m.radius}px; padding: 0 {m.s}px; min-height: {m.px(34)}px; color: {p.text}; }}
QPushButton[role="nav"]:hover {{ background: {p.hover}; }}
QPushButton[role="nav"]:checked {{ background: {p.selection}; color: {p.primary_strong};
  font-weight: bold; }}
QPushButton[role="nav"]:focus {{ border-color: {p.primary}; }}
QPushButton[role="search"] {{ text-align: left; color: {p.soft}; background: {p.ground}; }}
QFrame[role="popover"] {{ background: {p.surface}; border: 1px solid {p.control_line};
  border-radius: {m.radius}px; }}
"""
