"""Cut text files into records: JSON values, rows of a table, or lines.

People bring files of every origin, so the format follows from the content. Damage costs the record
that it is in, not the file. `file_reader` and `labels.files` read their files through this module.
"""

import codecs
import csv
import gzip
import json
import re
import zlib
from collections.abc import Generator, Iterator
from itertools import chain, pairwise
from pathlib import Path

from workbench.exceptions import InstructionError
from workbench.instructions.record_formats import COLUMNS, KNOWN
from workbench.storage.paths import path_of

#: Larger files are refused, in bytes after decompression. Reading one of this size takes less than
#: 1 GB of memory.
MAX_BYTES = 2**27

#: Files of more records are refused.
MAX_RECORDS = 1_000_000

#: A record that cannot be decoded.
DAMAGED = object()

_SMALLER = "split it, for example with `split -C 100M`, or use a sample, from `head -n 100000`."

#: Characters at the start of a text that show whether it is a binary file.
_PROBE = 8192
#: Share of control characters from which bytes, or decoded text, count as binary. UTF-16 read as
#: bytes is half zeros, but its byte order mark rules it out first.
_BINARY_BYTES, _BINARY_TEXT = 0.01, 0.25
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a]")

_GZIP = b"\x1f\x8b"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTENT = re.compile(r"[^\0 \t\r\n]")
_NOT_BLANK = re.compile(r"\S")
_JSON_START = re.compile(r'\s*(?:\{\s*["}]|\[[\s,]*[\[\]{"])')
_JSON_NAME = re.compile(r"\.(?:js|json|jsonl|ndjson)(?:\.gz)?$", re.IGNORECASE)
_TABLE_NAME = re.compile(r"\.(?:csv|tsv)(?:\.gz)?$", re.IGNORECASE)
#: Text between two JSON values.
_GAP = re.compile(r"[\s,\]]*")
#: A line break before a line that opens an object or array.
_NEXT_VALUE = re.compile(r"\n(?=[{\[])")
# Lines end with `\n` only: `splitlines` also splits at U+2028 and form feeds inside a text.
_LINE = re.compile(r"[^\n]+")
_ROW_START = re.compile(r"[^\r\n]")
_ROW = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
#: Name of a column: at most two words, so that a sentence with commas is no header.
_COLUMN = re.compile(r"(?:[\w.:-]+(?: [\w.:-]+)?)?")


def text_of(path: Path) -> str:
    """Read a whole file as text and decompress gzip. `~` is the home folder.

    Raises:
        InstructionError: If the file is missing, empty, too large, damaged, binary, or neither
            UTF-8 nor UTF-16.
    """
    data = _bytes_of(path)
    encoding = "utf-16" if data.startswith(_UTF16_MARKS) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        is_binary = _control_share(data[:_PROBE].decode("latin-1")) > _BINARY_BYTES
        if encoding != "utf-16" and is_binary:
            raise _binary(path) from error
        msg = f"{path} is not {error.encoding.upper()} at byte {error.start} of {len(data)}."
        hint = "convert it, for example with `iconv -f latin1 -t utf-8`, and try again."
        raise InstructionError(msg, hint=hint) from error
    del data
    if not _CONTENT.search(text):
        msg = f"{path} is empty."
        raise InstructionError(msg, hint=f"known formats are {KNOWN}.")
    if _control_share(text[:_PROBE]) > _BINARY_TEXT:
        raise _binary(path)
    return text


def records(text: str, path: Path) -> Iterator[object]:
    r"""Yield each JSON value, row or line of a text, and `DAMAGED` for what cannot be decoded.

    Args:
        text: Content of the file.
        path: Its name, for errors.

    Raises:
        InstructionError: If the name promises JSON or a table and the content is neither, if the
            header of a table is damaged, or if there are too many records.

    Examples:
        >>> list(records("how do magnets work\n\nname a cheese", Path("mine.txt")))
        ['how do magnets work', 'name a cheese']
        >>> first, second = records('{"text": "why?"}\n{"text": "cut o', Path("mine.jsonl"))
        >>> first, second is DAMAGED
        ({'text': 'why?'}, True)
    """
    for number, record in enumerate(_records(text, path)):
        if number == MAX_RECORDS:
            msg = f"{path} contains more than {MAX_RECORDS:,} records."
            raise InstructionError(msg, hint=_SMALLER)
        yield record


def _records(text: str, path: Path) -> Iterator[object]:
    if _JSON_START.match(text):
        yield from _json_values(text)
    elif _JSON_NAME.search(path.name):
        msg = f"{path} has a JSON file name but begins with {text[_first(text) :][:40]!r}."
        raise InstructionError(msg, hint="name plain text .txt and tables .csv.")
    elif delimiter := _delimiter(text):
        yield from _rows(text, delimiter, path)
    elif _TABLE_NAME.search(path.name):
        msg = f"{path} is named as a table, but its first line names no known column."
        hint = f"name the column of texts one of {', '.join(sorted(COLUMNS))}; or name it .txt."
        raise InstructionError(msg, hint=hint)
    else:
        yield from (line for match in _LINE.finditer(text) if (line := match[0].strip()))


def _bytes_of(path: Path) -> bytes:
    try:
        with path_of(path).open("rb") as file:
            is_gzip = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            data = (gzip.GzipFile(fileobj=file) if is_gzip else file).read(MAX_BYTES + 1)
    except (FileNotFoundError, IsADirectoryError) as error:
        problem = "does not exist" if isinstance(error, FileNotFoundError) else "is a folder"
        msg = f"The file of instructions {path} {problem}."
        hint = "name a file, or `starter` for the set that ships."
        raise InstructionError(msg, hint=hint) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        msg = f"{path} is damaged or cut off: {error}."
        raise InstructionError(msg, hint="download it again.") from error
    except OSError as error:
        msg = f"{path} cannot be read: {error}."
        raise InstructionError(msg, hint="name a file that you may read.") from error
    if len(data) > MAX_BYTES:
        msg = f"{path} contains more than {MAX_BYTES / 2**20:,.0f} MiB."
        raise InstructionError(msg, hint=_SMALLER)
    return data


def _first(text: str, wanted: re.Pattern[str] = _NOT_BLANK) -> int:
    """Return the index of the first match, the length of the text if there is none."""
    match = wanted.search(text)
    return match.start() if match else len(text)


def _control_share(text: str) -> float:
    return len(_CONTROL.findall(text)) / len(text)


def _binary(path: Path) -> InstructionError:
    msg = f"{path} is a binary file, not text."
    return InstructionError(msg, hint=f"known formats are {KNOWN}.")


# JSON --------------------------------------------------------------------------------------------


def _json_values(text: str) -> Iterator[object]:
    """Yield the elements of an array, JSON lines, or objects that span several lines.

    After damage, reading goes on at the next line that opens an object or array. That is the next
    record of JSON lines, and nothing inside an indented object.
    """
    start = _first(text)
    is_array = text[start] == "["
    at = yield from _values(text, start + is_array, is_array=is_array)
    starts = (match.end() for match in _NEXT_VALUE.finditer(text, at))
    for first, following in pairwise(chain(starts, [len(text) + 1])):
        yield from _values(text[first : following - 1], 0, is_array=False)


def _values(text: str, at: int, *, is_array: bool) -> Generator[object, None, int]:
    """Yield JSON values until the end of the text or the first damage, and return where that is.

    Args:
        text: Values, separated by commas or white space.
        at: Index of the first value, or of a gap before it.
        is_array: Whether `at` is inside an array, whose elements may be of any type. Other values
            are records only if they are objects.
    """
    decode = json.JSONDecoder().raw_decode
    while True:
        end = _end_of_gap(text, at)
        is_array = is_array and "]" not in text[at:end]
        at = end
        if at == len(text):
            if is_array:  # cut off before its end
                yield DAMAGED
            return at
        try:
            value, end = decode(text, at)
        except (ValueError, RecursionError):
            yield DAMAGED
            return at
        yield value if is_array or isinstance(value, dict) else DAMAGED
        at = end


def _end_of_gap(text: str, at: int) -> int:
    gap = _GAP.match(text, at)
    return gap.end() if gap else at


# Tables ------------------------------------------------------------------------------------------


def _delimiter(text: str) -> str | None:
    """Return what separates the columns, None if the first line is no header with a known column.

    `csv.Sniffer` guesses from how often a character occurs, and finds tables in plain sentences.
    """
    start = _first(text, _ROW_START)
    header = text[start : start + 10_000].partition("\n")[0]
    for delimiter in ",;\t":
        names = {name.strip(' "\r').lower() for name in header.split(delimiter)}
        if names & COLUMNS and all(map(_COLUMN.fullmatch, names)):
            return delimiter
    return None


def _rows(text: str, delimiter: str, path: Path) -> Iterator[object]:
    """Yield the rows of a table with a header; rows longer than the header are damaged."""
    lines = (match[0] for match in _ROW.finditer(text, _first(text, _ROW_START)))
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        header = [name.strip().lower() for name in next(rows)]
    except csv.Error as error:
        msg = f"The header of {path} is damaged: {error}."
        raise InstructionError(msg, hint="close the quotes that are open in it.") from error
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield DAMAGED
            continue
        if len(header) == 1:  # a list of texts, which may contain the delimiter
            row = [delimiter.join(row)]
        if any(row):
            yield dict(zip(header, row, strict=False)) if len(row) <= len(header) else DAMAGED
