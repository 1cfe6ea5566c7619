"""Score threads by ranges: together the rows are those of all threads at once."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.support import fakes
from workbench import instructions
from workbench.embeddings import embedders
from workbench.recipe import ScoreSettings
from workbench.scores import similarity, thread_scores

HASHING = embedders.load("hashing")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    workspace = fakes.workspace(tmp_path_factory.mktemp("ranges") / "workspace", threads=30)
    fakes.embed(workspace)
    return workspace


def score(workspace, *, within=None):
    low, high = within or (0, 2**62)
    is_inside = pl.col("thread_id").is_between(low, high)
    return thread_scores.from_threads(
        workspace.scan("threads").filter(is_inside).collect(),
        workspace.scan("turns").filter(is_inside),
        path=workspace.embeddings_path,
        embedder=HASHING,
        known=similarity.encoded(instructions.starter(), embedder=HASHING),
        settings=ScoreSettings(),
        within=within,
    )


def test_ranges_of_threads_make_the_rows_of_all(workspace):
    ids = workspace.read("threads")["thread_id"].sort()
    ranges = [(ids[0], ids[9]), (ids[10], ids[20]), (ids[21], ids[-1])]

    parts = [score(workspace, within=within) for within in ranges]
    whole = score(workspace)

    threads = pl.concat([part.threads for part in parts]).sort("thread_id")
    assert_frame_equal(threads, whole.threads.sort("thread_id"), abs_tol=1e-6, rel_tol=0)
    assert_frame_equal(pl.concat([part.replies for part in parts]), whole.replies)
    assert threads["similarity"].null_count() < threads.height


def test_every_thread_has_a_row_even_without_turns(workspace):
    facts = workspace.read("threads").head(2)

    scored = thread_scores.from_threads(
        facts,
        workspace.scan("turns").clear(),
        path=workspace.embeddings_path,
        embedder=HASHING,
        known=similarity.Known(pl.Series([], dtype=pl.String), HASHING.encode([])),
        settings=ScoreSettings(),
    )

    assert scored.threads["thread_id"].equals(facts["thread_id"])
    assert scored.threads["prompt"].to_list() == ["", ""]
    assert scored.threads["suitability"].null_count() == 2
    assert scored.replies.is_empty()
