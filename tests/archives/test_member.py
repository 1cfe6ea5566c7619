"""Members that are not opened, go through temporary files, or are bombs."""

import bz2
import gzip
import os

import pytest

from tests.support.archives_by_hand import FILES, PACKERS, entries, tar_of, zip_of
from workbench.archives import listing


def test_big_members_of_streams_go_through_a_temporary_file(tmp_path, monkeypatch):
    monkeypatch.setattr("workbench.archives.member.SPOOL", 100)
    path = tmp_path / "dump.tar.gz"
    path.write_bytes(gzip.compress(tar_of({"small": b"x" * 100, "big": b"y" * 300})))
    members = list(listing.members(path, spool=tmp_path / "spool"))
    assert [member.is_temporary for member in members] == [False, True]
    assert b"".join(members[1].chunks()) == b"y" * 300
    members[1].discard()
    assert list((tmp_path / "spool").iterdir()) == []


def test_zip_that_was_replaced_is_read_again(tmp_path):
    path = tmp_path / "dump.zip"
    for data in (b"first", b"second"):
        path.unlink(missing_ok=True)
        path.write_bytes(zip_of({"a": data}))
        os.utime(path, ns=(len(data), len(data)))
        assert entries(path, tmp_path) == {"a": data}


@pytest.mark.parametrize("outer", ["tar", "tar.gz", "zip"])
@pytest.mark.parametrize("inner", PACKERS)
def test_archive_inside_an_archive_is_refused(outer, inner, tmp_path):
    path = tmp_path / "dump"
    path.write_bytes(PACKERS[outer]({"inner": PACKERS[inner](FILES), "a.json": b"{}"}))
    contents = entries(path, tmp_path)
    assert "an archive inside an archive" in contents["inner"]
    assert contents["a.json"] == b"{}"


def test_member_that_is_compressed_twice_is_refused(tmp_path):
    path = tmp_path / "dump.tar"
    path.write_bytes(tar_of({"a.json.gz.bz2": bz2.compress(gzip.compress(b"{}"))}))
    assert "compressed twice (gz inside)" in entries(path, tmp_path)["a.json.gz.bz2"]


def test_bomb_in_a_zip_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr("workbench.archives.compression.BOMB_BYTES", 4 << 20)
    (tmp_path / "bomb.zip").write_bytes(zip_of({"a.json": bytes(16 << 20)}))
    assert "this looks like a bomb" in entries(tmp_path / "bomb.zip", tmp_path)["a.json"]
