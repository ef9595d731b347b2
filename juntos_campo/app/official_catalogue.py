"""The official forms: of whom each asks, where its rows come from, and what its paper says.

Their columns are data (`forms/<form id>.md`); here stands what a definition cannot say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from juntos_campo.app.form_problems import FACILITY_NOT_HERE, SCHOOL_NOT_HERE, UNKNOWN_FORM
from juntos_campo.app.form_roster import Facts, Listed, members_of
from juntos_campo.app.official_children import child_facts, children_of
from juntos_campo.app.official_pregnant import pregnant_facts, pregnant_of, pregnant_of_record
from juntos_campo.app.official_representatives import (
    representative_facts,
    representatives_of,
    representatives_of_record,
)
from juntos_campo.app.official_students import student_facts, students_of, students_of_record
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Answer, HealthFacility, School
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.form_ids import EDUCATION, OFFICIAL, SALUD01, SALUD02, SALUD03, SHORT

_DIRECTIVE = "Directiva 083-MINSA/DGSP-V02 (RM 807-2010)"
_NO_COLUMNS = (
    "Diseño propio: columnas sin fuente oficial. El texto de la Directiva 083-MINSA/DGSP-V02 no se "
    "pudo leer; las columnas se corrigen en la definición del formato."
)
_NO_EDUCATION = (
    "Diseño propio: lista, columnas y mínimo de asistencia sin fuente oficial. La directiva de "
    "verificación no se pudo leer; las columnas se corrigen en la definición de la lista."
)
_HEALTH_NORM = f"Programa JUNTOS · Cumplimiento de la corresponsabilidad en salud · {_DIRECTIVE}"


class PlaceKind(StrEnum):
    FACILITY = "facility"
    SCHOOL = "school"


@dataclass(frozen=True, slots=True)
class Roster:
    """Where the rows of a form come from.

    Attributes:
        listed: rows of a bimester, of one place or ("") of every place.
        restored: rows a saved form holds (its cells, its column of names).
        facts: what is known of rows, by row key; services learnt from that record are left out.
    """

    listed: Callable[[Session, Bimester, str], list[Listed]]
    restored: Callable[[Session, Mapping[str, Answer], str, Bimester], list[Listed]]
    facts: Callable[[Session, Sequence[Listed], Bimester, str], dict[str, Facts]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialForm:
    """One official form.

    Attributes:
        short: for lists and badges; `title` is that of its definition.
        repeat: name of the repeat that holds its rows; `name`: key of the question with their names.
        person: one and many of those it lists.
        rows_a_page: on paper.
        adds_rows: a person adds and removes rows.
        empty_text: what the paper says without rows; `empty_hint`: what the screen says to do.
        signer: key of the head's question with who signs; `signature`, `seal`: labels of the boxes.
    """

    form_id: str
    short: str
    title: str
    place: PlaceKind
    roster: Roster
    repeat: str
    person: tuple[str, str]
    norm: str
    notice: str
    empty_text: str
    empty_hint: str
    icon: str
    name: str = "nombre"
    rows_a_page: int = 20
    adds_rows: bool = False
    signer: str = "jefe"
    signature: str = "Firma del jefe o responsable"
    seal: str = "Sello del establecimiento"


def _children_of_record(
    session: Session, cells: Mapping[str, Answer], name: str, bimester: Bimester
) -> list[Listed]:
    del bimester
    return members_of(session, cells, name)


OFFICIAL_FORMS: dict[str, OfficialForm] = {
    form.form_id: form
    for form in (
        OfficialForm(
            form_id=SALUD01,
            short=SHORT[SALUD01],
            title="Formato Salud 01: representantes del establecimiento, la microrred y la red",
            place=PlaceKind.FACILITY,
            roster=Roster(representatives_of, representatives_of_record, representative_facts),
            repeat="representantes",
            person=("representante", "representantes"),
            norm=f"Programa JUNTOS · Representantes y registro de firmas · {_DIRECTIVE}",
            notice=_NO_COLUMNS,
            empty_text="Sin representantes registrados.",
            empty_hint="Agregue una fila por cada representante con Ctrl+Más.",
            icon="identification-card",
            rows_a_page=8,
            adds_rows=True,
        ),
        OfficialForm(
            form_id=SALUD02,
            short=SHORT[SALUD02],
            title="Formato Salud 02: niñas y niños menores de 6 años",
            place=PlaceKind.FACILITY,
            roster=Roster(children_of, _children_of_record, child_facts),
            repeat="ninos",
            person=("niña o niño", "niñas y niños"),
            norm=_HEALTH_NORM,
            notice=_NO_COLUMNS,
            empty_text="Sin niñas ni niños menores de 6 años en el padrón de este establecimiento.",
            empty_hint="Si falta alguien, registre en su hogar el cambio de establecimiento.",
            icon="baby",
        ),
        OfficialForm(
            form_id=SALUD03,
            short=SHORT[SALUD03],
            title="Formato Salud 03: gestantes",
            place=PlaceKind.FACILITY,
            roster=Roster(pregnant_of, pregnant_of_record, pregnant_facts),
            repeat="gestantes",
            person=("gestante", "gestantes"),
            norm=_HEALTH_NORM,
            notice=_NO_COLUMNS,
            empty_text="Sin gestantes registradas en este establecimiento.",
            empty_hint="Si falta alguien, registre la gestación en la visita a su hogar.",
            icon="gender-female",
        ),
        OfficialForm(
            form_id=EDUCATION,
            short=SHORT[EDUCATION],
            title="Verificación de educación: matrícula y asistencia",
            place=PlaceKind.SCHOOL,
            roster=Roster(students_of, students_of_record, student_facts),
            repeat="estudiantes",
            person=("estudiante", "estudiantes"),
            norm="Programa JUNTOS · Cumplimiento de la corresponsabilidad en educación",
            notice=_NO_EDUCATION,
            empty_text="Sin estudiantes de 3 a 19 años en esta institución educativa.",
            empty_hint="Si falta alguien, registre en su hogar el cambio de institución educativa.",
            icon="graduation-cap",
            signer="director",
            signature="Firma del director o responsable",
            seal="Sello de la institución",
        ),
    )
}


def official_form(form_id: str) -> OfficialForm:
    """The official form of that id.

    Raises:
        UserError: FOR-006, there is none.
    """
    found = OFFICIAL_FORMS.get(form_id)
    if found is None:
        raise user_error(UNKNOWN_FORM, name=form_id, allowed=", ".join(OFFICIAL))
    return found


def place_of(session: Session, official: OfficialForm, place_id: str) -> HealthFacility | School:
    """The facility or school a form is of.

    Raises:
        UserError: FOR-001, FOR-010, it is not on this laptop.
    """
    if official.place is PlaceKind.SCHOOL:
        school = session.store.get(School, place_id)
        if school is None:
            raise user_error(SCHOOL_NOT_HERE)
        return school
    facility = session.store.get(HealthFacility, place_id)
    if facility is None:
        raise user_error(FACILITY_NOT_HERE)
    return facility


def places_of(
    session: Session, official: OfficialForm, ids: Sequence[str]
) -> dict[str, HealthFacility | School]:
    """Those of the facilities or schools that are on this laptop, by id."""
    kind: type[HealthFacility] | type[School]
    kind = School if official.place is PlaceKind.SCHOOL else HealthFacility
    return {**session.store.get_many(kind, ids)}
