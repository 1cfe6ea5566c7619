"""Every compression: damaged data, several streams, and bombs."""

import bz2
import gzip
import io
import lzma
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.property_tests import examples
from workbench.archives import compression
from workbench.archives.codecs import codec_of, zstd
from workbench.archives.compression import DamagedError


def _zst(data: bytes) -> bytes:
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: True})


PACKERS = {
    "gz": lambda data: gzip.compress(data, mtime=0),
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": _zst,
    "plain": bytes,
}
TEXT = random.Random(7).randbytes(200_000).hex().encode()


def unpack(data: bytes) -> tuple[bytes, str | None]:
    """Decompress; return the output and what was wrong at the end."""
    out = []
    try:
        out.extend(compression.chunks(io.BytesIO(data)))
    except DamagedError as error:
        return b"".join(out), str(error)
    return b"".join(out), None


@pytest.mark.parametrize("kind", PACKERS)
def test_chunks_undoes_each_compression(kind):
    data = TEXT * 5
    packed = PACKERS[kind](data)
    pieces = list(compression.chunks(io.BytesIO(packed)))
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= compression.CHUNK


@pytest.mark.parametrize("kind", PACKERS)
@given(data=st.binary(max_size=3000), times=st.integers(1, 4), padding=st.integers(0, 600))
@settings(max_examples=examples(25))
def test_streams_one_after_the_other_are_one(kind, data, times, padding):
    if kind == "plain":
        padding = 0
        data = b"{" + data
    packed = PACKERS[kind](data) * times + b"\x00" * padding
    assert unpack(packed) == (data * times, None)


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_cut_off_stream_keeps_what_came_before(kind, share):
    packed = PACKERS[kind](TEXT * 3)
    got, why = unpack(packed[: int(len(packed) * share)])
    assert (TEXT * 3).startswith(got)
    assert f"{len(got):,} decompressed bytes: the end is missing" in why


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst"])
@given(place=st.floats(0, 0.999), flip=st.integers(1, 255))
@settings(max_examples=examples(40))
def test_corrupt_stream_never_raises_anything_else(kind, place, flip):
    packed = bytearray(PACKERS[kind](TEXT[:20_000]))
    packed[int(place * len(packed))] ^= flip
    got, why = unpack(bytes(packed))
    assert why is not None or got == TEXT[:20_000] or codec_of(bytes(packed)) is None


@pytest.mark.parametrize("kind", ["gz", "bz2", "zst"])
def test_wrong_checksum_costs_only_the_last_bytes(kind):
    data = random.Random(8).randbytes(600_000).hex().encode()
    packed = bytearray(PACKERS[kind](data))
    packed[-5 if kind == "gz" else -2] ^= 255
    got, why = unpack(bytes(packed))
    assert why is not None
    assert data.startswith(got)
    assert len(got) > len(data) - (0 if kind == "gz" else 1 << 20) - 1


def test_skippable_frames_of_zstandard_are_skipped():
    skippable = bytes.fromhex("5e2a4d18") + (4).to_bytes(4, "little") + b"\x00\xff{}"
    frame = PACKERS["zst"](TEXT)
    assert unpack(skippable + frame + skippable + frame) == (TEXT * 2, None)


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst"])
def test_other_bytes_after_the_end_are_reported(kind):
    got, why = unpack(PACKERS[kind](TEXT) + b"and now for something else")
    assert got == TEXT
    assert "other bytes follow the end" in why


@pytest.mark.parametrize("kind", ["gz", "zst", "bz2", "xz"])
def test_bomb_is_stopped_in_little_memory(kind, monkeypatch):
    monkeypatch.setattr(compression, "BOMB_BYTES", 24 << 20)
    packed = io.BytesIO(PACKERS[kind](bytes(48 << 20)))
    size, why = 0, ""
    tracemalloc.start()
    try:
        for piece in compression.chunks(packed):
            size += len(piece)
    except DamagedError as error:
        why = str(error)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "this looks like a bomb" in why
    assert size <= (24 << 20)
    assert peak < 32 << 20


def test_empty_stream_yields_nothing():
    assert unpack(b"") == (b"", None)
