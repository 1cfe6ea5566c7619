"""The same values in every framing, and helpers to split them into records."""

import csv
import io
import itertools
import json
from collections.abc import Iterator

from workbench.ingest.records.split import of_piece, pieces

LIMIT = 1 << 20
VALUES = [{"id": 1, "text": 'a "[{\\" \\\\'}, {"id": 2, "t": ["]", "}", {}]}, {"id": 3, "é": "…"}]


def cut(data: bytes, *places: int) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in itertools.pairwise(edges)]


def read(data: bytes, *places: int, limit: int = LIMIT) -> list[tuple[int, bytes]]:
    return records(iter(cut(data, *places)), limit=limit)


def records(chunks: Iterator[bytes], *, limit: int) -> list[tuple[int, bytes]]:
    records = pieces(chunks, max_bytes=limit)
    return [record for piece in records for record in of_piece(piece, max_bytes=limit)]


def values(data: bytes, *places: int) -> list[object]:
    return [json.loads(record) for _, record in read(data, *places) if record.strip()]


def json_lines(ends: str) -> bytes:
    return "".join(json.dumps(value) + ends for value in VALUES).encode()


def csv_table() -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerows([["id", "a", "b", "text"], [1, "x,y", '"q"', "two\nlines"], ["2", "", "", "é"]])
    return out.getvalue().encode()


FRAMES = {
    "lf": json_lines("\n"),
    "crlf": json_lines("\r\n"),
    "no last end": json_lines("\n").rstrip(),
    "blank lines": b"\r\n\n" + json_lines("\r\n\r\n"),
    "utf-8 mark": b"\xef\xbb\xbf" + json_lines("\n"),
    "utf-16": json_lines("\r\n").decode().encode("utf-16"),
    "utf-16 big": b"\xfe\xff" + json_lines("\n").decode().encode("utf-16-be"),
    "utf-32": json_lines("\r\n").decode().encode("utf-32"),
    "jsonp": b"callback(" + json.dumps(VALUES, indent=2).encode() + b");\n",
    "constant": b"const tweets = " + json.dumps(VALUES).encode() + b";",
    "cr": json_lines("\r"),
    "utf-16 without a mark": json_lines("\r\n").decode().encode("utf-16-le"),
    "utf-16 big without a mark": json_lines("\n").decode().encode("utf-16-be"),
    "indented record separators": b"".join(
        b"\x1e" + json.dumps(value, indent=2).encode() + b"\n" for value in VALUES
    ),
    "run together": json_lines(""),
    "run together with commas": json_lines(", "),
    "array": json.dumps(VALUES).encode(),
    "indented array": json.dumps(VALUES, indent=2).replace("\n", "\r\n").encode(),
    "indented objects": b"\n".join(json.dumps(value, indent=2).encode() for value in VALUES),
    "assignment": b"window.YTD.tweets.part0 = " + json.dumps(VALUES, indent=1).encode() + b";\n",
    "grailbird": b"Grailbird.data.tweets_2013_01 = \n " + json.dumps(VALUES).encode(),
    "var": b"var tweet_index =  " + json.dumps(VALUES).encode(),
}
