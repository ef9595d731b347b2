"""The list of screens. A new screen is one line here; the main window never changes for it.

Screens are named by module and class and loaded the first time they are opened, so that starting the
program costs the first screen only.
"""

from __future__ import annotations

from dataclasses import dataclass
from pkgutil import resolve_name

from juntos_campo.domain.errors import ProgrammingError
from juntos_campo.domain.values import Role
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screen import Screen

EVERYBODY = frozenset(Role)
FIELD = frozenset({Role.FIELD_WORKER})
COORDINATOR = frozenset({Role.ZONE_COORDINATOR})

_SCREENS = "juntos_campo.ui.screens"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenEntry:
    """One screen.

    Attributes:
        key: its name in `Navigation`.
        title: Spanish source text of its line in the navigation.
        icon: name of an icon in resources/icons.
        factory: ``module:Class``; the class is a `Screen` and takes a `UiContext`.
        roles: who sees it.
        listed: it has a line in the navigation.
        parent: the listed screen that is marked while an unlisted one is in front.
        count: name of its figure in the session's counts; empty for none.
    """

    key: str
    title: str
    icon: str
    factory: str
    roles: frozenset[Role] = EVERYBODY
    listed: bool = True
    parent: str = ""
    count: str = ""

    def build(self, context: UiContext) -> Screen:
        """Load and construct the screen."""
        screen = resolve_name(self.factory)(context)
        if not isinstance(screen, Screen):
            raise ProgrammingError(f"{self.factory} is no Screen")
        return screen


SCREENS: tuple[ScreenEntry, ...] = (
    ScreenEntry(
        key="today",
        title="Hoy",
        icon="sun",
        factory=f"{_SCREENS}.today:TodayScreen",
        roles=FIELD,
        count="today",
    ),
    ScreenEntry(
        key="households",
        title="Hogares",
        icon="house-line",
        factory=f"{_SCREENS}.households:HouseholdsScreen",
    ),
    ScreenEntry(
        key="household",
        title="Hogar",
        icon="house-line",
        factory=f"{_SCREENS}.household:HouseholdScreen",
        listed=False,
        parent="households",
    ),
    ScreenEntry(
        key="visits",
        title="Visitas",
        icon="chats",
        factory=f"{_SCREENS}.visits:VisitsScreen",
        count="visits",
    ),
    ScreenEntry(
        key="visit",
        title="Visita",
        icon="chats",
        factory=f"{_SCREENS}.visit:VisitScreen",
        roles=FIELD,
        listed=False,
        parent="visits",
    ),
    ScreenEntry(
        key="visit_reader",
        title="Visita",
        icon="chats",
        factory=f"{_SCREENS}.visits_reader:VisitReaderScreen",
        listed=False,
        parent="visits",
    ),
    ScreenEntry(
        key="forms",
        title="Formatos",
        icon="clipboard-text",
        factory=f"{_SCREENS}.forms_list:FormsListScreen",
        roles=FIELD,
        count="forms",
    ),
    ScreenEntry(
        key="form",
        title="Formato",
        icon="clipboard-text",
        factory=f"{_SCREENS}.form_grid:FormGridScreen",
        roles=FIELD,
        listed=False,
        parent="forms",
    ),
    ScreenEntry(
        key="records",
        title="Registros",
        icon="note-pencil",
        factory=f"{_SCREENS}.records:RecordsScreen",
        count="records",
    ),
    ScreenEntry(
        key="record_new",
        title="Nuevo registro",
        icon="note-pencil",
        factory=f"{_SCREENS}.record_new:RecordNewScreen",
        roles=FIELD,
        listed=False,
        parent="records",
    ),
    ScreenEntry(
        key="record",
        title="Registro",
        icon="note-pencil",
        factory=f"{_SCREENS}.record:RecordScreen",
        roles=FIELD,
        listed=False,
        parent="records",
    ),
    ScreenEntry(
        key="record_reader",
        title="Registro",
        icon="note-pencil",
        factory=f"{_SCREENS}.record_reader:RecordReaderScreen",
        listed=False,
        parent="records",
    ),
    ScreenEntry(
        key="register",
        title="Traer mis hogares",
        icon="download-simple",
        factory=f"{_SCREENS}.register_import:RegisterImportScreen",
        listed=False,
        parent="households",
    ),
    ScreenEntry(
        key="alerts",
        title="Alertas",
        icon="bell",
        factory=f"{_SCREENS}.alerts:AlertsScreen",
        roles=FIELD,
        count="alerts",
    ),
    ScreenEntry(
        key="sync",
        title="Sincronizar",
        icon="arrows-clockwise",
        factory=f"{_SCREENS}.sync:SyncScreen",
        count="to_send",
    ),
    ScreenEntry(
        key="conflicts",
        title="Cambios cruzados",
        icon="scales",
        factory=f"{_SCREENS}.conflicts:ConflictsScreen",
        listed=False,
        parent="sync",
    ),
    ScreenEntry(
        key="sync_account",
        title="Una sincronización",
        icon="clock-counter-clockwise",
        factory=f"{_SCREENS}.sync_result:SyncAccountScreen",
        listed=False,
        parent="sync",
    ),
    ScreenEntry(
        key="usb",
        title="Por USB",
        icon="floppy-disk",
        factory=f"{_SCREENS}.sync_usb:UsbScreen",
        listed=False,
        parent="sync",
    ),
    ScreenEntry(
        key="coordination",
        title="Coordinación",
        icon="checks",
        factory=f"{_SCREENS}.coordination:CoordinationScreen",
        roles=COORDINATOR,
        count="reviews",
    ),
    ScreenEntry(
        key="help",
        title="Ayuda",
        icon="question",
        factory=f"{_SCREENS}.help:HelpScreen",
    ),
    ScreenEntry(
        key="norms",
        title="Normas",
        icon="book-open",
        factory=f"{_SCREENS}.norms_page:NormsScreen",
        listed=False,
        parent="help",
    ),
    ScreenEntry(
        key="form_versions",
        title="Formularios",
        icon="clipboard-text",
        factory=f"{_SCREENS}.forms_help:FormsHelpScreen",
        listed=False,
        parent="help",
    ),
)
"""In the order of the navigation. Keys other modules rely on: visits, visit, forms, form, sync,
coordination (see `Navigation`)."""


def screens_for(role: Role, screens: tuple[ScreenEntry, ...] = SCREENS) -> tuple[ScreenEntry, ...]:
    """What somebody in `role` sees."""
    return tuple(entry for entry in screens if role in entry.roles)
