"""Check what a fingerprint depends on, and in which order."""

import pytest

from workbench.pipeline import fingerprints, stages
from workbench.recipe import Recipe
from workbench.storage import Workspace


@pytest.mark.parametrize(
    "setting", ["instructions", "profanity", "prompt_classifier", "reply_classifier"]
)
def test_fingerprint_follows_a_file_in_the_home_folder(tmp_path, monkeypatch, setting):
    monkeypatch.setenv("HOME", str(tmp_path))
    workspace = Workspace.create(tmp_path / "workspace")
    own = Recipe.from_toml(f"[score]\n{setting} = '~/mine'")
    hashes = set()
    for content in ["one", "two"]:
        (tmp_path / "mine").write_text(content)
        values = fingerprints.inputs(workspace, own, stages.BY_NAME["score"])
        hashes.add(fingerprints.of(own, stages.BY_NAME["score"], values))
    assert len(hashes) == 2


@pytest.mark.parametrize("setting", fingerprints.SHIPPED)
def test_fingerprint_follows_what_ships(tmp_path, monkeypatch, setting):
    workspace, score = Workspace.create(tmp_path / "workspace"), stages.BY_NAME["score"]
    before = fingerprints.inputs(workspace, Recipe(), score)
    shipped = fingerprints._shipped
    file = fingerprints.SHIPPED[setting][1]
    monkeypatch.setattr(
        fingerprints, "_shipped", lambda name: "new" if name == file else shipped(name)
    )
    after = fingerprints.inputs(workspace, Recipe(), score)
    hashes = [fingerprints.of(Recipe(), score, values) for values in (before, after)]
    assert hashes[0] != hashes[1]
    changed = f"the `[score] {setting}` that ships has changed"
    assert fingerprints.change(before, after) == changed
    (tmp_path / "mine").write_text("own")
    own = Recipe.from_toml(f"[score]\n{setting} = '{tmp_path}/mine'")
    assert f"shipped {setting}" not in fingerprints.inputs(workspace, own, score)


class FixedRecipe:
    """Stands in for a recipe, so that new settings do not change the fingerprints below."""

    def digest(self, *sections):
        return "0123456789abcdef"


#: Stage -> fingerprint of `inputs_of`, from the time before the order was a constant. It must never
#: change, or every workspace becomes stale.
FINGERPRINTS = {
    "threads": "ba9393304a70079f",
    "embed": "bc2844065a869f05",
    "score": "5694aa1dae215ab8",
    "select": "851fc5ecb8890937",
    "export": "70c24bec8942cedf",
}


def inputs_of(stage):
    """Return inputs of a stage, all with values that are easy to repeat."""
    values = {"program": "5"} | {f"section {name}": "any" for name in stage.sections}
    values |= {f"stage {need}": f"result of {need}" for need in stage.needs}
    if stage.name == "embed":
        values |= {"choice": "starter", "file instructions": "a", "file": "b"}
    if stage.name == "score":
        files = ["instructions", "profanity", "prompt_classifier", "reply_classifier"]
        values |= {f"file {name}": str(number) for number, name in enumerate(files)} | {"file": "b"}
    return values


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_fingerprints_never_change(name):
    stage = stages.BY_NAME[name]
    assert fingerprints.of(FixedRecipe(), stage, inputs_of(stage)) == FINGERPRINTS[name]


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_fingerprint_does_not_depend_on_the_order_of_the_inputs(name):
    stage = stages.BY_NAME[name]
    values = inputs_of(stage)
    backwards = dict(reversed(values.items()))
    assert fingerprints.of(FixedRecipe(), stage, backwards) == FINGERPRINTS[name]


def test_fingerprint_refuses_an_input_without_a_place_in_the_order():
    stage = stages.BY_NAME["select"]
    with pytest.raises(ValueError, match="does not list file news"):
        fingerprints.of(FixedRecipe(), stage, inputs_of(stage) | {"file news": "a"})


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_every_input_has_a_place_in_the_order(tmp_path, name):
    recipe = Recipe.from_toml("[embed]\ncascade = 0.5")
    stage = stages.BY_NAME[name]
    values = fingerprints.inputs(Workspace.create(tmp_path / "workspace"), recipe, stage)
    assert len(fingerprints.of(recipe, stage, values)) == 16
