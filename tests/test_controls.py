"""From controls to recipes and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests import fakes
from workbench import selection
from workbench.dashboard import controls
from workbench.dashboard.live import Live
from workbench.exceptions import RecipeError
from workbench.rules import CATALOGUE, SelectSettings
from workbench.settings import Recipe


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    workspace = fakes.workspace(tmp_path_factory.mktemp("controls") / "ws")
    return Live(workspace, workspace.read("scores"))


def there_and_back(live, select):
    """Build the controls of a recipe and read them untouched."""
    axes = live.axes(select)
    made = controls.build(select, axes=axes, choices=live.choices())
    return controls.settings(made.value, axes=axes, start=select)


numbers = st.none() | st.integers(0, 1000).map(lambda n: n / 100) | st.integers(-3, 10**6)


@st.composite
def selections(draw):
    found = {}
    for name, rule in CATALOGUE.items():
        if rule.kind == "bounds":
            low, high = sorted([draw(numbers), draw(numbers)], key=lambda n: (n is None, n or 0))
            found[name] = {"min": low, "max": high}
        elif rule.kind == "demand":
            found[name] = {"require": draw(st.booleans())}
        elif rule.kind == "words":
            words = st.lists(st.sampled_from(["how to", "now, then", "c++", "bake*"]), unique=True)
            found[name] = {"any_of": draw(words), "none_of": draw(words)}
        elif rule.kind == "pattern":
            patterns = st.sampled_from(["", r"^how\b", r"\?$"])
            found[name] = {"match": draw(patterns), "no_match": draw(patterns)}
        else:
            values = st.lists(st.sampled_from(["en", "ja", "help", "xx"]), unique=True)
            found[name] = {"any_of": draw(values), "none_of": draw(values)}
    try:
        return SelectSettings.model_validate(found)
    except ValidationError:
        return SelectSettings()


@settings(deadline=None)
@given(select=selections())
def test_untouched_controls_keep_the_recipe(live, select):
    assert there_and_back(live, select) == select


def test_slider_at_its_end_asks_for_nothing(live):
    axes = live.axes(SelectSettings())
    made = controls.build(SelectSettings(), axes=axes, choices=live.choices())
    edges = axes["similarity"].edges
    values = made.value | {"similarity": [edges[0], edges[-1]]}
    found = controls.settings(values, axes=axes, start=SelectSettings())
    assert found.similarity.is_active is False
    verdicts = live.verdicts(found)
    assert "similarity" not in selection.attribution(verdicts)["rule"]


def test_settings_that_have_no_control_stay(live):
    select = SelectSettings.model_validate(
        {"hashtags": {"all_of": ["help"]}, "likes": {"min": 3, "unknown": "remove"}}
    )
    assert there_and_back(live, select) == select


@pytest.mark.parametrize(
    ("typed", "words", "match"),
    [
        ({"keywords.any_of": " how to,, bake* "}, ("how to", "bake*"), "^why"),
        ({"pattern.match": "^how"}, ("a, b",), "^how"),
        ({"pattern.match": "("}, ("a, b",), "^why"),
        ({"keywords.any_of": "*"}, ("a, b",), "^why"),
    ],
)
def test_typed_words_and_patterns_hold_where_they_are_valid(live, typed, words, match):
    start = SelectSettings.model_validate(
        {"keywords": {"any_of": ["a, b"]}, "pattern": {"match": "^why"}}
    )
    axes = live.axes(start)
    made = controls.build(start, axes=axes, choices=live.choices())
    found = controls.settings(made.value | typed, axes=axes, start=start)
    assert (found.keywords.any_of, found.pattern.match) == (words, match)


@given(selections())
def test_query_carries_the_selection(select):
    recipe = Recipe(select=select)
    assert controls.from_query(controls.to_query(recipe), recipe=Recipe()) == recipe


def test_query_leaves_the_other_sections_alone():
    own = Recipe.from_toml("[embed]\nmodel = 'hashing'\n[select.turns]\nmin = 9")
    found = controls.from_query('{"select":{"turns":{"min":3}}}', recipe=own)
    assert (found.embed.model, found.select.turns.min) == ("hashing", 3)
    assert controls.from_query(None, recipe=own) == own


@pytest.mark.parametrize("text", ["{", "[]", '{"select":{"turns":{"min":"x"}}}', '{"evil":1}', "1"])
def test_damaged_query_is_refused(text):
    with pytest.raises(RecipeError, match="damaged"):
        controls.from_query(text, recipe=Recipe())


@pytest.mark.parametrize(
    ("upload", "query", "low"),
    [
        (None, None, 4),
        (None, '{"select":{"turns":{"min":5}}}', 5),
        (b"[select.turns]\nmin = 6", '{"select":{"turns":{"min":5}}}', 6),
    ],
    ids=["workspace", "address", "file"],
)
def test_start_prefers_the_nearest_recipe(tmp_path, upload, query, low):
    workspace = fakes.workspace(tmp_path / "ws", threads=2)
    workspace.write_text("recipe.toml", "[select.turns]\nmin = 4")
    recipe, complaint = controls.start(workspace, upload=upload, query=query)
    assert (recipe.select.turns.min, complaint) == (low, "")


@pytest.mark.parametrize("upload", [b"\xff\xfe\x00", b"[select", b"[nothing]\nx = 1"])
def test_start_tells_of_a_bad_file_and_goes_on(tmp_path, upload):
    workspace = fakes.workspace(tmp_path / "ws", threads=2)
    recipe, complaint = controls.start(workspace, upload=upload)
    assert recipe == Recipe()
    assert "that you loaded" in complaint


def test_finish_keeps_the_formats_where_none_is_chosen():
    contents = {"formats": [], "roles": "author", "paths": "all"}
    done = controls.finish(Recipe(), select=SelectSettings(), contents=contents)
    assert done.export.formats == Recipe().export.formats
    assert (done.export.roles, done.export.paths) == ("author", "all")
