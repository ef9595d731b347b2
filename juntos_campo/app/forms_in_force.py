"""The forms in force, to be read: which version, from where, what it asks and what it changed."""

from __future__ import annotations

from dataclasses import dataclass

from juntos_campo.app.form_changes import changes_in_words
from juntos_campo.app.form_library import (
    FormLeftOut,
    FormOrigin,
    FormSummary,
    KnownVersion,
    all_forms,
    form_of_record,
    forms_left_out,
    known_versions,
    present_form,
)
from juntos_campo.app.record_forms import intro_of
from juntos_campo.app.session import Session
from juntos_campo.domain import form_ids
from juntos_campo.domain.spanish import count
from juntos_campo.form_engine.comparison import compare_forms, label_of
from juntos_campo.form_engine.definition import Definition, Question
from juntos_campo.form_engine.versions import version_order

_OFFICIAL, _VISIT = "Formatos oficiales", "En la visita"
"""Headings of the forms that have no place in "Nuevo registro"."""
_ORIGINS = {FormOrigin.SHIPPED: "del programa", FormOrigin.OFFICE: "de la oficina"}
_NO_SOURCE = "sin fuente oficial"
_TYPES = {
    "text": "texto",
    "integer": "número entero",
    "decimal": "número",
    "range": "escala",
    "date": "fecha",
    "time": "hora",
    "dateTime": "fecha y hora",
    "select_one": "una opción",
    "select_multiple": "varias opciones",
    "rank": "opciones en orden",
    "acknowledge": "conformidad",
    "note": "aviso",
    "image": "foto o firma",
    "file": "archivo",
    "audio": "grabación",
    "geopoint": "ubicación",
    "barcode": "código de barras",
    "calculate": "se calcula",
}


@dataclass(frozen=True, slots=True)
class FormLine:
    """One form in the list; `state` says which version it is, whose, and where it is met."""

    form_id: str
    title: str
    group: str
    version: str
    origin: FormOrigin
    file: str

    @property
    def state(self) -> str:
        return f"{self.version} · {_ORIGINS[self.origin]} · {self.group}"


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question a person answers or reads.

    Attributes:
        section: the group it stands in; of a repeat ``Participantes (varias filas)``.
        kind: what answer it takes, with ``obligatoria`` or ``obligatoria según el caso``.
        source: where its rule comes from; empty when the form does not say.
    """

    key: str
    section: str
    label: str
    hint: str
    kind: str
    source: str

    @property
    def unofficial(self) -> bool:
        return any(words in self.source.lower() for words in (_NO_SOURCE, "diseño propio"))


@dataclass(frozen=True, slots=True)
class FormPage:
    """Everything there is to read about a form.

    Attributes:
        intro: what it is for.
        about: ``14 preguntas en 3 secciones``.
        doubt: what of it has no official source; empty for nothing.
        versions: every version this laptop has, the newest first, in words.
        previous: the version before; empty when this laptop has none.
        changes: what changed since then, as sentences.
    """

    form_id: str
    intro: str
    about: str
    doubt: str
    versions: tuple[str, ...]
    previous: str
    changes: tuple[str, ...]
    questions: tuple[QuestionLine, ...]


def forms_in_force(session: Session) -> tuple[tuple[FormLine, ...], tuple[FormLeftOut, ...]]:
    """The forms in force, and what the office sent in vain. No form of the program is compiled."""
    lines = [_line(one) for one in all_forms(session)]
    # The official ones first, as they are worked through; then the library's order stands.
    lines.sort(key=lambda one: (_official(one.form_id), one.group != _VISIT))
    return tuple(lines), forms_left_out(session)


def form_page(session: Session, form_id: str) -> FormPage:
    """All about the form in force. Compiles it and the version before: some tenths of a second.

    Raises:
        UserError: FRM-..., the form is not here any more or is damaged.
    """
    form = present_form(session, form_id)
    definition = form.definition
    known = known_versions(session, form_id)
    previous = _previous(session, definition, known)
    questions = tuple(
        _question(definition, one)
        for one in definition.questions
        if one.label and one.extra.get("width") != "0"
    )
    return FormPage(
        form_id,
        intro_of(form.text.text),
        _about(definition, questions),
        _doubt(form.text.text, questions),
        tuple(_version(one, definition.version) for one in known),
        previous.version if previous else "",
        changes_in_words(compare_forms(previous, definition)) if previous else (),
        questions,
    )


def _line(one: FormSummary) -> FormLine:
    group = one.settings.get("jc:group", "").strip()
    if not group:
        group = _OFFICIAL if one.form_id in form_ids.OFFICIAL else _VISIT
    return FormLine(one.form_id, one.title, group, one.version, one.origin, one.file)


def _official(form_id: str) -> int:
    order = form_ids.OFFICIAL
    return order.index(form_id) if form_id in order else len(order)


def _previous(
    session: Session, definition: Definition, known: tuple[KnownVersion, ...]
) -> Definition | None:
    order = version_order(definition.version)
    for one in known:
        if order.comparable(one.version) and version_order(one.version) < order:
            found = form_of_record(session, definition.form_id, one.version)
            if found is not None:
                return found
    return None


def _version(one: KnownVersion, present: str) -> str:
    if one.version == present:
        state = "rige"
    elif one.withdrawn:
        state = "retirada por la oficina"
    elif one.earlier:
        state = "anterior del programa"
    elif version_order(one.version) > version_order(present):
        state = "no se puede usar aquí"
    else:
        state = "anterior"
    return f"{one.version} ({one.origin.words}, {state})"


def _question(definition: Definition, one: Question) -> QuestionLine:
    language = definition.languages[0]
    kind = "se calcula" if one.calculate else _TYPES.get(one.type.name, one.type.name)
    if one.required is not None:
        # A condition names other questions; a plain "yes" names none.
        kind += ", obligatoria según el caso" if one.required.references else ", obligatoria"
    sections = [
        f"{text} (varias filas)" if group.is_repeat else text
        for group in definition.ancestors(one)
        if (text := group.label.plain(language) or (group.name if group.is_repeat else ""))
    ]
    return QuestionLine(
        one.key,
        " · ".join(sections),
        label_of(one, language),
        one.hint.plain(language),
        kind,
        one.extra.get("source", ""),
    )


def _about(definition: Definition, questions: tuple[QuestionLine, ...]) -> str:
    parts = [count(len(questions), "pregunta")]
    sections = [one for one in definition.groups if one.parent == definition.root and one.label]
    if sections:
        parts.append(f"en {count(len(sections), 'sección', 'secciones')}")
    if len(definition.languages) > 1:
        parts.append(f"en {', '.join(definition.languages)}")
    return " ".join(parts)


def _doubt(text: str, questions: tuple[QuestionLine, ...]) -> str:
    """What the form itself says of its sources: the paragraph of its prose, else how many rules."""
    prose = (line if not line.lstrip().startswith("|") else "" for line in text.splitlines())
    for paragraph in "\n".join(prose).split("\n\n"):
        plain = " ".join(paragraph.replace("*", "").replace("`", "").split())
        if _NO_SOURCE in plain.lower():
            return plain
    unofficial = sum(one.unofficial for one in questions)
    if not unofficial:
        return ""
    which = count(unofficial, "pregunta tiene", "preguntas tienen")
    return f"{which} una regla {_NO_SOURCE}: la oficina puede corregirla."
