"""How many records of a first download are written at once: much on a quick disk, little on a slow one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from juntos_campo.sync.storing import LOCK_SECONDS, next_size

WRITTEN = st.integers(400, 4000)


@given(WRITTEN, st.floats(0, 30))
def test_the_next_part_never_grows_more_than_double_nor_without_end(
    written: int, seconds: float
) -> None:
    assert 400 <= next_size(written, seconds) <= min(2 * written, 4000)


@given(WRITTEN, st.floats(LOCK_SECONDS * 1.01, 30))
def test_who_types_while_a_slow_disk_writes_waits_less_the_next_time(
    written: int, seconds: float
) -> None:
    assert next_size(written, seconds) <= max(400, written * LOCK_SECONDS / seconds)


def test_a_quick_disk_gets_more_at_once_until_it_takes_its_time() -> None:
    sizes = [800]
    while len(sizes) < 5:
        sizes.append(next_size(sizes[-1], sizes[-1] / 100_000))  # 100,000 records a second
    assert sizes == [800, 1600, 3200, 4000, 4000]
