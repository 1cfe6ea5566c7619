"""Check that everything a recipe names is looked up before any dump is read."""

import pytest

from tests.support.command_line import call
from workbench import sample
from workbench.classifiers import model_file
from workbench.embeddings.engines import int8, model_files
from workbench.exceptions import RecipeError, StageError
from workbench.instructions import file_reader
from workbench.pipeline import recipe_checks
from workbench.recipe import Recipe
from workbench.storage import Workspace

WRONG = [
    ("ingest", "format", "myspace", "There is no format `myspace`"),
    ("embed", "model", "./gpt-4", "The model folder gpt-4 is missing"),
    ("score", "instructions", "nofile", "nofile does not exist"),
    ("score", "prompt_classifier", "nofile", "The trained model nofile cannot be read"),
    ("score", "reply_classifier", "odd.json", "odd.json is damaged or not a trained model"),
    ("score", "profanity", "nofile", "nofile cannot be read"),
    ("export", "formats", ["messages", "jsonl"], "There is no export format `jsonl`"),
    ("export", "formats", ["messages.xls"], "cannot be written as `xls`"),
]


@pytest.fixture
def dump(folder):
    sample.write(folder / "july.tar", lines=500)
    (folder / "odd.json").write_text("{}")
    return folder / "july.tar"


@pytest.mark.parametrize(("section", "key", "value", "problem"), WRONG)
def test_run_reads_no_dump_if_the_recipe_names_something_missing(
    dump, section, key, value, problem
):
    (dump.parent / "wrong.toml").write_text(f"[{section}]\n{key} = {value!r}\n")
    code, output = call("run", "july.tar", "-r", "wrong.toml")
    assert code == 1
    assert f"{section}.{key}: " in output
    assert problem in " ".join(output.split())
    assert "Hint:" in output
    assert not (dump.parent / "workspace").exists()


@pytest.mark.parametrize(("section", "key", "value", "problem"), WRONG)
def test_ingest_reads_no_dump_either_but_needs_no_model(dump, section, key, value, problem):
    (dump.parent / "wrong.toml").write_text(f"[{section}]\n{key} = {value!r}\n")
    code, _ = call("ingest", "july.tar", "-r", "wrong.toml")
    assert code == (section != "embed")
    assert (dump.parent / "workspace").exists() == (section == "embed")


@pytest.mark.parametrize("stage", ["threads", "embed", "score", "select"])
def test_every_stage_refuses_a_format_that_does_not_exist(folder, stage):
    Workspace.create(folder / "workspace")
    (folder / "wrong.toml").write_text("[export]\nformats = ['messagez']\n")
    code, output = call(stage, "-r", "wrong.toml")
    assert code == 1
    assert "export.formats: There is no export format `messagez`" in " ".join(output.split())


def test_run_without_dumps_checks_the_recipe_of_the_workspace(dump):
    call("ingest", "july.tar")
    (dump.parent / "workspace/recipe.toml").write_text("[score]\nprofanity = 'nofile'\n")
    code, output = call("run")
    assert code == 1
    assert "score.profanity" in output
    assert Workspace.open("workspace").last_run("threads") is None


@pytest.mark.parametrize("extra", [[], ["--format", "myspace"]])
def test_a_failed_ingest_creates_no_workspace(dump, extra):
    code, _ = call("ingest", "july.tar" if extra else "nofile.tar", *extra, "-w", "typo")
    assert code == 1
    assert not (dump.parent / "typo").exists()


def test_a_single_stage_checks_only_its_own_sections(dump):
    call("ingest", "july.tar")
    (dump.parent / "wrong.toml").write_text("[score]\nprompt_classifier = 'nofile'\n")
    assert call("threads", "-r", "wrong.toml")[0] == 0
    code, output = call("score", "-r", "wrong.toml")
    assert code == 1
    assert "score.prompt_classifier" in output


def test_check_names_loads_no_model_but_checks_the_engine(monkeypatch):
    monkeypatch.setattr(model_files, "find", lambda name: None)
    recipe_checks.check_names(Recipe.from_toml("[embed]\nmodel = 'any'"))

    def absent():
        msg = "The engine int8 needs OpenVINO"
        raise StageError(msg, hint="install it")

    monkeypatch.setattr(int8, "runtime", absent)
    with pytest.raises(RecipeError, match=r"embed\.model: The engine int8 needs"):
        recipe_checks.check_names(Recipe.from_toml("[embed]\nengine = 'int8'"))


def test_check_names_reads_only_the_files_of_the_named_sections(monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError

    monkeypatch.setattr(model_file, "load", fail)
    monkeypatch.setattr(file_reader, "from_file", fail)
    recipe_checks.check_names(Recipe(), "export", "select")
