import gzip
import random

import pytest

from tests.support.dumps import minutes, tar
from workbench.archives import listing, member
from workbench.exceptions import RemoteError
from workbench.ingest import fetching, member_reader
from workbench.remote.files import expand


@pytest.fixture
def data(tmp_path) -> bytes:
    # The first member is not in the window that the listing leaves behind.
    tar(tmp_path / "a.tar", {"large.json": random.Random(1).randbytes(200_000)} | minutes(4))
    return (tmp_path / "a.tar").read_bytes()


def members(address, tmp_path):
    (archive,) = expand(address)
    return [*listing.members(archive, spool=tmp_path)]


def test_bytes_cross_the_network_once(web, data, tmp_path):
    listed = members(web.put("a.tar", data), tmp_path)
    before = web.sent["a.tar"]
    for fetched, digest in fetching.hashed(listed):
        assert fetched.data is not None
        assert digest == member_reader.content_hash(fetched)
        assert b"".join(fetched.chunks())
    assert web.sent["a.tar"] - before <= len(data)


def test_hash_is_that_of_the_local_member(web, data, tmp_path):
    listed = members(web.put("a.tar", data), tmp_path)
    local = [*listing.members(tmp_path / "a.tar", spool=tmp_path)]
    digests = [digest for _, digest in fetching.hashed(listed)]
    assert digests == [digest for _, digest in fetching.hashed(local)]
    assert [each for each, _ in fetching.hashed(local)] == local


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fetched", [1, member.FETCHED])
def test_member_that_breaks_off_is_refused_and_the_others_are_not(
    fetched, web, data, tmp_path, monkeypatch
):
    monkeypatch.setattr(member, "FETCHED", fetched)
    listed = members(web.put("a.tar", data), tmp_path)
    web.broken["a.tar"] = 0
    (broken, digest), *others = fetching.hashed(listed)
    assert "broke while" in broken.refusal
    assert digest == member_reader.content_hash(broken)
    assert [each.refusal for each, _ in others] == [None] * 4


@pytest.mark.usefixtures("impatient")
def test_server_that_refuses_stops_the_run(web, data, tmp_path):
    listed = members(web.put("a.tar", data), tmp_path)
    web.statuses["a.tar"] = 403
    with pytest.raises(RemoteError, match="denied"):
        [*fetching.hashed(listed)]


def test_size_of_a_stream_is_known_after_it_was_read(web, tmp_path):
    packed = gzip.compress(b"{}")
    web.whole.add("a.json.gz")
    ((fetched, _),) = fetching.hashed(members(web.put("a.json.gz", packed), tmp_path))
    assert fetched.size == len(packed)
