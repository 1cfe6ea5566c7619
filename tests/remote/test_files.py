import pickle

import pytest

from workbench.exceptions import BrokenFileError
from workbench.remote import files
from workbench.remote.files import RemoteFolder, expand

KEYS = ["july/01/a.tar", "july/02/b.tar", "july/02/c.zip", "july.tar"]


@pytest.fixture
def dumps(bucket):
    for key in KEYS:
        bucket.put(key, key.encode())
    files.folder.cache_clear()
    return bucket


@pytest.mark.parametrize(
    ("pattern", "keys"),
    [
        ("july.tar", ["july.tar"]),
        ("*.tar", ["july.tar"]),
        ("**/*.tar", ["july.tar", "july/01/a.tar", "july/02/b.tar"]),
        ("july/*/*.tar", ["july/01/a.tar", "july/02/b.tar"]),
        ("july/0[2-9]/?.*", ["july/02/b.tar", "july/02/c.zip"]),
    ],
)
def test_expand_finds_a_file_or_the_matches_of_a_glob(dumps, pattern, keys):
    assert [file.key for file in expand(f"s3://dumps/{pattern}")] == keys


@pytest.mark.parametrize("address", ["s3://dumps/july/", "s3://dumps/july"])
def test_expand_finds_a_folder(dumps, address):
    (listed,) = expand(address)
    assert isinstance(listed, RemoteFolder)
    assert str(listed) == "s3://dumps/july/"
    assert [*files.folder("s3://dumps/july/")] == ["01/a.tar", "02/b.tar", "02/c.zip"]


@pytest.mark.parametrize("address", ["s3://dumps/june", "s3://dumps/june/", "s3://dumps/*.zip"])
def test_expand_refuses_what_is_not_there(dumps, address):
    with pytest.raises(BrokenFileError, match="does not exist"):
        expand(address)


def test_file_that_is_sent_to_a_worker_contains_no_credentials(dumps):
    (file,) = expand("s3://dumps/july.tar")
    assert pickle.loads(pickle.dumps(file)) == file
    assert b"of-a-test" not in pickle.dumps(file)


def test_file_of_the_web_may_have_no_parts_and_no_size(web):
    (sized,) = expand(web.put("a", b"abc"))
    web.whole.add("b")
    (whole,) = expand(web.put("b", b"abc"))
    assert (sized.size, sized.is_seekable) == (3, True)
    assert (whole.size, whole.is_seekable) == (None, False)
    assert sized.name == "a"
