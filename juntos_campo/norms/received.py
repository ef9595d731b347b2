"""The rule book of a laptop: the program's own packs, and of the office's as many as can be used."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable
from pathlib import Path

from juntos_campo.domain.entities import RulePack
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.norms import problems
from juntos_campo.norms.book import LeftOut, RuleBook
from juntos_campo.norms.packs import Loaded, book_of, lay_over, load_folder, load_text

log = logging.getLogger(__name__)


def read_rule_book(folder: Path, received: Iterable[RulePack]) -> RuleBook:
    """As `packs.load_rule_book`; a pack of the office that cannot be used is left out and told.

    A pack that this version of the program cannot read, or that clashes with the others, does not judge
    (`RuleBook.left_out`); the program's own pack of the same id goes on.

    Raises:
        UserError: NRM-001 to NRM-011, a pack of the program itself is faulty.
    """
    shipped = load_folder(folder)
    sent: list[Loaded] = []
    left_out: list[LeftOut] = []
    for pack in received:
        try:
            sent.append(load_text(pack.text, pack.file))
        except Exception as error:
            left_out.append(_left_out(pack.pack_id, pack.file, error))
    try:
        book = _with(shipped, sent, folder)[1]
    except Exception as error:
        log.info("packs of the office do not all fit: %s", type(error).__name__)
        book = _fitting(shipped, sent, folder, left_out)
    return dataclasses.replace(book, left_out=tuple(left_out)) if left_out else book


def _with(
    loaded: dict[str, Loaded], more: Iterable[Loaded], folder: Path
) -> tuple[dict[str, Loaded], RuleBook]:
    tried = dict(loaded)
    for one in more:
        lay_over(tried, one)
    return tried, book_of(list(tried.values()), folder)


def _fitting(
    shipped: dict[str, Loaded], sent: list[Loaded], folder: Path, left_out: list[LeftOut]
) -> RuleBook:
    """Take one pack after another as they fit, again and again: one may fit only beside another."""
    used, book = _with(shipped, (), folder)
    waiting = sent
    while waiting:
        refused: list[tuple[Loaded, Exception]] = []
        for one in waiting:
            try:
                used, book = _with(used, (one,), folder)
            except Exception as error:
                refused.append((one, error))
        if len(refused) == len(waiting):
            left_out += [_left_out(one.header.id, one.file, error) for one, error in refused]
            break
        waiting = [one for one, _ in refused]
    return book


def _left_out(pack_id: str, file: str, error: Exception) -> LeftOut:
    """Whatever is wrong with a pack from outside, it is told and never stops the program."""
    if not isinstance(error, UserError):
        log.warning("pack %s: %s", pack_id, type(error).__name__)
        error = user_error(problems.PACK_UNREADABLE, file=file, detail=type(error).__name__)
    return LeftOut(pack_id, file, error.what)
