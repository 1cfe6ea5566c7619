"""The examples change in callbacks only."""

import marimo as mo
import pytest

from tests.support.marimo_state import fake_state
from workbench import instructions
from workbench.dashboard.components import thread_cards
from workbench.dashboard.search.example_editor import ExampleEditor
from workbench.dashboard.session import jobs
from workbench.recipe import EmbedSettings, Recipe

RECIPE = Recipe(embed=EmbedSettings(model="hashing"))


@pytest.fixture
def editor(own, monkeypatch):
    monkeypatch.setattr(mo, "state", fake_state)
    return ExampleEditor(own, own.scores["thread_id"][:1].to_list())


def test_ticked_and_typed_threads_are_added_once(editor, own):
    ids = own.scores["thread_id"]
    rows = own.openings(own.at(own.places(ids[:3])["place"], own.verdicts(RECIPE.select)))
    listing = thread_cards.nearest(rows)
    listing.widget.ticked = [str(ids[0])]
    editor.add_button(listing)._update(0)
    editor.add_typed(f"{ids[4]}, {ids[0]}")
    assert editor.get_examples() == [ids[0], ids[4]]
    assert editor.get_note().text == ""
    editor.add_typed("17 x")
    assert editor.get_examples() == [ids[0], ids[4]]
    assert "No thread of this workspace contains the tweet 17, x" in editor.get_note().text


def test_scoring_again_shows_progress_and_what_has_changed(editor, own, monkeypatch):
    monkeypatch.setattr(jobs, "PROGRAM", ("/bin/sh", "-c", "sleep 0.3", "workbench"))
    assert editor.clock() is None
    editor.rescore()
    assert "being scored again" in editor.get_note().text
    assert editor.clock() is not None
    while "rescored" not in editor.get_note().text:
        editor._look(None)
    assert "threads are more similar" in editor.get_note().text
    assert editor.clock() is None


def test_note_about_added_instructions_goes_with_the_next_change(editor, own):
    editor.add_instructions("mine", RECIPE)
    assert instructions.counts(own.workspace) == {"mine": 1}
    assert "1 of 1 texts are new" in editor.get_note().text
    editor.put([])
    assert editor.get_note().text == ""
    assert editor.get_examples() == []
