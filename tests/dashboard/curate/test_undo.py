"""Undo and redo of what somebody sets."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.dashboard.curate import undo
from workbench.dashboard.curate.undo import History, buttons
from workbench.recipe import Recipe


def recipe(turns, *, depth=None):
    return Recipe.model_validate({"select": {"turns": {"min": turns}, "depth": {"min": depth}}})


@given(st.lists(st.integers(3, 6) | st.sampled_from(["undo", "redo"]), max_size=40))
def test_history_is_a_list_with_a_place_in_it(moves):
    kept, at = History(recipe(2)), 0
    expected = [recipe(2)]
    for moment, move in enumerate(moves):
        if isinstance(move, str):
            at = min(max(at + (-1 if move == "undo" else 1), 0), len(expected) - 1)
            assert kept.step(-1 if move == "undo" else 1) == expected[at]
        elif recipe(move) != expected[at]:
            expected = [*expected[: at + 1], recipe(move)]
            at += 1
            kept.note(recipe(move), now=moment * 10.0)
        assert kept.present == expected[at]
        assert bool(kept.next_change(-1)) == (at > 0)
        assert bool(kept.next_change(1)) == (at < len(expected) - 1)


def test_drag_of_one_slider_is_one_change():
    kept = History(recipe(2))
    for step in range(3, 9):
        kept.note(recipe(step), now=step / 10)
    kept.note(recipe(8, depth=1), now=0.9)
    assert kept.step(-1) == recipe(8)
    assert kept.step(-1) == recipe(2)


def test_drag_back_to_the_start_leaves_nothing_to_undo():
    kept = History(recipe(2))
    kept.note(recipe(3), now=0)
    kept.note(recipe(2), now=0.1)
    assert kept.next_change(-1) == ""


def test_history_forgets_the_oldest():
    kept = History(recipe(2))
    for step in range(undo.MOST + 50):
        kept.note(recipe(3 + step), now=step * 10.0)
    oldest = kept.step(-10 * undo.MOST)
    assert oldest == recipe(3 + 50)


def test_buttons_name_what_they_change_and_go_there():
    kept, went = History(recipe(2)), []
    kept.note(recipe(3), now=0)
    undo, redo = buttons(kept, went.append)
    assert "Undo: Turns" in undo.text
    assert "Nothing to redo" in redo.text
    undo._update(1)
    assert went == [recipe(2)]
