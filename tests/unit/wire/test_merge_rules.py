"""The rules of merging are data: a mistake in them is told, each decides as it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juntos_campo.domain.errors import UserError
from juntos_campo.wire.merge import Changes, diff, three_way
from juntos_campo.wire.merge_rules import MergeRules, Rule, read_rules, shipped_rules

FILE = Path("merge.toml")
LAST = '[[rule]]\nkind = "*"\nrule = "last_arrival"\n'


def one_rule(rule: Rule) -> MergeRules:
    return MergeRules((("*", ("**",), rule),))


@pytest.mark.parametrize(
    ("kind", "path", "rule"),
    [
        ("visit", "answers/member/abc/hb", Rule.LAST_ARRIVAL),
        ("visit", "answers/member/abc/note", Rule.BOTH_KEPT),
        ("visit", "answers/note", Rule.BOTH_KEPT),
        ("visit", "answers/member/abc/note/x", Rule.LAST_ARRIVAL),
        ("visit", "@deleted", Rule.EDIT_STANDS),
        ("household", "phone", Rule.OFFICE_WINS),
        ("household", "@deleted", Rule.EDIT_STANDS),
        ("change_request", "state", Rule.FIRST_ARRIVAL),
        ("change_request", "detail", Rule.BOTH_KEPT),
        ("review", "comments/note", Rule.FIRST_ARRIVAL),
        ("rule_pack", "text", Rule.FIRST_ARRIVAL),
        ("a_kind_of_the_future", "x", Rule.LAST_ARRIVAL),
    ],
)
def test_the_shipped_rules_say_what_the_protocol_promises(kind: str, path: str, rule: Rule) -> None:
    assert shipped_rules().rule_for(kind, path) is rule


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("format = 1\n" + LAST.replace("last_arrival", "loudest"), "rule.0.rule"),
        ("format = 2\n" + LAST, "format"),
        ("format = 1\n" + '[[rule]]\nkind = "vist"\nrule = "both_kept"\n' + LAST, "vist"),
        (
            "format = 1\n"
            + '[[rule]]\nkind = "visit"\npath = "anwers/x"\nrule = "both_kept"\n'
            + LAST,
            "anwers",
        ),
        (
            "format = 1\n"
            + '[[rule]]\nkind = "visit"\npath = "answers//x"\nrule = "both_kept"\n'
            + LAST,
            "answers//x",
        ),
        (
            "format = 1\n"
            + '[[rule]]\nkind = "visit"\npath = "answers/x"\nrule = "edit_stands"\n'
            + LAST,
            "@deleted",
        ),
        (
            "format = 1\n" + '[[rule]]\nkind = "visit"\npath = "on"\nrule = "office_wins"\n' + LAST,
            "office_wins",
        ),
        ("format = 1\n" + '[[rule]]\nkind = "visit"\nrule = "both_kept"\n', "todo lo demás"),
        ("format = 1\nrule = []\n", "todo lo demás"),
        ("format = ", "Invalid value"),
        ("format = 1\n" + LAST + 'colour = "red"\n', "colour"),
    ],
)
def test_a_mistake_in_the_rules_is_told_when_they_are_read(text: str, named: str) -> None:
    with pytest.raises(UserError) as told:
        read_rules(text, FILE)
    assert told.value.problem.code == "WIR-010"
    assert named in str(told.value)
    assert "merge.toml" in str(told.value)


# -- each rule against an oracle that knows nothing of paths ------------------------------------

values = (
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "b", "ab", "a\nb"])
)
GONE: Any = object()
cells = st.just(GONE) | values


def record(value: Any) -> dict[str, Any]:
    return {"on": "x"} if value is GONE else {"on": "x", "note": value}


def same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


def expected(rule: Rule, base: Any, theirs: Any, mine: Any) -> tuple[Any, bool]:
    """What stands in the end and whether it is told, for one value of which nobody knew the other's."""
    if same(base, mine) or same(mine, theirs):
        return theirs, False  # I did not touch it, or typed the same
    unseen = not same(base, theirs)
    if rule is Rule.OFFICE_WINS or (unseen and rule is Rule.FIRST_ARRIVAL):
        return theirs, True
    texts = [one for one in (theirs, mine) if isinstance(one, str) and one]
    if unseen and rule is Rule.BOTH_KEPT and len(texts) == 2:
        shorter, longer = sorted(texts, key=len)
        return (longer if shorter in longer else f"{theirs}\n{mine}"), True
    return mine, unseen


@given(
    st.sampled_from([Rule.LAST_ARRIVAL, Rule.FIRST_ARRIVAL, Rule.BOTH_KEPT, Rule.OFFICE_WINS]),
    cells,
    cells,
    cells,
)
def test_each_rule_decides_as_it_says_and_tells_whenever_a_value_gave_way(
    rule: Rule, base: Any, theirs: Any, mine: Any
) -> None:
    edit = diff(record(base), record(mine))
    merged = three_way("visit", record(base), record(theirs), edit, rules=one_rule(rule))
    stands, told = expected(rule, base, theirs, mine)
    assert merged.fields == record(stands)
    assert [clash.path for clash in merged.clashes] == (["note"] if told else [])
    for clash in merged.clashes:
        shown = {None if one is GONE else one for one in (theirs, mine)}
        assert {clash.kept, clash.lost} == shown
        assert clash.base == (None if base is GONE else base)


@given(values, values, values)
def test_a_register_value_stands_even_when_only_the_laptop_changed_it(
    base: Any, mine: Any, other: Any
) -> None:
    current = {"phone": base, "address": other}
    merged = three_way("household", current, current, Changes({"phone": mine}))
    assert merged.fields == current
    assert bool(merged.clashes) is not same(base, mine)
