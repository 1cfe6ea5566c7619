"""Archives are read on workers; the tables are those of one machine, also after a kill."""

import os
import signal
import subprocess
import sys
import tarfile

import pytest

from tests.support import cluster
from tests.support.cluster import assert_same_tables
from tests.support.dumps import minutes, tar
from workbench import pipeline
from workbench.cluster import ingest, merge
from workbench.cluster.engine import Engine
from workbench.exceptions import StageError
from workbench.ingest import build, staging, tasks
from workbench.recipe import IngestSettings, Recipe
from workbench.storage import Workspace

pytestmark = cluster.needs_daft

#: Reads a dump on Daft, and dies at a point of the merge.
KILLED = """
import os, signal, sys
from workbench.cluster import cuts, ingest, merge
from workbench.cluster.engine import Engine
from workbench.storage import Workspace

cuts.ROWS_A_BUCKET = cuts.FEWEST_ROWS = 60

def die(self, *args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    merge.BucketTables.write_tweets = die
    ingest.from_archives(
        sys.argv[2:], workspace=Workspace.create(sys.argv[1]), engine=Engine(workers=1)
    )
"""


@pytest.fixture
def compressed(tmp_path) -> str:
    """A tar whose members are only read in order, so that they are copied out of it."""
    plain = tar(tmp_path / "plain.tar", minutes(4))
    with tarfile.open(plain) as source, tarfile.open(tmp_path / "b.tar.gz", "w:gz") as target:
        for member in source:
            target.addfile(member, source.extractfile(member))
    return str(tmp_path / "b.tar.gz")


def test_tables_are_those_of_one_machine(dumps, compressed, engine, tmp_path, monkeypatch):
    monkeypatch.setattr(tasks, "FIRST_TASK_BYTES", 4_000)
    monkeypatch.chdir(tmp_path)
    paths, workspaces, runs = ["second.tar", "b.tar.gz"], [], []
    for name, chosen in (("local", None), ("cluster", engine)):
        # The paths are relative: workers may have another current folder.
        workspaces.append(Workspace.create(name))
        run = pipeline.ingest(workspaces[-1], Recipe(), paths=paths, engine=chosen)
        runs.append(run.counts)

    assert runs[0] == runs[1]
    assert runs[0]["members_read"] > 10
    assert_same_tables(*workspaces)
    assert not staging.spool(workspaces[1]).exists()


@pytest.mark.real_data
@pytest.mark.slow
def test_tables_of_real_dumps_are_those_of_one_machine(engine, real_data, tmp_path):
    workspaces = []
    paths = [
        str(real_data / name)
        for name in ("twitterstream/twitter-stream-20190703.tar", "api_v2", "twint")
    ]
    for name, chosen in (("local", None), ("cluster", engine)):
        workspaces.append(Workspace.create(tmp_path / name))
        pipeline.ingest(workspaces[-1], Recipe(), paths=paths, engine=chosen, workers=2)
    assert_same_tables(*workspaces)


def test_a_driver_that_is_killed_continues(dumps, tmp_path):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "killed"), *dumps], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    workspaces = [Workspace.open(tmp_path / "killed"), Workspace.create(tmp_path / "whole")]
    assert workspaces[0].has("deletions")
    assert not workspaces[0].has("tweets")

    counts = ingest.from_archives(dumps, workspace=workspaces[0], engine=Engine(workers=1))

    assert counts["members_known"] > 0
    build.from_archives(dumps, workspace=workspaces[1])
    assert_same_tables(*workspaces)


def test_a_worker_that_is_killed_loses_nothing(dumps, tmp_path, monkeypatch):
    workspaces = [Workspace.create(tmp_path / name) for name in ("killed", "whole")]
    build.from_archives(dumps, workspace=workspaces[1])
    with monkeypatch.context() as patch:
        patch.setattr(ingest, "_perform", _dies)
        with pytest.raises(StageError, match="was killed"):
            ingest.from_archives(dumps, workspace=workspaces[0], engine=Engine(workers=1))

    ingest.from_archives(dumps, workspace=workspaces[0], engine=Engine(workers=1))

    assert_same_tables(*workspaces)


def _dies(task, *, known, current_folder):
    (task.folder / ".left.part").mkdir()
    os._exit(1)


def test_what_a_killed_worker_left_beside_the_tweets_goes(dumps, tmp_path, monkeypatch):
    workspaces = [Workspace.create(tmp_path / name) for name in ("killed", "whole")]
    build.from_archives(dumps, workspace=workspaces[1])
    monkeypatch.setattr(merge.bucket, "merge_tweets", _merges_after_a_killed_one)

    ingest.from_archives(dumps, workspace=workspaces[0], engine=Engine(workers=1))

    assert_same_tables(*workspaces)
    assert not list(workspaces[0].path("tweets").glob(".*"))


def _merges_after_a_killed_one(bucket, *, known, folder, merge=merge.bucket.merge_tweets):
    (folder / f".{bucket.number}.left.part").mkdir()
    return merge(bucket, known=known, folder=folder)


def test_a_file_that_the_node_does_not_have_is_not_a_damaged_member(tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    folder = staging.folder(workspace)
    folder.mkdir(parents=True)
    member = build.Member("a.jsonl", "", 10, tmp_path / "a.jsonl")
    task = tasks.Task((member,), folder, IngestSettings())

    with pytest.raises(StageError, match=r"has no .*a\.jsonl"):
        ingest._perform(task, known={}, current_folder=tmp_path)


def test_members_in_memory_become_files_that_outlive_a_failed_attempt(tmp_path):
    folder = tmp_path / "staging"
    folder.mkdir()
    member = build.Member("b.tar.gz", "a.jsonl", 3, data=b"{}\n")
    task = ingest._without_data(
        tasks.Task((member,), folder, IngestSettings()), spool=tmp_path / "spool", engine=Engine()
    )

    results = [ingest._perform(task, known={}, current_folder=tmp_path) for _ in range(2)]

    assert results[0] == results[1]
    (path,) = results[0][1]
    assert path.read_bytes() == b"{}\n"
    assert len(list(folder.iterdir())) == 1


def test_members_in_memory_share_a_file_and_none_reads_the_next_one(tmp_path):
    members = tuple(
        build.Member("b.tar.gz", name, size, data=data)
        for name, size, data in (
            ("a.jsonl", 3, b"{}\n"),
            ("breaks off.jsonl", 9, b"{}\n"),
            ("b.jsonl", 6, b"{}\n{}\n"),
        )
    )
    task = tasks.Task(members, tmp_path / "staging", IngestSettings())

    moved = ingest._without_data(task, spool=tmp_path / "spool", engine=Engine()).members

    assert [*(tmp_path / "spool").iterdir()] == [moved[0].path] == [moved[2].path]
    assert [b"".join(each.chunks()) for each in moved] == [each.data for each in members]
    assert [each.is_temporary for each in moved] == [True, False, True]
