"""Shapes: where the instruction sets of others keep the request; told from content, not names."""

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
from typing import Any

from workbench.exceptions import InstructionError

#: Larger files are refused, in bytes after decompression.
MAX_BYTES = 2**30
#: What can be read, as errors name it.
KNOWN = (
    "Alpaca (instruction, input), Dolly (instruction, context), self-instruct (instruction, "
    "instances), Open-Assistant trees (prompt) and messages (text, role, parent_id), ShareGPT "
    "(conversations), chat (messages), INSTRUCTION, or exactly one of text, prompt and question; "
    "as JSON, JSON lines or CSV with a header; or plain text, one instruction a line"
)
#: Stands for a record that cannot be decoded.
DAMAGED = object()
#: Stands for the request of a message that answers another one, or was deleted.
REPLY = ""

_HUMAN = {"user", "human", "prompter"}
_FIELDS = ("text", "prompt", "question")
_COLUMNS = {"instruction", *_FIELDS}
_DIALOGUES = ("conversations", "messages", "conversation")
_ENCODED = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_JSON = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[\]{"])')
_JSON_NAME = re.compile(r"\.(?:js|json|jsonl|ndjson)(?:\.gz)?$", re.IGNORECASE)
_GAP = re.compile(r"[\s,]*")
# Lines as `\n` ends them: `splitlines` also splits at U+2028 and form feeds inside a text.
_LINE = re.compile(r"[^\n]+")
_COLUMN = re.compile(r"(?:[\w.:-]+(?: [\w.:-]+)?)?")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a]")


def text_of(path: Path) -> str:
    """Read a whole file as text, gzip undone.

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

    An array ends at the first damage, JSON lines and tables go on with the next line.

    Args:
        text: Content of the file.
        path: Where it comes from.

    Raises:
        InstructionError: If the file is named as JSON and is none.

    Examples:
        >>> list(records("how do magnets work\n\nname a cheese", Path("mine.txt")))
        ['how do magnets work', 'name a cheese']
    """
    if _JSON.match(text):
        is_lines = any(isinstance(_decoded(line), dict) for line in islice(_lines(text), 3))
        yield from map(_decoded, _lines(text)) if is_lines else _values(text)
    elif _JSON_NAME.search(path.name):
        msg = f"{path} is named as JSON and begins with {text.strip()[:40]!r}."
        raise InstructionError(msg, hint="name plain text .txt and tables .csv.")
    elif delimiter := _delimiter(text):
        yield from _rows(text, delimiter)
    else:
        yield from _lines(text)


def request(record: object) -> str | None:
    r"""Find the text that asks for something.

    Args:
        record: One value of `records`.

    Returns:
        The text; `REPLY` for messages that are no opening request; None where no known shape fits.

    Examples:
        >>> request({"instruction": "Add these.", "input": "2, 3", "output": "5"})
        'Add these.\n2, 3'
        >>> request({"messages": [{"role": "user", "content": "hello?"}]})
        'hello?'
        >>> request({"speech": "hello?"}) is None
        True
    """
    if not isinstance(record, dict):
        return _text(record) or None
    for find in (_of_node, _of_instruction, _of_dialogue, _of_field):
        if (found := find(record)) is not None:
            return found
    return None


def topic(record: object) -> str | None:
    """Give what a record says about its kind, in kebab-case; None where it says nothing.

    Examples:
        >>> topic({"instruction": "Name a cheese.", "category": "open_qa"})
        'open-qa'
    """
    if not isinstance(record, dict):
        return None
    named = _text(record.get("topic")) or _text(record.get("category"))
    return re.sub(r"[\W_]+", "-", named[:80].lower()).strip("-") or None


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
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


def _values(text: str) -> Iterator[object]:
    """Yield the elements of an array, or objects written over several lines."""
    decode = json.JSONDecoder().raw_decode
    is_array = text.lstrip().startswith("[")
    at = text.find("[") + 1 if is_array else 0
    while (at := _after_gap(text, at)) < len(text):
        if is_array and text[at] == "]":
            if text[at + 1 :].strip():
                yield DAMAGED
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
        if names & _COLUMNS and all(map(_COLUMN.fullmatch, names)):
            return delimiter
    return None


def _rows(text: str, delimiter: str) -> Iterator[object]:
    rows = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter)
    header = [name.strip().lower() for name in next(rows)]
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


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _of_node(record: dict[str, Any]) -> str | None:
    """Open-Assistant: a tree, or a message with its role and parent."""
    prompt = record.get("prompt")
    node = prompt if isinstance(prompt, dict) else record
    if not _text(node.get("text")) or (node is record and "role" not in record):
        return None
    is_opening = _text(node.get("role", "prompter")) in _HUMAN and not node.get("parent_id")
    return _text(node["text"]) if is_opening and not node.get("deleted") else REPLY


def _of_instruction(record: dict[str, Any]) -> str | None:
    """Alpaca, Dolly, self-instruct and the Open-Assistant instruction format."""
    asked = _text(record.get("instruction")) or _text(record.get("INSTRUCTION"))
    instances = record.get("instances")
    first = instances[0] if isinstance(instances, list) and instances else None
    given = _text(record.get("input")) or _text(record.get("context"))
    given = given or (_text(first.get("input")) if isinstance(first, dict) else "")
    return f"{asked}\n{given}".strip() if asked else None


def _of_dialogue(record: dict[str, Any]) -> str | None:
    """ShareGPT and chat messages: what the human says first."""
    for turns in (record[key] for key in _DIALOGUES if isinstance(record.get(key), list)):
        for turn in turns:
            if not isinstance(turn, dict):
                continue
            if (_text(turn.get("role")) or _text(turn.get("from"))).lower() in _HUMAN:
                said = turn.get("content") or turn.get("value")
                parts = said if isinstance(said, list) else [{"text": said}]
                texts = [_text(part.get("text")) for part in parts if isinstance(part, dict)]
                return "\n".join(filter(None, texts)) or None
    return None


def _of_field(record: dict[str, Any]) -> str | None:
    """Any record with one field that can only be the request."""
    found = [text for field in _FIELDS if (text := _text(record.get(field)))]
    return found[0] if len(found) == 1 else None
