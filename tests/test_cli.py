"""The command line: exit codes, messages that say what to do, and no traceback."""

import bz2
import io
import json
import tarfile

import polars as pl
import pytest
from typer.testing import CliRunner

from tests import fakes
from tests.test_pipeline import TOML
from workbench import hashtags, sample
from workbench.cli import app
from workbench.reports import dumps
from workbench.rules import CATALOGUE
from workbench.workspace import Workspace


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to work in, with a recipe that needs no model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WORKBENCH_WORKSPACE", raising=False)
    (tmp_path / "fast.toml").write_text(TOML)
    return tmp_path


def call(*args):
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def tar_of(path, **members):
    with tarfile.open(path, "w") as bundle:
        for name, data in members.items():
            info = tarfile.TarInfo(f"2019/{name}.json.bz2")
            info.size = len(data)
            bundle.addfile(info, io.BytesIO(data))


def test_run_goes_from_a_dump_to_a_pack_and_then_does_nothing(folder):
    assert call("sample", "july.tar", "--lines", 3000)[0] == 0
    code, output = call("run", "july.tar", "-w", "july", "-r", "fast.toml")
    assert code == 0, output
    assert "threads kept" in output
    assert (folder / "july/6_exports/default/messages.jsonl").stat().st_size > 0
    code, output = call("status", "-w", "july", "-r", "fast.toml")
    assert (code, output.count("up to date")) == (0, 6)
    code, output = call("run", "-w", "july", "-r", "fast.toml")
    assert code == 0
    assert "against" not in output
    code, output = call("verify", "july/6_exports/default", "-w", "july")
    assert code == 0, output


def test_names_of_folders_and_dumps_are_no_globs(folder):
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


def test_ingest_of_the_same_archive_reads_nothing_again(folder):
    sample.write(folder / "july.tar", lines=1000)
    call("ingest", "july.tar")
    assert "10 members known before" in call("ingest", "july.tar")[1]
    code, output = call("ledger")
    assert code == 0
    assert "1,000" in output
    ledger = Workspace.open("workspace").read("ledger")
    assert f"{ledger['embedded'].sum():,} more tweets stood inside others" in output
    kinds = ledger["notice_kinds"].list.explode().struct.unnest().drop_nulls()
    assert kinds.height
    for kind, count in kinds.group_by("kind").agg(pl.col("count").sum()).rows():
        assert f"{kind} {count}" in output


def test_ledger_shows_every_member_when_asked(folder, monkeypatch):
    sample.write(folder / "july.tar", lines=1000)
    call("ingest", "july.tar")
    names = Workspace.open("workspace").read("ledger")["name"].to_list()
    monkeypatch.setattr(dumps, "ROWS", 3)
    short, whole = call("ledger")[1], call("ledger", "--all")[1]
    assert f"and {len(names) - 3} more" in short
    assert "more (" not in whole
    assert len(whole.splitlines()) > len(short.splitlines())


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
        (b"hello\n", "no line held a tweet"),
        (b'{"users": []}\n', "no line held a tweet"),
        (bytes(range(256)), "no line held a tweet"),
    ],
)
def test_ingest_of_what_holds_no_tweet_is_an_honest_zero(folder, content, hint):
    (folder / "odd.tar").write_bytes(content)
    code, output = call("ingest", "odd.tar")
    assert code == 0
    assert hint in " ".join(output.split())


def test_ingest_with_a_named_format_reads_it_as_that(folder):
    (folder / "odd.json").write_text('{"id": 1, "text": "a"}\n')
    assert "-> 1 tweets" in call("ingest", "odd.json", "--format", "twitterstream")[1]
    code, output = call("ingest", "odd.json", "--format", "myspace", "-w", "other")
    assert code == 1
    assert "choose one of twitterstream" in output


def test_run_without_a_thread_ends_with_a_hint_and_no_pack(folder):
    (folder / "odd.json").write_text("{}\n")
    code, output = call("run", "odd.json", "-r", "fast.toml")
    assert code == 0, output
    assert "there are no threads at all" in " ".join(output.split())
    assert not (folder / "workspace/6_exports").exists()
    output = call("status", "-r", "fast.toml")[1]
    assert "no thread is kept" in output
    assert "Nothing to do." in output


def test_run_without_a_workspace_says_how_to_make_one(folder):
    code, output = call("run")
    assert code == 1
    assert "workbench ingest" in output


def test_a_newer_workspace_is_refused(folder):
    (folder / "workspace").mkdir()
    (folder / "workspace/workspace.json").write_text('{"format": 99}')
    for command in [("status",), ("run",), ("ingest", "fast.toml"), ("ledger",), ("select",)]:
        code, output = call(*command)
        assert code == 1
        assert "install a newer version" in output


def test_a_wrong_recipe_is_told_before_anything_is_read(folder):
    (folder / "wrong.toml").write_text("[select.turn]\nmin = 2\n")
    sample.write(folder / "july.tar", lines=1000)
    code, output = call("run", "july.tar", "-r", "wrong.toml")
    assert code == 1
    assert "select.turn" in output
    assert not (folder / "workspace/1_tweets").exists()


def test_stages_say_which_comes_first(folder):
    sample.write(folder / "july.tar", lines=1000)
    call("ingest", "july.tar")
    code, output = call("score")
    assert code == 1
    assert "run `workbench embed` first" in output


def test_recipe_is_one_that_can_be_read(folder):
    code, output = call("recipe")
    (folder / "all.toml").write_text(output)
    assert call("recipe", "-r", "all.toml") == (code, output)


def test_deletions_add_counts(folder):
    sample.write(folder / "july.tar", lines=1000)
    call("ingest", "july.tar")
    (folder / "ids.txt").write_text("1\n2\n")
    code, output = call("deletions", "add", "ids.txt")
    assert code == 0
    assert "2 tweets asked for, 0 known" in " ".join(output.split())


def test_nothing_of_a_dump_steers_the_terminal(folder):
    hostile = "\x1b]0;owned\x07\x1b[2J[red]\u202e"
    lines = [json.dumps({"id": hostile}), hostile, json.dumps({"id": 1, "user": {}})]
    tar_of(folder / "x.tar", **{f"\x1b[31m{hostile}": bz2.compress("\n".join(lines).encode())})
    for command in [("ingest", "x.tar"), ("ledger",), ("ledger", "--rejects"), ("status",)]:
        output = call(*command)[1]
        assert not {"\x1b", "\x07", "\u202e"} & set(output), command


def test_ledger_all_tells_every_kind_and_line_of_a_member(folder):
    long = "no JSON at all, " * 12
    lines = [
        '{"delete":{"status":{"id":7}}}',
        '{"limit":{"track":1}}',
        *[f"{long}{n}" for n in range(9)],
    ]
    tar_of(folder / "x.tar", one=bz2.compress("\n".join(lines).encode()))
    call("ingest", "x.tar")
    short = " ".join(call("ledger", "--rejects")[1].split())
    assert "not JSON: 9 lines (--all shows more)" in short
    assert short.count("one.json.bz2:") == 5
    whole = " ".join(call("ledger", "--rejects", "--all")[1].split())
    assert all(f"x.tar 2019/one.json.bz2:{number} " in whole for number in range(3, 12))
    assert whole.count(long.strip()) == 9
    told = " ".join(call("ledger", "--all")[1].split())
    assert "x.tar 2019/one.json.bz2 notices: limit 1; rejected: not JSON 9" in told


def test_hashtags_tell_their_matches(folder):
    fakes.workspace(folder / "workspace", threads=100)
    code, output = call("hashtags")
    assert code == 0
    lines = {line.split()[0]: line.split()[1:4] for line in output.splitlines() if "#" in line}
    tags = Workspace.open(folder / "workspace").read("scores")["hashtags"].explode()
    assert lines["#help"] == [str((tags == "help").sum()), "-", "asking"]
    assert len(lines) == hashtags.stock().height


def test_list_commands_name_every_rule_and_format(folder):
    output = call("rules")[1]
    for name in CATALOGUE:
        assert name in output
    for told in ["in cosine", "[select.…]", "[score]"]:
        assert told in " ".join(output.split())
    output = call("formats")[1]
    for name in ["twitterstream", "oasst", "messages"]:
        assert name in output


def test_roles_shows_the_yield_of_each_policy_and_reads_no_text(folder):
    sample.write(folder / "july.tar", lines=1000)
    call("ingest", "july.tar")
    call("threads")
    workspace = Workspace.open(folder / "workspace")
    bare = workspace.scan("turns").drop("text", "hashtags").collect()
    bare.write_parquet(workspace.path("turns"))
    code, output = call("roles")
    assert code == 0
    for policy in ["author", "dialogue", "first_reply"]:
        assert policy in output
