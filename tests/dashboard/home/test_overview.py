"""The advice, the warnings and the stages at Home."""

import dataclasses
from types import SimpleNamespace

import msgspec
import polars as pl
import pytest

from tests.support.command_line import FAST_RECIPE
from workbench import pipeline, progress, sample
from workbench.dashboard.components import job_status
from workbench.dashboard.home import actions, ledger, overview, stage_cards, workspace_state
from workbench.dashboard.session import jobs
from workbench.dashboard.session.activity import Activity
from workbench.pipeline.remaining import Loss
from workbench.recipe import Recipe
from workbench.schemas import Deletions
from workbench.storage import Workspace, lock_owner


def advice():
    return overview.advice(workspace_state.look())


def test_advice_names_what_is_stale(finished_workspace):
    finished_workspace.write_text("recipe.toml", FAST_RECIPE + "[select.turns]\nmin = 4")
    assert advice() == ("Run the stages that are not up to date: select, export.", [])
    view = workspace_state.look()
    assert actions.offered(view) == ["run"]
    assert actions.choices(view) == ["threads", "embed", "score", "select"]


def test_advice_after_a_recipe_that_keeps_nothing(finished_workspace):
    strict = Recipe.from_toml(FAST_RECIPE + "[select.turns]\nmin = 4000")
    finished_workspace.write_text("recipe.toml", strict.to_toml())
    pipeline.bring_up_to_date(finished_workspace, strict)
    text, links = advice()
    assert "Loosen" in text
    assert links == ["curate_export.py"]


def test_advice_after_a_dump_without_tweets(missing_workspace, tmp_path):
    workspace = Workspace.create(missing_workspace)
    (tmp_path / "text.json").write_text("hello\n")
    pipeline.ingest(workspace, Recipe(), paths=[str(tmp_path / "text.json")])
    assert "no line contains a tweet" in advice()[0]
    assert "hello" in ledger.rejects(workspace).text


def test_damage_is_reported_until_the_whole_dump_is_read(missing_workspace, tmp_path):
    workspace, path = Workspace.create(missing_workspace), tmp_path / "july.tar"
    sample.write(path, lines=1000)
    whole = path.read_bytes()
    for data, is_shown in [(whole[: len(whole) // 2], True), (whole, False)]:
        path.write_bytes(data)
        pipeline.ingest(workspace, Recipe(), paths=[str(path)])
        shown = overview.next_step(workspace_state.look()).text
        assert ("2 archives or members damaged" in shown) == is_shown
        assert (ledger.answer(workspace, {})["total"][-1] > 0) == is_shown


@pytest.mark.parametrize("status", ["failed", "stopped", "lost"])
def test_advice_after_a_job_that_ended_early(finished_workspace, status):
    finished_workspace.forget("select")
    record = jobs.Record("Running it", ["select", "-w", "ws"], started_at=0.0)
    job = SimpleNamespace(status=status, is_running=False, record=record)
    view = workspace_state.View("", finished_workspace, "", workspace_state.look().states, job)
    assert "Continue it" in overview.advice(view)[0]
    assert actions.offered(view) == ["go on"]
    running = workspace_state.View(
        "", finished_workspace, "", view.states, SimpleNamespace(is_running=True)
    )
    assert actions.offered(running) == ["stop"]


def test_a_run_in_a_terminal_is_shown_and_blocks_the_buttons(finished_workspace):
    with finished_workspace.locked():
        mine = lock_owner.find(finished_workspace.root / ".lock")
        record = progress.ProgressRecord("score", 30, 40, mine.began_at + 1, mine.began_at + 31)
        (finished_workspace.root / progress.FILE).write_bytes(msgspec.json.encode(record))
        view = workspace_state.look()
        assert actions.offered(view) == []
        assert "Another process is writing" in overview.advice(view)[0]
        cards = stage_cards.cards(view, {}).text
        assert 'data-testid="state-score"><span class="wb-state wb-run"' in cards
        assert "A page of this server writes" in overview.activity(finished_workspace).text
        running = Activity("workbench <run>", stage="score", text="score · 75%", pid=1)
        shown = job_status.panel(None, running=running).text
        assert "workbench &lt;run&gt;</bdi></b> runs outside the dashboard" in shown
        assert "score · 75%" in shown
        assert "process 1" in shown
    changed = []
    workspace_state.refresh(lambda: view.version, changed.append)
    assert len(changed) == 1
    assert workspace_state.look().stage == ""


def test_exports_with_deleted_tweets_are_named(finished_workspace):
    pack = finished_workspace.exports_path / "default" / "ids.txt"
    held = [int(line) for line in pack.read_text().split()[:2]]
    pack.write_text(f"hello world\n{pack.read_text()}")
    assert workspace_state.look().held == ()
    gone = pl.DataFrame({"tweet_id": held, "had_row": [True, True]})
    finished_workspace.write("deletions", Deletions.validate(gone, cast=True))
    view = workspace_state.look()
    assert view.held == (("default", 2),)
    assert "contains 2 tweets deleted since" in overview.next_step(view).text


def test_the_sentence_counts_only_tables_of_runs(finished_workspace):
    shown = overview.sentence(workspace_state.look()).text
    counts = {step.title: step.count for step in pipeline.funnel(finished_workspace)}
    assert f"<b>{counts['lines read']:,}</b> lines" in shown
    assert f"<b>{counts['threads kept']:,}</b> kept" in shown
    verdicts = finished_workspace.read("verdicts").reverse()
    finished_workspace.write("verdicts", verdicts.with_columns(kept=pl.lit(value=False)))
    assert "kept" not in overview.sentence(workspace_state.look()).text
    assert overview.sentence(workspace_state.View()).text == ""


@pytest.mark.parametrize(
    ("loss", "link"),
    [
        (Loss("rejected", 30, 40), "?file=home.py&tab=Rejects"),
        (Loss("orphans", 30, 40), "?file=thread_statistics.py"),
        (Loss("rule", 30, 40, "Turns <b>"), "?file=curate_export.py"),
    ],
)
def test_the_biggest_loss_is_named_and_linked(finished_workspace, loss, link):
    view = dataclasses.replace(workspace_state.look(), loss=loss)
    shown = overview.sentence(view).text
    assert "30 of 40" in shown
    assert "(75%)" in shown
    assert f'<a href="{link}">' in shown
    assert "<b>”" not in shown
