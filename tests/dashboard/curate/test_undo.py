"""Undo and redo of recipes."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.dashboard.curate import undo
from workbench.dashboard.curate.undo import History
from workbench.recipe import Recipe


def recipe(turns, *, depth=None):
    return Recipe.model_validate({"select": {"turns": {"min": turns}, "depth": {"min": depth}}})


@given(st.lists(st.integers(3, 6) | st.sampled_from(["undo", "redo"]), max_size=40))
def test_history_is_a_list_with_a_position(moves):
    history, at = History(recipe(2)), 0
    expected = [recipe(2)]
    for moment, move in enumerate(moves):
        if isinstance(move, str):
            at = min(max(at + (-1 if move == "undo" else 1), 0), len(expected) - 1)
            assert history.step(-1 if move == "undo" else 1) == expected[at]
        elif recipe(move) != expected[at]:
            expected = [*expected[: at + 1], recipe(move)]
            at += 1
            history.note(recipe(move), now=moment * 10.0)
        assert history.present == expected[at]
        assert bool(history.next_change(-1)) == (at > 0)
        assert bool(history.next_change(1)) == (at < len(expected) - 1)


def test_drag_of_one_slider_is_one_change():
    history = History(recipe(2))
    for step in range(3, 9):
        history.note(recipe(step), now=step / 10)
    history.note(recipe(8, depth=1), now=0.9)
    assert history.step(-1) == recipe(8)
    assert history.step(-1) == recipe(2)


def test_drag_back_to_the_start_leaves_nothing_to_undo():
    history = History(recipe(2))
    history.note(recipe(3), now=0)
    history.note(recipe(2), now=0.1)
    assert history.next_change(-1) == ""


def test_history_forgets_the_oldest():
    history = History(recipe(2))
    for step in range(undo.MOST + 50):
        history.note(recipe(3 + step), now=step * 10.0)
    oldest = history.step(-10 * undo.MOST)
    assert oldest == recipe(3 + 50)


def test_own_rules_are_named_by_their_title():
    other = Recipe.from_toml("[select.own.polite_words]\nmin = 1")
    assert undo.changed(Recipe(), other) == "Polite words"
