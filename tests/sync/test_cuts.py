"""The link cut at offsets spread over a whole exchange: it goes on from there, to the same end.

Five hundred offsets with ``python -m tests.sync.campaign cuts``.
"""

from __future__ import annotations

import pytest

from .conftest import World
from .cuts import Cuts, cuts
from .links import CuttingProxy


@pytest.mark.logs_warnings  # urllib3 remarks on headers cut in two
def test_an_exchange_cut_anywhere_ends_as_if_it_had_not_been_cut(
    world: World, proxy: CuttingProxy
) -> None:
    made = cuts(world, proxy, 14, seed=1)
    assert made.complaints == []
    assert made.figures["cut"] >= 10


@pytest.mark.logs_warnings
def test_a_first_download_over_a_link_that_never_holds_long_comes_to_its_end(
    world: World, proxy: CuttingProxy
) -> None:
    made = Cuts(world, proxy, seed=1)
    assert made.first_download(every=2048) > 3
    assert made.complaints == []
