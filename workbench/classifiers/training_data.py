"""Gather the labelled texts that the prompt classifier learns from: shipped and the user's own."""

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

#: Label -> the probability of a request that it means.
TARGETS = {"fits": 1.0, "borderline": 0.4, "no": 0.0}
#: Most of the user's own instructions to train on. The 50,000 of a public data set would outweigh
#: the tweets and take minutes to encode.
MOST_INSTRUCTIONS = 2_000
#: Source of instructions of a workspace and of files, and of those that are tweets.
OWN_INSTRUCTIONS, OWN_TWEETS = "own-instructions", "own-instructions-tweet"

_COLUMNS = {
    "text": pl.String,
    "label": pl.String,
    "source": pl.String,
    "author_id": pl.Int64,
    "thread_id": pl.Int64,
    "has_media": pl.Boolean,
}

_log = logging.getLogger(__name__)


def examples() -> pl.DataFrame:
    """Return the texts written for this project, which the shipped classifier is trained on.

    They are the labelled tweets, the known instructions, and the chatter of the sample dump.

    Returns:
        `text`, `label` (`fits`, `borderline` or `no`), `source`, `has_media` (null if unknown), and
        null `author_id`, `thread_id`.

    Examples:
        >>> examples()["label"].n_unique()
        3
    """
    folder = resources.files("workbench") / "data"
    data = (folder / "labelled_tweets.jsonl").read_bytes()
    tweets = pl.read_ndjson(data, infer_schema_length=None)  # the last rows have more columns
    known = pl.read_ndjson((folder / "instructions.jsonl").read_bytes())
    lines = (folder / "sample_noise.jsonl").read_text(encoding="utf-8").splitlines()
    chatter = [record for record in map(json.loads, lines) if record["lang"] in {"en", "und"}]
    return frame(
        tweets.select("text", "label", "has_media", source=pl.lit("labelled_tweets")),
        known.select("text", label=pl.lit("fits"), source="instructions-" + pl.col("register")),
        pl.DataFrame({"text": [record["turns"][0][2] for record in chatter]}).with_columns(
            label=pl.lit("no"), source=pl.lit("sample_noise")
        ),
    )


def own(path: str | Path) -> pl.DataFrame:
    r"""Read the user's own examples: labelled texts as JSON lines, or known instructions.

    If records have a `label`, the file is one of labelled texts, and its name is the source.
    Records without a label are left out, and a warning logs their number. Any other file must be
    in a format that `instructions.from_file` reads. All its texts fit, with the source
    `OWN_INSTRUCTIONS`.

    Raises:
        LabelError: If a label is not one of `TARGETS`.
        InstructionError: If the file cannot be read or contains nothing.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "mine.jsonl"
        >>> _ = path.write_text('{"text": "how do I boil an egg?", "label": "fits"}\n')
        >>> own(path).select("text", "label", "source").row(0)
        ('how do I boil an egg?', 'fits', 'mine.jsonl')
    """
    path = Path(path)
    records = labels.texts_of(path)
    if records is None:
        texts = instructions.from_file(path).select("text", label=pl.lit("fits"))
        return frame(texts.with_columns(source=pl.lit(OWN_INSTRUCTIONS)))
    labelled_texts = records.drop_nulls()
    unknown = labelled_texts.filter(~pl.col("label").is_in(list(TARGETS)))
    if unknown.height:
        msg = f"{unknown.height} of {labelled_texts.height} labels of {path} are unknown, for "
        msg += f"example `{unknown['label'][0]}`."
        raise LabelError(msg, hint=f"use {', '.join(TARGETS)}.")
    if skipped := records.height - labelled_texts.height:
        why = "damaged, without a text or a label, or of a reply"
        _log.warning("%s: %d of %d records left out: %s", path, skipped, records.height, why)
    return frame(labelled_texts.with_columns(source=pl.lit(path.name)))


def labelled(rows: pl.DataFrame) -> pl.DataFrame:
    """Turn labels of tweets into examples: the newest of each person, oldest first.

    Args:
        rows: Table `Labels`.
    """
    tweets = labels.latest(rows.filter(pl.col("parent_id").is_null()))
    return frame(tweets.with_columns(labels.source()))


def instructed(workspace: Workspace, *, files: Sequence[str | Path] = ()) -> pl.DataFrame:
    """Return the instructions of a workspace and the content of files as examples.

    Instructions that are the text of a tweet have full weight. All others count as worded for an
    assistant. If there are more than `MOST_INSTRUCTIONS`, tweets are kept first, then a sample of
    the others by the hash of their text. All labelled texts are kept. They come last, so that a
    label overrides an instruction with the same text.

    Args:
        workspace: Workspace with the instructions.
        files: Files to read, see `own`.

    Raises:
        LabelError: See `own`.
        InstructionError: See `own`.
    """
    is_tweet = pl.col("tweet_id").is_not_null()
    source = pl.when(is_tweet).then(pl.lit(OWN_TWEETS)).otherwise(pl.lit(OWN_INSTRUCTIONS))
    added = instructions.own(workspace).select("text", label=pl.lit("fits"), source=source)
    rows = frame(added, *map(own, files))
    is_instruction = pl.col("source").is_in([OWN_TWEETS, OWN_INSTRUCTIONS])
    sampled = _sample(rows.filter(is_instruction))
    return pl.concat([sampled, rows.filter(~is_instruction)])


def _sample(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep at most `MOST_INSTRUCTIONS` different instructions, those that are tweets first."""
    is_for_assistants = pl.col("source") != OWN_TWEETS
    known = file_reader.distinct(rows.sort(is_for_assistants, maintain_order=True))
    hashes = [hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for text in known["normal"]]
    if known.height > MOST_INSTRUCTIONS:
        _log.warning("training on %d of %d instructions", MOST_INSTRUCTIONS, known.height)
    by_hash = pl.Series("hash", hashes, dtype=pl.String)
    ordered = known.sort(is_for_assistants, by_hash, maintain_order=True)
    return ordered.head(MOST_INSTRUCTIONS).drop("normal")


def frame(*frames: pl.DataFrame) -> pl.DataFrame:
    """Concatenate rows with the columns of examples; missing columns are null."""
    empty = pl.DataFrame(schema=_COLUMNS)
    return pl.concat([empty, *frames], how="diagonal_relaxed").select(list(_COLUMNS))
