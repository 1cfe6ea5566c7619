import itertools

import polars as pl
import pytest

from tests.support import cluster
from workbench.cluster import scratch
from workbench.cluster.engine import Engine
from workbench.storage import Workspace

pytestmark = cluster.needs_daft


@pytest.fixture
def steps(tmp_path):
    engine = Engine(workers=1)
    engine.start()
    with scratch.opened(Workspace.create(tmp_path), engine, stage="threads") as steps:
        yield steps


def test_a_saved_frame_keeps_its_rows_and_an_empty_one_its_columns(steps):
    import daft

    frame = daft.from_pydict({"tweet_id": [1, 2], "up": [None, 7]})

    assert steps.saved(frame).sort("tweet_id").to_pydict() == frame.to_pydict()
    assert steps.saved(frame.where(daft.col("tweet_id") > 2)).to_pydict() == {
        "tweet_id": [],
        "up": [],
    }


def test_buckets_hold_all_rows_of_their_ids(steps):
    import daft

    ids = [*range(1000), *[500] * 50]
    frame = daft.from_pydict({"id": ids})
    first_ids = scratch.bounds(frame, "id", rows=len(ids), a_bucket=300)

    buckets = steps.buckets(
        scratch.with_buckets(frame, "id", first_ids=first_ids), number=len(first_ids) + 1
    )

    rows = [
        sorted(pl.read_parquet(files, hive_partitioning=False)["id"].to_list()) for files in buckets
    ]
    assert len(rows) == 4
    assert sorted(itertools.chain(*rows)) == sorted(ids)
    assert max(map(len, rows)) < 400


def test_the_files_are_removed_afterwards(tmp_path):
    with scratch.opened(Workspace.create(tmp_path), Engine(), stage="threads") as steps:
        assert steps.folder.is_dir()
    assert not (tmp_path / ".scratch").exists()
