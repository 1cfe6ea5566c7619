"""Readings: the instructions that a file holds, and what became of each of its records."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import dataframely as dy
import polars as pl

from workbench.exceptions import InstructionError
from workbench.instructions import record_formats, text_files
from workbench.schemas import Instructions

#: Longer texts are cut, in characters; sentence models read about the first thousand.
MAX_CHARACTERS = 20_000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TYPES = {"text": pl.String, "topic": pl.String}


@dataclass(frozen=True)
class Reading:
    """What a file held: `records` = rows of `instructions` and all the other counts.

    Args:
        instructions: One row per distinct instruction, in the order of the file.
        records: Lines, rows or objects of the file, blank lines aside.
        skipped: Records that are damaged or hold no instruction.
        replies: Open-Assistant messages that open no conversation, or were deleted.
        unfit: Records whose label says that their text does not fit, or is borderline.
        repeated: Records with the text of an earlier one, letter case and white space aside.
    """

    instructions: dy.DataFrame[Instructions]
    records: int
    skipped: int
    replies: int
    unfit: int
    repeated: int


def from_file(path: str | Path) -> Reading:
    """Read known instructions from a file and count what became of its records.

    An array that is cut off gives what stands before the damage. Lone surrogates become U+FFFD,
    control characters become spaces, texts longer than `MAX_CHARACTERS` are cut.

    Raises:
        InstructionError: If the file is missing, empty, too large, binary, neither UTF-8 nor
            UTF-16, or holds no instruction in a known shape.
    """
    path = Path(path)
    rows: list[tuple[str, str | None]] = []
    strange: Counter[str] = Counter()
    total = replies = unfit = 0
    for record in text_files.records(text_files.text_of(path), path):
        total += 1
        request = record_formats.request(record)
        if request == record_formats.REPLY:
            replies += 1
        elif request and record_formats.is_labelled_unfit(record):
            unfit += 1
        elif request and (text := clean(request)):
            rows.append((text, record_formats.topic(record)))
        else:
            strange.update(_names(record))
    if not rows:
        raise _nothing_found(path, total=total, replies=replies, unfit=unfit, strange=strange)
    frame = distinct(pl.DataFrame(rows, schema=_TYPES, orient="row"))
    return Reading(
        instructions=identify(frame, source=path.name),
        records=total,
        skipped=total - replies - unfit - len(rows),
        replies=replies,
        unfit=unfit,
        repeated=len(rows) - frame.height,
    )


def clean(text: str) -> str:
    """Make a text storable as UTF-8, without control characters and of bounded length."""
    text = text[:MAX_CHARACTERS]
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub(" ", text).strip()


def normal() -> pl.Expr:
    """Give the form of `text` in which texts are compared: letter case and white space aside."""
    return pl.col("text").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()


def distinct(frame: pl.DataFrame) -> pl.DataFrame:
    """Keep the first of equal texts; adds the column `normal`."""
    marked = frame.with_columns(normal=normal())
    return marked.unique("normal", keep="first", maintain_order=True)


def identify(frame: pl.DataFrame, *, source: str) -> dy.DataFrame[Instructions]:
    """Give distinct texts an id that follows from their source and words.

    Args:
        frame: What `distinct` gives; `topic` and `tweet_id` are null where there is no such column.
        source: File or collection that they come from.
    """
    stem = re.sub(r"[^\w-]+", "-", source.partition(".")[0]).strip("-") or "file"
    hashes = [hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for text in frame["normal"]]
    ids = pl.Series("instruction_id", [f"{stem}-{text_hash}" for text_hash in hashes], pl.String)
    absent = [pl.lit(None).alias(name) for name in ("topic", "tweet_id") if name not in frame]
    named = frame.with_columns(ids, *absent, source=pl.lit(source))
    return named.select(Instructions.column_names()).pipe(Instructions.validate, cast=True)


def _names(record: object) -> list[str]:
    if record is text_files.DAMAGED:
        return ["(damaged)"]
    if isinstance(record, dict):
        return [str(name)[:40] for name in list(record)[:50]]
    return [f"({type(record).__name__})"]


def _nothing_found(
    path: Path, *, total: int, replies: int, unfit: int, strange: Counter[str]
) -> InstructionError:
    found = ", ".join(name for name, _ in strange.most_common(12)) or "nothing"
    msg = (
        f"{path} holds no instruction: {total - replies - unfit} of {total} records are damaged, "
        f"empty or of an unknown shape, {replies} are replies, {unfit} are labelled as not "
        f"fitting. Found in them: {found}."
    )
    return InstructionError(msg, hint=f"known shapes are {record_formats.KNOWN}.")
