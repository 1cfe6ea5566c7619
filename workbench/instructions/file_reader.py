"""Read a file of instructions and count what became of each of its records."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import dataframely as dy
import polars as pl

from workbench.exceptions import InstructionError
from workbench.instructions import chat_markup, record_formats, text_files
from workbench.instructions.record_formats import NoRequest
from workbench.schemas import Instructions

#: Longer texts are cut, in characters. Sentence models read about the first thousand.
MAX_CHARACTERS = 20_000
#: Rows that are texts of Python at the same time.
_ROWS_AT_ONCE = 2_000
#: Fields, and names of a field, that the error about an unknown format reads of each record.
_MAX_FIELDS, _MAX_FIELD_NAME = 50, 40
#: Most common fields that the error lists.
_FIELDS_SHOWN = 12

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_COLUMNS: dict[str, type[pl.DataType]] = {"text": pl.String, "topic": pl.String}


class Rows:
    """Rows of texts, kept as UTF-8: a text of Python may need four bytes for each character.

    Args:
        schema: Columns of the rows.
    """

    def __init__(self, schema: dict[str, type[pl.DataType]]) -> None:
        self._schema = schema
        self._frames: list[pl.DataFrame] = [pl.DataFrame(schema=schema)]
        self._rows: list[tuple[str | None, ...]] = []
        self._count = 0

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._count

    def append(self, row: tuple[str | None, ...]) -> None:
        """Add a row."""
        self._rows.append(row)
        self._count += 1
        if len(self._rows) == _ROWS_AT_ONCE:
            self._pack()

    def frame(self) -> pl.DataFrame:
        """Return all rows."""
        self._pack()
        return pl.concat(self._frames)

    def _pack(self) -> None:
        self._frames.append(pl.DataFrame(self._rows, schema=self._schema, orient="row"))
        self._rows = []


@dataclass(frozen=True)
class Reading:
    """The instructions of a file, and counts of its records.

    `records` is the sum of the rows of `instructions` and of all other counts.

    Args:
        instructions: One row per distinct instruction, in the order of the file.
        records: Lines, rows or objects of the file, without blank lines.
        skipped: Records that are damaged or contain no instruction.
        marked_up: Prompts marked up for a chat model that contain no turn of the user.
        replies: Open-Assistant messages that open no conversation, or were deleted.
        unfit: Records labelled as not fitting or as borderline.
        repeated: Records that repeat an earlier text, ignoring letter case and white space.
    """

    instructions: dy.DataFrame[Instructions]
    records: int
    skipped: int
    marked_up: int
    replies: int
    unfit: int
    repeated: int


def from_file(path: str | Path) -> Reading:
    """Read known instructions from a file and count what became of its records.

    Lone surrogates become U+FFFD, control characters become spaces, and texts longer than
    `MAX_CHARACTERS` are cut.

    Raises:
        InstructionError: If the file is missing, empty, too large, binary, neither UTF-8 nor
            UTF-16, or contains no instruction in a known format.
    """
    path = Path(path)
    rows = Rows(_COLUMNS)
    unknown_fields: Counter[str] = Counter()
    total = marked_up = replies = unfit = 0
    for record in text_files.records(text_files.text_of(path), path):
        total += 1
        _check_stands_alone(record, path)
        request = record_formats.request(record)
        if request is NoRequest.REPLY:
            replies += 1
        elif request is NoRequest.MARKUP:
            marked_up += 1
        elif request is NoRequest.UNKNOWN:
            unknown_fields.update(_fields(record))
        elif record_formats.is_labelled_unfit(record):
            unfit += 1
        elif text := clean(request):
            rows.append((text, record_formats.topic(record)))
        else:
            unknown_fields.update(_fields(record))
    skipped = total - marked_up - replies - unfit - len(rows)
    if not rows:
        names = ", ".join(name for name, _ in unknown_fields.most_common(_FIELDS_SHOWN))
        msg = (
            f"{path} contains no instruction: {skipped} of {total} records are damaged, empty or "
            f"in an unknown format, {marked_up} are marked up without a turn of the user, "
            f"{replies} are replies, {unfit} are labelled as not fitting. "
            f"The unknown records contain: {names or 'nothing'}."
        )
        raise InstructionError(msg, hint=f"known formats are {record_formats.KNOWN}.")
    frame = distinct(rows.frame())
    return Reading(
        instructions=identify(frame, source=path.name),
        records=total,
        skipped=skipped,
        marked_up=marked_up,
        replies=replies,
        unfit=unfit,
        repeated=len(rows) - frame.height,
    )


def _check_stands_alone(record: object, path: Path) -> None:
    """Refuse plain text with chats over several lines: it would be read as one request a line."""
    if isinstance(record, str) and chat_markup.continues_chat(record):
        msg = f"{path} contains chats over several lines, for example at {record[:40]!r}."
        hint = 'write each chat as one line of JSON: {"text": "### Human: ..."}.'
        raise InstructionError(msg, hint=hint)


def clean(text: str) -> str:
    r"""Return a text that can be stored as UTF-8: no control characters, of bounded length.

    Examples:
        >>> clean("why\x00so? \ud800")
        'why so? \ufffd'
    """
    text = text[:MAX_CHARACTERS]
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub(" ", text).strip()


def normal() -> pl.Expr:
    """Return `text` in the form in which texts are compared: lower case, single spaces."""
    return pl.col("text").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()


def distinct(frame: pl.DataFrame) -> pl.DataFrame:
    """Keep the first of equal texts, and add the column `normal`."""
    compared = frame.with_columns(normal=normal())
    return compared.unique("normal", keep="first", maintain_order=True)


def identify(frame: pl.DataFrame, *, source: str) -> dy.DataFrame[Instructions]:
    """Add an id that follows from the source and the text of each row.

    Args:
        frame: Rows from `distinct`. Missing columns `topic` and `tweet_id` become null.
        source: File or collection that the rows come from.
    """
    stem = re.sub(r"[^\w-]+", "-", source.partition(".")[0]).strip("-") or "file"
    hashes = [hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for text in frame["normal"]]
    ids = pl.Series("instruction_id", [f"{stem}-{text_hash}" for text_hash in hashes], pl.String)
    absent = [pl.lit(None).alias(name) for name in ("topic", "tweet_id") if name not in frame]
    rows = frame.with_columns(ids, *absent, source=pl.lit(source))
    return rows.select(Instructions.column_names()).pipe(Instructions.validate, cast=True)


def _fields(record: object) -> list[str]:
    """Return the field names of a record in no known format, for the error."""
    if record is text_files.DAMAGED:
        return ["(damaged)"]
    if isinstance(record, dict):
        return [str(name)[:_MAX_FIELD_NAME] for name in list(record)[:_MAX_FIELDS]]
    return [f"({type(record).__name__})"]
