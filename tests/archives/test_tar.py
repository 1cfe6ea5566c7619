"""Malicious tars end in a member that says why, soon and in little memory."""

import gzip
import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from workbench.archives import listing, tar
from workbench.exceptions import ArchiveError

END = bytes(2 * tarfile.BLOCKSIZE)


def header(name: bytes, data: bytes = b"", *, kind: bytes = b"0", size: int | None = None) -> bytes:
    """Make a header with its data, valid or not."""
    info = tarfile.TarInfo("x")
    info.size = len(data)
    block = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    block[:100] = name.ljust(100, b"\0")
    block[156:157] = kind
    if size is not None:
        above = b"\xff" if size < 0 else b"\x80"
        block[124:136] = above + (size % (1 << 88)).to_bytes(11, "big")
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + data + bytes(-len(data) % tarfile.BLOCKSIZE)


GOOD = header(b"good.json", b'{"id": 1}\n')


def pax(*records: bytes) -> bytes:
    return header(b"pax", b"".join(records), kind=b"x")


def listed(data: bytes, tmp_path: Path) -> dict[str, str | None]:
    """Return the members: name -> refusal."""
    (tmp_path / "dump").write_bytes(data)
    members = listing.members(tmp_path / "dump", spool=tmp_path / "spool")
    return {member.name: member.refusal for member in members}


BAD = {
    "goes backwards": {
        "negative": header(b"a", size=-512),
        "further back": header(b"a", size=-1024),
        "unknown type": header(b"a", kind=b"Z", size=-512),
        "less than a block": header(b"a", size=-1),
        "pax": pax(b"14 size=-9999\n") + header(b"a"),
    },
    "claims a member of 1,125,899,906,842,625 bytes": {"huge": header(b"a", size=tar.LARGEST + 1)},
    "longer than 1,048,576 bytes": {
        "long names": header(b"././@LongLink", b"name\0", kind=b"L") * 3000,
        "long headers": pax(b"12 path=abc\n") * 3000,
        "long name": header(b"././@LongLink", b"a" * (2 << 20), kind=b"L"),
        "long link": header(b"././@LongLink", b"a" * (2 << 20), kind=b"K"),
        "globals": header(b"g", b"12 path=abc\n" * (1 << 17), kind=b"g"),
        "sparse": pax(b"22 GNU.sparse.major=1\n", b"22 GNU.sparse.minor=0\n")
        + header(b"a", b"999999999\n" + b"0\n" * (1 << 20)),
    },
    "an extended header": {
        "keys in keys": pax(b"2 " * 400_000 + b"="),
        "digits": pax(b"900012 k=" + b"1" * 900_002 + b"\n"),
        "no end": pax(b"99999999999999999999 size=1\n"),
    },
    "too many global headers": {
        "globals": header(
            b"g", b"".join(b"12 k%03d=abc\n" % each for each in range(200)), kind=b"g"
        )
    },
}
CASES = [(why, name, data) for why, cases in BAD.items() for name, data in cases.items()]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(("why", "name", "data"), CASES, ids=[case[1] for case in CASES])
def test_malicious_tar_ends_there_and_says_why(why, name, data, pack, tmp_path):
    members = listed(pack(GOOD + data + header(b"next.json") + END), tmp_path)
    assert members.pop("good.json") is None
    assert why in str(members[""])
    assert "next.json" not in members


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_skipping_a_member_of_a_pebibyte_ends_with_the_archive(pack, tmp_path):
    data = GOOD + header(b"device", kind=b"Z", size=tar.LARGEST) + END
    members = listed(pack(data), tmp_path)
    assert members["good.json"] is None
    assert "the archive is damaged" in str(members[""])


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("style", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("length", [90, 160, 400, 512, 3_000])
def test_long_names_are_read(length, style, pack, tmp_path):
    # The bodies also have an `x` at the position of the type in a header.
    names = [f"{kind}" * length + f"{number}é.json" for number, kind in enumerate("xgLK")]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=style) as bundle:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = 3
            bundle.addfile(info, io.BytesIO(b"{}\n"))
    assert listed(pack(packed.getvalue()), tmp_path) == dict.fromkeys(names)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("kind", [b"0", b"2"])
def test_name_that_is_not_utf8_is_shown_with_backslashes(kind, pack, tmp_path):
    data = header(b"caf\xe9\n.json", b"", kind=kind) + GOOD + END
    assert list(listed(pack(data), tmp_path)) == ["caf\\xe9\n.json", "good.json"]


def test_long_header_of_a_stream_takes_little_memory(tmp_path):
    head = header(b"././@LongLink", kind=b"L", size=300_000_000)
    path = tmp_path / "dump.tar.gz"
    with gzip.open(path, "wb", compresslevel=1) as packed:
        packed.write(GOOD + head)
        for _ in range(300):
            packed.write(bytes(1_000_000))
    code = (
        "import resource, sys; from pathlib import Path; from workbench.archives import listing\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "found = list(listing.members(Path(sys.argv[1]), spool=Path(sys.argv[1])))\n"
        "print(len(found), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path],
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    count, grown = map(int, done.stdout.split())
    assert count == 2
    assert grown < 64 << 10  # KiB


def test_no_room_for_a_copy_is_not_damage_of_the_archive(tmp_path, monkeypatch):
    monkeypatch.setattr("workbench.archives.member.SPOOL", 5)
    (tmp_path / "spool").write_text("a file instead of the folder")
    with pytest.raises(ArchiveError, match=r"good\.json cannot be copied") as raised:
        listed(gzip.compress(GOOD + END), tmp_path)
    assert "make room" in raised.value.hint
