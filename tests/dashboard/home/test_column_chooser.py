"""The step of Home that maps the columns of a file to fields of tweets."""

from types import SimpleNamespace

import pytest

from tests.support import browser as browsers
from tests.support import fakes
from tests.support.command_line import FAST_RECIPE
from workbench.dashboard.home import column_chooser
from workbench.dashboard.home.column_chooser import ColumnChooser
from workbench.dashboard.session import allowed_files, recipe_files
from workbench.exceptions import RecipeError
from workbench.storage import Workspace

ASKED, ANSWERED = 1146307485200000000, 1146307485300000000
CSV = (
    "Nr,Tweet Id,Who,What,When,Answer to\n"
    f"1,{ASKED},ann,How do I keep basil alive?,2019-07-03,\n"
    f'2,{ANSWERED},bob,"Water it from below, twice a week.",2019-07-03,{ASKED}\n'
)


@pytest.fixture
def workspace(tmp_path):
    opened = Workspace.create(tmp_path / "ws")
    opened.write_text("recipe.toml", FAST_RECIPE)
    return opened


@pytest.fixture
def own(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text(CSV)
    return file


def test_unknown_file_is_shown_with_a_guess(own, workspace):
    shown, problem = column_chooser.look([own], workspace)
    assert problem == ""
    assert column_chooser.is_needed(shown)
    controls = ColumnChooser().controls(shown, workspace)
    assert (controls["tweet_id"].value, controls["likes"].value) == ("Tweet Id", None)
    panel = column_chooser.panel(shown, column_chooser.fields(controls), []).text
    assert "No format knows" in panel
    assert "Water it from below" in panel


def test_saved_columns_read_the_file_and_can_be_removed(own, workspace):
    chooser = ColumnChooser()
    chosen = {"tweet_id": "Tweet Id", "text": "What", "author_name": "Who", "likes": None}
    chooser.save(workspace, chosen | {column_chooser.TIME_FORMAT: ""})
    recipe = recipe_files.own(workspace)
    assert recipe.ingest.columns.named() == {
        "tweet_id": ("Tweet Id",),
        "text": ("What",),
        "author_name": ("Who",),
    }
    assert recipe.embed == recipe_files.load(workspace.root / "recipe.toml").embed
    shown, _ = column_chooser.look([own], workspace)
    assert [tweet["author_name"] for tweet in shown.tweets] == ["ann", "bob"]
    controls = chooser.controls(shown, workspace)
    assert (controls["text"].value, controls["reply_to_id"].value) == ("What", None)
    assert "is read as" in column_chooser.panel(shown, column_chooser.fields(controls), []).text
    chooser.remove(workspace)
    assert not column_chooser.has_map(workspace)
    assert column_chooser.is_needed(column_chooser.look([own], workspace)[0])


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ({"text": "What"}, "No column is chosen for tweet_id"),
        ({"tweet_id": "Tweet Id", "text": None}, "No column is chosen for text"),
        ({"tweet_id": "a", "text": "b", "created_at_format": "soon"}, "seconds or milliseconds"),
    ],
)
def test_incomplete_columns_are_refused(workspace, chosen, problem):
    with pytest.raises(RecipeError, match=problem):
        ColumnChooser().save(workspace, chosen)
    assert not column_chooser.has_map(workspace)


def test_choice_outlives_the_controls(own, workspace):
    chooser = ColumnChooser()
    shown, _ = column_chooser.look([own], workspace)
    controls = chooser.controls(shown, workspace)
    controls._on_change({field: None for field in controls} | {"text": "Who"})
    again = chooser.controls(shown, workspace)
    assert (again["text"].value, again["tweet_id"].value) == ("Who", None)


def test_hostile_names_and_values_stay_text(tmp_path, workspace):
    file = tmp_path / "hostile.csv"
    names = [text.replace('"', '""') for text in fakes.HOSTILE]
    row = ",".join(f'"{text}"' for text in names)
    file.write_text(f"{row}\n{row}\n{row}\n")
    shown, _ = column_chooser.look([file], workspace)
    fields = column_chooser.fields(ColumnChooser().controls(shown, workspace))
    panel = column_chooser.panel(shown, fields, []).text
    assert "<script>" not in panel
    assert "<img" not in panel
    assert "\u202e" not in panel


def test_nothing_is_shown_without_a_dump_or_of_a_missing_one(tmp_path, workspace):
    assert column_chooser.look([], workspace) == (None, "")
    shown, problem = column_chooser.look([tmp_path / "gone.csv"], workspace)
    assert shown is None
    assert "cannot be read" in problem
    controls = ColumnChooser().controls(None, None)
    assert column_chooser.panel(None, column_chooser.fields(controls), []).text == ""


@pytest.fixture
def served(own, workspace, monkeypatch):
    monkeypatch.setenv(allowed_files.VARIABLE, str(own.parent))
    with browsers.serving("home.py", workspace=workspace.root) as address:
        yield SimpleNamespace(address=address, workspace=workspace)


@pytest.mark.browser
def test_columns_are_chosen_in_the_browser(served, chromium):
    shown, _ = browsers.open_page(chromium, served.address, until=["[data-testid=advice]"])
    typed = shown.get_by_role("textbox", name="Or type paths")
    typed.fill("own.csv")
    typed.press("Tab")
    rows = shown.get_by_test_id("first-rows")
    rows.filter(has_text="No format knows").wait_for()
    for field, column in [
        ("text:", "What"),
        ("author_name:", "Who"),
        ("reply_to_id:", "Answer to"),
    ]:
        shown.get_by_label(field).select_option(label=column)
    shown.get_by_role("button", name="Use these columns").click()
    rows.filter(has_text="is read as").wait_for()
    assert "Water it from below" in rows.inner_text()
    named = recipe_files.own(served.workspace).ingest.columns.named()
    assert named == {
        "tweet_id": ("Tweet Id",),
        "text": ("What",),
        "author_name": ("Who",),
        "reply_to_id": ("Answer to",),
        **{field: columns for field, columns in named.items() if field == "created_at"},
    }
    shown.get_by_role("button", name="Only read").click()
    shown.get_by_test_id("job").filter(has_text="is done").wait_for()
    tweets = served.workspace.read("tweets").sort("tweet_id")
    assert tweets.select("author_name", "reply_to_id").rows() == [("ann", None), ("bob", ASKED)]
    shown.close()
