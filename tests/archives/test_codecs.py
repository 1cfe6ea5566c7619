"""Each codec recognises and decompresses its own streams."""

import bz2
import gzip
import lzma

import pytest

from workbench.archives.codecs import CODECS, LONGEST_MAGIC, codec_of, zstd

PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd.compress}


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_codec_of_recognises_a_stream_by_its_first_bytes(codec):
    assert codec_of(PACKERS[codec.name](b"some text")) is codec


@pytest.mark.parametrize("head", [b"", b"{}", b"PK\x03\x04", b"\x1f"])
def test_codec_of_is_none_for_other_bytes(head):
    assert codec_of(head) is None


def test_codec_of_needs_the_longest_magic_at_most():
    assert all(len(magic) <= LONGEST_MAGIC for codec in CODECS for magic in codec.magic)


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_decompress_limits_its_output_and_keeps_the_rest(codec):
    data = bytes(range(256)) * 400
    stream = codec()
    out = stream.decompress(PACKERS[codec.name](data) + b"rest", 1000)
    assert len(out) <= 1000
    while not stream.is_finished:
        piece = stream.decompress(b"", 1000)
        assert len(piece) <= 1000
        out += piece
    assert out == data
    assert stream.rest == b"rest"


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_decompress_raises_its_errors_for_garbage(codec):
    with pytest.raises(codec.errors):
        codec().decompress(codec.magic[0] + b"\xff" * 500, 1000)
