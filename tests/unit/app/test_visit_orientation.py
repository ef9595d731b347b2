"""Cards and commitments: the shipped files, and what a faulty one says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from visit_world import REGISTER

from juntos_campo import paths
from juntos_campo.app.orientation import MemberKind, kinds_of, load_messages
from juntos_campo.domain.entities import Member, Pregnancy
from juntos_campo.domain.errors import UserError

TODAY = date(2026, 11, 21)
HEAD = '[pack]\nkind = "commitments"\nid = "x"\nversion = 1\ntrust = "seed"\nsource = "s"\n'
GOOD = '[[commitment]]\nid = "uno"\nversion = 1\nkinds = ["household"]\ntext = "Contar"\n'


def test_nobody_is_visited_without_a_card_and_a_commitment_for_him() -> None:
    messages = load_messages(paths.resources() / "messages")
    for kind in MemberKind:
        assert messages.cards_for([kind]) or kind is MemberKind.PREGNANT_ADOLESCENT
        assert messages.commitments_for([kind])
    assert all(card.trust.is_official and card.source for card in messages.cards)


def test_what_is_missing_is_talked_about_first() -> None:
    messages = load_messages(paths.resources() / "messages")
    assert messages.cards_for([MemberKind.UNDER_24M], {"HB"})[0].id == "hierro-nino"
    assert messages.commitments_for([MemberKind.PREGNANT], {"SYPHILIS"})[0].id == (
        "gestante-examenes"
    )


def test_everybody_is_of_the_kind_his_age_and_state_say() -> None:
    people = {one.id: one for one in REGISTER if isinstance(one, Member)}
    (pregnancy,) = (one for one in REGISTER if isinstance(one, Pregnancy))
    assert kinds_of(people["elena"], None, TODAY) == ()
    assert kinds_of(people["elena"], pregnancy, TODAY) == (MemberKind.PREGNANT,)
    assert kinds_of(people["yeison"], None, TODAY) == (MemberKind.UNDER_24M,)
    assert kinds_of(people["flor"], None, date(2027, 2, 20)) == (MemberKind.CHILD,)
    assert kinds_of(people["dina"], None, TODAY) == (MemberKind.SCHOOL,)
    assert kinds_of(people["dina"], pregnancy, date(2032, 4, 2)) == (
        MemberKind.PREGNANT,
        MemberKind.PREGNANT_ADOLESCENT,
        MemberKind.SCHOOL,
        MemberKind.ADOLESCENT,
    )


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("[pack", "VIS-020", "faulty.toml"),
        (HEAD + GOOD.replace('text = "Contar"', ""), "VIS-021", "falta este campo"),
        (HEAD + GOOD.replace("household", "everybody"), "VIS-021", "kinds"),
        (HEAD + GOOD + GOOD, "VIS-022", "«uno»"),
        (HEAD + GOOD + 'services = ["CREDD"]\n', "VIS-023", "CREDD"),
        (HEAD.replace("version = 1", "version = 0") + GOOD, "VIS-021", "«pack»"),
        (HEAD + "[[card]]\nid = 'x'\n", "VIS-021", "[[commitment]]"),
    ],
)
def test_a_faulty_file_is_named_with_entry_and_remedy(
    tmp_path: Path, text: str, code: str, part: str
) -> None:
    (tmp_path / "faulty.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_messages(tmp_path)
    assert caught.value.problem.code == code
    assert part in str(caught.value)
    assert "faulty.toml" in str(caught.value)
    assert caught.value.remedy
