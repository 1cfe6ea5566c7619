"""Files of any size that are made to cost time or memory: tiny parts, huge parts, deep parts.

`bench_linear` measures how their time grows, and `test_memory` how their memory does.
"""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import polars as pl

from tests.support.format_records import RECORDS
from workbench.archives.codecs import zstd

#: Writes a file, or a folder, of so many parts and returns its path.
Write = Callable[[Path, int], None]

_STATUS = {"id": 1146307485200000000, "id_str": "1146307485200000000", "text": "a", "user": {}}
_LINE = json.dumps(_STATUS).encode()
_SKIPPABLE = b"\x50\x2a\x4d\x18\x00\x00\x00\x00"


def _repeated(part: bytes, *, start: bytes = b"", end: bytes = b"") -> Write:
    def write(path: Path, count: int) -> None:
        with path.open("wb") as file:
            file.write(start)
            for done in range(0, count, 10_000):
                file.write(part * min(count - done, 10_000))
            file.write(end)

    return write


def _nested(opening: bytes, inner: bytes, closing: bytes) -> Write:
    def write(path: Path, count: int) -> None:
        path.write_bytes(opening * count + inner + closing * count + b"\n")

    return write


def _lines(records: Iterable[object]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def _of_format(name: str) -> Write:
    def write(path: Path, count: int) -> None:
        path.write_bytes(_lines(map(RECORDS[name], range(count))))

    return write


def _tar(*, mode: str = "w", is_link: bool = False) -> Write:
    def write(path: Path, count: int) -> None:
        with tarfile.open(path, mode) as bundle:
            for number in range(count):
                info, data = tarfile.TarInfo(f"{number}.json"), b"" if is_link else b"%d" % number
                info.type = tarfile.SYMTYPE if is_link else tarfile.REGTYPE
                info.size, info.linkname = len(data), "a" if is_link else ""
                bundle.addfile(info, io.BytesIO(data))

    return write


def _zip(method: int, *, is_empty: bool = False, is_cut: bool = False) -> Write:
    def write(path: Path, count: int) -> None:
        with zipfile.ZipFile(path, "w", method) as bundle:
            for number in range(count):
                data = b"" if is_empty else b"%d" % number
                bundle.writestr(zipfile.ZipInfo(f"{number}.json"), data, method)
        if is_cut:
            data = path.read_bytes()
            path.write_bytes(data[: data.rindex(b"PK\x03\x04")])

    return write


def _folder(path: Path, count: int) -> None:
    path.mkdir()
    for number in range(count):
        (path / f"{number}.json").write_bytes(b"%d" % number)


def _parquet(path: Path, count: int) -> None:
    pl.DataFrame([RECORDS["twarc_csv"](number) for number in range(count)]).write_parquet(path)


def _csv(name: str) -> Write:
    def write(path: Path, count: int) -> None:
        pl.DataFrame([RECORDS[name](number) for number in range(count)]).write_csv(path)

    return write


def _wide_csv(path: Path, count: int) -> None:
    names = ",".join(f"c{number}" for number in range(count))
    path.write_text(f"id,text,{names}\n" + "1,a\n" * 9 + ",".join(["1"] * count) + "\n")


def _export(path: Path, count: int) -> None:
    def part(kind: str, entries: list[object]) -> str:
        return f"window.YTD.{kind}.part0 = {json.dumps(entries)}"

    path.mkdir()
    account = {"account": {"accountId": "7", "username": "ann"}}
    tweets = [RECORDS["personal_archive"](number) for number in range(count)]
    notes = [
        {"noteTweet": {"noteTweetId": tweet["tweet"]["id"], "core": {"text": "a" * 400}}}
        for tweet in tweets
    ]
    (path / "account.js").write_text(part("account", [account]))
    (path / "tweets.js").write_text(part("tweets", tweets))
    (path / "note-tweet.js").write_text(part("note_tweet", notes))


_HITS = b'{"_index": "a", "_source": ' + _LINE + b"}"

#: Name -> how it is written, and parts of the smallest size.
FILES: dict[str, tuple[Write, int]] = {
    "tar": (_tar(), 1_500),
    "tar.gz": (_tar(mode="w:gz"), 1_500),
    "tar of links": (_tar(is_link=True), 1_500),
    "folder": (_folder, 1_500),
    "zip": (_zip(zipfile.ZIP_DEFLATED), 1_500),
    "zip, stored": (_zip(zipfile.ZIP_STORED), 1_500),
    "zip, bzip2": (_zip(zipfile.ZIP_BZIP2), 1_500),
    "zip, LZMA": (_zip(zipfile.ZIP_LZMA), 1_500),
    "zip of empty members": (_zip(zipfile.ZIP_STORED, is_empty=True), 3_000),
    "zip without its end": (_zip(zipfile.ZIP_DEFLATED, is_cut=True), 1_500),
    "gz of tiny members": (_repeated(gzip.compress(b"{}\n")), 60_000),
    "bz2 of tiny streams": (_repeated(bz2.compress(b"{}\n")), 10_000),
    "xz of tiny streams": (_repeated(lzma.compress(b"{}\n")), 10_000),
    "zst of tiny frames": (_repeated(zstd.compress(b"{}\n")), 40_000),
    "zst of skippable frames": (
        _repeated(_SKIPPABLE, start=zstd.compress(b"{}\n")),
        100_000,
    ),
    "blank lines": (_repeated(b"\n"), 20_000_000),
    "lines of nothing else": (_repeated(b"{}\n"), 30_000),
    "lines that are cut": (_repeated(_LINE[:-2] + b"\n"), 8_000),
    "lines of numbers": (_repeated(b"17\n"), 100_000),
    "lines with commas": (_repeated(_LINE + b",\n"), 8_000),
    "lines with CR": (_repeated(_LINE + b"\r"), 40_000),
    "lines in a log": (_repeated(b"2019-07-03 INFO " + _LINE + b"\n"), 8_000),
    "lines of JSON strings": (_repeated(json.dumps(_LINE.decode()).encode() + b"\n"), 8_000),
    "one line of objects": (_repeated(_LINE), 20_000),
    "one line of openings": (_repeated(b'{"'), 500_000),
    "one line of quotes": (_repeated(b'"'), 1_000_000),
    "one line of brackets": (_repeated(b"["), 1_000_000),
    "one line without an end": (_repeated(b"a"), 20_000_000),
    "array of objects": (_repeated(_LINE + b",", start=b"[", end=_LINE + b"]"), 20_000),
    "array of empty objects": (_repeated(b"{},", start=b"[", end=b"{}]"), 30_000),
    "array of numbers": (_repeated(b"1,", start=b"[", end=b"1]"), 200_000),
    "array of arrays": (_repeated(b"[],", start=b"[", end=b"[]]"), 60_000),
    "object over several lines": (_repeated(_LINE.replace(b", ", b",\n") + b"\n"), 8_000),
    "pages in pages": (_nested(b'{"statuses": [', _LINE, b"]}"), 2_000),
    "hits of a search": (_repeated(_HITS + b"\n"), 4_000),
    "page of statuses": (
        _repeated(_LINE + b",", start=b'{"statuses": [', end=_LINE + b"]}\n"),
        20_000,
    ),
    "UTF-16": (_repeated((_LINE + b"\n").decode().encode("utf-16-le")), 20_000),
    "NUL bytes": (_repeated(b"\0"), 5_000_000),
    "table": (_csv("twarc_csv"), 4_000),
    "table of tweets as v2": (_csv("v2_table"), 3_000),
    "table of empty rows": (_repeated(b"\n", start=b"id,text,c,d\n"), 60_000),
    "table with an open quote": (_repeated(b'1,"a\n', start=b"id,text,c,d\n"), 100_000),
    "table of many columns": (_wide_csv, 30_000),
    "Parquet": (_parquet, 4_000),
    "export of X": (_export, 4_000),
    **{f"lines of {name}": (_of_format(name), 2_000) for name in RECORDS},
}
