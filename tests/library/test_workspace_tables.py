"""The tables of a workspace are lazy frames, and describe their columns."""

import polars as pl
import pytest

import workbench as wb
from workbench.exceptions import WorkspaceError


def test_tables_are_lazy_frames_with_their_columns(ready):
    for name in ("tweets", "ledger", "turns", "threads", "scores", "reply_scores", "verdicts"):
        frame = getattr(ready, name)
        assert isinstance(frame, pl.LazyFrame)
        assert ready.describe(name)["column"].to_list() == frame.collect_schema().names()
    row = ready.describe("scores").row(by_predicate=pl.col("column") == "similarity", named=True)
    assert (row["type"], row["may_be_null"], row["unit"]) == ("Float32", True, "cosine")
    assert "instruction" in row["about"]


def test_a_table_that_no_stage_has_written_is_named(tmp_path):
    with pytest.raises(WorkspaceError, match="no table `tweets`"):
        _ = wb.Workspace.create(tmp_path / "ws").tweets
