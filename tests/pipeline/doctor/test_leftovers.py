"""Check that the remains of killed runs are found, and nothing else."""

import json
import subprocess
import sys

import pytest

from workbench.pipeline.doctor import leftovers
from workbench.storage import lock_owner

REMAINS = [
    ".workspace.json.7-8.part",
    "1_tweets/.tweets.part/part-00000.parquet",
    "1_tweets/staging/.7-8.part/sightings-0000.parquet",
    "1_tweets/spool/member",
    "2_threads/.turns.parquet.part",
    "3_embeddings.lance.part",
    "6_exports/.default.part/messages.jsonl",
    "runs/.progress.7-8.part",
    "jobs/1/.job.json.7-8.part",
    "labels/.labels.parquet.part",
    "1_tweets/tweets/.part-00000.parquet.0abc.part",
    "private/.secret.abc",
]
NOT_REMAINS = [".gitignore", "notes.part", "6_exports/mine/.gitattributes", ".dvc/x.part"]


def _names(workspace):
    return [
        fault.path.relative_to(workspace.root).as_posix() for fault in leftovers.faults(workspace)
    ]


def _write(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")


@pytest.mark.parametrize("name", REMAINS)
def test_remains_are_found_and_removed(workspace, name):
    if name == "jobs/1/.job.json.7-8.part":
        _write(workspace.root / "jobs/1/job.json")
        record = {"title": "a", "arguments": []}
        (workspace.root / "jobs/1/job.json").write_text(json.dumps(record))
    if name == "3_embeddings.lance.part":
        name = ".3_embeddings.lance.part/3_embeddings.lance/data/x"
    _write(workspace.root / name)
    (fault,) = leftovers.faults(workspace)
    assert name.startswith(fault.path.relative_to(workspace.root).as_posix())
    fault.fix()
    assert _names(workspace) == []
    assert not (workspace.root / name).exists()


@pytest.mark.parametrize("name", NOT_REMAINS)
def test_other_files_are_left_alone(workspace, name):
    _write(workspace.root / name)
    assert _names(workspace) == []


def test_a_folder_that_was_moved_away_comes_back(workspace):
    path = workspace.path("tweets")
    path.rename(path.with_name(".tweets.old"))
    (fault,) = leftovers.faults(workspace)
    fault.fix()
    assert next(path.iterdir()).name == "part-00000.parquet"


def test_vectors_that_were_moved_away_come_back(workspace):
    path = workspace.embeddings_path
    aside = path.with_name(f".{path.name}.part")
    (aside / "old").mkdir(parents=True)
    path.rename(aside / path.name)
    (fault,) = leftovers.faults(workspace)
    fault.fix()
    assert (path / "_versions").is_dir()
    assert not aside.exists()


def test_finished_parts_of_an_ingest_are_told_and_kept(workspace):
    _write(workspace.root / "1_tweets/staging/0a1b/ledger.parquet")
    (fault,) = leftovers.faults(workspace)
    assert fault.problem == "has 1 parts of an ingest that did not finish"
    assert not fault.is_safe


@pytest.mark.parametrize("name", [".lock", ".lock-owner", "labels/.lock"])
def test_the_lock_of_a_process_that_has_ended_is_cleared(workspace, name):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from workbench.storage import lock_owner as o; print(o.encode(o.this_process()))",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    path = workspace.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(done.stdout)
    (fault,) = leftovers.faults(workspace)
    assert fault.problem.startswith("names a process that has ended: `-c` of ")
    fault.fix()
    assert _names(workspace) == []
    path.write_text(lock_owner.encode(lock_owner.this_process()))
    assert _names(workspace) == []


def test_a_job_without_a_record_is_removed_unless_it_has_other_files(workspace):
    _write(workspace.root / "jobs/3/job.json")
    _write(workspace.root / "jobs/3/log")
    _write(workspace.root / "jobs/4/notes.txt")
    first, second = leftovers.faults(workspace)
    assert first.is_safe
    assert not second.is_safe
    first.fix()
    assert _names(workspace) == ["jobs/4"]
