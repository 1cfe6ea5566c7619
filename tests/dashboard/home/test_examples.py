"""Kept conversations at Home."""

import polars as pl

from tests.support import fakes
from workbench.dashboard.home import examples
from workbench.storage import Workspace


def test_kept_reads_some_conversations_with_a_reply(tmp_path):
    assert examples.kept(Workspace.create(tmp_path / "empty")) == ()
    workspace = fakes.workspace(tmp_path / "ws", threads=60)
    verdicts = workspace.read("scores").select(
        "thread_id", kept=pl.col("suitability").rank("ordinal") > 50
    )
    workspace.root.joinpath("5_selection").mkdir(exist_ok=True)
    verdicts.write_parquet(workspace.path("verdicts"))
    shown = examples.kept(workspace)
    ids = verdicts.filter("kept")["thread_id"].to_list()
    assert len(shown) == examples.SHOWN
    assert all(example.thread_id in ids and example.prompt for example in shown)


def test_panel_links_to_the_thread_and_keeps_texts_harmless():
    rows = tuple(examples.Example(7, 2, text, text) for text in fakes.HOSTILE)
    shown = examples.panel(rows).text
    assert "?file=read_threads.py&thread=7" in shown
    assert "<script" not in shown
    assert "<img" not in shown
    assert "None yet" in examples.panel(()).text
