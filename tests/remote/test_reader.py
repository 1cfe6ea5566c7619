import io
import zipfile

import pytest

from workbench.exceptions import BrokenFileError
from workbench.remote import reader, stores
from workbench.remote.files import expand

DATA = bytes(range(256)) * 4096


@pytest.fixture
def requests(monkeypatch):
    """The ranges that are requested, in order."""
    ranges, read = [], stores.read

    def counted(root, key, start, stop):
        ranges.append((start, stop))
        return read(root, key, start, stop)

    monkeypatch.setattr(stores, "read", counted)
    return ranges


@pytest.fixture
def file(web):
    (listed,) = expand(web.put("a", DATA))
    return listed


def test_file_behaves_like_a_local_one(file):
    local = io.BytesIO(DATA)
    with reader.open_file(file) as opened:
        for offset, whence, size in [(5, 0, 9), (3, 1, 70_000), (-9, 2, 99), (9, 2, 1), (0, 0, -1)]:
            assert opened.seek(offset, whence) == local.seek(offset, whence)
            assert opened.read(size) == local.read(size)
            assert opened.tell() == local.tell()
        with pytest.raises(ValueError, match="negative"):
            opened.seek(-1)


def test_jumps_cost_little_and_neighbours_nothing(file, requests):
    opened = reader.open_file(file)
    for position in (0, 100, 500_000, 500_100):
        opened.seek(position)
        opened.read(10)
    assert requests == [(0, reader.SMALL), (500_000, 500_000 + reader.SMALL)]


def test_reading_on_needs_ever_fewer_requests(file, requests):
    opened = reader.open_file(file)
    pieces = [opened.read(512) for _ in range(len(DATA) // 512)]
    assert b"".join(pieces) == DATA
    assert len(requests) <= 6


def test_nothing_is_read_ahead_beyond_the_member(file, requests, monkeypatch):
    monkeypatch.setattr(reader, "LARGE", 100_000)
    opened = reader.open_file(file, until=350_000)
    assert b"".join(iter(lambda: opened.read(min(10_000, 350_000 - opened.tell())), b""))
    assert sorted(requests)[-1] == (300_000, 350_000)
    assert len(requests) == 4


def test_file_that_changes_is_not_mixed(web, file):
    opened = reader.open_file(file)
    opened.read(1)
    web.etag = '"two"'
    opened.seek(500_000)
    with pytest.raises(BrokenFileError, match="has changed since it was listed"):
        opened.read(1)


@pytest.mark.usefixtures("impatient")
def test_connection_that_breaks_is_an_error(web, file):
    web.broken["a"] = 500_000
    with pytest.raises(BrokenFileError, match="broke while"):
        reader.open_file(file).read()


@pytest.mark.parametrize("is_sized", [True, False])
def test_server_without_parts_is_read_as_a_stream(web, is_sized):
    web.whole.add("a")
    web.unsized |= set() if is_sized else {"a"}
    (file,) = expand(web.put("a", DATA))
    with reader.open_file(file) as opened:
        assert opened.read(10) == DATA[:10]
        assert opened.read() == DATA[10:]


def test_stream_that_breaks_is_an_error(web):
    web.whole.add("a")
    web.broken["a"] = 1
    (file,) = expand(web.put("a", DATA))
    opened = reader.open_file(file)
    with pytest.raises(BrokenFileError, match="broke while"):
        b"".join(iter(lambda: opened.read(100_000), b""))


@pytest.mark.parametrize("is_whole", [True, False])
def test_redirects_lead_to_the_web_only(web, is_whole):
    if is_whole:
        web.whole.add("b")
    web.put("b", b"there")
    web.redirects["a"] = "/b"
    (file,) = expand(f"{web.address}/a")
    assert reader.open_file(file).read() == b"there"
    web.redirects["a"] = "file:///etc/passwd"
    with pytest.raises(Exception, match=r"cannot be (reached|read)|answers"):
        expand(f"{web.address}/a")


def test_zip_reads_its_directory_once(web, requests):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as bundle:
        for number in range(300):
            bundle.writestr(f"{number:03}", bytes(10_000))
    (file,) = expand(web.put("a.zip", stream.getvalue()))
    requests.clear()
    with zipfile.ZipFile(reader.open_file(file)) as bundle:
        assert len(bundle.namelist()) == 300
    assert len(requests) == 1
