"""Recipes in a workspace."""

import json

import pytest

from tests.support import fakes
from workbench.dashboard.session import recipe_files
from workbench.exceptions import RecipeError
from workbench.recipe import Recipe

OTHER = Recipe.from_toml("[select.turns]\nmin = 4")


@pytest.fixture
def workspace(tmp_path):
    return fakes.workspace(tmp_path / "ws", threads=2)


def test_places_are_the_recipes_that_are_there(workspace):
    assert list(recipe_files.places(workspace)) == [recipe_files.DEFAULT]
    recipe_files.save(workspace, "", OTHER)
    recipe_files.save(workspace, "strict", OTHER)
    workspace.write_text("6_exports/first/recipe.toml", OTHER.to_toml())
    workspace.write_text("6_exports/first/manifest.json", "{}")
    places = recipe_files.places(workspace)
    assert list(places)[1:] == ["recipe of this workspace", "saved: strict", "pack: first"]
    assert all(recipe_files.load(path) == OTHER for path in list(places.values())[1:])


def test_names_that_look_the_same_are_all_offered_as_plain_text(workspace):
    for name in ["a\u202eb", "a\u2066b", "https:" + "x" * 90, "https:" + "x" * 91]:
        workspace.write_text(f"recipes/{name}.toml", OTHER.to_toml())
    places = recipe_files.places(workspace)
    assert len(places) == 5
    assert "\u202e" not in "".join(places)


@pytest.mark.parametrize("name", ["../out", "a/b", ".hidden", "a b", "x" * 101, "e\u0301"])
def test_save_refuses_what_is_no_name(workspace, name):
    with pytest.raises(RecipeError, match="cannot be the name of a recipe"):
        recipe_files.save(workspace, name, OTHER)
    assert not (workspace.root / recipe_files.FOLDER).exists()


def test_save_replaces_only_when_asked(workspace):
    recipe_files.save(workspace, "mine", Recipe())
    with pytest.raises(RecipeError, match="already"):
        recipe_files.save(workspace, "mine", OTHER)
    assert recipe_files.load(workspace.root / "recipes/mine.toml") == Recipe()
    recipe_files.save(workspace, "mine", OTHER, overwrite=True)
    assert recipe_files.load(workspace.root / "recipes/mine.toml") == OTHER


@pytest.mark.parametrize(
    "upload",
    [b"\xff\xfe\x00", b"[select", b"[nothing]\nx = 1", b"#" * (recipe_files.LARGEST + 1)],
    ids=["bytes", "cut", "unknown", "huge"],
)
def test_chosen_tells_of_a_bad_file(workspace, upload):
    recipe, name, problem, _ = recipe_files.chosen(workspace, None, upload=upload)
    assert (recipe, name) == (Recipe(), recipe_files.DEFAULT)
    assert "Hint" in problem


def test_files_are_all_free_texts_of_their_sections():
    free = {
        (section, key)
        for section in ("embed", "score")
        for key, field in type(getattr(Recipe(), section)).model_fields.items()
        if field.annotation is str
    }
    assert set(recipe_files.FILES) == free


def uploaded(workspace, section, key, named, *, roots):
    text = f"[{section}]\n{key} = {json.dumps(str(named))}"
    return recipe_files.chosen(workspace, None, upload=text.encode(), roots=roots)


@pytest.mark.parametrize(("section", "key"), recipe_files.FILES)
def test_upload_names_no_file_but_those_below_a_root(
    workspace, tmp_path, monkeypatch, section, key
):
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "file").write_text("a secret line\n")
    (inside / "link").symlink_to(outside / "file")
    monkeypatch.chdir(outside)
    monkeypatch.setenv("HOME", str(outside))
    strange = [outside / "file", "./file", "~/file", inside / "link", inside / "../out/file"]
    for named in [*strange, "/etc/passwd", "./none", "~nobody/x", "a\0b"]:
        choice = uploaded(workspace, section, key, named, roots=[inside])
        assert choice.recipe == Recipe(), named
        assert f"`{key}` of [{section}]" in choice.problem
        assert "secret" not in choice.problem
    assert uploaded(workspace, section, key, inside / "file", roots=[inside]).problem == ""
    recipe_files.save(workspace, "", Recipe.from_toml(f"[{section}]\n{key} = '/etc/passwd'"))
    assert uploaded(workspace, section, key, "/etc/passwd", roots=[inside]).problem == ""
    assert uploaded(workspace, section, key, "/etc/shadow", roots=[inside]).problem


def test_upload_may_name_what_ships_and_a_model_of_the_hub(workspace, tmp_path):
    for model in ["hashing", "all-MiniLM-L6-v2", "owner/model"]:
        assert uploaded(workspace, "embed", "model", model, roots=[tmp_path]).problem == ""
    whole = recipe_files.chosen(workspace, None, upload=Recipe().to_toml().encode())
    assert (whole.recipe, whole.problem) == (Recipe(), "")


def test_chosen_prefers_the_file(workspace):
    recipe_files.save(workspace, "strict", Recipe())
    choice = recipe_files.chosen(workspace, "saved: strict", upload=OTHER.to_toml().encode())
    assert choice == (OTHER, "the file you loaded", "", "")
    assert recipe_files.chosen(workspace, "saved: strict").recipe == Recipe()


def test_chosen_reports_a_missing_recipe(workspace):
    assert "no longer exists" in recipe_files.chosen(workspace, "saved: gone").problem


def test_a_huge_recipe_of_the_workspace_is_not_read(workspace):
    workspace.write_text("recipes/huge.toml", "#" * (recipe_files.LARGEST + 1))
    assert "more than 1,000,000" in recipe_files.chosen(workspace, "saved: huge").problem


def test_a_saved_recipe_is_known_by_its_name_only(workspace):
    recipe_files.save(workspace, "mine", OTHER)
    assert recipe_files.known_name(workspace, "mine") == "mine"
    for name in ["", "other", "../recipe", "/etc/passwd"]:
        assert recipe_files.known_name(workspace, name) == ""
    assert recipe_files.chosen(workspace, "saved: mine").saved_name == "mine"
    assert recipe_files.chosen(workspace, recipe_files.DEFAULT).saved_name == ""
    with pytest.raises(recipe_files.TakenError):
        recipe_files.save(workspace, "mine", OTHER)


def test_upload_cannot_make_code_run(tmp_path):
    text = b"[score]\ncode = ['mine.py']"
    with pytest.raises(RecipeError, match="A recipe that is loaded cannot do that"):
        recipe_files.read(text, present=Recipe(), roots=[tmp_path])
    named = Recipe.from_toml(text.decode())
    assert recipe_files.read(text, present=named, roots=[tmp_path]) == named


def test_recipe_on_unknown_measures_is_not_used(own):
    own.workspace.write_text("recipe.toml", "[select.own.gone]\nmin = 1")
    chosen = recipe_files.chosen(own.workspace, recipe_files.OWN_TITLE)
    assert "no measure `gone`" in chosen.problem


def test_recipe_of_a_pack_cannot_make_code_run(own):
    folder = own.workspace.exports_path / "theirs"
    folder.mkdir(parents=True)
    (folder / "recipe.toml").write_text("[score]\ncode = ['mine.py']")
    chosen = recipe_files.chosen(own.workspace, "pack: theirs")
    assert "runs the code `mine.py`, but that of the workspace does not" in chosen.problem
    assert chosen.recipe == Recipe()
