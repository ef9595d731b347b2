"""What the office sends judges; what cannot be used is left out, told, and never stops the program."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import date
from functools import cache

import pytest
from edited import edited

from juntos_campo import paths
from juntos_campo.domain.entities import RulePack
from juntos_campo.norms.book import Row, RuleBook
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.norms.received import read_rule_book
from juntos_campo.norms.rules import Rules, rules_of

NORMS = paths.resources() / "norms"
CRED, IDENTITY = "cred-nts238", "identity"


def sent(pack_id: str, *changes: tuple[str, str], new_id: str = "") -> RulePack:
    """A shipped pack as the office edited it."""
    text = edited((NORMS / f"{pack_id}.toml").read_text(encoding="utf-8"), *changes)
    return RulePack(id=new_id or pack_id, pack_id=new_id or pack_id, file="oficina.toml", text=text)


def rows(book: RuleBook, key: str) -> list[Row]:
    return [
        row
        for family in book.families
        for one in family.expected
        for row in one.versions
        if one.key == key
    ]


@cache
def shipped() -> RuleBook:
    return load_rule_book(NORMS)


DNI_LATER = ('due = "29d"', 'due = "44d"')
FROM_2027 = (
    ('id = "identity"', 'id = "identity-2027"'),
    ("start = 1996-01-01", "start = 2027-01-01"),
)
UNTIL_2026 = ("[pack]", "[pack]\nuntil = 2026-12-31")


def test_a_corrected_pack_takes_the_place_of_the_shipped_one() -> None:
    book = read_rule_book(NORMS, [sent(IDENTITY, DNI_LATER)])
    assert [row.due.days for row in rows(book, "DNI:30d") if row.due] == [44]
    assert [one.id for one in book.packs if one.received] == [IDENTITY]
    assert len(book.packs) == len(shipped().packs)
    assert (book.left_out, book.stamp == shipped().stamp) == ((), False)


def test_without_packs_of_the_office_the_book_is_the_shipped_one() -> None:
    assert read_rule_book(NORMS, []) == shipped()


UNUSABLE = [
    sent(CRED, ("[pack]", "[pack]\nurgencia = 3")),
    sent(CRED, ('kind = "services"', 'kind = "servicios-2030"')),
    sent(CRED, ("[pack]", "[pack")),
    sent(CRED, ('opens = "9m"', 'opens = "nueve"')),
    sent(CRED, ('service = "CRED"', 'service = "TELECRED"')),
    sent("risk", ('id = "risk"', f'id = "{CRED}"'), new_id=CRED),
    RulePack(id="x", pack_id=CRED, file="oficina.toml", text=""),
    RulePack(id="x", pack_id=CRED, file="oficina.toml", text="pack = 3"),
]


@pytest.mark.parametrize("pack", UNUSABLE)
def test_a_pack_of_a_newer_program_is_left_out_and_the_shipped_one_goes_on(pack: RulePack) -> None:
    book = read_rule_book(NORMS, [pack, sent(IDENTITY, DNI_LATER)])
    assert [(one.pack_id, one.file) for one in book.left_out] == [(CRED, "oficina.toml")]
    assert "oficina.toml" in book.left_out[0].reason
    assert rows(book, "CRED:9m") == rows(shipped(), "CRED:9m")
    assert [one.id for one in book.packs if one.received] == [IDENTITY], "the sound one judges"


def test_a_pack_that_would_judge_beside_another_is_left_out() -> None:
    clash = sent(IDENTITY, ('id = "identity"', 'id = "dni-otra"'), new_id="dni-otra")
    book = read_rule_book(NORMS, [clash])
    assert [one.pack_id for one in book.left_out] == ["dni-otra"]
    assert book.families == shipped().families


@pytest.mark.parametrize("backwards", [False, True])
def test_the_order_in_which_packs_arrive_does_not_matter(backwards: bool) -> None:
    following = sent(IDENTITY, *FROM_2027, DNI_LATER, new_id="identity-2027")
    ending = sent(IDENTITY, UNTIL_2026)
    unusable = UNUSABLE[0]
    clash = sent(IDENTITY, ('id = "identity"', 'id = "dni-otra"'), new_id="dni-otra")
    packs = [following, clash, unusable, ending]
    book = read_rule_book(NORMS, packs[::-1] if backwards else packs)
    assert {one.pack_id for one in book.left_out} == {CRED, "dni-otra"}
    found = [(row.start, row.until) for row in rows(book, "DNI:30d")]
    assert found == [(date(1996, 1, 1), date(2026, 12, 31)), (date(2027, 1, 1), None)]


@pytest.mark.logs_warnings
def test_a_fault_nobody_thought_of_leaves_the_pack_out_and_not_the_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("juntos_campo.norms.received.lay_over", fails)
    book = read_rule_book(NORMS, [sent(IDENTITY, DNI_LATER)])
    assert book.families == shipped().families
    assert [one.pack_id for one in book.left_out] == [IDENTITY]


def test_two_threads_never_keep_the_book_that_was_replaced() -> None:
    """One asks all the time, one changes the packs: after each change everybody has the new book."""
    present: list[RulePack] = []
    rules = rules_of(NORMS)
    wrong: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            book = rules.book(lambda: tuple(present))
            if not book.families:
                wrong.append("no rules")

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for days in range(40, 52):
        present[:] = [sent(IDENTITY, ('due = "29d"', f'due = "{days}d"'))]
        rules.forget()
        row = rows(rules.book(lambda: tuple(present)), "DNI:30d")[0]
        if row.due is None or row.due.days != days:
            wrong.append(f"{days}: {row.due}")
    stop.set()
    for thread in threads:
        thread.join(10)
    assert not wrong


def test_whoever_reads_the_book_while_it_is_forgotten_does_not_bring_the_old_one_back() -> None:
    reading, changed = threading.Event(), threading.Event()
    books = [shipped(), read_rule_book(NORMS, [sent(IDENTITY, DNI_LATER)])]

    def load(received: Iterable[RulePack]) -> RuleBook:
        new = bool(list(received))
        if not new:
            reading.set()
            assert changed.wait(10)
        return books[new]

    rules = Rules(load)
    slow = threading.Thread(target=rules.book)
    slow.start()
    assert reading.wait(10)
    forgetting = threading.Thread(target=rules.forget)
    forgetting.start()
    changed.set()
    for thread in (slow, forgetting):
        thread.join(10)
    pack = sent(IDENTITY, DNI_LATER)
    assert rules.book(lambda: [pack]) is books[1]
