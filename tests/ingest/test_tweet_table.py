"""The table of tweets is written in parts that are cut at ids."""

import io

import polars as pl
from polars.testing import assert_frame_equal

from tests.support.dumps import tar
from workbench import ingest
from workbench.ingest import tweet_table
from workbench.storage import Workspace


def test_table_is_cut_at_ids_into_parts(files, expected, tmp_path, monkeypatch):
    monkeypatch.setattr(tweet_table, "ROWS_A_PART", 25)
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([tar(tmp_path / "a.tar", files)], workspace=workspace)
    parts = [pl.read_parquet(path) for path in sorted(workspace.path("tweets").glob("*"))]
    assert [part.height for part in parts[:-1]] == [25] * (counts["tweets"] // 25)
    whole = pl.read_parquet(io.BytesIO(expected["part-00000.parquet"]))
    assert_frame_equal(pl.concat(parts), whole)
