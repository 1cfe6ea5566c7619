"""Files of every format in every container, and seeded mutations of them.

A case is a number. Equal seeds and numbers make equal files, so a case that fails can be made
again.
"""

import bz2
import gzip
import io
import json
import lzma
import random
import zipfile
from collections.abc import Callable

import polars as pl

from tests.support.archives_by_hand import tar_of, zip_of
from tests.support.format_records import RECORDS, own
from workbench.archives.codecs import zstd
from workbench.ingest.formats import ready_maps

#: Records of a file.
_COUNT = 4

_TABLES = {table.NAME for table in ready_maps.FORMATS}

_NOTICES = [
    {"delete": {"status": {"id": 1, "id_str": "1", "user_id": 2, "user_id_str": "2"}}},
    {"limit": {"track": 9}},
    {"scrub_geo": {"user_id": 1, "up_to_status_id": 2}},
    {"status_withheld": {"id": 1, "user_id": 2, "withheld_in_countries": ["DE"]}},
]

_TWCS = (
    "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
    "8,105834,True,Wed Oct 11 06:55:44 +0000 2017,@Acme my order never came,6,\n"
    "6,Acme,False,Wed Oct 11 13:25:49 +0000 2017,@105834 Please send us its number,,8\n"
)

#: What is put into files: parts of JSON, of tables and of other encodings, and extreme values.
_TOKENS = [
    *(
        b'"',
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\\",
        b"\n",
        b"\r",
        b"\r\n",
        b"\t",
        b"\0",
        b"\x1e",
    ),
    *(b"null", b"true", b"NaN", b"-0", b"1e999", b"1e-999", b"9" * 25, b"-1", b"0.5", b"9" * 5_000),
    *(b'""', b"{}", b"[]", b'"\\ud800"', b'"\\u0000"', b"\\ud83d", b"\xff\xfe", b"\xef\xbb\xbf"),
    *(b"\xe9", b"\xed\xa0\x80", "😀".encode(), "\u2028".encode(), b"&#" + b"9" * 5_000 + b";"),
    *(b"&amp;#x110000;", b"[" * 3_000, b'{"a":' * 3_000, b'{"statuses":[' * 40, b'"' * 999),
    *(b'"9999-12-31T23:59:59-14:00"', b'"0001-01-01T00:00:00+14:00"', b'"Mon Feb 30 25:61:61"'),
    *(b'"id":', b'"id_str":"1e5"', b'"user":null', b'"text":7', b'"created_at":1e308', b'"data":['),
    *(b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\x1f\x8b\x08", b"ustar", b"PAR1", b"BZh9"),
    *(b"window.YTD.tweets.part0 = ", b"0777777777777", b"\x80" + b"\0" * 10, b"#" * 99),
]


def _lines(records: list[object]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def _export() -> dict[str, bytes]:
    def part(kind: str, entries: list[object]) -> bytes:
        return f"window.YTD.{kind}.part0 = {json.dumps(entries)}".encode()

    tweets: list[object] = [RECORDS["personal_archive"](number) for number in range(_COUNT)]
    note = {"noteTweet": {"noteTweetId": str(own(0)), "core": {"text": "long " * 99}}}
    return {
        "data/account.js": part("account", [{"account": {"accountId": "7", "username": "ann"}}]),
        "data/tweets.js": part("tweets", tweets),
        "data/note-tweet.js": part("note_tweet", [note]),
        "data/deleted-tweets.js": part("deleted_tweets", tweets[:1]),
        "__MACOSX/data/._tweets.js": b"\0\5\x16\7" + bytes(60),
    }


def _parquet(records: list[object]) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(records).write_parquet(file)
    return file.getvalue()


def contents() -> dict[str, dict[str, bytes]]:
    """Return the members of each undamaged file by its name: a format in a framing."""
    files: dict[str, dict[str, bytes]] = {"export of X": _export()}
    for name, record in RECORDS.items():
        records: list[object] = [record(number) for number in range(_COUNT)]
        files[f"{name}, lines"] = {"a.json": _lines([*records, *_NOTICES])}
        files[f"{name}, array"] = {"a.json": json.dumps(records).encode()}
        files[f"{name}, indented"] = {"a.json": json.dumps(records[0], indent=1).encode()}
        hits = [{"_index": "a", "_source": each} for each in records]
        files[f"{name}, hits"] = {"a.json": _lines([*hits])}
        if name in _TABLES or name == "archive_csv":
            frame = pl.DataFrame(records)
            files[f"{name}, table"] = {"a.csv": frame.write_csv().encode()}
            files[f"{name}, Parquet"] = {"a.parquet": _parquet(records)}
    files["twcs, table"] = {"a.csv": _TWCS.encode()}
    files["UTF-16"] = {"a.json": files["twitterstream, lines"]["a.json"].decode().encode("utf-16")}
    return files


def _zip(method: int) -> Callable[[dict[str, bytes]], bytes]:
    return lambda files: zip_of(files, method)


def _packed(compress: Callable[[bytes], bytes]) -> Callable[[dict[str, bytes]], bytes]:
    return lambda files: compress(b"".join(files.values()))


#: Name -> packs members into the bytes of one file.
CONTAINERS: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "plain": _packed(bytes),
    "gz": _packed(gzip.compress),
    "bz2": _packed(bz2.compress),
    "xz": _packed(lzma.compress),
    "zst": _packed(zstd.compress),
    "tar": tar_of,
    "tar.gz": lambda files: gzip.compress(tar_of(files)),
    "tar.zst": lambda files: zstd.compress(tar_of(files)),
    "tar of gz": lambda files: tar_of({k: gzip.compress(v) for k, v in files.items()}),
    "zip": _zip(zipfile.ZIP_DEFLATED),
    "zip, stored": _zip(zipfile.ZIP_STORED),
    "zip, bzip2": _zip(zipfile.ZIP_BZIP2),
    "zip, LZMA": _zip(zipfile.ZIP_LZMA),
}


class Mutations:
    """Mutated files by their number.

    Args:
        seed: Seed of every choice.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._contents = contents()

    def make(self, number: int) -> tuple[str, bytes]:
        """Return what a file is made of, and its bytes.

        The formats and containers come in turn, so that a few hundred numbers have them all.
        """
        chance = random.Random(f"{self._seed}-{number}")
        name = list(self._contents)[number % len(self._contents)]
        container = list(CONTAINERS)[number // len(self._contents) % len(CONTAINERS)]
        members = dict(self._contents[name])
        if is_inside := chance.random() < 0.7:
            members = {key: mutated(data, chance) for key, data in members.items()}
        data = CONTAINERS[container](members)
        place = "inside" if is_inside else "outside"
        return f"{name}, {container}, {place}", data if is_inside else mutated(data, chance)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change some bytes, one to three times."""
    for _ in range(chance.choice([1, 1, 2, 3])):
        data = chance.choice(_CHANGES)(data, chance)
    return data


def _span(data: bytes, chance: random.Random, most: int = 64) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.randint(1, most))


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4) if data else 0):
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _delete(data: bytes, chance: random.Random) -> bytes:
    start, stop = _span(data, chance)
    return data[:start] + data[stop:]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    start, stop = _span(data, chance)
    return data[:stop] + data[start:stop] * chance.choice([1, 2, 300]) + data[stop:]


def _move(data: bytes, chance: random.Random) -> bytes:
    start, stop = _span(data, chance)
    part, rest = data[start:stop], data[:start] + data[stop:]
    place = chance.randrange(len(rest) + 1)
    return rest[:place] + part + rest[place:]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _insert(data: bytes, chance: random.Random) -> bytes:
    start, stop = _span(data, chance)
    return data[:start] + chance.choice(_TOKENS) + data[chance.choice([start, stop]) :]


def _replace_value(data: bytes, chance: random.Random) -> bytes:
    """Put something in the place of a value of JSON, or of a cell."""
    place = data.find(chance.choice([b": ", b",", b"["]), chance.randrange(len(data) + 1))
    if place < 0:
        return _insert(data, chance)
    ends = [end for mark in (b",", b"}", b"\n") if (end := data.find(mark, place + 2)) > 0]
    stop = min(ends, default=len(data))
    return data[: place + 1] + chance.choice(_TOKENS) + data[stop:]


_CHANGES = (_flip, _delete, _repeat, _move, _cut, _insert, _insert, _replace_value, _replace_value)
