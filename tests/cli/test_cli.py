"""The command line: exit codes, messages that say what to do, and no traceback."""

import bz2
import io
import json
import re
import tarfile

import polars as pl
import pytest

from tests.support import fakes
from tests.support.command_line import FAST_RECIPE, call
from workbench import progress, sample
from workbench.cli.reports import ledger
from workbench.recipe import CATALOGUE
from workbench.selection import hashtags
from workbench.storage import Workspace


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


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("there", "there is a folder"),
        ("a.zip", "not named as what is written"),
        ("a.tar.gz", "not named as what is written"),
        ("old.tar", "exists already"),
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


def test_sample_tells_how_far_it_is(folder, monkeypatch):
    told = []
    monkeypatch.setattr(progress, "to_file", lambda name: lambda *call: told.append((name, *call)))
    call("sample", "a.tar", "--lines", 1000)
    assert told[-1] == ("sample", 1000, 1000)


@pytest.mark.parametrize("command", [(), ("run",), ("labels",), ("labels", "list")])
def test_h_is_short_for_help(folder, command):
    assert call(*command, "-h") == call(*command, "--help")
    assert call(*command, "-h")[0] == 0


def test_ingest_of_the_same_archive_reads_nothing_again(folder):
    sample.write(folder / "july.tar", lines=1000)
    call("ingest", "july.tar")
    assert "10 members known before" in call("ingest", "july.tar")[1]
    code, output = call("ledger")
    assert code == 0
    assert "1,000" in output
    ledger = Workspace.open("workspace").read("ledger")
    assert f"{ledger['embedded'].sum():,} inside others" in output
    kinds = ledger["notice_kinds"].list.explode().struct.unnest().drop_nulls()
    assert kinds.height
    for kind, count in kinds.group_by("kind").agg(pl.col("count").sum()).rows():
        assert f"{kind} {count}" in output


def test_ledger_shows_every_member_when_asked(folder, monkeypatch):
    sample.write(folder / "july.tar", lines=1000)
    call("ingest", "july.tar")
    names = Workspace.open("workspace").read("ledger")["name"].to_list()
    monkeypatch.setattr(ledger, "ROWS", 3)
    short, whole = call("ledger")[1], call("ledger", "--all")[1]
    assert f"july.tar ({len(names)})" in short
    assert "workbench ledger --all" in short
    assert not [name for name in names if name in short]
    assert all(name in whole for name in names)


def test_ledger_of_many_files_has_a_row_for_their_folder(folder, monkeypatch):
    monkeypatch.setattr("workbench.cli.reports.ledger.ROWS", 3)
    for place in ["a", "b"]:
        (folder / place).mkdir()
        for number in range(5):
            (folder / place / f"{number}.jsonl").write_text(f"no JSON {place} {number}\n" * 2)
    call("ingest", *sorted(map(str, folder.glob("*/*.jsonl"))))
    output = call("ledger")[1]
    assert output.count("(5)") == 2
    assert ".jsonl" not in output
    whole = call("ledger", "--all")[1]
    assert whole.count("of no known format") == 1
    assert "Rejected, of no known format 20: " in whole


def test_ledger_leads_from_lines_to_what_is_kept(folder):
    truth = sample.write(folder / "july.tar", lines=3000)
    call("ingest", "july.tar")
    counts = Workspace.open("workspace").last_run("ingest").counts
    sums = Workspace.open("workspace").read("ledger").drop("member").sum().to_dicts()[0]
    told = " ".join(call("ledger")[1].split())
    carriers, notices, blank = (f"{sums[key]:,}" for key in ("carriers", "notices", "blank"))
    assert f"Other lines: {carriers} carriers" in told
    assert f"{notices} notices of the stream, {blank} blank." in told
    line = next(part for part in told.split(". ") if "sightings" in part)
    numbers = [int(n.replace(",", "")) for n in re.findall(r"[0-9][0-9,]*", line)][-7:]
    own, inside, seen, repeats, distinct, deleted, kept = numbers
    assert own + inside == seen
    assert seen - repeats == distinct == truth.distinct
    assert distinct - deleted == kept == counts["tweets"]


def test_damage_is_told_of_and_the_way_goes_on(folder):
    sample.write(folder / "july.tar", lines=3000)
    whole = (folder / "july.tar").read_bytes()
    (folder / "july.tar").write_bytes(whole[: len(whole) // 2])
    told = "2 archives or members damaged: see `workbench ledger`"
    code, output = call("run", "july.tar", "-r", "fast.toml")
    assert (code, told in " ".join(output.split())) == (0, True)
    assert "threads kept" in output
    assert told in " ".join(call("status", "-r", "fast.toml")[1].split())
    assert call("ledger")[1].count("damaged: july.tar") == 2
    (folder / "july.tar").write_bytes(whole)
    for args in [("ingest", "july.tar"), ("status",), ("ledger",)]:
        code, output = call(*args)
        assert (code, "damaged" in output) == (0, False), output


def test_status_of_a_record_that_counts_no_damage_says_nothing_of_it(folder):
    fakes.settle(fakes.workspace(folder / "workspace", threads=5))
    code, output = call("status")
    assert (code, "damaged" in output) == (0, False)


def test_ingest_of_what_is_cut_before_its_first_line_names_the_damage(folder):
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
    for number in range(3, 12):
        assert f"2019/one.json.bz2:{number} in x.tar no JSON" in whole
    assert whole.count(long.strip()) == 9
    told = " ".join(call("ledger", "--all")[1].split())
    assert "Notices, limit 1: 2019/one.json.bz2 1" in told
    assert "Rejected, not JSON 9: 2019/one.json.bz2 9" in told


def test_rejects_show_line_reason_and_excerpt_where_there_is_little_room(folder):
    deep = folder / "a-folder-with-a-name" / "and-another-one-below-it" / "which-goes-on-and-on"
    deep.mkdir(parents=True)
    names = {"20190703/20190703062157": b"no JSON at all, however long it may go on\n"}
    tar_of(deep / "twitter-stream-20190703.tar", **names)
    call("ingest", deep / "twitter-stream-20190703.tar")
    shown = call("ledger", "--rejects")[1].splitlines()
    assert all(len(line) <= 80 for line in shown)
    assert [line.strip() for line in shown[:3]] == [
        "of no known format: 1 line",
        "2019/20190703/20190703062157.json.bz2:1 in twitter-stream-20190703.tar",
        "no JSON at all, however long it may go on",
    ]


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


def test_select_that_keeps_nothing_says_what_to_do(folder):
    sample.write(folder / "july.tar", lines=3000)
    call("run", "july.tar", "-r", "fast.toml")
    code, output = call("select", "-r", "fast.toml")
    assert (code, "Hint:" in output) == (0, False)
    (folder / "none.toml").write_text(f"{FAST_RECIPE}\n[select.depth]\nmin = 10_000\n")
    code, output = call("select", "-r", "none.toml")
    assert code == 0
    assert "Hint: nothing is kept: loosen the rules" in " ".join(output.split())


def test_export_over_a_pack_names_the_option(folder):
    sample.write(folder / "july.tar", lines=3000)
    call("run", "july.tar", "-r", "fast.toml")
    code, output = call("export", "default", "-r", "fast.toml")
    assert code == 1
    assert "`--force`" in output
    assert call("export", "default", "-r", "fast.toml", "--force")[0] == 0
    code, output = call("export", "ünï päck", "-r", "fast.toml")
    assert code == 1
    assert "letters a to z and A to Z" in " ".join(output.split())
