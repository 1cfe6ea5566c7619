"""Words about own measures."""

import polars as pl

from tests.support import fakes
from workbench.cli.reports import measures
from workbench.measures import store
from workbench.measures.score_files import ScoreTable


def test_unknown_ids_are_counted(tmp_path):
    workspace = fakes.workspace(tmp_path / "workspace", threads=3)
    known = workspace.read("threads")["thread_id"].to_list()
    rows = pl.DataFrame({"thread_id": [*known, 5, 6], "mood": 1})
    table = ScoreTable("m.csv", "", "thread_id", "opening", rows)
    text = measures.added_table(table, unknown=store.add_table(workspace, table))
    assert text == "m.csv: `mood` of 5 threads; 2 of the ids are no thread of this workspace."
