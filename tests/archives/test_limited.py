import io
import zlib

import pytest

from workbench.archives.limited import Inflated, Limited


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def test_limited_ends_with_the_member():
    member = Limited(io.BytesIO(b"0123456789"), 4)
    assert (member.read(3), member.read(), member.read()) == (b"012", b"3", b"")


def test_limited_reports_a_file_that_ends_too_early():
    member = Limited(io.BytesIO(b"01"), 4)
    assert member.read() == b"01"
    with pytest.raises(EOFError, match="ends inside the member"):
        member.read()


def test_inflated_returns_everything_before_the_damage():
    stream = Inflated(io.BytesIO(deflated(b"a" * 100_000)[:-20]))
    start = stream.read()
    assert start.startswith(b"a")
    with pytest.raises(EOFError, match="end of the compressed data"):
        stream.read()
