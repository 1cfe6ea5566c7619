"""The warning of stale tables."""

from tests.support import fakes
from workbench.dashboard.components import stale_notice
from workbench.recipe import Recipe


def test_stale_tables_are_reported_until_they_are_written_again(tmp_path):
    made = fakes.workspace(tmp_path / "ws", threads=20)
    fakes.settle(made)
    assert stale_notice.problem(made, Recipe()) == ""
    other = Recipe.from_toml("[score]\nprofanity = 'words.txt'")
    text = stale_notice.callout(stale_notice.problem(made, other)).text
    assert "is stale" in text
    assert "file=home.py" in text
    made.forget("threads")
    assert "The result of `threads` is stale" in stale_notice.problem(made, Recipe())
