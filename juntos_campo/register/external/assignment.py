"""Which records of two short lists belong together: the pairing of most weight."""

from __future__ import annotations

from collections.abc import Sequence


def best_pairs(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Pair rows with columns, each at most once, so that the weights add up to the most.

    `weights[row][column]` of 0 or less never pairs. The Hungarian method with potentials (Kuhn 1955,
    Munkres 1957), cubic in the longer side: for lists of tens, not thousands. The same weights always
    give the same pairs.
    """
    rows, columns = len(weights), len(weights[0]) if weights else 0
    size = max(rows, columns)
    # A square of costs: whoever stays alone is paired at no cost with a place that means nobody.
    cost = [[0] * size for _ in range(size)]
    for row in range(rows):
        for column in range(columns):
            cost[row][column] = -max(0, weights[row][column])
    row_price, column_price = [0] * size, [0] * size
    owner: list[int] = [-1] * size
    for start in range(size):
        _give_place(start, cost, row_price, column_price, owner)
    pairs = [
        (row, column)
        for column, row in enumerate(owner[:columns])
        if 0 <= row < rows and weights[row][column] > 0
    ]
    return sorted(pairs)


def _give_place(
    start: int,
    cost: list[list[int]],
    row_price: list[int],
    column_price: list[int],
    owner: list[int],
) -> None:
    """Add row `start` to the cheapest pairing of the rows before it, along a shortest path of swaps."""
    size = len(cost)
    slack: list[int | None] = [None] * size
    came_from = [-1] * size
    done = [False] * size
    row, last = start, -1
    while True:
        step, best = None, -1
        for column in range(size):
            if done[column]:
                continue
            gap = cost[row][column] - row_price[row] - column_price[column]
            known = slack[column]
            if known is None or gap < known:
                slack[column], came_from[column], known = gap, last, gap
            if step is None or known < step:
                step, best = known, column
        move = step or 0
        row_price[start] += move
        for column in range(size):
            held = slack[column]
            if done[column]:
                row_price[owner[column]] += move
                column_price[column] -= move
            elif held is not None:
                slack[column] = held - move
        done[best] = True
        last = best
        if owner[best] < 0:
            break
        row = owner[best]
    while last >= 0:
        before = came_from[last]
        owner[last] = owner[before] if before >= 0 else start
        last = before
