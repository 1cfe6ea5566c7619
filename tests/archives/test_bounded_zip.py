"""Members of zips are read in bounded memory, whatever they grow to."""

import io
import random
import subprocess
import sys
import zipfile

import pytest

from tests.support.archives_by_hand import entries, zip_of
from tests.support.paths import ROOT
from workbench.archives import bounded_zip, listing
from workbench.archives.compression import DamagedError

METHODS = [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
FILES = {
    "a.json": b'{"a": 1}\n' * 5000,
    "b.json": b"",
    "c.json": random.Random(1).randbytes(300_000).hex().encode(),
}

#: Reads the members of a zip and prints the memory that this took at most, in MiB.
MEASURED = """
import re, sys
from pathlib import Path
from workbench.archives import listing
from workbench.archives.compression import DamagedError
for member in listing.members(Path(sys.argv[1]), spool=Path(sys.argv[2])):
    try:
        for chunk in member.chunks():
            pass
    except DamagedError as error:
        print(error)
# `ru_maxrss` would include the parent, as the child starts as a copy of it.
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) >> 10)
"""


@pytest.mark.parametrize("method", METHODS)
def test_members_equal_those_of_zipfile(method, tmp_path):
    (tmp_path / "a.zip").write_bytes(zip_of(FILES, method))
    assert entries(tmp_path / "a.zip", tmp_path) == FILES


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_a_bomb_needs_little_memory(method, tmp_path):
    with (
        zipfile.ZipFile(tmp_path / "a.zip", "w", method) as bundle,
        bundle.open("a.json", "w") as member,
    ):
        for _ in range(400):
            member.write(b" " * (1 << 20))
    command = [sys.executable, "-c", MEASURED, str(tmp_path / "a.zip"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    damage, peak = done.stdout.splitlines()
    assert "this looks like a bomb" in damage
    assert int(peak) < 400


@pytest.mark.parametrize("method", METHODS)
def test_a_flipped_byte_is_reported(method, tmp_path):
    whole = zip_of({"c.json": FILES["c.json"]}, method)
    for place in (60, 3000, 100_000):
        data = bytearray(whole)
        data[place] ^= 0xFF
        (tmp_path / "a.zip").write_bytes(data)
        [member] = listing.members(tmp_path / "a.zip", spool=tmp_path)
        with pytest.raises(DamagedError):
            list(member.chunks())


def test_a_window_that_needs_gigabytes_is_refused():
    data = bytearray(zip_of({"a": b"x" * 999}, zipfile.ZIP_LZMA))
    [info] = zipfile.ZipFile(io.BytesIO(data)).infolist()
    data[30 + 1 + 4 + 1 : 30 + 1 + 4 + 5] = b"\xff\xff\xff\x7f"
    with pytest.raises(zipfile.BadZipFile, match="window"):
        bounded_zip.reader(io.BytesIO(data), info)
