"""A zip without its end is read as far as it goes, and the ledger says so."""

import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.property_tests import examples
from workbench import ingest
from workbench.archives import listing
from workbench.archives.compression import DamagedError
from workbench.ingest.member_reader import content_hash
from workbench.storage import Workspace

FILES = {
    f"data/{n}.json": (json.dumps({"n": n, "t": "x" * n}) + "\n").encode() * 40 for n in range(4)
}


class _Stream(io.RawIOBase):
    """A file that cannot seek, so `zipfile` writes the sizes after each member."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.data += bytes(data)
        return len(data)


def pack(files, method=zipfile.ZIP_DEFLATED, *, streamed=False) -> bytes:
    out = _Stream() if streamed else io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as bundle:
        for name, data in files.items():
            bundle.writestr(name, data)
    return out.data if isinstance(out, _Stream) else out.getvalue()


def contents(path, folder) -> tuple[dict[str, bytes], list[str]]:
    read, refusals = {}, []
    for member in listing.members(path, spool=folder):
        if member.refusal:
            refusals.append(member.refusal)
            continue
        data = b""
        try:
            for chunk in member.chunks():
                data += chunk
        except DamagedError as error:
            refusals.append(str(error))
        read[member.name] = data
    return read, refusals


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("streamed", [False, True])
def test_members_before_the_cut_are_read(method, streamed, tmp_path):
    if streamed and method == zipfile.ZIP_STORED:
        pytest.skip("such a zip has no sizes at all")
    whole = pack(FILES, method, streamed=streamed)
    path = tmp_path / "cut.zip"
    path.write_bytes(whole[: whole.rindex(b"PK\x01\x02") + 9])
    read, refusals = contents(path, tmp_path)
    assert read == FILES
    assert len(refusals) == 1
    assert "4 members were found" in refusals[0]


@given(cut=st.integers(5, 600))
@settings(max_examples=examples(60))
def test_a_cut_anywhere_keeps_what_came_before(cut, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cut")
    whole = pack(FILES)
    (folder / "cut.zip").write_bytes(whole[: min(cut, len(whole) - 30)])
    read, refusals = contents(folder / "cut.zip", folder)
    assert refusals
    for name, data in read.items():
        assert FILES[name].startswith(data)
    assert [*read] == [*FILES][: len(read)]


def test_a_cut_member_keeps_its_first_lines(tmp_path):
    files = {"a.json": b"".join(b'{"n": %d}\n' % (n * 7919) for n in range(40_000))}
    whole = pack(files)
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) * 2 // 3])
    read, refusals = contents(tmp_path / "cut.zip", tmp_path)
    assert len(read["a.json"]) > len(files["a.json"]) // 2
    assert files["a.json"].startswith(read["a.json"])
    assert any("unreadable after" in each for each in refusals)


def test_members_of_a_cut_zip_are_known_from_the_whole_one(tmp_path):
    whole = pack(FILES)
    (tmp_path / "whole.zip").write_bytes(whole)
    (tmp_path / "cut.zip").write_bytes(whole[:-30])
    hashes = [
        {content_hash(each) for each in listing.members(tmp_path / name, spool=tmp_path)}
        for name in ("whole.zip", "cut.zip")
    ]
    assert hashes[0] < hashes[1]


def test_the_ledger_says_that_a_zip_is_cut(tmp_path):
    (tmp_path / "cut.zip").write_bytes(pack(FILES)[:-30])
    workspace = Workspace.create(tmp_path / "workspace")
    counts = ingest.from_archives([str(tmp_path / "cut.zip")], workspace=workspace)
    assert (counts["damaged"], counts["lines"]) == (1, 160)


@given(data=st.binary(max_size=200))
@settings(max_examples=examples(100))
def test_no_bytes_after_the_magic_raise(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    (folder / "odd.zip").write_bytes(b"PK\x03\x04" + data)
    _, refusals = contents(folder / "odd.zip", folder)
    assert refusals
