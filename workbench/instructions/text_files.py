"""Text files: read whole, and cut into JSON values, rows of a table, or lines."""

import codecs
import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from workbench.exceptions import InstructionError
from workbench.instructions.record_formats import COLUMNS, KNOWN
from workbench.storage.paths import path_of

#: Larger files are refused, in bytes after decompression.
MAX_BYTES = 2**30
#: Stands for a record that cannot be decoded.
DAMAGED = object()

_ENCODED = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_JSON = re.compile(r'\s*(?:\{\s*["}]|\[[\s,]*[\[\]{"])')
_TABLE_NAME = re.compile(r"\.(?:csv|tsv)(?:\.gz)?$", re.IGNORECASE)
_JSON_NAME = re.compile(r"\.(?:js|json|jsonl|ndjson)(?:\.gz)?$", re.IGNORECASE)
_GAP = re.compile(r"[\s,]*")
# Lines as `\n` ends them: `splitlines` also splits at U+2028 and form feeds inside a text.
_LINE = re.compile(r"[^\n]+")
_COLUMN = re.compile(r"(?:[\w.:-]+(?: [\w.:-]+)?)?")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a]")


def text_of(path: Path) -> str:
    """Read a whole file as text, gzip undone; see `path_of` for its name.

    Raises:
        InstructionError: If it is missing, empty, too large, damaged, binary, or no UTF-8 or
            UTF-16.
    """
    data = _bytes_of(path)
    encoding = _ENCODED.get(data[:2], "utf-8-sig")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-16" and _share_of_controls(data[:8192].decode("latin-1")) > 0.01:
            raise _binary(path) from error
        msg = f"{path} is not {error.encoding.upper()} at byte {error.start} of {len(data)}."
        hint = "convert it, such as with `iconv -f latin1 -t utf-8`, and try again."
        raise InstructionError(msg, hint=hint) from error
    if not text.strip("\0 \t\r\n"):
        msg = f"{path} is empty."
        raise InstructionError(msg, hint=f"known shapes are {KNOWN}.")
    if _share_of_controls(text[:8192]) > 0.25:
        raise _binary(path)
    return text


def records(text: str, path: Path) -> Iterator[object]:
    r"""Yield each object, row or line; `DAMAGED` for what cannot be decoded.

    An array ends at the first damage, and what follows its end is read as lines; JSON lines and
    tables go on with the next line.

    Args:
        text: Content of the file.
        path: Where it comes from.

    Raises:
        InstructionError: If the file is named as JSON and is none, or as a table and has no header
            that is known, or the header of a table is damaged.

    Examples:
        >>> list(records("how do magnets work\n\nname a cheese", Path("mine.txt")))
        ['how do magnets work', 'name a cheese']
    """
    if _JSON.match(text):
        yield from map(_decoded, _lines(text)) if _is_lines(text) else _values(text)
    elif _JSON_NAME.search(path.name):
        msg = f"{path} is named as JSON and begins with {text.strip()[:40]!r}."
        raise InstructionError(msg, hint="name plain text .txt and tables .csv.")
    elif delimiter := _delimiter(text):
        yield from _rows(text, delimiter, path)
    elif _TABLE_NAME.search(path.name):
        msg = f"{path} is named as a table, and its first line names no known column."
        hint = f"call the column of texts one of {', '.join(sorted(COLUMNS))}; or name it .txt."
        raise InstructionError(msg, hint=hint)
    else:
        yield from _lines(text)


def _bytes_of(path: Path) -> bytes:
    try:
        with path_of(path).open("rb") as file:
            is_gzip = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            data = (gzip.GzipFile(fileobj=file) if is_gzip else file).read(MAX_BYTES + 1)
    except (FileNotFoundError, IsADirectoryError) as error:
        what = "does not exist" if isinstance(error, FileNotFoundError) else "is a folder"
        msg = f"The file of instructions {path} {what}."
        hint = "name a file, or `starter` for the set that ships."
        raise InstructionError(msg, hint=hint) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        msg = f"{path} is damaged or cut off: {error}."
        raise InstructionError(msg, hint="download it again.") from error
    except OSError as error:
        msg = f"{path} cannot be read: {error}."
        raise InstructionError(msg, hint="name a file that you may read.") from error
    if len(data) > MAX_BYTES:
        msg = f"{path} holds more than {MAX_BYTES / 2**20:,.0f} MiB."
        hint = "a sample of it will do, such as with `head -n 100000`."
        raise InstructionError(msg, hint=hint)
    return data


def _share_of_controls(text: str) -> float:
    return len(_CONTROL.findall(text)) / len(text)


def _binary(path: Path) -> InstructionError:
    msg = f"{path} is a binary file, not text."
    return InstructionError(msg, hint=f"known shapes are {KNOWN}.")


def _lines(text: str) -> Iterator[str]:
    return (line for match in _LINE.finditer(text) if (line := match[0].strip()))


def _decoded(line: str) -> object:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return DAMAGED
    return value if isinstance(value, dict) else DAMAGED


def _is_lines(text: str) -> bool:
    """Tell JSON lines, of which one of the first three may be damaged, from other JSON.

    An element of an array or a part of an object may stand on a line of its own: a text has no
    lines where it opens as an array, with an object over several lines, or with one and a comma.
    """
    start = _after_gap(text, 0)
    is_array = text[start] == "["
    first = _after_gap(text, start + 1) if is_array else start
    if is_array and text.startswith("]", first):
        return False
    try:
        _, end = json.JSONDecoder().raw_decode(text, first)
    except (ValueError, RecursionError):
        is_spread = False
    else:
        is_spread = "\n" in text[first:end] or "," in text[end : _after_gap(text, end)]
        is_spread |= is_array
    return not is_spread and any(_decoded(line) is not DAMAGED for line in islice(_lines(text), 3))


def _values(text: str) -> Iterator[object]:
    """Yield the elements of an array, or objects written over several lines."""
    decode = json.JSONDecoder().raw_decode
    is_array = text.lstrip().startswith("[")
    at = text.find("[") + 1 if is_array else 0
    while (at := _after_gap(text, at)) < len(text):
        if is_array and text[at] == "]":
            yield from map(_decoded, _lines(text[at + 1 :]))
            return
        try:
            value, at = decode(text, at)
        except (ValueError, RecursionError):
            yield DAMAGED
            return
        yield value
    if is_array:
        yield DAMAGED


def _after_gap(text: str, at: int) -> int:
    gap = _GAP.match(text, at)
    return gap.end() if gap else at


def _delimiter(text: str) -> str | None:
    """Tell what separates the columns; None where the first line is no header."""
    header = text.lstrip("\r\n").partition("\n")[0][:10_000]
    for delimiter in ",;\t":
        names = {name.strip(' "\r').lower() for name in header.split(delimiter)}
        if names & COLUMNS and all(map(_COLUMN.fullmatch, names)):
            return delimiter
    return None


def _rows(text: str, delimiter: str, path: Path) -> Iterator[object]:
    rows = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter)
    try:
        header = [name.strip().lower() for name in next(rows)]
    except csv.Error as error:
        msg = f"The first line of {path}, which names its columns, is damaged: {error}."
        raise InstructionError(msg, hint="close the quotes that are open in it.") from error
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield DAMAGED
            continue
        if len(header) == 1:
            row = [delimiter.join(row)]
        if any(row):
            yield dict(zip(header, row, strict=False)) if len(row) <= len(header) else DAMAGED
