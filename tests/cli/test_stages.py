"""Run the stages from the command line: results, hints and exit codes."""

import pytest

from tests.support.command_line import FAST_RECIPE, call
from workbench import sample
from workbench.storage import Workspace


def test_brackets_and_stars_in_names_are_not_globs(folder):
    (folder / "data [2019]*").mkdir()
    (folder / "data 2").mkdir()
    for number, name in enumerate(["july?[1].tar", "july11.tar"]):
        sample.write(folder / name, lines=1000 + number)
    place = "data [2019]*/w?"
    code, output = call("ingest", "july?[1].tar", "-w", place)
    assert code == 0, output
    assert Workspace.open(place).read("ledger")["archive"].unique().to_list() == ["july?[1].tar"]
    for stage in ["threads", "embed", "score", "select", "export"]:
        code, output = call(stage, "-w", place, "-r", "fast.toml")
        assert code == 0, output
    code, output = call("status", "-w", place, "-r", "fast.toml")
    assert (code, output.count("up to date")) == (0, 6), output


def test_ingest_of_an_archive_cut_before_its_first_line_names_the_damage(folder):
    sample.write(folder / "july.tar", lines=1000)
    (folder / "july.tar").write_bytes((folder / "july.tar").read_bytes()[:700])
    code, output = call("ingest", "july.tar")
    output = " ".join(output.split())
    assert code == 1
    assert "the archive ends inside the member" in output
    assert "nothing could be read, 2 archives or members damaged" in output
    assert "is this the right file" not in output


@pytest.mark.parametrize("name", ["absent.tar", "absent-*.tar", "absent/"])
def test_ingest_of_a_missing_path_is_an_error(folder, name):
    code, output = call("ingest", name)
    assert code == 1
    assert "does not exist" in output
    assert "Hint:" in output
    assert not (folder / "workspace/1_tweets").exists()


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"", "there was no line to read"),
        (b"hello\n", "no line contains a tweet"),
        (b'{"users": []}\n', "no line contains a tweet"),
        (bytes(range(256)), "no line contains a tweet"),
    ],
)
def test_ingest_without_tweets_succeeds_with_a_hint(folder, content, hint):
    (folder / "odd.tar").write_bytes(content)
    code, output = call("ingest", "odd.tar")
    assert code == 0
    assert hint in " ".join(output.split())


def test_ingest_reads_the_named_format(folder):
    (folder / "odd.json").write_text('{"id": 1, "text": "a"}\n')
    assert "-> 1 tweet, " in call("ingest", "odd.json", "--format", "twitterstream")[1]
    code, output = call("ingest", "odd.json", "--format", "myspace", "-w", "other")
    assert code == 1
    assert "choose one of twitterstream" in output


def test_stages_name_the_stage_to_run_first(folder):
    sample.write(folder / "july.tar", lines=1000)
    call("ingest", "july.tar")
    code, output = call("score")
    assert code == 1
    assert "run `workbench embed` first" in output


def test_select_without_kept_threads_says_what_to_do(folder):
    sample.write(folder / "july.tar", lines=3000)
    call("run", "july.tar", "-r", "fast.toml")
    code, output = call("select", "-r", "fast.toml")
    assert (code, "Hint:" in output) == (0, False)
    (folder / "none.toml").write_text(f"{FAST_RECIPE}\n[select.depth]\nmin = 10_000\n")
    code, output = call("select", "-r", "none.toml")
    assert code == 0
    assert "Hint: nothing is kept: loosen the rules" in " ".join(output.split())


def test_export_does_not_replace_another_without_force(folder):
    sample.write(folder / "july.tar", lines=3000)
    call("run", "july.tar", "-r", "fast.toml")
    code, output = call("export", "default", "-r", "fast.toml")
    assert code == 1
    assert "`--force`" in output
    assert call("export", "default", "-r", "fast.toml", "--force")[0] == 0
    code, output = call("export", "ünï päck", "-r", "fast.toml")
    assert code == 1
    assert "letters a to z and A to Z" in " ".join(output.split())


def test_ingest_refuses_an_engine_that_it_cannot_start(folder, monkeypatch):
    sample.write(folder / "july.tar", lines=1000)
    code, output = call("ingest", "july.tar", "--engine", "spark")
    assert (code, "choose one of local, daft, ray" in output) == (1, True), output
    monkeypatch.setattr("workbench.cluster.node.importlib.util.find_spec", lambda name: None)
    code, output = call("run", "july.tar", "--engine", "daft")
    assert (code, "needs the package `daft`" in output) == (1, True), output
    assert not (folder / "workspace").exists()
