"""A workspace in a bucket is worked on in a copy, and nobody ever reads half of it."""

import logging

import polars as pl
import pytest

import workbench as wb
from tests.support.command_line import call
from tests.support.dumps import minutes, table, tar
from workbench import pipeline
from workbench.exceptions import RemoteError, WorkspaceError
from workbench.recipe import Recipe
from workbench.remote import stores
from workbench.storage import Workspace, atomic, lock_owner, mirror

ADDRESS = "s3://dumps/team/july"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Return a function that goes to a machine: each has a cache folder of its own."""

    def go(name: str) -> None:
        monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / name))

    go("one")
    return go


@pytest.fixture
def dump(tmp_path) -> str:
    return tar(tmp_path / "a.tar", minutes(3))


def run(workspace, dump):
    return pipeline.ingest(workspace, Recipe(), paths=[dump])


def test_workspace_in_a_bucket_has_the_tables_of_one_in_a_folder(bucket, machine, dump, tmp_path):
    local = Workspace.create(tmp_path / "local")
    run(local, dump)
    run(Workspace.create(ADDRESS), dump)
    machine("two")
    copy = Workspace.open(ADDRESS)
    assert table(copy) == table(local)
    assert copy.last_run("ingest").counts == local.last_run("ingest").counts
    assert "team/july/1_tweets/ledger.parquet" in bucket.listed()
    assert "team/july/.lock" not in bucket.listed()
    assert not any("staging" in key or "progress" in key for key in bucket.listed())


def test_only_what_has_changed_crosses_the_network(bucket, machine, dump, monkeypatch):
    workspace = Workspace.create(ADDRESS)
    run(workspace, dump)
    written = []
    write = stores.write
    monkeypatch.setattr(stores, "write", lambda *a, **k: written.append(a[1]) or write(*a, **k))
    monkeypatch.setattr(stores, "download", None)
    workspace.write("gone", pl.DataFrame(schema=workspace.read("gone").schema))
    assert {key.removeprefix("team/july/") for key in written} == {".lock", "1_tweets/gone.parquet"}
    Workspace.open(ADDRESS)


def test_deleted_files_leave_no_object(bucket, machine, dump):
    workspace = Workspace.create(ADDRESS)
    run(workspace, dump)
    workspace.path("rejects").unlink()
    with workspace.locked():
        pass
    assert "team/july/1_tweets/rejects.parquet" not in bucket.listed()
    machine("two")
    assert not Workspace.open(ADDRESS).has("rejects")


def test_tables_may_become_parts_and_one_file_again(bucket, machine, dump):
    workspace = Workspace.create(ADDRESS)
    run(workspace, dump)
    machine("two")
    Workspace.open(ADDRESS)
    rows, path = workspace.read("gone"), workspace.path("gone")
    for parts in (["part-00000.parquet", "part-00001.parquet"], []):
        machine("one")
        with workspace.locked(), atomic.replacing(path) as aside:
            if parts:
                aside.mkdir()
            for target in [aside / part for part in parts] or [aside]:
                rows.write_parquet(target)
        machine("two")
        other = Workspace.open(ADDRESS)
        assert sorted(each.name for each in other.path("gone").glob("*")) == parts
        assert other.read("gone").height == rows.height * max(1, len(parts))


def test_record_is_gone_while_tables_change_and_after_a_failure(bucket, machine, dump, monkeypatch):
    workspace = Workspace.create(ADDRESS)
    run(workspace, dump)
    assert "team/july/runs/ingest.json" in bucket.listed()
    keys = []

    def failing(*_, **__):
        keys.extend(bucket.listed())
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("workbench.pipeline.run.from_archives", failing)
        with pytest.raises(KeyboardInterrupt):
            run(workspace, dump)
    assert "team/july/runs/ingest.json" not in keys
    assert "team/july/.lock" in keys
    assert "team/july/runs/ingest.json" not in bucket.listed()
    assert "team/july/.lock" not in bucket.listed()


def other_owner() -> lock_owner.LockOwner:
    return lock_owner.LockOwner(7, 0.0, 0.0, "workbench run", "ann", "atlas", "another/boot")


def test_second_writer_is_told_who_writes(bucket, machine, dump):
    workspace = Workspace.create(ADDRESS)
    bucket.put("team/july/.lock", lock_owner.encode(other_owner()).encode())
    with pytest.raises(WorkspaceError, match=r"ann.*atlas") as caught:
        run(workspace, dump)
    assert "delete s3://dumps/team/july/.lock" in caught.value.hint
    assert not workspace.has("ledger")


def test_reader_keeps_the_last_copy_while_somebody_writes(bucket, machine, dump, caplog):
    run(Workspace.create(ADDRESS), dump)
    bucket.put("team/july/.lock", lock_owner.encode(other_owner()).encode())
    bucket.put("team/july/1_tweets/ledger.parquet", b"half")
    with caplog.at_level(logging.WARNING):
        assert Workspace.open(ADDRESS).read("ledger").height
    assert "ann" in caplog.text
    machine("two")
    with pytest.raises(WorkspaceError, match="Somebody is writing"):
        Workspace.open(ADDRESS)


def test_lock_of_a_process_that_has_ended_is_taken_over(bucket, machine, dump):
    dead = lock_owner.this_process()
    dead = lock_owner.LockOwner(2**22 + 1, 1.0, 1.0, "workbench run", boot=dead.boot)
    bucket.put("team/july/.lock", lock_owner.encode(dead).encode())
    run(Workspace.create(ADDRESS), dump)
    assert "team/july/.lock" not in bucket.listed()


@pytest.mark.usefixtures("impatient")
def test_bucket_that_cannot_be_written_is_known_before_work_begins(bucket, machine, dump):
    workspace = Workspace.create(ADDRESS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        with pytest.raises(RemoteError, match="cannot be reached"):
            run(workspace, dump)
    assert not workspace.has("ledger")


def test_failed_push_keeps_everything_and_is_repeated(bucket, machine, dump, monkeypatch):
    workspace = Workspace.create(ADDRESS)

    def refused(root, key, data, **more):
        if not key.endswith(".parquet"):
            return write(root, key, data, **more)
        problem = "Access to the bucket is denied."
        raise RemoteError(problem, hint="ask somebody.")

    write = stores.write
    with monkeypatch.context() as patch:
        patch.setattr(stores, "write", refused)
        with pytest.raises(WorkspaceError, match="Everything is in") as caught:
            run(workspace, dump)
    assert str(workspace.root) in caught.value.problem
    assert "team/july/runs/ingest.json" not in bucket.listed()
    again = Workspace.open(ADDRESS)
    assert again.last_run("ingest") is not None
    again.sync()
    machine("two")
    assert table(Workspace.open(ADDRESS)) == table(again)


def test_changes_on_both_sides_are_joined_or_refused(bucket, machine, dump):
    run(Workspace.create(ADDRESS), dump)
    machine("two")
    two = Workspace.open(ADDRESS)
    machine("one")
    Workspace.open(ADDRESS).write_text("recipe.toml", "# one\n")
    two.write_text("notes.txt", "two")
    assert (two.root / "recipe.toml").read_text() == "# one\n"
    machine("one")
    Workspace.open(ADDRESS).write_text("recipe.toml", "# one again\n")
    (two.root / "recipe.toml").write_text("# two\n")
    with pytest.raises(WorkspaceError, match=r"recipe.toml, were changed both"):
        two.sync()
    machine("two")
    with pytest.raises(WorkspaceError, match=r"recipe.toml, were changed both"):
        Workspace.open(ADDRESS)


def test_what_a_person_writes_is_kept_if_the_bucket_is_busy(bucket, machine, dump, caplog):
    workspace = Workspace.create(ADDRESS)
    run(workspace, dump)
    bucket.put("team/july/.lock", lock_owner.encode(other_owner()).encode())
    workspace.write_text("recipe.toml", "# mine\n")
    assert "not in the bucket yet" in caplog.text
    stores.delete("s3://dumps", ["team/july/.lock"])
    workspace.sync()
    assert bucket.get("team/july/recipe.toml") == b"# mine\n"


@pytest.mark.parametrize("address", ["https://host/july", "hf://datasets/o/n"])
def test_workspace_is_in_a_bucket_or_a_folder(address):
    with pytest.raises(WorkspaceError, match="cannot be in"):
        mirror.attach(address)


def test_other_objects_are_neither_fetched_nor_mixed_with_a_workspace(bucket, machine):
    bucket.put("dumps/a.tar", b"large")
    for address in ("s3://dumps/dumps", "s3://dumps"):
        with pytest.raises(WorkspaceError, match="contains other objects"):
            Workspace.create(address)


def test_what_a_killed_command_passed_on_is_no_other_object(bucket, machine):
    bucket.put("team/july/.shards/0abc/a.parquet", b"x")

    assert not Workspace.create(ADDRESS).has("tweets")


def test_copy_stays_if_the_bucket_is_emptied(bucket, machine, dump):
    workspace = Workspace.create(ADDRESS)
    run(workspace, dump)
    bucket.delete()
    with pytest.raises(WorkspaceError, match="no longer contains a workspace"):
        Workspace.open(ADDRESS)
    assert workspace.read("ledger").height


def test_large_files_are_sent_in_parts_and_known_again(bucket, machine):
    workspace = Workspace.create(ADDRESS)
    with workspace.locked():
        (workspace.root / "3_map.parquet").write_bytes(bytes(12 << 20))
    assert not mirror.is_behind(workspace.root)
    machine("two")
    copy = Workspace.open(ADDRESS)
    assert (copy.root / "3_map.parquet").stat().st_size == 12 << 20


def test_missing_workspace_is_named_by_its_address(bucket, machine):
    with pytest.raises(WorkspaceError, match=r"s3://dumps/none is not a workspace"):
        Workspace.open("s3://dumps/none")


def test_commands_and_python_take_the_address(bucket, machine, dump, folder):
    assert call("ingest", dump, "-w", ADDRESS, "-q")[0] == 0
    assert "team/july/runs/ingest.json" in bucket.listed()
    machine("two")
    code, output = call("status", "-w", ADDRESS)
    assert code == 0
    assert "-w s3://dumps/team/july" in output
    assert wb.open(ADDRESS).has("tweets")
    code, output = call("status", "-w", "s3://dumps/none")
    assert code == 1
    assert "s3://dumps/none is not a workspace" in output


def test_other_folders_are_left_alone(tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    assert mirror.address_of(workspace.root) is None
    assert not mirror.is_behind(workspace.root)
    workspace.sync()
