"""Remote dumps give the same tables as local ones, and are not fetched again."""

import gzip
import zipfile

import pytest

from tests.support.dumps import table, tar
from workbench import ingest
from workbench.exceptions import ArchiveError, RemoteError
from workbench.ingest import fetching, tasks, workers
from workbench.recipe import IngestSettings
from workbench.storage import Workspace


@pytest.fixture
def dumps(files, tmp_path):
    """One dump in every container: name -> bytes."""
    tar(tmp_path / "a.tar", files)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in files.items():
            bundle.writestr(name, data)
    plain = (tmp_path / "a.tar").read_bytes()
    return {
        "a.tar": plain,
        "a.zip": (tmp_path / "a.zip").read_bytes(),
        "a.tar.gz": gzip.compress(plain),
    }


def read(paths, workspace, **more):
    return ingest.from_archives(paths, workspace=workspace, **more)


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "workspace")


@pytest.fixture(
    params=["parts a.tar", "parts a.zip", "whole a.tar", "whole a.zip", "unsized a.tar.gz"]
)
def address(request, dumps, web):
    """The address of a dump, on a server that sends parts of it, or not, or not even its length."""
    server, name = request.param.split()
    web.whole |= {name} if server != "parts" else set()
    web.unsized |= {name} if server == "unsized" else set()
    return web.put(name, dumps[name])


def test_web_gives_the_tables_of_local_files(address, expected, workspace):
    counts = read([f"{address}?token=secret"], workspace)
    assert counts["members_read"] == 12
    assert table(workspace) == expected
    ledger = workspace.read("ledger")
    assert ledger["archive"].unique().to_list() == [address]
    assert read([f"{address}?token=other"], workspace)["members_read"] == 0
    for file in workspace.root.rglob("*"):
        assert file.is_dir() or b"secret" not in file.read_bytes()


@pytest.fixture
def filled_bucket(dumps, files, bucket):
    """A bucket with all dumps, and their members as objects."""
    for name, data in dumps.items():
        bucket.put(f"july/{name}", data)
    for name, data in files.items():
        bucket.put(f"minutes/{name}", data)


@pytest.fixture
def small_tasks(monkeypatch):
    """Let several processes have something to do."""
    monkeypatch.setattr(workers, "ONE_PROCESS_BYTES", 0)
    monkeypatch.setattr(tasks, "FIRST_TASK_BYTES", 2000)


@pytest.mark.usefixtures("filled_bucket", "small_tasks")
@pytest.mark.parametrize(
    ("pattern", "processes"), [("july/a.tar", 2), ("july/", 1), ("minutes", 1)]
)
def test_bucket_gives_the_tables_of_local_files(pattern, processes, expected, workspace):
    read([f"s3://dumps/{pattern}"], workspace, workers=processes)
    assert table(workspace) == expected
    assert workspace.read("ledger")["archive"].str.starts_with("s3://dumps/").all()


def test_archive_that_was_read_is_not_fetched_again(dumps, bucket, workspace, monkeypatch):
    address = bucket.put("a.tar", dumps["a.tar"])
    read([address], workspace)
    with monkeypatch.context() as patch:
        patch.setattr(fetching, "hashed", None)
        counts = read([address], workspace)
    assert (counts["members_read"], counts["members_known"]) == (0, 12)
    # Another way of reading, or another content, is looked at.
    assert read([address], workspace, settings=IngestSettings(max_line_bytes=10**6))
    bucket.put("a.tar", dumps["a.zip"])
    monkeypatch.setattr(fetching, "hashed", None)
    with pytest.raises(TypeError):
        read([address], workspace)


@pytest.mark.usefixtures("impatient")
def test_connection_that_breaks_is_damage_and_read_again(dumps, expected, web, workspace):
    address = web.put("a.tar.gz", dumps["a.tar.gz"])
    web.whole.add("a.tar.gz")
    web.broken["a.tar.gz"] = 1
    read([address], workspace)
    damage = workspace.read("ledger")["damage"].drop_nulls().to_list()
    assert any("broke while" in each for each in damage)
    del web.broken["a.tar.gz"]
    read([address], workspace)
    assert table(workspace) == expected
    assert workspace.read("ledger")["damage"].is_null().all()


def test_server_that_stops_answering_stops_the_run(dumps, expected, web, workspace, monkeypatch):
    monkeypatch.setattr(tasks, "FIRST_TASK_BYTES", 100)
    address = web.put("a.tar", dumps["a.tar"])
    hashed, calls = fetching.hashed, iter(range(3))

    def breaking(members):
        if next(calls, None) is None:
            problem = "The server answers: 503."
            raise RemoteError(problem, hint="")
        return hashed(members)

    monkeypatch.setattr(fetching, "hashed", breaking)
    with pytest.raises(RemoteError, match="503"):
        read([address], workspace)
    monkeypatch.setattr(fetching, "hashed", hashed)
    assert read([address], workspace)["members_read"] == 12 - 3
    assert table(workspace) == expected


def test_address_of_nothing_is_an_error(bucket, workspace):
    with pytest.raises(RemoteError, match=r"s3://dumps/none.tar does not exist"):
        read(["s3://dumps/none.tar"], workspace)
    with pytest.raises(ArchiveError, match="does not exist"):
        read(["none.tar"], workspace)
