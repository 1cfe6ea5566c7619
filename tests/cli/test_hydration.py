"""Fetch and list missing tweets from the command line."""

import json
import logging
import sys

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.support.api_server import TOKEN
from tests.support.hydration import (  # noqa: F401 (fixtures)
    FIRST,
    connect_fixture,
    full_fixture,
    ids,
    run,
    server_fixture,
    waits_fixture,
    workspace_fixture,
    workspace_of,
)
from tests.support.tweets_by_hand import tweet
from workbench.cli import app
from workbench.hydration import client
from workbench.hydration.client import Api
from workbench.hydration.page_store import Pages
from workbench.hydration.transport import VARIABLES
from workbench.schemas import Deletions, Gone


def invoke(workspace, *options):
    return CliRunner().invoke(app, ["hydrate", "-w", str(workspace.root), *options])


@pytest.fixture
def command(server, monkeypatch):
    monkeypatch.setenv(VARIABLES[0], TOKEN)
    monkeypatch.setitem(Api.__init__.__kwdefaults__, "sleep", lambda seconds: None)
    return invoke


def test_hydrate_shows_and_stores_the_token_nowhere(workspace, full, command, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    outputs = []
    for plan in [["forbidden"], ["proxy"] * client.TRIES, ["", "busy", "limit", "hang up"]]:
        full.plan = plan
        result = command(workspace)
        outputs.append(result.output)
        error = result.exception
        while error is not None:
            outputs.append(f"{error} {vars(error)}")
            error = error.__cause__ or error.__context__
    written = [path.read_bytes() for path in workspace.root.rglob("*") if path.is_file()]
    assert "Making API request" in caplog.text
    assert len(Pages(workspace).paths()) == 3
    everything = [*outputs, caplog.text, *capfd.readouterr(), *map(repr, written)]
    # Not the texts themselves, which pytest would print at length.
    assert [TOKEN in text for text in everything].count(True) == 0


def test_hydrate_reports_fetched_and_remaining_tweets(workspace, full, command):
    del full.tweets[FIRST + 249]
    full.plan = ["limit"]
    result = command(workspace, "--max-requests", "2")
    assert result.exit_code == 0, result.output
    assert "waiting 0:" in result.output
    assert "2 requests for 100 tweets -> 99 found, 1 gone for good, 0 without" in result.output
    assert "150 ids are left" in result.output


def test_hydrate_without_a_token_names_the_variable(workspace, command, monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    result = command(workspace)
    assert result.exit_code == 1
    assert f"export {VARIABLES[0]}=" in result.output


def test_hydrate_without_tweepy_names_the_extra(workspace, command, monkeypatch):
    monkeypatch.setitem(sys.modules, "tweepy", None)
    result = command(workspace)
    assert result.exit_code == 1
    assert "pip install 'thread-workbench[api]'" in result.output


def test_missing_writes_ids_by_value_without_the_gone(tmp_path):
    workspace = workspace_of(
        tmp_path / "w",
        tweet(11, 1, lang="en"),
        tweet(12, 2, lang="en"),
        tweet(13, 2, lang="en"),
        tweet(14, 3, lang="ja"),
        tweet(15, 4, lang="en"),
        tweet(16, 5, lang="en"),
    )
    workspace.write("gone", Gone.validate(pl.DataFrame({"tweet_id": [4], "reason": "not-found"})))
    deletions = pl.DataFrame({"tweet_id": [5, 99], "had_row": False})
    workspace.write("deletions", Deletions.validate(deletions))
    path = tmp_path / "ids.txt"
    command = ["missing", "-w", str(workspace.root), "--limit", "1", "--ids", str(path)]
    result = CliRunner().invoke(app, [*command, "--lang", "en"])
    assert result.exit_code == 0, result.output
    assert path.read_text() == "2\n1\n"
    assert "2 missing: 2 parents, named by 3 replies" in " ".join(result.output.split())
    assert "1 deletion-notice, 1 not-found." in result.output
    assert CliRunner().invoke(app, command).exit_code == 0
    assert path.read_text() == "2\n3\n1\n"


def test_coverage_shows_shares_or_draws_them(tmp_path):
    rows = [tweet(1, is_embedded=True), tweet(2, 1), tweet(3, 9), tweet(4)]
    workspace = workspace_of(tmp_path / "w", *rows)
    chart = tmp_path / "chart.json"
    command = ["coverage", "-w", str(workspace.root), "--chart"]
    result = CliRunner().invoke(app, command[:-1])
    assert result.exit_code == 0, result.output
    assert "2020-01-01" in result.output
    assert "50.0%" in result.output
    result = CliRunner().invoke(app, [*command, str(chart)])
    assert result.exit_code == 0, result.output
    assert "50.0%" not in result.output
    drawn = json.loads(chart.read_text())
    assert {row["share"] for row in next(iter(drawn["datasets"].values()))} == {0.0, 0.5}
    result = CliRunner().invoke(app, [*command, str(tmp_path / "chart.doc")])
    assert result.exit_code == 1
