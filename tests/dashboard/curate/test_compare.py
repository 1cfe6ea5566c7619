"""Compare two recipes on the same threads."""

import marimo as mo
import pytest

from tests.support import fakes
from workbench import selection
from workbench.dashboard.curate import compare
from workbench.dashboard.curate.compare import Comparison
from workbench.dashboard.session.recipe_files import ChosenRecipe
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import CATALOGUE, Recipe

HERE = Recipe.from_toml("[select.turns]\nmin = 3\n[select.language]\nany_of = ['en', 'ja']")
THERE = Recipe.from_toml("[select.suitability]\nmin = 0.4")


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    workspace = fakes.workspace(tmp_path_factory.mktemp("comparing") / "ws", threads=600)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture(scope="module")
def compared(session):
    return Comparison.of(session.verdicts(HERE.select), session.verdicts(THERE.select))


def kept(session, recipe):
    verdicts = selection.from_scores(session.scores, settings=recipe.select)
    return set(verdicts.filter("kept")["thread_id"]), dict(
        verdicts.select("thread_id", "removed_by").rows()
    )


def test_comparison_is_the_difference_of_two_selections(session, compared):
    (here, _), (there, _) = kept(session, HERE), kept(session, THERE)
    ids = session.scores["thread_id"]
    assert set(ids.filter(compared.enters)) == here - there != set()
    assert set(ids.filter(compared.leaves)) == there - here != set()


@pytest.mark.parametrize("side", compare.SIDES.values())
def test_by_rule_counts_each_thread_once_under_its_first_rule(session, compared, side):
    mask, verdicts, other = (
        (compared.enters, compared.there, THERE)
        if side == "enters"
        else (compared.leaves, compared.here, HERE)
    )
    removed_by = kept(session, other)[1]
    expected = {}
    for thread_id in session.scores["thread_id"].filter(mask):
        title = CATALOGUE[removed_by[thread_id]].title
        expected[title] = expected.get(title, 0) + 1
    assert compare.by_rule(verdicts, mask) == expected


def test_rows_are_of_the_side_with_the_rule_of_the_other(session, compared):
    choices = {"side": "leaves", "order": "Random sample", "page": 1}
    rows = compared.rows(session, choices)
    removed_by = kept(session, HERE)[1]
    assert 0 < rows.height <= 50
    for thread_id, rule in rows.select("thread_id", "removed_by").rows():
        assert rule == removed_by[thread_id]
    assert CATALOGUE[rows["removed_by"][0]].title in compare.explain(rows.row(0, named=True))


def test_differences_of_equal_recipes_are_none():
    assert compare.differences(HERE, HERE) == []


def test_differences_name_each_setting():
    assert compare.differences(HERE, THERE) == [
        ("select.language.any_of", "en, ja", "en"),
        ("select.turns.min", "3", "2"),
        ("select.suitability.min", "0.18", "0.4"),
    ]


def test_show_contains_the_counts_and_escapes_the_name(session, compared):
    there = ChosenRecipe(THERE, "<b>x", "")
    chooser = mo.ui.dropdown([])
    shown = compare.show(session, compared, here=HERE, there=there, chooser=chooser).text
    assert f'data-testid="enters">{compared.enters.sum():,}<' in shown
    assert "<b>x" not in shown
    assert "select.turns.min" in shown
    broken = ChosenRecipe(Recipe(), "default settings", "This recipe has 1 wrong setting")
    shown = compare.show(session, compared, here=HERE, there=broken, chooser=chooser).text
    assert "1 wrong setting" in shown
    assert "enters" not in shown


def test_own_rules_that_only_one_recipe_has_are_differences():
    other = Recipe.from_toml("[select.own.mood]\nmin = 0.5")
    assert ("select.own.mood.min", "0.5", "-") in compare.differences(other, Recipe())
