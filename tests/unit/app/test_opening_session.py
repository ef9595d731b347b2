"""Opening the laptop: only with its password, as the same person, and every connection is closed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from visit_world import CHEAP, GESTOR, NOW, PASSWORD, REGISTER, book, laptop

from juntos_campo.app.session import (
    Changed,
    Session,
    User,
    Work,
    create_session,
    has_database,
    open_session,
)
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household, RulePack
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.values import Role
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.rules import Rules
from juntos_campo.paths import DataPlace
from juntos_campo.store.problems import CANNOT_WRITE


def opened(folder: Path, password: str = PASSWORD, clock: FixedClock | None = None) -> Session:
    return open_session(
        DataPlace(folder), password=password, clock=clock or FixedClock(NOW), book=book()
    )


def set_up(folder: Path, user: User) -> None:
    create_session(
        DataPlace(folder),
        password=PASSWORD,
        user=user,
        clock=FixedClock(NOW),
        book=book(),
        cost=CHEAP,
    ).close()


def code(caught: pytest.ExceptionInfo[UserError]) -> str:
    return caught.value.problem.code


def test_what_was_saved_is_there_after_opening_again(tmp_path: Path) -> None:
    laptop(tmp_path).close()
    assert has_database(DataPlace(tmp_path))
    with closing(opened(tmp_path)) as session:
        assert session.user == GESTOR
        assert session.store.count(Household) == 1
        assert session.today == NOW.date()


def test_a_wrong_password_opens_nothing_and_too_many_have_to_wait(tmp_path: Path) -> None:
    laptop(tmp_path).close()
    clock = FixedClock(NOW)
    for _ in range(3):
        with pytest.raises(UserError) as caught:
            opened(tmp_path, "otra-cosa", clock)
        assert code(caught) == "STO-001"
    with pytest.raises(UserError) as caught:
        opened(tmp_path, PASSWORD, clock)
    assert code(caught) == "STO-002"
    clock.advance(timedelta(minutes=10))
    with closing(opened(tmp_path, PASSWORD, clock)) as session:
        assert session.user == GESTOR


@pytest.mark.parametrize("role", list(Role))
def test_the_role_is_kept(tmp_path: Path, role: Role) -> None:
    user = User("mzea", "Miguel Zea", role)
    set_up(tmp_path, user)
    with closing(opened(tmp_path)) as session:
        assert session.user == user
        assert isinstance(session.user.role, Role)


def test_setting_up_twice_does_not_replace_the_families(tmp_path: Path) -> None:
    laptop(tmp_path).close()
    with pytest.raises(UserError) as caught:
        set_up(tmp_path, GESTOR)
    assert code(caught) == "STO-006"
    with closing(opened(tmp_path)) as session:
        assert session.store.count(Household) == 1


def test_a_laptop_not_set_up_says_so(tmp_path: Path) -> None:
    assert not has_database(DataPlace(tmp_path))
    with pytest.raises(UserError) as caught:
        opened(tmp_path)
    assert code(caught) == "STO-007"


def test_a_database_that_is_gone_is_told_and_no_empty_one_put_in_its_place(tmp_path: Path) -> None:
    place = DataPlace(tmp_path)
    laptop(tmp_path).close()
    place.database.rename(tmp_path / "moved.db")
    with pytest.raises(UserError) as caught:
        opened(tmp_path)
    assert code(caught) == "STO-004"
    assert not place.database.exists()
    (tmp_path / "moved.db").rename(place.database)
    with closing(opened(tmp_path)) as session:
        assert session.store.count(Household) == 1


def test_the_session_of_another_thread_sees_the_same_and_closes_its_connection(
    tmp_path: Path,
) -> None:
    with closing(laptop(tmp_path)) as session:
        with session.for_thread() as own:
            assert own.store is not session.store
            assert own.user == session.user
            assert own.store.count(Household) == 1
        with pytest.raises(Exception, match="closed"):
            own.store.count(Household)
        with pytest.raises(RuntimeError), session.for_thread() as failing:
            raise RuntimeError
        with pytest.raises(Exception, match="closed"):
            failing.store.count(Household)
        assert session.store.count(Household) == 1


def rename_and_fail(work: Work) -> None:
    work.tx.set_meta("user.name", "otro")
    raise user_error(CANNOT_WRITE, detail="prueba")


def test_a_use_case_tells_what_it_changed_and_nothing_when_it_failed(tmp_path: Path) -> None:
    with closing(laptop(tmp_path)) as session:
        household = next(one for one in REGISTER if isinstance(one, Household))
        with session.work("test") as work:
            work.tx.delete(household)
        assert work.changed == Changed(frozenset({"household"}), frozenset({"h1"}))
    with closing(opened(tmp_path)) as session:
        with pytest.raises(UserError), session.work("test") as failed:
            rename_and_fail(failed)
        assert session.store.meta("user.name") == GESTOR.name


def test_rules_are_read_once_and_only_when_needed(tmp_path: Path) -> None:
    read: list[RuleBook] = []

    def load(_received: Iterable[RulePack]) -> RuleBook:
        read.append(book())
        return read[-1]

    laptop(tmp_path).close()
    rules = Rules(load)
    with closing(
        open_session(DataPlace(tmp_path), password=PASSWORD, clock=FixedClock(NOW), book=rules)
    ) as session:
        assert read == []
        assert session.book is book()
        with session.for_thread() as own:
            assert own.book is book()
    assert len(read) == 1


def test_a_faulty_rule_pack_is_told_each_time_and_not_taken_for_none(tmp_path: Path) -> None:
    laptop(tmp_path).close()

    def faulty(_received: Iterable[RulePack]) -> RuleBook:
        raise ValueError("NRM")

    rules = Rules(faulty)
    with closing(
        open_session(DataPlace(tmp_path), password=PASSWORD, clock=FixedClock(NOW), book=rules)
    ) as session:
        for _ in range(2):
            with pytest.raises(ValueError, match="NRM"):
                _ = session.book
