"""The demonstration's papers: something to collect, to sign and to explain, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from paper_world import BIMESTER, paper_laptop

from juntos_campo.app.exceptions_report import exception_report
from juntos_campo.app.official_forms import forms_due
from juntos_campo.app.paper_errands import errands
from juntos_campo.app.paperwork import papers
from juntos_campo.app.session import Session
from juntos_campo.demo.data_papers import put_papers_under_way


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(paper_laptop(tmp_path)) as made:
        yield made


def test_the_demonstration_has_a_closed_form_a_paper_away_and_an_exception(
    session: Session,
) -> None:
    assert put_papers_under_way(session) > 0
    states = {one.state for one in papers(session, BIMESTER, forms_due(session, BIMESTER))}
    assert {"por firmar", "por recoger"} <= states
    assert exception_report(session, BIMESTER).lines
    assert errands(session, set())
    assert put_papers_under_way(session) == 0
