from pathlib import Path

import pytest

from workbench.exceptions import WorkspaceError
from workbench.remote import addresses, stores
from workbench.storage import mirror_files
from workbench.storage.mirror_files import State

ADDRESS = addresses.parse("s3://dumps/july")


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def test_local_leaves_out_what_belongs_to_this_machine(tmp_path):
    own = ["0_uploads/a.tar", "1_tweets/staging/a/b", "jobs/1/job.json", "runs/progress", ".lock"]
    write(tmp_path, *own, "1_tweets/.tweets.part/a", "labels/.lock", "runs/ingest.json", "a/b")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert set(mirror_files.local(tmp_path)) == {"runs/ingest.json", "a/b"}


def test_changes_on_both_sides_are_noticed(bucket, tmp_path):
    write(tmp_path, "a", "b", "c")
    state = State("s3://dumps/july")
    mirror_files.send(tmp_path, ADDRESS, paths={"a", "b", "c"}, state=state)
    assert not mirror_files.changed_here(tmp_path, state)
    assert not mirror_files.changed_there(mirror_files.remote(ADDRESS), state)
    write(tmp_path, "new")
    (tmp_path / "a").write_text("longer than before")
    (tmp_path / "b").unlink()
    bucket.put("july/c", b"other")
    bucket.put("july/newer", b"newer")
    assert mirror_files.changed_here(tmp_path, state) == {"new", "a", "b"}
    assert mirror_files.changed_there(mirror_files.remote(ADDRESS), state) == {"c", "newer"}


def test_fetch_makes_files_what_their_objects_are(bucket, tmp_path):
    bucket.put("july/a/b", b"one")
    write(tmp_path, "gone")
    state = State("s3://dumps/july", {"gone": ("v", 0, 0)})
    objects = mirror_files.remote(ADDRESS)
    mirror_files.fetch(tmp_path, ADDRESS, paths={"a/b", "gone"}, objects=objects, state=state)
    assert (tmp_path / "a/b").read_bytes() == b"one"
    assert not (tmp_path / "gone").exists()
    assert not mirror_files.changed_here(tmp_path, state)


def test_records_are_sent_last(bucket, tmp_path, monkeypatch):
    names = ["runs/a.json", "z", "b", "runs/c.json"]
    write(tmp_path, *names)
    written, send = [], stores.write
    monkeypatch.setattr(stores, "write", lambda *a: written.append(a[1]) or send(*a))
    mirror_files.send(tmp_path, ADDRESS, paths=names, state=State("s3://dumps/july"))
    assert {key.split("/")[1] for key in written[-2:]} == {"runs"}
    assert len(written) == len(names)


def test_conflict_names_a_file_and_both_places(tmp_path):
    mirror_files.refuse_conflict(set(), folder=tmp_path, address=ADDRESS)
    with pytest.raises(WorkspaceError, match=r"2 files, such as a, .*s3://dumps/july.*copy"):
        mirror_files.refuse_conflict({"b", "a"}, folder=tmp_path, address=ADDRESS)


def test_workspace_may_be_a_whole_bucket():
    assert mirror_files.key_of(addresses.parse("s3://dumps"), "runs/a.json") == "runs/a.json"
