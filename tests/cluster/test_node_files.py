"""A node fetches what it lacks, hands on what it has written, and keeps nothing old."""

import os

import pytest

from workbench.cluster import node, node_files
from workbench.cluster.node_files import Place
from workbench.cluster.wire import Sent
from workbench.exceptions import StageError
from workbench.remote import addresses
from workbench.storage import mirror

ADDRESS = addresses.parse("s3://dumps/july")


@pytest.fixture
def place(bucket, tmp_path, monkeypatch) -> Place:
    """A workspace in a bucket, seen by a node that has nothing of it."""
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "node"))
    bucket.put("july/2_threads/threads.parquet", b"table")
    bucket.put("july/2_threads/turns.parquet/part-00000.parquet", b"turns")
    bucket.put("july/3_embeddings.lance/data/a.lance", b"vectors")
    place = Place(ADDRESS)
    bucket.put(f"july/.shards/{place.token}/score-1/known.parquet", b"step")
    return place


def test_what_is_read_is_fetched_and_stays_if_others_read_it(place):
    with node_files.working(place) as copy:
        names = (".shards/score-1/known.parquet", "2_threads/threads.parquet")
        folders = ("2_threads/turns.parquet", "3_embeddings.lance")
        reads = [copy.root / name for name in (*names, *folders)]
        with node_files.at_hand(reads[:1], writes_to=copy.root / ".shards", keeps=reads[1:]):
            assert [path.read_bytes() for path in reads[:2]] == [b"step", b"table"]
            assert (reads[2] / "part-00000.parquet").read_bytes() == b"turns"
            assert (reads[3] / "data" / "a.lance").read_bytes() == b"vectors"

    assert copy.sent == []
    assert [path.exists() for path in reads] == [False, True, True, True]


def test_what_is_kept_is_fetched_once(place, bucket):
    with node_files.working(place) as copy:
        path = copy.root / "2_threads" / "threads.parquet"
        for _ in range(2):
            with node_files.at_hand([], writes_to=copy.root, keeps=[path]):
                assert path.read_bytes() == b"table"
            bucket.delete("july")


def test_files_and_folders_that_were_written_are_sent(place, bucket):
    with node_files.working(place) as copy:
        folder = copy.root / "1_tweets" / "staging"
        with node_files.at_hand([], writes_to=folder) as written:
            (folder / "task").mkdir()
            (folder / "task" / "ledger.parquet").write_bytes(b"ledger")
            (folder / "part.parquet").write_bytes(b"part")
            (folder / "unfinished").write_bytes(b"not sent")
            written += [folder / "task", folder / "part.parquet"]

    assert copy.sent == [
        Sent("1_tweets/staging/task", ["ledger.parquet"]),
        Sent("1_tweets/staging/part.parquet", None),
    ]
    assert (
        bucket.get(f"july/.shards/{place.token}/1_tweets/staging/task/ledger.parquet") == b"ledger"
    )
    assert bucket.get(f"july/.shards/{place.token}/1_tweets/staging/part.parquet") == b"part"
    assert not any("unfinished" in key for key in bucket.listed())
    assert [path.name for path in folder.iterdir()] == ["unfinished"]


def test_a_function_that_fails_sends_nothing(place, bucket):
    before = bucket.listed()
    with node_files.working(place) as copy, pytest.raises(RuntimeError, match="broken"):
        _write_half(copy.root / "1_tweets")

    assert bucket.listed() == before
    assert copy.sent == []


def _write_half(folder):
    with node_files.at_hand([], writes_to=folder) as written:
        written.append(folder / "a")
        written[0].write_bytes(b"half")
        msg = "broken"
        raise RuntimeError(msg)


def test_nothing_of_an_older_run_is_read(place, bucket):
    with node_files.working(place) as old:
        path = old.root / "2_threads" / "threads.parquet"
        with node_files.at_hand([], writes_to=old.root, keeps=[path]):
            pass
    bucket.put("july/2_threads/threads.parquet", b"newer")

    with node_files.working(Place(ADDRESS)) as new:
        path = new.root / "2_threads" / "threads.parquet"
        with node_files.at_hand([path], writes_to=new.root):
            assert path.read_bytes() == b"newer"
    assert not old.root.exists()


def test_the_machine_of_the_driver_uses_its_own_files_and_sends_nothing(place, bucket):
    folder = mirror.folder_of(ADDRESS)
    (folder / "2_threads").mkdir(parents=True)
    table = folder / "2_threads" / "threads.parquet"
    table.write_bytes(b"not sent yet")
    before = bucket.listed()
    with place.marked(), node_files.working(place) as copy:
        step = folder / ".shards" / "score-1" / "known.parquet"
        with node_files.at_hand([table, step], writes_to=folder / ".shards") as written:
            assert table.read_bytes() == b"not sent yet"
            assert step.read_bytes() == b"step"
            written.append(folder / ".shards" / "result")
            written[0].write_bytes(b"result")
        node_files.remove(place)

    assert copy.root == folder
    assert (copy.sent, bucket.listed()) == ([], before)
    assert table.exists()
    assert written[0].exists()
    assert not step.exists()


def test_a_worker_of_an_older_stage_leaves_the_files_of_a_newer_one(place):
    newer = Place(ADDRESS)
    with node_files.working(newer) as copy, node_files.working(place):
        assert copy.root.is_dir()
    assert newer.key(".shards/a") != place.key(".shards/a")


def test_a_mark_of_an_older_run_counts_for_nothing(place):
    with Place(ADDRESS).marked():
        assert not place.is_of_driver
        with place.marked():
            assert place.is_of_driver


def test_a_missing_object_is_named(place):
    with node_files.working(place) as copy, pytest.raises(StageError, match="gone is missing"):
        _read(copy.root / "gone", folder=copy.root)


def _read(path, *, folder):
    with node_files.at_hand([path], writes_to=folder):
        pass


def test_a_file_outside_the_workspace_must_be_on_the_node(place, tmp_path):
    with node_files.working(place) as copy, pytest.raises(StageError, match=r"has no .*a\.tar"):
        _read(tmp_path / "a.tar", folder=copy.root)


def test_with_a_shared_folder_files_are_only_checked(tmp_path):
    with node_files.at_hand([tmp_path], writes_to=tmp_path) as written:
        written.append(tmp_path / "a")
    with pytest.raises(StageError, match=r"has no .*gone"):
        _read(tmp_path / "gone", folder=tmp_path)


def test_a_node_without_credentials_is_named(place, impatient, monkeypatch):
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    with pytest.raises(StageError, match=r"node .* cannot use the workspace s3://dumps") as error:
        node_files.probe(place, node.version())

    assert "environment" in error.value.hint


def test_a_node_that_can_use_the_bucket_leaves_nothing_there(place, bucket):
    before = bucket.listed()
    node_files.probe(place, node.version())
    assert bucket.listed() == before
    with pytest.raises(StageError, match=r"the driver has 0\.0\.9"):
        node_files.probe(place, "0.0.9")


def test_the_folder_of_a_stage_is_private_and_is_removed(place):
    with node_files.working(place) as copy:
        assert copy.root.stat().st_mode & 0o077 == 0
        node_files.remove(place)
    assert not copy.root.exists()
