"""Rule packs from files to a `RuleBook`, checked: a faulty file is named with row and remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from juntos_campo.domain.entities import RulePack
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.norms import problems, toml_files
from juntos_campo.norms.book import PackInfo, RuleBook
from juntos_campo.norms.compile_services import compile_services
from juntos_campo.norms.compile_tables import compile_haemoglobin, compile_risk
from juntos_campo.norms.continued import last_days
from juntos_campo.norms.growth.pack import GrowthPack, compile_growth
from juntos_campo.norms.indicators.pack import IndicatorPack, compile_indicators
from juntos_campo.norms.pack_faults import faults_of
from juntos_campo.norms.pack_format import HaemoglobinPack, Header, RiskPack, ServicesPack
from juntos_campo.norms.verification.pack import (
    EducationPack,
    PackagesPack,
    TransfersPack,
    VerificationPack,
    compile_education,
    compile_packages,
    compile_transfers,
    compile_verification,
)

MODELS: dict[str, type[BaseModel]] = {
    "services": ServicesPack,
    "haemoglobin": HaemoglobinPack,
    "risk": RiskPack,
    "growth": GrowthPack,
    "education": EducationPack,
    "verification": VerificationPack,
    "transfers": TransfersPack,
    "packages": PackagesPack,
    "indicator": IndicatorPack,
}
"""Kind of a pack -> the shape of its file."""

_M = TypeVar("_M", bound=BaseModel)


class Loaded(NamedTuple):
    """One file, read and checked. `pack` is an instance of the model of its kind."""

    file: str
    header: Header
    pack: Any
    text: str
    received: bool = False


def load_rule_book(
    folder: Path,
    *,
    only: str = "",
    only_file: Path | None = None,
    received: Iterable[RulePack] = (),
) -> RuleBook:
    """Read every ``*.toml`` of `folder`. The caller keeps the book: loading takes tens of milliseconds.

    `only` (the id of a pack) or `only_file` (a pack from elsewhere) keeps the services of that pack
    alone and lets it judge every date, so that two norms can be compared.
    `received` are packs the office sent: each replaces the one of the folder with the same id. On a
    laptop `norms.received` reads them, which leaves out what cannot be used.

    Raises:
        UserError: NRM-001 to NRM-011, the first fault found.
    """
    loaded = load_folder(folder)
    for sent in received:
        lay_over(loaded, load_text(sent.text, sent.file))
    found = list(loaded.values())
    if only_file is not None:
        one = load_file(only_file)
        if one.header.kind != "services":
            detail = "no es un paquete de servicios"
            raise user_error(problems.PACK_UNREADABLE, file=only_file.name, detail=detail)
        only = one.header.id
        found = [other for other in found if other.header.id != only] + [one]
    return book_of(found, folder, only)


def load_folder(folder: Path) -> dict[str, Loaded]:
    """The program's own packs by id, checked one by one.

    Raises:
        UserError: NRM-001, NRM-002, NRM-011.
    """
    loaded: dict[str, Loaded] = {}
    for one in map(load_file, sorted(folder.glob("*.toml"))):
        other = loaded.setdefault(one.header.id, one)
        if other is not one:
            raise user_error(
                problems.PACK_ID_TWICE, file=one.file, other=other.file, pack=one.header.id
            )
    return loaded


def lay_over(loaded: dict[str, Loaded], one: Loaded) -> None:
    """Put a pack of the office in the place of that with its id, or beside the others.

    Raises:
        UserError: NRM-010.
    """
    header = one.header
    stands = loaded.get(header.id)
    if stands is not None and stands.header.kind != header.kind:
        raise user_error(
            problems.PACK_OTHER_KIND,
            file=one.file,
            pack=header.id,
            kind=header.kind,
            wanted=stands.header.kind,
        )
    loaded[header.id] = one._replace(received=True)


def load_text(text: str, file: str, others: Callable[[UserError], None] | None = None) -> Loaded:
    """Read and check one pack. `others` is told of every fault but the first, which is raised.

    Raises:
        UserError: NRM-001, NRM-002.
    """
    data = toml_files.parse(text, file, problems.PACK_UNREADABLE)
    head = data.get("pack")
    kind = head.get("kind", "services") if isinstance(head, dict) else "services"
    pack: Any = _model(MODELS.get(str(kind), ServicesPack), data, file, others)
    return Loaded(file, pack.pack, pack, text)


def load_file(file: Path, others: Callable[[UserError], None] | None = None) -> Loaded:
    """As `load_text`, of a file; the mark that Windows puts before UTF-8 does not matter.

    Raises:
        UserError: NRM-001, NRM-002.
    """
    text = toml_files.read_file(file, problems.PACK_UNREADABLE)
    return load_text(text, file.name, others)


def book_of(found: Sequence[Loaded], folder: Path, only: str = "") -> RuleBook:
    """The book of these packs, checked against each other. `folder` is named when kinds are missing.

    Raises:
        UserError: NRM-003 to NRM-007.
    """

    def of_kind(kind: str) -> list[Any]:
        return [one.pack for one in found if one.header.kind == kind]

    services = [(one.file, one.pack) for one in found if one.header.kind == "services"]
    required = ("haemoglobin", "risk", "growth", "education", "verification", "transfers")
    known = {pack.pack.id for _, pack in services}
    if not services or (only and only not in known) or not all(of_kind(kind) for kind in required):
        raise user_error(problems.PACKS_MISSING, folder=folder.name)
    ends = last_days(pack.pack for _, pack in services)
    return RuleBook(
        packs=tuple(_info(one, ends.get(one.header.id, one.header.until)) for one in found),
        families=compile_services(services, only=only),
        haemoglobin=compile_haemoglobin(of_kind("haemoglobin")),
        risk=compile_risk(of_kind("risk")[-1]),
        growth=compile_growth(of_kind("growth")),
        education=compile_education(of_kind("education")),
        verification=compile_verification(of_kind("verification")),
        transfers=compile_transfers(of_kind("transfers")),
        packages=compile_packages(of_kind("packages")),
        indicators=compile_indicators(of_kind("indicator")),
        stamp=sha256("\0".join(sorted(one.text for one in found)).encode()).hexdigest(),
    )


def _model(
    model: type[_M],
    data: dict[str, Any],
    file: str,
    others: Callable[[UserError], None] | None,
) -> _M:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first, *more = faults_of(error, data, file)
        if others is not None:
            for fault in more:
                others(fault)
        raise first from None


def _info(one: Loaded, until: date | None) -> PackInfo:
    header = one.header
    return PackInfo(
        header.id,
        one.file,
        header.kind,
        header.title,
        header.norm,
        header.start,
        until,
        header.trust,
        header.source,
        header.note,
        one.received,
        one.text,
    )
