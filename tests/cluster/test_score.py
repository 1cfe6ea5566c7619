"""Score ranges of threads in workers: the tables are those of the local engine."""

from functools import partial

import pytest
from polars.testing import assert_frame_equal

from tests.support import cluster, fakes
from tests.support.engines import InThisProcess, engine_fixture  # noqa: F401
from workbench import instructions, scores
from workbench.cluster import score as cluster_score
from workbench.embeddings import embedders
from workbench.exceptions import StageError
from workbench.recipe import Recipe

pytestmark = cluster.needs_daft

HASHING = embedders.load("hashing")
RECIPE = Recipe()
#: Floats may differ in their last bits: a product of matrices depends on the number of its rows.
EQUAL = {"abs_tol": 1e-6, "rel_tol": 0}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace with threads and the vectors of their first turns."""
    workspace = fakes.workspace(tmp_path_factory.mktemp("score") / "workspace", threads=40)
    fakes.embed(workspace)
    return workspace


@pytest.fixture(autouse=True)
def small_ranges(monkeypatch):
    monkeypatch.setattr(cluster_score, "TURNS_A_RANGE", 40)


def score(workspace, engine=None, **options):
    score_threads = engine and partial(
        cluster_score.score_threads,
        workspace=workspace,
        settings=RECIPE.score,
        embedder=HASHING,
        engine=engine,
        key="a",
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
        score(workspace, InThisProcess(dies_after=2))
    (folder,) = (workspace.root / ".shards").iterdir()
    done = [part for part in folder.iterdir() if part.is_dir()]
    ranges = cluster_score._ranges(workspace.read("threads"))

    threads, replies = score(workspace, engine)

    local = score(workspace)
    assert len(done) == 2
    assert len(ranges) > len(done)
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
