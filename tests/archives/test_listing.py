"""Archives of every kind, also malicious and damaged ones."""

import bz2
import gzip
import io
import itertools
import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from pathlib import Path

import polars as pl
import pytest

from tests.support.archives_by_hand import FILES, PACKERS, PLAIN, entries, tar_of, zip_of
from tests.support.paths import ROOT
from workbench import ingest
from workbench.archives import listing
from workbench.exceptions import ArchiveError
from workbench.ingest.member_reader import content_hash
from workbench.storage import Workspace


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("suffix", ["right", "wrong.txt"])
def test_members_reads_each_container_by_content(kind, suffix, tmp_path):
    path = tmp_path / (f"dump.{kind}" if suffix == "right" else suffix)
    path.write_bytes(PACKERS[kind](FILES))
    assert entries(path, tmp_path) == PLAIN


@pytest.mark.parametrize("kind", PACKERS)
def test_members_reads_containers_in_folders_under_their_own_name(kind, tmp_path):
    folder = tmp_path / "dumps"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / f"a.{kind}").write_bytes(PACKERS[kind](FILES))
    (folder / "b.jsonl").write_bytes(b"{}\n")
    members = list(listing.members(folder, spool=tmp_path / "spool"))
    assert [(Path(each.archive).name, each.name) for each in members] == [
        ("dumps", "b.jsonl"),
        *((f"a.{kind}", name) for name in FILES),
    ]


def test_members_of_a_folder_come_in_order_of_their_names(tmp_path):
    folder = tmp_path / "dump"
    for name in ["b/2.json", "a/9.json", "z.json", "b/10.json"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"{}")
    names = [member.name for member in listing.members(folder, spool=tmp_path)]
    assert names == ["z.json", "a/9.json", "b/10.json", "b/2.json"]


@pytest.mark.parametrize(
    "data", [b"", b"{}\n", gzip.compress(b"{}\n", mtime=0), bz2.compress(b"{}\n")]
)
def test_single_file_is_a_member_without_a_name(data, tmp_path):
    (tmp_path / "tweets").write_bytes(data)
    assert entries(tmp_path / "tweets", tmp_path) == {"": b"{}\n" if data else b""}


def test_zip_with_two_members_of_one_name_gives_both(tmp_path):
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("a.json", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            bundle.writestr("a.json", b"22")
    contents = [b"".join(each.chunks()) for each in listing.members(path, spool=tmp_path)]
    assert contents == [b"1", b"22"]


@pytest.mark.parametrize("kind", [*PACKERS, "plain", "gz"])
def test_standard_input_may_be_anything(kind, tmp_path, monkeypatch):
    files = PACKERS | {"plain": lambda _: b"{}\n", "gz": lambda _: gzip.compress(b"{}\n")}
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(files[kind](FILES))))
    assert entries("-", tmp_path) == (PLAIN if kind in PACKERS else {"": b"{}\n"})
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(left) == (kind == "zip")  # it stays until its last member was read


def test_standard_input_may_be_a_pipe(tmp_path):
    code = (
        "import sys; from pathlib import Path; from workbench.archives import listing\n"
        "for each in listing.members(Path('-'), spool=Path(sys.argv[1])):\n"
        "    print(each.archive, each.name, each.refusal, b''.join(each.chunks()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "spool"],
        input=PACKERS["tar.gz"](FILES),
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.decode().splitlines() == [
        f"standard input {name} None {data}" for name, data in PLAIN.items()
    ]


@pytest.mark.parametrize("kind", [*PACKERS, "plain"])
def test_named_pipe_is_read_as_standard_input(kind, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    data = PACKERS[kind](FILES) if kind in PACKERS else b"{}\n"
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=[data])
    writer.start()
    members = list(listing.members(tmp_path / "pipe", spool=tmp_path / "spool"))
    writer.join()
    assert {member.archive for member in members} == {"standard input"}
    read = {member.name: b"".join(member.chunks()) for member in members}
    assert read == (PLAIN if kind in PACKERS else {"": b"{}\n"})


def test_device_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(
        ArchiveError, match=r"is not a file, a folder or a pipe(.|\n)*standard input and name `-`"
    ):
        list(listing.members(Path(os.devnull), spool=tmp_path))


def test_expand_returns_paths_globs_and_standard_input_once(tmp_path):
    for name in ["b.tar", "a.tar", "c[1].tar"]:
        (tmp_path / name).touch()
    patterns = [str(tmp_path / "*.tar"), str(tmp_path / "c[1].tar"), "-", str(tmp_path)]
    names = [path.name for path in listing.expand(patterns)]
    assert names == ["a.tar", "b.tar", "c[1].tar", "-", tmp_path.name]


@pytest.mark.parametrize("pattern", ["nothing.tar", "*.nothing", "[", ""])
def test_expand_refuses_missing_paths(pattern, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if pattern:
        with pytest.raises(ArchiveError, match="does not exist"):
            listing.expand([pattern])
    else:
        assert listing.expand([pattern]) == [Path()]


def special_tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as bundle:
        kinds = {
            "soft": tarfile.SYMTYPE,
            "hard": tarfile.LNKTYPE,
            "device": tarfile.CHRTYPE,
            "block": tarfile.BLKTYPE,
            "pipe": tarfile.FIFOTYPE,
        }
        for name, kind in kinds.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            bundle.addfile(info)
        for name in ["/absolute.json", "../outside.json", "a/../../b.json"]:
            info = tarfile.TarInfo(name)
            info.size = 3
            bundle.addfile(info, io.BytesIO(b"{}\n"))
        info = tarfile.TarInfo("folder")
        info.type = tarfile.DIRTYPE
        bundle.addfile(info)
    return packed.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_links_and_devices_are_refused_and_nothing_is_written(pack, tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "dump.tar").write_bytes(pack(special_tar()))
    refusal = "a link or special file, not followed"
    contents = entries(inner / "dump.tar", inner)
    assert contents == {
        **dict.fromkeys(["soft", "hard", "device", "block", "pipe"], refusal),
        **dict.fromkeys(["/absolute.json", "../outside.json", "a/../../b.json"], b"{}\n"),
    }
    assert {path.name for path in tmp_path.rglob("*")} == {"a", "b", "dump.tar"}


def test_links_and_pipes_in_folders_are_not_followed(tmp_path):
    folder = tmp_path / "dump"
    folder.mkdir()
    (folder / "a.json").write_bytes(b"{}")
    (folder / "link.json").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    refusal = "a link or special file, not followed"
    links = dict.fromkeys(["link.json", "loop", "pipe"], refusal)
    assert entries(folder, tmp_path) == {"a.json": b"{}", **links}


def test_links_in_zips_are_refused(tmp_path):
    path = tmp_path / "dump.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        bundle.writestr(link, "/etc/passwd")
    assert entries(path, tmp_path) == {"link": "a link or special file, not followed"}


def test_encrypted_members_of_a_zip_are_refused(tmp_path):
    data = bytearray(zip_of({"a.json": b"{}"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "secret.zip").write_bytes(data)
    assert entries(tmp_path / "secret.zip", tmp_path) == {"a.json": "encrypted"}


MANY = {f"{number:02}.json": b'{"id": %d}\n' % number * 400 for number in range(20)}


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.97])
def test_cut_off_archive_keeps_what_came_before_and_says_so(kind, share, tmp_path):
    data = PACKERS[kind](MANY)
    if kind == "tar":
        data = data[: data.rindex(b"}\n") + 2]
    (tmp_path / "cut").write_bytes(data[: int(len(data) * share)])
    contents = entries(tmp_path / "cut", tmp_path)
    whole = {name: got for name, got in contents.items() if got == MANY.get(name)}
    damages = [got for got in contents.values() if isinstance(got, str)]
    assert damages
    assert len(whole) + len(damages) == len(contents)
    if kind == "tar":
        assert len(whole) >= int(20 * share) - 1


@pytest.mark.parametrize("place", range(600, 9_000, 977))
def test_damaged_tar_header_is_reported(place, tmp_path):
    data = bytearray(tar_of(MANY))
    start = place - place % 512
    while data[start + 257 : start + 262] != b"ustar":
        start += 512
    data[start : start + 512] = b"\xff" * 512
    (tmp_path / "dump.tar").write_bytes(data)
    contents = entries(tmp_path / "dump.tar", tmp_path)
    damages = [got for got in contents.values() if isinstance(got, str)]
    assert len(damages) == 1
    assert "the archive is damaged" in damages[0]


TWEETS = {
    f"{number}.json": b'{"id": %d, "id_str": "%d", "text": "a"}\n' % (number, number) * 9
    for number in (1146307485200000000, 1146307485200000001)
}


def test_no_flipped_byte_makes_members_raise(tmp_path):
    for kind, step in itertools.product([*PACKERS, "zip-lzma"], range(23)):
        data = bytearray(zip_of(FILES, zipfile.ZIP_LZMA) if "-" in kind else PACKERS[kind](FILES))
        data[step * len(data) // 23] ^= 0x55
        (tmp_path / "flipped").write_bytes(data)
        os.utime(tmp_path / "flipped", ns=(step, step))
        assert entries(tmp_path / "flipped", tmp_path)


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "zip", "zip-lzma"])
def test_ledger_is_written_despite_a_flipped_byte(kind, tmp_path):
    whole = zip_of(TWEETS, zipfile.ZIP_LZMA) if "-" in kind else PACKERS[kind](TWEETS)
    workspace = Workspace.create(tmp_path / "workspace")
    for step in range(12):
        data = bytearray(whole)
        data[step * len(data) // 12 + 5] ^= 0xFF
        (tmp_path / f"{step}").write_bytes(data)
    paths = [str(tmp_path / f"{step}") for step in range(12)]
    counts = ingest.from_archives(paths, workspace=workspace)
    listed = [each for path in paths for each in listing.members(Path(path), spool=tmp_path)]
    assert counts["members_known"] == 0
    assert counts["members_read"] + counts["members_repeated"] == len(listed)
    assert set(workspace.read("ledger")["content_hash"]) == set(map(content_hash, listed))


def test_unreadable_members_have_different_hashes(tmp_path):
    data = bytearray(zip_of({"a.json": b"1\n", "b.json": b"2\n", "c.json": b""}))
    for mark, place in {b"PK\x01\x02": 10, b"PK\x03\x04": 8}.items():
        start = data.find(mark)
        while start >= 0:
            data[start + place : start + place + 2] = b"\x09\x00"  # an unknown compression method
            start = data.find(mark, start + 1)
    (tmp_path / "odd.zip").write_bytes(data)
    (tmp_path / "empty.json").write_bytes(b"")
    members = listing.members(tmp_path / "odd.zip", spool=tmp_path)
    empty = listing.members(tmp_path / "empty.json", spool=tmp_path)
    assert len({content_hash(member) for member in itertools.chain(members, empty)}) == 4


def test_zip_entry_without_a_name_is_a_member(tmp_path):
    data = zip_of({"a": b"1", "b": b"2"})
    head, tail = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    data = bytearray(data)
    data[head + 30] = data[tail + 46] = 0  # `zipfile` cuts a name at a zero
    (tmp_path / "odd.zip").write_bytes(data)
    assert set(entries(tmp_path / "odd.zip", tmp_path)) == {"", "b"}


def test_names_that_are_not_utf8_are_read_and_shown_with_backslashes(tmp_path):
    folder = tmp_path / os.fsdecode(b"d\xfcmp")
    folder.mkdir()
    (folder / os.fsdecode(b"caf\xe9.json")).write_bytes(TWEETS["1146307485200000000.json"])
    (folder / os.fsdecode(b"\xe9.zip")).write_bytes(zip_of(TWEETS))
    (folder / os.fsdecode(b"\xe8")).symlink_to("/etc/passwd")
    workspace = Workspace.create(tmp_path / "workspace")
    ingest.from_archives([str(folder)], workspace=workspace)
    ledger = workspace.read("ledger").select(pl.col("archive").str.tail(13), "name").rows()
    assert ("d\\xfcmp/\\xe9.zip"[-13:], "1146307485200000001.json") in ledger
    assert {name for archive, name in ledger if archive.endswith("mp")} >= {"\\xe8"}
    counts = ingest.from_archives([str(folder)], workspace=workspace)
    assert counts["members_read"] == 0


def test_unreadable_folders_are_reported(tmp_path, monkeypatch):
    scan = os.scandir
    for name in ["open", "shut"]:
        (tmp_path / "dump" / name).mkdir(parents=True)
        (tmp_path / "dump" / name / "a.json").write_bytes(b"{}")

    def scandir(path):
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    refusal = "a folder that cannot be read: Permission denied"
    assert entries(tmp_path / "dump", tmp_path) == {"open/a.json": b"{}", "shut": refusal}
    with pytest.raises(ArchiveError, match="Permission denied"):
        list(listing.members(tmp_path / "dump" / "shut", spool=tmp_path))


def test_unreadable_archive_is_an_error_with_a_remedy(tmp_path):
    path = tmp_path / "dump.tar"
    path.write_bytes(tar_of(FILES))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("needs a user without permission for everything")
    with pytest.raises(ArchiveError, match=r"Permission denied(.|\n)*change its permissions"):
        list(listing.members(path, spool=tmp_path))
