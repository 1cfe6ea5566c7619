"""Score ranges of threads in workers: the tables are those of the local engine."""

from functools import partial

import pytest
from polars.testing import assert_frame_equal

from tests.support import cluster, fakes
from workbench import instructions, scores
from workbench.cluster import score as cluster_score
from workbench.embeddings import embedders
from workbench.exceptions import StageError
from workbench.recipe import Recipe

pytestmark = [cluster.needs_daft, cluster.late_workers_may_end]

HASHING = embedders.load("hashing")
RECIPE = Recipe()
#: Floats may differ in their last bits: a product of matrices depends on the number of its rows.
EQUAL = {"abs_tol": 1e-6, "rel_tol": 0}


class DyingEngine:
    """Score two ranges in this process, then lose a worker."""

    def spread(self, function, items):
        yield from map(function, list(items)[:2])
        msg = "A worker was killed."
        raise StageError(msg, hint="run the same command again to continue.")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace with threads and the vectors of their first turns."""
    workspace = fakes.workspace(tmp_path_factory.mktemp("score") / "workspace", threads=120)
    fakes.embed(workspace)
    return workspace


def score(workspace, engine=None, **options):
    score_threads = engine and partial(
        cluster_score.score_threads,
        workspace=workspace,
        settings=RECIPE.score,
        embedder=HASHING,
        engine=engine,
        key="a",
        turns_a_range=60,
        **options,
    )
    return scores.from_threads(
        workspace.read("threads"),
        workspace.scan("turns"),
        path=workspace.embeddings_path,
        embedder=HASHING,
        instructions=instructions.known(workspace, RECIPE),
        score_threads=score_threads,
    )


def test_a_run_continues_and_its_tables_are_those_of_the_local_engine(engine, workspace):
    with pytest.raises(StageError, match="was killed"):
        score(workspace, DyingEngine())
    (folder,) = (workspace.root / ".shards").iterdir()
    done = [part for part in folder.iterdir() if part.is_dir()]
    ranges = cluster_score._ranges(workspace.read("threads"), turns_a_range=60)

    threads, replies = score(workspace, engine)

    local = score(workspace)
    assert len(done) == 2
    assert len(ranges) > 4
    assert replies.height > 20
    assert threads["similarity"].null_count() < threads.height
    assert_frame_equal(threads, local.threads, **EQUAL)
    assert_frame_equal(replies, local.replies, **EQUAL)
    assert not (workspace.root / ".shards").exists()


def test_a_workspace_without_threads_needs_no_worker(workspace):
    facts = workspace.read("threads").clear()
    known = scores.similarity.encoded(instructions.known(workspace, RECIPE), embedder=HASHING)

    empty = cluster_score.score_threads(
        facts,
        known,
        workspace=workspace,
        settings=RECIPE.score,
        embedder=HASHING,
        engine=None,
        key="a",
    )

    assert empty.threads.is_empty()
    assert empty.replies.is_empty()
