"""The parts of an XForm as pyxform writes it: nodes, binds, controls, texts, lists, events.

Only what is understood passes: an element, attribute or event that the loader does not know is refused,
so that nothing in a form is ignored in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from juntos_campo.domain.errors import user_error
from juntos_campo.form_engine.definition import DEFAULT_LANGUAGE
from juntos_campo.form_engine.problems import NOT_COMPILED
from juntos_campo.form_engine.question_types.base import Choice

H = "{http://www.w3.org/1999/xhtml}"
X = "{http://www.w3.org/2002/xforms}"
JR = "{http://openrosa.org/javarosa}"
JC = "{urn:juntos-campo:xform}"
ORX = "{http://openrosa.org/xforms}"
ODK = "{http://www.opendatakit.org/xforms}"

FIRST_LOAD, NEW_ROW, CHANGED = "odk-instance-first-load", "odk-new-repeat", "xforms-value-changed"
FILE_TABLE = "jr://file-csv/"
_CONTROLS = frozenset(
    (
        *(X + name for name in ("input", "select1", "select", "trigger", "upload", "range")),
        f"{ODK}rank",
        f"{X}group",
        f"{X}repeat",
    )
)
_TEXTS = frozenset(X + name for name in ("label", "hint", "itemset", "item", "value", "output"))
_BIND = frozenset(
    (
        *("nodeset", "type", "relevant", "constraint", "required", "readonly", "calculate"),
        *(JR + name for name in ("constraintMsg", "requiredMsg", "preload", "preloadParams")),
        f"{ODK}quality",  # how a telephone records sound; here a file is chosen
    )
)
_IMAGE = "jr://images/"
_ITEXT = "jr:itext('"


@dataclass(frozen=True, slots=True)
class Event:
    """A ``setvalue``: `trigger` is the path of the control it stands in, when that is what starts it."""

    target: str
    trigger: str
    value: str


@dataclass(slots=True)
class TextForms:
    """A translated text: the words, the longer help and the picture, by language."""

    words: dict[str, etree._Element] = field(default_factory=dict)
    guidance: dict[str, etree._Element] = field(default_factory=dict)
    image: str = ""


class XForm:
    """An XForm document, taken apart.

    Attributes:
        data: the primary instance's root element.
        binds, controls: by path.
        itext: by text id; `languages`, the default first.
        lists: the choices sheet; `files`: table name -> file name.
    """

    def __init__(self, xform: str) -> None:
        document = etree.fromstring(xform.encode())
        model, body = document.find(f"{H}head/{X}model"), document.find(f"{H}body")
        instance = model.find(f"{X}instance") if model is not None else None
        assert model is not None and body is not None and instance is not None  # noqa: S101, PT018
        self.data = instance[0]
        self._model, self._body = model, body
        self.binds = {str(bind.get("nodeset")): bind for bind in model.findall(f"{X}bind")}
        self.controls: dict[str, etree._Element] = {}
        for element in body.iter():
            if element.tag in _CONTROLS:
                self.controls[str(element.get("ref") or element.get("nodeset"))] = element
            elif element.tag not in (*_TEXTS, body.tag, f"{X}setvalue"):
                self._refuse(etree.QName(element).localname)
        self._check_binds()
        self.languages, self.itext = self._read_itext()
        self.lists: dict[str, tuple[Choice, ...]] = {}
        self.files: dict[str, str] = {}
        self._read_instances()

    def _refuse(self, what: str, where: str = "") -> None:
        detail = f"«{what}» no se admite en este programa."
        raise user_error(NOT_COMPILED, where, detail=detail)

    def _check_binds(self) -> None:
        for path, bind in self.binds.items():
            for name in bind.keys():  # noqa: SIM118 - an element, no dictionary
                if str(name) not in _BIND and not str(name).startswith((JC, ORX)):
                    self._refuse(str(name).rpartition("}")[2], path)

    def _read_itext(self) -> tuple[tuple[str, ...], dict[str, TextForms]]:
        languages: list[str] = []
        texts: dict[str, TextForms] = {}
        for translation in self._model.findall(f"{X}itext/{X}translation"):
            language = str(translation.get("lang"))
            languages.insert(0 if translation.get("default") else len(languages), language)
            for text in translation.findall(f"{X}text"):
                forms = texts.setdefault(str(text.get("id")), TextForms())
                for value in text.findall(f"{X}value"):
                    kind = str(value.get("form") or "")
                    if kind == "image":
                        forms.image = forms.image or _words(value).removeprefix(_IMAGE)
                    elif kind not in ("", "guidance"):
                        self._refuse(f"media::{kind}")
                    # pyxform writes "-" where a language has no text: the first one's is shown then.
                    elif _words(value) != "-" or len(value):
                        target = forms.guidance if kind else forms.words
                        target[language] = value
        return tuple(languages) or (DEFAULT_LANGUAGE,), texts

    def _read_instances(self) -> None:
        for instance in self._model.findall(f"{X}instance")[1:]:
            name, source = str(instance.get("id")), str(instance.get("src") or "")
            if source.startswith(FILE_TABLE):
                self.files[name] = source.removeprefix(FILE_TABLE)
            elif source:
                self._refuse(source)
            else:
                items = (self._choice(item) for item in instance.iter(f"{X}item"))
                self.lists[name] = tuple(items)

    def _choice(self, item: etree._Element) -> Choice:
        cells = {etree.QName(cell).localname: cell.text or "" for cell in item}
        name = cells.pop("name", "")
        text_id = cells.pop("itextId", None)
        label = cells.pop("label", "") or name
        if text_id is None:
            return Choice(name, {DEFAULT_LANGUAGE: label}, cells)
        forms = self.itext.get(text_id, TextForms())
        if forms.image:
            cells["image"] = forms.image
        labels = {language: _words(value) or name for language, value in forms.words.items()}
        return Choice(name, dict(sorted(labels.items(), key=self._place)), cells)

    def _place(self, labelled: tuple[str, str]) -> int:
        return self.languages.index(labelled[0])

    def events(self) -> Iterator[Event]:
        """Every value given at an event, in the order of the document, once."""
        found: dict[Event, None] = {}
        for element in (*self._model.iter(f"{X}setvalue"), *self._body.iter(f"{X}setvalue")):
            target = str(element.get("ref"))
            value = str(element.get("value") or element.text or "").strip()
            parent = element.getparent()
            for event in str(element.get("event")).split():
                if event == CHANGED and parent is not None:
                    found[Event(target, str(parent.get("ref")), value)] = None
                elif event in (FIRST_LOAD, NEW_ROW):
                    found[Event(target, "", value)] = None
                else:
                    self._refuse(event, target)
        yield from found

    def node_of(self, path: str, tag: str) -> etree._Element | None:
        """The label or hint of a control; that of a repeat stands in the group around it."""
        control = self.controls.get(path)
        node = control.find(X + tag) if control is not None else None
        if node is None and control is not None and control.tag == f"{X}repeat":
            above = control.getparent()
            node = above.find(X + tag) if above is not None else None
        return node

    def text_forms(self, reference: str) -> TextForms:
        """What ``jr:itext('id')`` names."""
        return self.itext.get(reference.removeprefix(_ITEXT).removesuffix("')"), TextForms())


def is_itext(reference: str) -> bool:
    return reference.startswith(_ITEXT)


def _words(value: etree._Element) -> str:
    return (value.text or "").strip()
