"""The norms in force, to be read: where each comes from, how sure it is, and its rows in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from juntos_campo.app.norm_words import PackRow, other_rows, service_rows
from juntos_campo.app.orientation import messages_in_force
from juntos_campo.app.session import Session
from juntos_campo.domain.spanish import count, paper_date
from juntos_campo.norms.book import LeftOut, PackInfo, RuleBook
from juntos_campo.norms.explain import NO_SOURCE
from juntos_campo.norms.messages import MemberKind, MessageFile
from juntos_campo.norms.model import Trust
from juntos_campo.norms.packs import load_text

KINDS = {
    "services": "Servicios",
    "haemoglobin": "Hemoglobina",
    "growth": "Crecimiento",
    "education": "Educación",
    "verification": "Verificación",
    "packages": "Paquetes",
    "transfers": "Transferencias",
    "indicator": "Indicadores",
    "risk": "Semáforo y alertas",
}
MESSAGES = {
    "orientation": ("Temas de orientación", "Para conversar"),
    "commitments": ("Compromisos que se proponen", "Para acordar"),
}
"""Kind of a file of messages -> its title and its kind on the page."""
WHOM = {
    MemberKind.PREGNANT: "gestantes",
    MemberKind.PREGNANT_ADOLESCENT: "gestantes adolescentes",
    MemberKind.PUERPERA: "puérperas",
    MemberKind.UNDER_24M: "menores de 2 años",
    MemberKind.CHILD: "niñas y niños de 2 a 5 años",
    MemberKind.SCHOOL: "escolares",
    MemberKind.ADOLESCENT: "adolescentes",
    MemberKind.HOUSEHOLD: "el hogar",
}
TRUST = {
    Trust.CONFIRMED: "leído en la fuente",
    Trust.SEED: "documentos del programa",
    Trust.RECALL: "sin fuente oficial: escrito de memoria",
    Trust.CONFLICT: "sin fuente oficial: las fuentes se contradicen",
    Trust.NOT_FOUND: "sin fuente oficial: se buscó y no se encontró",
}


@dataclass(frozen=True, slots=True)
class PackLine:
    """One pack of the book.

    Attributes:
        kind: Spanish.
        validity: ``rige desde el 18/10/2025``, ``del 10/07/2017 al 17/10/2025``.
        ended: it judges only what fell due while it was in force.
        trust: in words.
        rows: every row; `unofficial` counts those with some mark.
        received: from the office; else it came with the program.
    """

    id: str
    title: str
    norm: str
    kind: str
    validity: str
    trust: str
    source: str
    note: str
    file: str
    received: bool
    ended: bool
    rows: tuple[PackRow, ...]

    @property
    def unofficial(self) -> int:
        return sum(1 for row in self.rows if row.mark)

    @property
    def origin(self) -> str:
        return "enviada por la oficina" if self.received else "viene con el programa"


@dataclass(frozen=True, slots=True)
class NormsPage:
    """Everything that judges, by kind and the newest first; and what the office sent in vain.

    Attributes:
        messages: files of orientation cards and commitments, told in the same shape.
        messages_left_out: those of the office that cannot be used.
    """

    packs: tuple[PackLine, ...]
    left_out: tuple[LeftOut, ...]
    messages: tuple[PackLine, ...] = ()
    messages_left_out: tuple[LeftOut, ...] = ()


def norms_page(session: Session) -> NormsPage:
    """The norms in force for this session.

    Raises:
        UserError: NRM-001 to NRM-011, VIS-020 to VIS-024, a file of the program itself is faulty.
    """
    book, order = session.book, list(KINDS)
    packs = sorted(
        book.packs,
        key=lambda one: (
            order.index(one.kind) if one.kind in KINDS else len(order),
            _has_ended(one, session.today),
            one.title,
            -one.start.toordinal(),
        ),
    )
    lines = tuple(_line(one, book, session.today) for one in packs)
    messages = messages_in_force(session)
    told = tuple(_messages_line(one) for one in messages.files)
    return NormsPage(lines, book.left_out, told, messages.left_out)


def _line(info: PackInfo, book: RuleBook, today: date) -> PackLine:
    return PackLine(
        info.id,
        info.title,
        info.norm,
        KINDS.get(info.kind, info.kind),
        _validity(info, today),
        TRUST[info.trust],
        info.source,
        info.note,
        info.file,
        info.received,
        _has_ended(info, today),
        tuple(rows_of(info, book)),
    )


def _whom(kinds: Iterable[MemberKind]) -> str:
    return ", ".join(words for kind, words in WHOM.items() if kind in kinds)


def _messages_line(one: MessageFile) -> PackLine:
    """A file of messages; what it says is no norm and never ends."""
    mark = "" if one.trust.is_official else NO_SOURCE
    cards = [
        PackRow(card.id, card.title, card.say, "", one.trust, mark, card.evidence, card.ask)
        for card in one.cards
    ]
    texts = [
        PackRow(text.id, text.text, f"con {_whom(text.kinds)}", "", one.trust, mark)
        for text in one.commitments
    ]
    rows = (*cards, *texts)
    title, kind = MESSAGES[one.kind]
    return PackLine(
        id=one.id,
        title=title,
        norm=f"Versión {one.version}",
        kind=kind,
        validity=count(len(rows), "texto"),
        trust=TRUST[one.trust],
        source=one.source,
        note="",
        file=one.file,
        received=one.received,
        ended=False,
        rows=rows,
    )


def rows_of(info: PackInfo, book: RuleBook) -> list[PackRow]:
    """Every row of one pack in words."""
    if info.kind == "services":
        return service_rows(book, info.id)
    return other_rows(load_text(info.text, info.file).pack, info.trust, book) if info.text else []


def _validity(info: PackInfo, today: date) -> str:
    start = paper_date(info.start)
    if info.until is None:
        begins = "regirá desde el" if today < info.start else "rige desde el"
        return f"{begins} {start}"
    return f"del {start} al {paper_date(info.until)}"


def _has_ended(info: PackInfo, today: date) -> bool:
    return info.until is not None and info.until < today
