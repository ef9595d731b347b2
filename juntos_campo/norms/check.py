"""Every fault of pack files, each alone and together with the packs that come with the program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.norms import problems
from juntos_campo.norms.compile_services import compile_services
from juntos_campo.norms.packs import Loaded, book_of, lay_over, load_file, load_folder


def check_packs(files: Sequence[Path], shipped: Path) -> list[UserError]:
    """All that is wrong with these files; empty when every laptop could judge by them.

    A file that cannot be read by itself is not looked at together with the others, so that one fault is
    not told twice. A file with the id of a shipped pack takes its place, as when the office sends it.

    Raises:
        UserError: a pack of `shipped` itself is faulty.
    """
    faults: list[UserError] = []
    read = [one for file in files if (one := _read(file, faults)) is not None]
    loaded = load_folder(shipped)
    seen: dict[str, str] = {}
    for one in read:
        pack = one.header.id
        if pack in seen:
            faults.append(
                user_error(problems.PACK_ID_TWICE, file=one.file, other=seen[pack], pack=pack)
            )
            continue
        seen[pack] = one.file
        try:
            lay_over(loaded, one)
        except UserError as fault:
            faults.append(fault)
    together = _together(list(loaded.values()), shipped, [one.file for one in read])
    return faults + together


def _read(file: Path, faults: list[UserError]) -> Loaded | None:
    others: list[UserError] = []
    try:
        return load_file(file, others.append)
    except UserError as first:
        faults += [first, *others]
        return None


def _together(found: list[Loaded], shipped: Path, files: Sequence[str]) -> list[UserError]:
    services = [(one.file, one.pack) for one in found if one.header.kind == "services"]
    faults: list[UserError] = []
    try:
        compile_services(services, tell=faults.append)
        if not faults:
            book_of(found, shipped)
    except UserError as fault:
        faults.append(fault)
    except Exception as error:  # a pack from outside is told of, whatever it breaks
        detail = type(error).__name__
        faults.append(user_error(problems.PACK_UNREADABLE, file=", ".join(files), detail=detail))
    # Of two packs that rule at once every row would say the same.
    return list({str(one): one for one in reversed(faults)}.values())[::-1]
