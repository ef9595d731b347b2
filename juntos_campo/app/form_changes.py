"""A form that changed while somebody was filling it in: his answers carried over, and what changed told.

A draft keeps the version it was begun with under `VERSION`. What the version in force has no place for
stays in the draft below `LEFT`, so that nothing typed is lost and the screen can go on showing it; an
answer comes back by itself when a later version asks for it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from juntos_campo.app.form_library import form_of_record
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.spanish import count
from juntos_campo.form_engine.answers_between_types import DropReason
from juntos_campo.form_engine.comparison import ChangedQuestion, FormChanges, label_of
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.migration import Dropped, Migration, migrate
from juntos_campo.form_engine.versions import version_order
from juntos_campo.store.drafts import Draft, save_answers

VERSION = "#version"
LEFT = "#old/"
_MOST = 4
"""So many names one sentence lists; of the rest it says how many."""
_MOST_CHANGES = 5
"""So many changes of the form are told at once."""


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """An answer no cell of the form holds any more.

    Attributes:
        address: its cell in the version it was given to.
        text: as that version showed it.
    """

    address: str
    version: str
    label: str
    text: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class UpToDate:
    """A draft in the version in force.

    Attributes:
        answers: for the engine's `Session`, without what the draft keeps for itself.
        sentences: that it was carried over, and what to do about answers that were not; empty when
            the version is the one it was begun with.
        changes: what the form asks otherwise now, what is new and required first.
        left: what the form has no place for, from this change and earlier ones.
    """

    answers: dict[str, Answer]
    sentences: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    left: tuple[LeftBehind, ...] = ()

    @property
    def news(self) -> tuple[str, ...]:
        """What a person has to know, the most important first and no more than is read."""
        shown = self.changes[:_MOST_CHANGES]
        if len(self.changes) > len(shown) + 1:
            more = len(self.changes) - len(shown)
            shown = (*shown, f"Y {more} cambios más: véalos en Ayuda, Formularios.")
        else:
            shown = self.changes
        return (*self.sentences, *left_in_words(self.left), *shown)


def bring_up_to_date(session: Session, draft: Draft, definition: Definition) -> UpToDate:
    """A draft's answers as answers to `definition`. What had to change is on disk when it returns.

    A draft without a version was begun with the version it is opened with.

    Raises:
        UserError: STO-008, the disk refuses; the draft is as it was.
    """
    answers, left = session_answers(draft.answers), left_behind(draft.answers)
    version = str(draft.answers.get(VERSION) or definition.version)
    if version == definition.version:
        return UpToDate(answers, left=left)
    old = form_of_record(session, definition.form_id, version)
    done = migrate(old, definition, answers)
    state, dropped = dict(done.state), _left(done, version)
    back = _coming_back(session, definition, left, state)
    state.update(back.values())
    staying = _sorted((*(one for one in left if one.address not in back), *dropped))
    wanted: dict[str, Answer] = {VERSION: definition.version, **state}
    wanted.update((LEFT + one.address, _written(one)) for one in staying)
    changed: dict[str, Answer] = dict.fromkeys(draft.answers.keys() - wanted.keys())
    changed.update((path, one) for path, one in wanted.items() if draft.answers.get(path) != one)
    save_answers(session.store, draft.id, changed, session.clock.now())
    told = FormChanges(done.changes.added, (), done.changes.changed)
    return UpToDate(
        state,
        _sentences(version, definition, done, len(back)),
        changes_in_words(told, definition.languages[0]),
        staying,
    )


def in_another_form(
    definition: Definition, version: str, answers: Mapping[str, Answer]
) -> UpToDate:
    """A closed record of a version this laptop has nowhere, as far as `definition` can show it."""
    done = migrate(None, definition, answers)
    first = (
        f"Esta computadora no tiene la versión {version} del formulario, con que se hizo el registro: "
        f"se muestra con la {definition.version}."
    )
    return UpToDate(done.state, (first,), left=_left(done, version))


def session_answers(saved: Mapping[str, Answer]) -> dict[str, Answer]:
    """Of a draft's answers those the form's session is given."""
    return {
        path: one for path, one in saved.items() if path != VERSION and not path.startswith(LEFT)
    }


def left_behind(saved: Mapping[str, Answer]) -> tuple[LeftBehind, ...]:
    """Of a draft's answers those the form has no place for."""
    found = []
    for path, one in saved.items():
        if path.startswith(LEFT):
            version, label, text, answer = json.loads(str(one))
            found.append(LeftBehind(path.removeprefix(LEFT), version, label, text, answer))
    return _sorted(found)


def _sorted(left: Iterable[LeftBehind]) -> tuple[LeftBehind, ...]:
    return tuple(sorted(left, key=lambda one: (version_order(one.version), one.address)))


def left_in_words(left: Iterable[LeftBehind]) -> tuple[str, ...]:
    """``En la versión 2026.11, «Peso» decía «8.4».``; the rows of one question together."""
    together: dict[tuple[str, str], list[str]] = {}
    for one in left:
        together.setdefault((one.version, one.label), []).append(one.text)
    return tuple(
        f"En la versión {version}, «{label}» decía {_quoted(dict.fromkeys(texts))}."
        for (version, label), texts in together.items()
    )


def changes_in_words(changes: FormChanges, language: str = "") -> tuple[str, ...]:
    """What differs between two versions for who fills the form in, a sentence each."""
    required = [one for one in changes.added if one.required is not None]
    others = [one for one in changes.added if one.required is None]
    lines = []
    for questions, one_text, many_text in (
        (required, "Pregunta nueva y obligatoria", "Preguntas nuevas y obligatorias"),
        (others, "Pregunta nueva", "Preguntas nuevas"),
        (changes.removed, "Ya no se pregunta", "Ya no se pregunta"),
    ):
        if questions:
            names = _quoted(label_of(one, language) for one in questions)
            lines.append(f"{one_text if len(questions) == 1 else many_text}: {names}.")
    lines += [_changed(one, language) for one in changes.changed]
    return tuple(lines)


def _left(done: Migration, version: str) -> tuple[LeftBehind, ...]:
    return _sorted(
        LeftBehind(one.address, version, one.label, one.text, one.answer) for one in done.dropped
    )


def _coming_back(
    session: Session,
    definition: Definition,
    left: Sequence[LeftBehind],
    state: Mapping[str, Answer],
) -> dict[str, tuple[str, Answer]]:
    """Of what earlier changes left behind, what this version asks for again and nobody answered.

    Returns:
        Old address -> new address and answer.
    """
    rows = {address.rpartition("/")[0] for address in state}
    back: dict[str, tuple[str, Answer]] = {}
    for one in left:
        old = form_of_record(session, definition.form_id, one.version)
        found = migrate(old, definition, {one.address: one.answer}) if old else None
        if found is None or found.dropped:
            continue
        for address, answer in found.state.items():
            row, _, key = address.rpartition("/")
            if not key.startswith("#") and address not in state and row in rows | {""}:
                back[one.address] = address, answer
    return back


def _written(one: LeftBehind) -> str:
    return json.dumps([one.version, one.label, one.text, one.answer], ensure_ascii=False)


# -- in words --------------------------------------------------------------------------------------


def _sentences(version: str, definition: Definition, done: Migration, back: int) -> tuple[str, ...]:
    kept = count(done.kept + back, "respuesta")
    verb = "Se conserva" if done.kept + back == 1 else "Se conservan"
    first = (
        f"El formulario cambió: usted lo empezó con la versión {version} y ahora rige la "
        f"{definition.version}. {verb} {kept}."
    )
    return (first, *_dropped(done.dropped))


def _dropped(dropped: Sequence[Dropped]) -> list[str]:
    """What the person has to do about answers that were dropped; what they said `left_in_words` says."""
    reasons = dict.fromkeys((one.label, one.reason) for one in dropped)
    return [_LOST[reason].format(label=label) for label, reason in reasons]


_LOST = {
    DropReason.GONE: "Ya no se pregunta «{label}».",
    DropReason.COMPUTED: "«{label}» ahora se calcula por sí solo.",
    DropReason.CHOICE: "«{label}» ya no tiene la opción elegida: elija otra.",
    DropReason.REPEAT: "«{label}» está ahora en otra parte del formulario: escríbalo ahí.",
    DropReason.TYPE: "«{label}» pide ahora otra clase de respuesta: escríbala otra vez.",
}


def _changed(one: ChangedQuestion, language: str) -> str:
    label = label_of(one.question, language)
    parts = []
    if one.was:
        parts.append(f"antes decía «{one.was}»")
    if one.retyped:
        parts.append("pide otra clase de respuesta")
    if one.fresh:
        parts.append(f"{_options(one.fresh)} {_quoted(one.fresh)}")
    if one.gone:
        parts.append(f"ya no tiene {_quoted(one.gone)}")
    return f"«{label}»: {'; '.join(parts)}."


def _options(fresh: Sequence[str]) -> str:
    return "opción nueva" if len(fresh) == 1 else "opciones nuevas"


def _quoted(texts: Iterable[str]) -> str:
    """``«a», «b» y «c»``; of many the first ones and how many more."""
    listed = list(texts)
    shown = [f"«{text}»" for text in listed[:_MOST]]
    if len(listed) > _MOST:
        return f"{', '.join(shown)} y {len(listed) - _MOST} más"
    return " y ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
