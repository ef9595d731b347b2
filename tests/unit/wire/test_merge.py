"""The three-way merge: what two people typed must both survive or be told."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from juntos_campo.wire.merge import Changes, Rule, apply, diff, flatten, overlay, three_way

VISIT = {"on": "2026-11-17", "answers": {"member/a/hb": 10.8, "note": "x"}}

scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b"])
inner = st.dictionaries(st.sampled_from(["k", "member/a/hb", "note"]), scalars, max_size=3)
records = st.dictionaries(
    st.sampled_from(["state", "note", "detail"]), scalars, max_size=3
).flatmap(lambda plain: inner.map(lambda answers: {**plain, "answers": answers}))


@given(records, records)
def test_an_edit_sent_as_paths_arrives_as_the_same_record(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    assert apply(old, diff(old, new)) == new


@given(records, records, records)
def test_no_value_of_either_person_disappears_without_being_told(
    base: dict[str, Any], current: dict[str, Any], mine: dict[str, Any]
) -> None:
    merged = three_way("visit", base, current, diff(base, mine))
    result, before = flatten(merged.fields), flatten(base)
    told = {clash.path for clash in merged.clashes}
    for side in (current, mine):
        for path, value in flatten(side).items():
            changed_here = before.get(path, "@") != value
            stands = result.get(path, "@") == value
            emptied = value == {} and "/" not in path
            assert stands or not changed_here or path in told or emptied


@given(records, records)
def test_an_edit_on_the_standing_version_is_applied_as_it_is(
    base: dict[str, Any], mine: dict[str, Any]
) -> None:
    merged = three_way("visit", base, base, diff(base, mine))
    assert merged.fields == mine
    assert not merged.clashes
    assert not merged.parallel


def test_two_people_answering_different_questions_keep_both_answers() -> None:
    theirs = {"on": "2026-11-17", "answers": {"member/a/hb": 11.2, "note": "x"}}
    mine = {"on": "2026-11-17", "answers": {"member/a/hb": 10.8, "note": "vuelve el martes"}}
    merged = three_way("visit", VISIT, theirs, diff(VISIT, mine))
    assert merged.fields["answers"] == {"member/a/hb": 11.2, "note": "vuelve el martes"}
    assert merged.parallel
    assert not merged.clashes
    assert merged.changed == ("answers/note",)


def test_the_same_answer_changed_by_two_keeps_the_losing_value() -> None:
    theirs = {"on": "2026-11-17", "answers": {"member/a/hb": 11.2, "note": "x"}}
    merged = three_way("visit", VISIT, theirs, Changes({"answers/member/a/hb": 9.9}))
    (clash,) = merged.clashes
    assert (clash.base, clash.kept, clash.lost) == (10.8, 9.9, 11.2)
    assert clash.incoming_kept
    assert clash.rule is Rule.LAST_ARRIVAL


def test_what_the_office_decided_about_a_request_is_not_overwritten() -> None:
    base = {"state": "sent", "detail": "a"}
    current = {"state": "applied", "detail": "a"}
    merged = three_way(
        "change_request", base, current, Changes({"state": "drafted", "detail": "b"})
    )
    assert merged.fields == {"state": "applied", "detail": "b"}
    assert [(clash.path, clash.lost) for clash in merged.clashes] == [("state", "drafted")]


def test_the_same_value_typed_twice_is_no_conflict() -> None:
    merged = three_way("visit", VISIT, {**VISIT, "on": "2026-11-18"}, Changes({"on": "2026-11-18"}))
    assert not merged.clashes
    assert merged.changed == ()


def test_a_second_edit_of_the_same_person_is_no_conflict_with_his_first() -> None:
    current = {**VISIT, "on": "2026-11-18"}
    mine = Changes({"on": "2026-11-19"})
    assert not three_way("visit", VISIT, current, mine, ours=frozenset({"on"})).clashes
    assert three_way("visit", VISIT, current, mine).clashes


def test_yes_and_one_are_different_answers() -> None:
    assert diff({"done": 1}, {"done": True}).fields == {"done": True}


def test_unsent_edits_stay_on_top_of_a_received_version_in_their_order() -> None:
    received = {"on": "2026-11-20", "answers": {"note": "suyo", "mark": "signature"}}
    pending = [Changes({"answers/note": "mío"}), Changes({"answers/note": "mío otra vez"})]
    assert overlay(received, pending) == {
        "on": "2026-11-20",
        "answers": {"note": "mío otra vez", "mark": "signature"},
    }
    assert received["answers"]["note"] == "suyo"
