"""Lessons: the labelled texts that a detector learns from, shipped and one's own."""

import hashlib
import json
import logging
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import polars as pl

from workbench import instructions, labels
from workbench.exceptions import LabelError
from workbench.instructions import file_reader
from workbench.storage import Workspace

#: Label -> probability of a request that it stands for.
TARGETS = {"fits": 1.0, "borderline": 0.7, "no": 0.0}
#: Most instructions of one's own that are learned from: 50,000 of a public set would drown out the
#: tweets, and take minutes to encode.
MOST_INSTRUCTIONS = 2_000
#: Sources of the instructions of a workspace and of files, as `instructed` names them.
OWN_INSTRUCTIONS, OWN_TWEETS = "own-instructions", "own-instructions-tweet"

_COLUMNS = {
    "text": pl.String,
    "label": pl.String,
    "source": pl.String,
    "author_id": pl.Int64,
    "thread_id": pl.Int64,
}

_log = logging.getLogger(__name__)


def examples() -> pl.DataFrame:
    """Give the texts written for this project that the shipped detector is trained on.

    Returns:
        `text`, `label` (`fits`, `borderline` or `no`), `source`, and null `author_id`, `thread_id`:
        the labelled tweets, the known instructions, and the chatter of the sample dump.

    Examples:
        >>> examples()["label"].n_unique()
        3
    """
    folder = resources.files("workbench") / "data"
    written = pl.read_ndjson((folder / "labelled_tweets.jsonl").read_bytes())
    known = pl.read_ndjson((folder / "instructions.jsonl").read_bytes())
    lines = (folder / "sample_noise.jsonl").read_text(encoding="utf-8").splitlines()
    chatter = [record for record in map(json.loads, lines) if record["lang"] in {"en", "und"}]
    return frame(
        written.select("text", "label", source=pl.lit("labelled_tweets")),
        known.select("text", label=pl.lit("fits"), source="instructions-" + pl.col("register")),
        pl.DataFrame({"text": [record["turns"][0][2] for record in chatter]}).with_columns(
            label=pl.lit("no"), source=pl.lit("sample_noise")
        ),
    )


def own(path: str | Path) -> pl.DataFrame:
    r"""Read examples of one's own: labelled texts as JSON lines, or known instructions.

    A file whose records have a `label` is taken at its word, with the name of the file as source;
    records without one are left out, and their number is logged as a warning. Any other file must
    be of a shape that `readings.from_file` knows: all of it fits, from `OWN_INSTRUCTIONS`.

    Raises:
        LabelError: If a label is none of `TARGETS`.
        InstructionError: If the file cannot be read or holds nothing.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "mine.jsonl"
        >>> _ = path.write_text('{"text": "how do I boil an egg?", "label": "fits"}\n')
        >>> own(path).select("text", "label", "source").row(0)
        ('how do I boil an egg?', 'fits', 'mine.jsonl')
    """
    path = Path(path)
    labelled = labels.texts_of(path)
    if labelled is None:
        found = instructions.from_file(path).select("text", label=pl.lit("fits"))
        return frame(found.with_columns(source=pl.lit(OWN_INSTRUCTIONS)))
    told = labelled.drop_nulls()
    unknown = told.filter(~pl.col("label").is_in(list(TARGETS)))
    if unknown.height:
        msg = f"{unknown.height} of {told.height} labels of {path} are unknown, such as "
        msg += f"`{unknown['label'][0]}`."
        raise LabelError(msg, hint=f"use {', '.join(TARGETS)}.")
    if left_out := labelled.height - told.height:
        why = "damaged, without a text or a label, or of a reply"
        _log.warning("%s: %d of %d records left out: %s", path, left_out, labelled.height, why)
    return frame(told.with_columns(source=pl.lit(path.name)))


def labelled(found: pl.DataFrame) -> pl.DataFrame:
    """Give the labels of tweets as examples, the newest of each person, oldest first.

    Args:
        found: Table `Labels`.
    """
    tweets = labels.latest(found.filter(pl.col("parent_id").is_null()))
    return frame(tweets.with_columns(labels.source()))


def instructed(workspace: Workspace, *, files: Sequence[str | Path] = ()) -> pl.DataFrame:
    """Give the instructions that were added to a workspace, and what files hold, as examples.

    Instructions that are the text of a tweet count in full, any other as what is worded for an
    assistant. Of more than `MOST_INSTRUCTIONS`, those of files among them, the tweets come first,
    then an even choice of the others, by the hash of their words. All labelled texts stay, and come
    last, so that a label overrules an instruction of the same words.

    Args:
        workspace: Where they were added.
        files: See `own`.

    Raises:
        LabelError: See `own`.
        InstructionError: See `own`.
    """
    is_tweet = pl.col("tweet_id").is_not_null()
    source = pl.when(is_tweet).then(pl.lit(OWN_TWEETS)).otherwise(pl.lit(OWN_INSTRUCTIONS))
    added = instructions.own(workspace).select("text", label=pl.lit("fits"), source=source)
    rows = frame(added, *map(own, files))
    is_instruction = pl.col("source").is_in([OWN_TWEETS, OWN_INSTRUCTIONS])
    chosen = _choice(rows.filter(is_instruction))
    return pl.concat([chosen, rows.filter(~is_instruction)])


def _choice(rows: pl.DataFrame) -> pl.DataFrame:
    """Choose `MOST_INSTRUCTIONS` different instructions, those that are tweets first."""
    is_worded_for_assistants = pl.col("source") != OWN_TWEETS
    known = file_reader.distinct(rows.sort(is_worded_for_assistants, maintain_order=True))
    words = [hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for text in known["normal"]]
    if known.height > MOST_INSTRUCTIONS:
        _log.warning("%d of %d instructions are learned from", MOST_INSTRUCTIONS, known.height)
    by_words = pl.Series("words", words, dtype=pl.String)
    chosen = known.sort(is_worded_for_assistants, by_words, maintain_order=True)
    return chosen.head(MOST_INSTRUCTIONS).drop("normal")


def frame(*frames: pl.DataFrame) -> pl.DataFrame:
    """Put rows in the shape of examples; columns that are missing are null."""
    empty = pl.DataFrame(schema=_COLUMNS)
    return pl.concat([empty, *frames], how="diagonal_relaxed").select(list(_COLUMNS))
