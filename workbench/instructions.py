"""Instructions: requests that an assistant could answer, to compare the roots of threads with."""

import hashlib
import logging
import re
from collections import Counter
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import dataframely as dy
import polars as pl

from workbench import shapes
from workbench.exceptions import InstructionError
from workbench.schemas import Instructions

#: Longer texts are cut, in characters; sentence models read about the first thousand.
MAX_CHARACTERS = 20_000
#: Topics of the starter set.
TOPICS = (
    *("books-film-music", "food-cooking", "travel-places", "software-apps", "computers-phones"),
    *("home-car-repair", "garden-plants", "study-learning", "work-careers", "money"),
    *("relationships", "health-fitness", "language", "writing", "rewriting", "brainstorming"),
    *("code-data", "maths", "science-nature", "history", "geography", "law-civics"),
    *("sport-games", "pets-animals", "parenting", "crafts-hobbies", "planning", "opinions"),
    *("word-puzzles", "definitions"),
)

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TYPES = {"text": pl.String, "topic": pl.String}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """What a file held: `records` = rows of `instructions` + skipped + replies + repeated.

    Args:
        instructions: One row per distinct instruction, in the order of the file.
        records: Lines, rows or objects of the file, blank lines aside.
        skipped: Records that are damaged or hold no instruction.
        replies: Open-Assistant messages that open no conversation, or were deleted.
        repeated: Records with the text of an earlier one, letter case and white space aside.
    """

    instructions: dy.DataFrame[Instructions]
    records: int
    skipped: int
    replies: int
    repeated: int


def load(name_or_path: str | Path) -> dy.DataFrame[Instructions]:
    """Give the instructions of a file, or for `starter` the set that ships.

    Raises:
        InstructionError: See `read`.
    """
    return starter() if str(name_or_path) == "starter" else from_file(name_or_path)


def starter() -> dy.DataFrame[Instructions]:
    """Give the set written for this project, half of it worded as people ask in tweets.

    Examples:
        >>> starter().select("instruction_id", "topic").row(0)
        ('starter-0001', 'books-film-music')
    """
    data = resources.files("workbench").joinpath("data/instructions.jsonl").read_bytes()
    frame = pl.read_ndjson(data).with_columns(source=pl.lit("starter"))
    return frame.select(Instructions.column_names()).pipe(Instructions.validate)


def from_file(path: str | Path) -> dy.DataFrame[Instructions]:
    r"""Read known instructions from a file whose shape is told from its content.

    Records without an instruction are logged as a warning; `read` gives their number.

    Args:
        path: File, plain or gzip, of any shape named in `shapes.KNOWN`.

    Returns:
        One row per distinct instruction; ids follow from the name of the file and the text.

    Raises:
        InstructionError: See `read`.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "mine.jsonl"
        >>> _ = path.write_text('{"instruction": "Translate.", "input": "guten Tag"}')
        >>> from_file(path).row(0)
        ('mine-03d8f60a454c7035', 'Translate.\nguten Tag', 'mine.jsonl', None)
    """
    reading = read(path)
    if reading.skipped:
        counts = (reading.skipped, reading.records)
        _log.warning("%s: %d of %d records hold no instruction", path, *counts)
    return reading.instructions


def read(path: str | Path) -> Reading:
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
    total = replies = 0
    for record in shapes.records(shapes.text_of(path), path):
        total += 1
        request = shapes.request(record)
        if request == shapes.REPLY:
            replies += 1
        elif request and (text := _clean(request)):
            rows.append((text, shapes.topic(record)))
        else:
            strange.update(_names(record))
    if not rows:
        raise _nothing_found(path, total=total, replies=replies, strange=strange)
    frame = _distinct(pl.DataFrame(rows, schema=_TYPES, orient="row"))
    return Reading(
        instructions=_identify(frame, path),
        records=total,
        skipped=total - replies - len(rows),
        replies=replies,
        repeated=len(rows) - frame.height,
    )


def combine(*frames: dy.DataFrame[Instructions]) -> dy.DataFrame[Instructions]:
    """Put sets together; of equal texts the first stays, with its id and source.

    Texts are equal if they differ in letter case and white space only.

    Raises:
        InstructionError: If different texts have the same id.

    Examples:
        >>> combine(starter(), starter()).height == starter().height
        True
    """
    rows = _distinct(pl.concat([Instructions.create_empty(), *frames])).drop("normal")
    if clashes := rows.height - rows["instruction_id"].n_unique():
        msg = f"{clashes} of {rows.height} instructions have the id of another one."
        raise InstructionError(msg, hint="give the files of the sets different names.")
    return Instructions.validate(rows)


def _clean(text: str) -> str:
    """Make a text storable as UTF-8, without control characters and of bounded length."""
    text = text[:MAX_CHARACTERS]
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub(" ", text).strip()


def _distinct(frame: pl.DataFrame) -> pl.DataFrame:
    """Keep the first of equal texts; `normal` is the form that is compared."""
    normal = pl.col("text").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    return frame.with_columns(normal=normal).unique("normal", keep="first", maintain_order=True)


def _identify(frame: pl.DataFrame, path: Path) -> dy.DataFrame[Instructions]:
    stem = re.sub(r"[^\w-]+", "-", path.name.partition(".")[0]).strip("-") or "file"
    hashes = [hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for text in frame["normal"]]
    ids = pl.Series("instruction_id", [f"{stem}-{text_hash}" for text_hash in hashes])
    named = frame.with_columns(ids, source=pl.lit(path.name))
    return named.select(Instructions.column_names()).pipe(Instructions.validate)


def _names(record: object) -> list[str]:
    if record is shapes.DAMAGED:
        return ["(damaged)"]
    if isinstance(record, dict):
        return [str(name)[:40] for name in list(record)[:50]]
    return [f"({type(record).__name__})"]


def _nothing_found(
    path: Path, *, total: int, replies: int, strange: Counter[str]
) -> InstructionError:
    found = ", ".join(name for name, _ in strange.most_common(12)) or "nothing"
    msg = (
        f"{path} holds no instruction: {total - replies} of {total} records are damaged, empty "
        f"or of an unknown shape, {replies} are replies. Found in them: {found}."
    )
    return InstructionError(msg, hint=f"known shapes are {shapes.KNOWN}.")
