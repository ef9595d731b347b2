"""What a synchronisation left for Hoy: values somebody else changed too, and how much has arrived."""

from __future__ import annotations

from pkgutil import resolve_name

from PySide6.QtCore import QCoreApplication

from juntos_campo.app.lease import LeaseState, lease_of
from juntos_campo.app.session import Session
from juntos_campo.domain.spanish import count, paper_date
from juntos_campo.ui.widgets.meaning import Mark
from juntos_campo.ui.widgets.painted_list import GroupItem
from juntos_campo.ui.widgets.plan_list import Item, LineItem, Need

CROSSED_KEY = "@conflicts"
CROSSED = Mark("information", "scales", "cambiado")
_SAY_ARRIVING = "juntos_campo.sync.sentences:arriving_text"
_SAY_WRONG_DAY = "juntos_campo.sync.sentences:wrong_day_text"
"""Named, not imported: they are said on few days, and Hoy opens every day."""


def arriving_sentence(arriving: tuple[int, int]) -> str:
    """``Llegaron 340 de 1 200 hogares; los demás llegan al sincronizar.``; "" when all are here."""
    if arriving[0] >= arriving[1]:
        return ""
    text: str = resolve_name(_SAY_ARRIVING)(*arriving)
    return text


def clock_sentence(offset: int | None) -> str:
    """That the days of Hoy may be wrong with this computer's clock; "" when it is right."""
    if not offset:
        return ""
    text: str = resolve_name(_SAY_WRONG_DAY)(offset)
    return text


def time_sentence(session: Session, offset: int | None) -> str:
    """What there is to say of the clock, and of the day until which to connect; "" on most days."""
    lease = lease_of(session)
    said = [clock_sentence(offset)]
    if lease.state is LeaseState.ENDING and lease.last_day is not None:
        told = _tr(
            "Conéctese antes del {day}: después, por seguridad, esta computadora no se abre hasta "
            "comunicarse con la oficina."
        )
        said.append(told.format(day=paper_date(lease.last_day)))
    return " ".join(one for one in said if one)


def crossed_items(number: int) -> list[Item]:
    """The line that leads to what two people changed; nothing when nobody has to look."""
    if not number:
        return []
    return [
        GroupItem(_tr("Cambios cruzados"), _tr("revíselos")),
        LineItem(
            key=CROSSED_KEY,
            level=None,
            title=count(number, _tr("dato por revisar"), _tr("datos por revisar")),
            remark=_tr("Enter muestra cuál vale"),
            mark="",
            needs=(
                Need(
                    None,
                    _tr(
                        "Lo cambió también otra persona: vea qué puso cada una; puede volver a poner lo suyo."
                    ),
                ),
            ),
            badge=CROSSED,
        ),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("TodayNews", text)
