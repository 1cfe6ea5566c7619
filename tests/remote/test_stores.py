import pytest

from tests.support.remote import BUCKET
from workbench.exceptions import BrokenFileError, RemoteError
from workbench.remote import stores

ROOT = f"s3://{BUCKET}"


def test_entries_lists_a_folder_and_not_its_placeholder(bucket):
    for key in ("july/a", "july/more/b", "july2/c"):
        bucket.put(key, b"x")
    bucket.put("july/more", b"")
    assert [entry.key for entry in stores.entries(ROOT, "july")] == ["july/a", "july/more/b"]
    assert [entry.key for entry in stores.entries(ROOT, "july/", is_deep=False)] == ["july/a"]


@pytest.mark.parametrize("key", ["a b.tar", "100%.tar", "ü#1?.tar", "star*[x].tar", "x=1/y+z.tar"])
def test_any_key_can_be_read(bucket, key):
    bucket.put(key, b"0123456789")
    (entry,) = stores.entries(ROOT, "")
    assert stores.head(ROOT, key) == entry
    assert stores.read(ROOT, key, 2, 4) == (b"23", entry)
    assert stores.read(ROOT, key, 8, 99)[0] == b"89"


def test_empty_object_can_be_read(bucket):
    bucket.put("empty", b"")
    assert stores.read(ROOT, "empty", 0, 9)[0] == b""


def test_write_may_refuse_to_replace(bucket, tmp_path):
    stores.write(ROOT, "lock", b"one", is_new=True)
    with pytest.raises(FileExistsError):
        stores.write(ROOT, "lock", b"two", is_new=True)
    assert bucket.get("lock") == b"one"
    (tmp_path / "file").write_bytes(b"three")
    stores.write(ROOT, "lock", tmp_path / "file")
    assert bucket.get("lock") == b"three"


def test_delete_ignores_what_is_missing(bucket):
    bucket.put("a", b"x")
    stores.delete(ROOT, ["a", "b"])
    stores.delete(ROOT, [])
    assert bucket.listed() == []


def test_missing_object_is_none_or_an_error(bucket):
    assert stores.head(ROOT, "none") is None
    with pytest.raises(BrokenFileError, match=r"s3://dumps/none does not exist"):
        stores.read(ROOT, "none", 0, 1)


def test_missing_bucket_is_named(bucket):
    with pytest.raises(RemoteError, match="There is no bucket s3://other"):
        stores.entries("s3://other", "")
    with pytest.raises(RemoteError, match="There is no bucket s3://other"):
        stores.write("s3://other", "a", b"x")
