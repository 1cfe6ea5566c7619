"""What the driver and its workers pass to each other arrives, and is gone afterwards."""

import os
from functools import partial
from pathlib import Path

import pytest

from tests.support import cluster
from tests.support.engines import OtherMachine
from workbench.cluster import exchange, node_files, wire
from workbench.cluster.engine import Engine, EngineName
from workbench.exceptions import StageError
from workbench.remote import addresses
from workbench.storage import Workspace

pytestmark = cluster.needs_daft

ADDRESS = "s3://dumps/july"


@pytest.fixture
def engine(tmp_path) -> OtherMachine:
    """A cluster whose node has a cache of its own."""
    return OtherMachine(cache=tmp_path / "node")


@pytest.fixture
def workspace(bucket, tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "driver"))
    return Workspace.create(ADDRESS)


def doubled(path: Path, *, folder: Path) -> Path:
    """Write the text of a file twice, as a file and in a folder."""
    with node_files.at_hand([path], writes_to=folder) as written:
        text = path.read_text()
        (folder / "file").write_text(text * 2)
        (folder / "folder" / "inner").mkdir(parents=True)
        (folder / "folder" / "inner" / "file").write_text(text * 2)
        written += [folder / "file", folder / "folder"]
    return folder / "file"


def test_a_worker_reads_a_step_of_the_driver_and_the_driver_its_result(workspace, bucket, engine):
    step = step_of(workspace)
    folder = step.parent
    with exchange.opened(workspace, engine) as connected:
        connected.share([step])

        (result,) = connected.spread(partial(doubled, folder=folder), [step])

        assert result == folder / "file"
        assert result.read_text() == "abab"
        assert (folder / "folder" / "inner" / "file").read_text() == "abab"
        token = connected.exchange.place.token
        assert f"july/.shards/{token}/score-1/step" in bucket.listed()
    assert not bucket.listed("july/.shards")
    assert not [path for path in engine.cache.rglob("*") if path.is_file()]


def step_of(workspace: Workspace) -> Path:
    """Write a step as the driver does."""
    step = workspace.root / ".shards" / "score-1" / "step"
    step.parent.mkdir(parents=True)
    step.write_text("ab")
    return step


def test_a_table_is_shared_under_its_own_key(workspace, bucket, engine):
    with exchange.opened(workspace, engine) as connected:
        secret = workspace.secret
        connected.share([workspace.secret_path, Path("/elsewhere/a.tar")])
        assert bucket.get("july/private/secret") == secret


def test_a_step_is_sent_once(workspace, bucket, engine):
    step = step_of(workspace)
    with exchange.opened(workspace, engine) as connected:
        connected.share([step])
        bucket.delete("july/.shards")
        connected.share([step])
        assert not bucket.listed("july/.shards")


def test_paths_of_daft_are_those_of_the_workspace(workspace, engine):
    with exchange.opened(workspace, engine) as connected:
        step = workspace.root / ".shards" / "threads-steps" / "000" / "a.parquet"
        table = workspace.root / "1_tweets" / "tweets"
        urls = [connected.exchange.url(path) for path in (step, table)]
        assert urls == [
            f"{ADDRESS}/.shards/{connected.exchange.place.token}/threads-steps/000/a.parquet",
            f"{ADDRESS}/1_tweets/tweets",
        ]
        # Daft leaves out the scheme of what it has written.
        assert connected.exchange.written(urls[0]) == step
        assert connected.exchange.written(urls[0].removeprefix("s3://")) == step


def test_a_plan_of_daft_contains_no_credentials(workspace, engine):
    with exchange.opened(workspace, engine) as connected:
        text = repr(connected.exchange.io_config)
        data = wire.dumped((connected.exchange.io_config, connected.exchange.place))
    assert os.environ["AWS_ENDPOINT_URL"] in text
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        assert os.environ[name] not in text
        assert os.environ[name].encode() not in data


def test_a_workspace_in_a_folder_needs_no_exchange(tmp_path, engine):
    with exchange.opened(Workspace.create(tmp_path / "july"), engine) as connected:
        assert connected is engine
    assert engine.calls == []


def test_this_machine_alone_exchanges_nothing(workspace):
    local = Engine(EngineName.DAFT)
    with exchange.opened(workspace, local) as connected:
        assert connected is local


def test_a_bucket_that_daft_may_not_reach_is_refused(workspace, engine, monkeypatch):
    address = addresses.parse("gs://bucket/july")
    monkeypatch.setattr(exchange.mirror, "address_of", lambda root: address)

    with pytest.raises(StageError, match="s3:// buckets") as error:
        exchange.opened(workspace, engine).__enter__()

    assert "--engine daft" in error.value.hint


def test_a_stage_that_fails_leaves_nothing(workspace, bucket, engine):
    step = step_of(workspace)
    with pytest.raises(StageError, match="has no /gone"), exchange.opened(workspace, engine) as it:
        _share_and_fail(it, step)
    assert not bucket.listed("july/.shards")
    assert engine.calls == [node_files.probe, node_files.remove]
    assert not list(workspace.root.parent.glob("driver"))


def _share_and_fail(engine: Engine, step: Path) -> None:
    engine.share([step])
    list(engine.spread(partial(doubled, folder=step.parent), [Path("/gone")]))


def test_the_next_command_removes_what_a_killed_one_left_in_the_bucket(workspace, bucket):
    with workspace.locked():
        pass
    bucket.put("july/.shards/1_tweets/staging/a/sightings-0000.parquet", b"texts of tweets")
    with workspace.locked():
        pass
    assert not bucket.listed("july/.shards")
    assert "july/workspace.json" in bucket.listed()
