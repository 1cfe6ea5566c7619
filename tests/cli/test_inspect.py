"""Write a sample, print the recipe and delete tweets from the command line."""

import tarfile

import pytest

from tests.support.command_line import call
from workbench import environment, progress, sample
from workbench.progress import reporter


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("there", "there is a folder"),
        ("a.zip", "does not end in `.tar`"),
        ("a.tar.gz", "does not end in `.tar`"),
        ("old.tar", "already exists"),
    ],
)
def test_sample_refuses_before_it_writes(folder, monkeypatch, name, problem):
    (folder / "there").mkdir()
    (folder / "old.tar").write_text("mine")
    monkeypatch.setattr(sample, "Stream", None)
    code, output = call("sample", name)
    assert code == 1
    assert problem in " ".join(output.split())
    assert "Hint:" in output
    assert sorted(path.name for path in folder.iterdir()) == ["fast.toml", "old.tar", "there"]
    assert (folder / "old.tar").read_text() == "mine"


def test_sample_replaces_a_file_when_asked(folder):
    (folder / "old.tar").write_text("mine")
    assert call("sample", "old.tar", "--lines", 100, "--force")[0] == 0
    assert tarfile.is_tarfile(folder / "old.tar")


def test_sample_reports_its_progress(folder, monkeypatch):
    path = folder / "job"
    monkeypatch.setenv(environment.PROGRESS, str(path))
    monkeypatch.setattr(reporter, "PAUSE", 0)
    call("sample", "a.tar", "--lines", 1000)
    record = progress.from_file(path)
    assert (record.stage, record.done, record.total) == ("sample", 1000, 1000)


def test_recipe_prints_a_recipe_that_can_be_read(folder):
    code, output = call("recipe")
    (folder / "all.toml").write_text(output)
    assert call("recipe", "-r", "all.toml") == (code, output)


def test_deletions_add_counts_the_tweets(folder):
    sample.write(folder / "july.tar", lines=1000)
    call("ingest", "july.tar")
    (folder / "ids.txt").write_text("1\n2\n")
    code, output = call("deletions", "add", "ids.txt")
    assert code == 0
    assert "2 tweets to delete, 0 of them deleted before" in " ".join(output.split())
