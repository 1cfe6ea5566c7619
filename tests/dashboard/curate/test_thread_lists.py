"""Each list has its threads."""

import pytest

from tests.support import fakes
from workbench.dashboard.curate import thread_lists
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import Recipe


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    workspace = fakes.workspace(tmp_path_factory.mktemp("lists") / "ws")
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.mark.parametrize("name", thread_lists.LISTS)
def test_rows_of_a_list_have_texts_and_verdicts(session, name):
    settings = Recipe().select
    verdicts = session.verdicts(settings)
    choices = thread_lists.choosers(session).value | {"list": name}
    rows = thread_lists.rows(session, verdicts, choices=choices, settings=settings)
    assert rows["text"].null_count() == 0
    removed = rows.height - rows["removed_by"].null_count()
    assert removed == {"Kept": 0, "Removed": rows.height}.get(name, removed)
    listing = thread_lists.table(rows, choices=choices)
    assert listing.value.opened == rows["thread_id"][0]


def test_show_says_why_a_list_is_empty(session):
    choosers = thread_lists.choosers(session)
    rows = session.scores.clear()
    shown = thread_lists.show(session, rows, None, choosers=choosers, recipe=Recipe())
    assert "No thread passes every rule" in shown.text
    shown = thread_lists.show(
        session, rows, None, choosers=choosers, recipe=Recipe(), is_compared=True
    )
    assert "this side of the comparison" in shown.text
