"""Write an export in workers: its bytes are those of the local engine."""

from functools import partial

import pytest

from tests.support import cluster, kept
from tests.support.engines import InThisProcess, engine_fixture  # noqa: F401
from tests.support.exports_by_hand import SECRET, recipe, write_export
from tests.support.kept import turn
from workbench.cluster import export as cluster_export
from workbench.exceptions import StageError
from workbench.storage import Workspace

pytestmark = cluster.needs_daft

RECIPE = recipe(
    "messages",
    "oasst.jsonl.gz",
    "sharegpt.jsonl.zst",
    "instruction",
    "preference.parquet",
    "kto",
    meta="sidecar",
    min_answer=0.5,
    replies="all",
    validation=0.3,
)
TURNS = kept.turns(
    *[
        [
            turn(first, None, 7, f"why is the sky blue on day {first}? ask @zoe", likes=3),
            turn(first + 1, first, 8, "@name7 because of air, mail me@web.org", likes=1),
            turn(first + 3, first, 9, f"@name7 it reflects sea {first} https://t.co/x", likes=5),
            turn(first + 5, first, 9, "@name7 ask somebody else", likes=2),
        ]
        for first in range(10, 210, 10)
    ]
)


@pytest.fixture
def workspace(tmp_path):
    """A workspace with the turns, their ratings and the key of exports made by hand."""
    workspace = Workspace.create(tmp_path / "workspace")
    workspace.write("turns", TURNS)
    workspace.write("reply_scores", kept.answers(TURNS))
    (workspace.root / "private").mkdir()
    (workspace.root / "private" / "secret").write_bytes(SECRET)
    return workspace


def write(folder, *, engine=None, workspace=None, **options):
    """Write an export of batches of about 16 turns, and return its files."""
    shards = engine and partial(
        cluster_export.shards,
        workspace=workspace,
        settings=RECIPE.export_settings,
        engine=engine,
        **options,
    )
    manifest = write_export(
        TURNS,
        folder,
        recipe=RECIPE,
        answers=kept.answers(TURNS),
        turns_at_once=16,
        make_shards=shards,
    )
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    files["manifest.json"] = files["manifest.json"].replace(manifest.created_at.encode(), b"")
    return files


def test_every_file_has_the_bytes_of_the_local_engine(engine, workspace, tmp_path):
    calls = []

    local = write(tmp_path / "local")
    files = write(
        tmp_path / "cluster",
        engine=engine,
        workspace=workspace,
        on_progress=lambda *call: calls.append(call),
    )

    assert files == local
    assert calls[0] == (0, 19)
    assert calls[-1] == (19, 19)
    assert len(calls) > 4
    assert not (workspace.root / ".shards").exists()


def test_a_run_continues_with_the_shards_of_one_that_was_killed(workspace, tmp_path):
    with pytest.raises(StageError, match="was killed"):
        write(tmp_path / "a", engine=InThisProcess(dies_after=2), workspace=workspace)
    (folder,) = (workspace.root / ".shards").iterdir()
    done = sorted(path for path in folder.iterdir() if path.is_dir())
    marked = done[0] / "ids.txt"
    marked.write_bytes(marked.read_bytes().replace(b"\n", b"0\n", 1))
    assert not (tmp_path / "a").exists()

    files = write(tmp_path / "a", engine=InThisProcess(), workspace=workspace)

    local = write(tmp_path / "local")
    assert len(done) == 2
    assert files.keys() == local.keys()
    assert files["ids.txt"] == local["ids.txt"].replace(b"\n", b"0\n", 1)  # not written again
    assert files["messages.train.jsonl"] == local["messages.train.jsonl"]


def test_shards_of_other_turns_are_not_used(workspace, tmp_path):
    with pytest.raises(StageError, match="was killed"):
        write(tmp_path / "a", engine=InThisProcess(dies_after=2), workspace=workspace)
    before = list((workspace.root / ".shards").iterdir())
    workspace.write("turns", TURNS.reverse())

    with pytest.raises(StageError, match="was killed"):
        write(tmp_path / "a", engine=InThisProcess(dies_after=2), workspace=workspace)

    after = list((workspace.root / ".shards").iterdir())
    assert len(after) == len(before) == 1
    assert after != before
