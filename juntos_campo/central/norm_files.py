"""Rule packs the office sends to the laptops: checked against all others, then stored, or taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from juntos_campo.central.database import Database
from juntos_campo.central.pack_files import PackKind, PacksReport, send_packs
from juntos_campo.central.problems import NORM_NOT_SENT
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.entities import RulePack
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.ids import derived_id
from juntos_campo.norms import problems
from juntos_campo.norms.packs import load_file, load_rule_book

KIND = "rule_pack"


def send_norms(
    database: Database,
    shipped: Path,
    files: Sequence[Path],
    taken_back: Sequence[str],
    clock: Clock,
) -> PacksReport:
    """Store packs for every laptop, and take others back.

    Args:
        shipped: folder of the packs that come with the program.
        files: the packs; their ids say which ones they replace.
        taken_back: ids of packs sent earlier.

    Raises:
        UserError: NRM-001 to NRM-011 a pack is faulty by itself or beside the others, CEN-208 a pack to
            be taken back was never sent; nothing has changed then.
    """
    check = partial(_check, shipped)
    kind = PackKind(RulePack, "norms", problems.PACK_ID_TWICE, NORM_NOT_SENT, check)
    return send_packs(database, kind, map(_read, files), taken_back, clock)


def _read(path: Path) -> RulePack:
    one = load_file(path)
    key = one.header.id
    return RulePack(id=derived_id(KIND, key), pack_id=key, file=path.name, text=one.text)


def _check(shipped: Path, sent: Mapping[str, RulePack]) -> None:
    """Make sure that every laptop of this version can judge by these packs."""
    try:
        load_rule_book(shipped, received=sent.values())
    except UserError:
        raise
    except Exception as error:
        files = ", ".join(one.file for one in sent.values())
        detail = type(error).__name__
        raise user_error(problems.PACK_UNREADABLE, file=files, detail=detail) from error
