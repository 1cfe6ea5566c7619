from pathlib import Path

import pytest

from workbench.exceptions import RemoteError
from workbench.remote.addresses import is_address, parse

SIGNED = "https://host/a.tar?X-Amz-Signature=secret&X-Amz-Credential=secret&Expires=7"


@pytest.mark.parametrize("text", ["a.tar", "/tmp/s3/a.tar", "-", "~/a.tar", "c:/a.tar", "a:b"])
def test_paths_are_no_addresses(text):
    assert not is_address(text)


@pytest.mark.parametrize("text", ["s3://b/a", "S3://b/a", "hf://datasets/o/n", "ftp://host/a"])
def test_addresses_are_recognized(text):
    assert is_address(text)


def test_parse_takes_an_address_that_was_a_path():
    assert parse(Path("s3://bucket/july/a.tar")) == parse("s3://bucket/july/a.tar")


def test_key_of_a_bucket_is_taken_as_it_is_written():
    assert parse("s3://bucket/a b#1?.tar").key == "a b#1?.tar"


def test_signature_is_not_shown():
    address = parse(SIGNED)
    assert str(address) == "https://host/a.tar"
    assert "secret" not in repr(address)
    assert address.url == SIGNED


def test_files_that_differ_in_the_query_differ_without_showing_it():
    one, other = parse("https://host/get?id=one"), parse("https://host/get?id=other&token=x")
    assert str(one) != str(other)
    assert "one" not in str(one)
    assert str(other) == str(parse("https://host/get?id=other&token=y"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("file:///etc/passwd", "name the path itself"),
        ("ftp://host/a.tar", "hf://"),
        ("https://ann:secret@host/a.tar", "name or a password"),
        ("s3://KEY:secret@bucket/a.tar", "name or a password"),
        ("s3://", "names no bucket"),
    ],
)
def test_other_addresses_are_refused_without_their_secrets(text, problem):
    with pytest.raises(RemoteError, match=problem) as caught:
        parse(text)
    assert "secret" not in str(caught.value)


def test_container_of_azure_may_stand_before_its_account():
    assert parse("abfss://dumps@account.dfs.core.windows.net/a.tar").key == "a.tar"
