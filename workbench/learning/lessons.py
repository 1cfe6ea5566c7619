"""Lessons: the labelled texts that a detector learns from, shipped and one's own."""

import json
from importlib import resources
from pathlib import Path

import polars as pl

from workbench import instructions, labels
from workbench.exceptions import LabelError
from workbench.workspace import Workspace

#: Label -> probability of a request that it stands for.
TARGETS = {"fits": 1.0, "borderline": 0.7, "no": 0.0}
#: Most instructions of a workspace that are learned from: 50,000 of a public set would drown out
#: the tweets, and take minutes to encode.
MOST_INSTRUCTIONS = 2_000
#: Sources of the instructions of a workspace, as `instructed` names them.
OWN_INSTRUCTIONS, OWN_TWEETS = "own-instructions", "own-instructions-tweet"

_COLUMNS = {
    "text": pl.String,
    "label": pl.String,
    "source": pl.String,
    "author_id": pl.Int64,
    "thread_id": pl.Int64,
}


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

    A file whose records have a `label` is taken at its word; any other must be of a shape that
    `readings.from_file` knows, and all of it fits.

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
        return frame(found.with_columns(source=pl.lit(path.name)))
    unknown = labelled.filter(~pl.col("label").is_in(list(TARGETS)))
    if unknown.height:
        msg = f"{unknown.height} of {labelled.height} labels of {path} are unknown, such as "
        msg += f"`{unknown['label'][0]}`."
        raise LabelError(msg, hint=f"use {', '.join(TARGETS)}.")
    return frame(labelled.with_columns(source=pl.lit(path.name)))


def labelled(found: pl.DataFrame) -> pl.DataFrame:
    """Give the labels of tweets as examples, the newest of each person, oldest first.

    Args:
        found: Table `Labels`.
    """
    tweets = labels.latest(found.filter(pl.col("parent_id").is_null()))
    return frame(tweets.with_columns(labels.source()))


def instructed(workspace: Workspace) -> pl.DataFrame:
    """Give the instructions that were added to a workspace as examples; all of them fit.

    Those that are the text of a tweet count in full, any other as what is worded for an assistant.
    Of more than `MOST_INSTRUCTIONS` the tweets come first, then an even choice of the others: by
    the hash that their ids end in.
    """
    known = instructions.own(workspace).with_columns(is_tweet=pl.col("tweet_id").is_not_null())
    chosen = known.sort(
        ~pl.col("is_tweet"), pl.col("instruction_id").str.tail(16), maintain_order=True
    ).head(MOST_INSTRUCTIONS)
    source = pl.when("is_tweet").then(pl.lit(OWN_TWEETS)).otherwise(pl.lit(OWN_INSTRUCTIONS))
    return frame(chosen.select("text", label=pl.lit("fits"), source=source))


def frame(*frames: pl.DataFrame) -> pl.DataFrame:
    """Put rows in the shape of examples; columns that are missing are null."""
    empty = pl.DataFrame(schema=_COLUMNS)
    return pl.concat([empty, *frames], how="diagonal_relaxed").select(list(_COLUMNS))
