"""Print reports as JSON: complete, parseable and harmless to a terminal."""

import json
from datetime import datetime

import pytest

from tests.support.command_line import call
from workbench import pipeline, sample
from workbench.recipe import CATALOGUE, Recipe
from workbench.storage import Workspace


def data(*command, code=0):
    """Run a command with `--json` and parse what it prints."""
    exit_code, output = call(*command, "--json")
    assert exit_code == code, output
    assert output.isascii()
    return json.loads(output)


@pytest.fixture
def workspace(folder):
    """A workspace in which every stage has run, on a dump with a hostile line in it."""
    sample.write(folder / "july.tar", lines=2000)
    (folder / "hostile.jsonl").write_text("\x1b[2J\u202e\n")
    made = Workspace.create(folder / "workspace")
    recipe = Recipe.load(folder / "fast.toml")
    made.write_text("recipe.toml", recipe.to_toml())
    pipeline.ingest(made, recipe, paths=["july.tar", "hostile.jsonl"])
    pipeline.bring_up_to_date(made, recipe)
    return made


def test_status_names_the_stages_their_counts_and_what_is_stale(workspace):
    status = data("status")
    assert status["is_up_to_date"]
    stages = {stage["stage"]: stage for stage in status["stages"]}
    assert list(stages) == [stage.name for stage in pipeline.STAGES]
    assert stages["threads"]["counts"] == workspace.last_run("threads").counts
    assert datetime.fromisoformat(stages["select"]["finished_at"]).tzinfo
    assert status["exports_with_deleted_tweets"] == {}
    workspace.write("threads", workspace.read("threads").head(3))
    tweet_id = int((workspace.exports_path / "default/ids.txt").read_text().split()[0])
    pipeline.delete(workspace, [tweet_id])
    status = data("status")
    assert not status["is_up_to_date"]
    threads = status["stages"][1]
    assert (threads["is_up_to_date"], threads["counts"]) == (False, {})
    assert threads["reason"] == "`threads` was written outside a run"
    assert status["exports_with_deleted_tweets"] == {"default": [str(tweet_id)]}


def test_status_of_an_empty_workspace(folder):
    Workspace.create(folder / "workspace")
    assert {stage["reason"] for stage in data("status")["stages"]} == {"not done yet"}


def test_ledger_accounts_for_every_line_of_every_member(workspace):
    ledger = data("ledger")
    assert len(ledger["members"]) == workspace.read("ledger").height
    outcomes = ("tweets", "carriers", "deletions", "notices", "blank", "rejected")
    for row in [ledger["totals"], *ledger["members"]]:
        assert row["lines"] == sum(row[outcome] for outcome in outcomes)
    assert ledger["totals"]["lines"] == sum(row["lines"] for row in ledger["members"])
    assert all(isinstance(row["member"], str) for row in ledger["members"])
    statuses = [row["status"] for row in ledger["members"]]
    assert ledger["damaged"] == statuses.count("damaged")


def test_rejects_name_archive_member_line_and_reason(workspace):
    rejects = data("ledger", "--rejects")["rejects"]
    assert len(rejects) == workspace.read("rejects").height
    hostile = next(row for row in rejects if row["archive"].endswith("hostile.jsonl"))
    assert hostile["line"] == 1
    assert "\x1b[2J\u202e" in hostile["excerpt"]


def test_coverage_counts_the_same_replies_by_period_and_by_source(workspace):
    coverage = data("coverage", "--by", "month")
    assert coverage["unit"] == "month"
    sums = {sum(row["replies"] for row in coverage[table]) for table in ("periods", "sources")}
    assert len(sums) == 1
    assert data("coverage")["unit"] == "day"


def test_rules_list_every_rule_and_its_settings(folder):
    rules = {rule["name"]: rule for rule in data("rules")["rules"]}
    assert list(rules) == list(CATALOGUE)
    turns = {setting["name"]: setting for setting in rules["turns"]["settings"]}
    assert {"min", "max"} <= set(turns)
    assert turns["min"]["description"]
    assert rules["turns"]["unit"] == CATALOGUE["turns"].unit


def test_verify_names_every_problem_and_exits_with_1(workspace):
    export = workspace.exports_path / "default"
    assert data("verify", export) == {
        "is_ok": True,
        "records": data("verify", export)["records"],
        "problems": [],
        "deleted": [],
        "notes": [],
    }
    tweet_id = (export / "ids.txt").read_text().split()[0]
    pipeline.delete(workspace, [int(tweet_id)])
    assert data("verify", export, "-w", "workspace", code=1)["deleted"] == [tweet_id]
    (export / "messages.jsonl").write_text("{}")
    result = data("verify", export, code=1)
    assert not result["is_ok"]
    assert any("messages.jsonl" in problem for problem in result["problems"])


def test_json_is_printed_although_quiet(folder):
    assert call("rules", "--json", "-q") == call("rules", "--json")
