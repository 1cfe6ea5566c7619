"""Fakes: workspaces of any size made with numpy, for tests of what people look at."""

from pathlib import Path

import numpy as np
import polars as pl

from workbench import embeddings, pipeline
from workbench.embeddings import embedders
from workbench.pipeline import fingerprints
from workbench.recipe import EmbedSettings, Recipe
from workbench.schemas import Deletions, Ledger, ReplyScores, Scores, Threads, Turns
from workbench.storage import Workspace

ASK = ["how do I", "what is the best way to", "can anybody tell me how to", "why does it hurt to"]
DO = ["bake bread", "learn to swim", "fix a bike", "read a map", "grow tomatoes", "write a letter"]
SAY = ["start slowly and", "first of all", "my advice:", "I would", "never hurry, just"]
END = ["keep at it every day", "ask a friend to help", "buy a good book", "look at the manual"]

#: Texts that try to become markup, links, pictures, or to hide and reorder what is around them.
HOSTILE = [
    "<script>window.pwned=1</script><b>bold</b>",
    "<img src=x onerror='window.pwned=2'><svg onload='window.pwned=3'>",
    "![pic](https://evil.example/a.png) [click](javascript:window.pwned=4) **bold**",
    "https://evil.example/b.png data:image/png;base64,iVBORw0KGgo= https://evil.example/",
    "\u202egnp.exe\u2066 zero\u200bwidth \ufeff \u0000 end</div></article><h1>out</h1>",
    "<iframe src='https://evil.example/c'></iframe><marimo-ui-element>{{7*7}}$x^2$",
    "y\u0336\u0335\u0334\u0333\u0332\u0331\u0330\u0329\u0328 " + "long" * 200,
    "<style>*{display:none}</style><a href='https://evil.example/d'>link</a>",
]


def scores(threads: int, *, seed: int = 0) -> pl.DataFrame:
    """Make scores with the long tails and gaps that real ones have."""
    draw = np.random.default_rng(seed)
    turns = np.minimum(draw.geometric(0.45, threads) + 1, 400)
    depth = np.maximum(1, (turns - 1) * draw.beta(3, 1, threads)).astype(int)
    started = 1_562_000_000_000 + draw.integers(0, 10**10, threads)
    ids = np.sort((started - 1_288_834_974_657) << 22) + np.arange(threads)
    lang = pl.Series(["en", "ja", "es", "pt", "und", "ar"]).gather(
        draw.choice(6, threads, p=[0.5, 0.2, 0.1, 0.1, 0.05, 0.05])
    )
    tags = pl.Series([[], ["help"], ["music", "now"], ["advice"]], dtype=pl.List(pl.String)).gather(
        draw.choice(4, threads, p=[0.8, 0.08, 0.08, 0.04])
    )
    similarity = pl.Series(draw.beta(4, 6, threads).astype(np.float32))
    frame = pl.DataFrame(
        {
            "thread_id": ids,
            "root_id": ids,
            "turns": turns,
            "depth": depth,
            "width": np.maximum(turns - depth, 1),
            "replies": np.maximum(turns - depth, 1),
            "participants": np.maximum(2, turns * 2 // 3),
            "opener_share": draw.uniform(0.1, 0.6, threads),
            "alternations": turns - 1,
            "is_complete": draw.random(threads) < 0.7,
            "root_lacks_parent": np.zeros(threads, dtype=bool),
            "lang": lang,
            "hashtags": tags,
            "is_sensitive": draw.random(threads) < 0.05,
            "is_truncated": draw.random(threads) < 0.1,
            "started_at": pl.Series(started).cast(pl.Datetime("ms", "UTC")),
            "span_seconds": draw.lognormal(8, 2, threads).astype(int),
            "first_reply_seconds": draw.lognormal(6, 2, threads).astype(int),
            "likes": draw.lognormal(1, 2, threads).astype(int),
            "prompt_characters": np.minimum(draw.lognormal(4, 0.8, threads), 280).astype(int),
            "reply_characters": np.minimum(draw.lognormal(3.8, 1, threads), 280).astype(int),
            "link_share": np.maximum(draw.normal(-0.1, 0.2, threads), 0).clip(0, 1),
            "mention_share": np.maximum(draw.normal(0.1, 0.1, threads), 0).clip(0, 1),
            "similarity": similarity,
        }
    ).with_columns(
        missing_parents=(~pl.col("is_complete")).cast(pl.UInt32),
        missing_ids=pl.when("is_complete")
        .then(pl.lit([], pl.List(pl.Int64)))
        .otherwise(pl.concat_list(pl.col("thread_id") - 1)),
        not_placed=pl.col("turns") // 11 - (pl.col("depth") + 1) // 11,
        roots=pl.lit(1),
        opener_id=pl.col("thread_id") % 5000 + 1,
        source=pl.lit("twitterstream"),
        nearest_instruction=pl.lit("starter-0001"),
        nearest_instructions=pl.lit(["starter-0001", "starter-0002"], pl.List(pl.String)),
        similarity_mean=pl.when(pl.col("thread_id") % 50 > 0).then(pl.col("similarity") * 0.9),
        similarity=pl.when(pl.col("thread_id") % 50 > 0).then("similarity"),
        prompt=pl.format("how do I {}?", pl.Series(DO).gather(draw.integers(0, len(DO), threads))),
        language="lang",
        retweets=pl.when(pl.col("thread_id") % 3 > 0).then("likes"),
        replies_told=pl.when(pl.col("thread_id") % 3 > 0).then("replies"),
        representative_id="thread_id",
        is_duplicate=pl.col("thread_id") % 20 == 0,
        twins=pl.lit(0),
        burst=pl.lit(pl.Series(draw.geometric(0.7, threads))),
        profanity=pl.lit(pl.Series(draw.geometric(0.9, threads) - 1)),
        suitability=pl.lit(pl.Series(draw.beta(3, 3, threads))),
        answer=pl.lit(pl.Series(draw.beta(3, 2, threads))),
        best_reply_id=pl.col("thread_id") + 7_000_000_000,
    )
    return frame.pipe(Scores.validate, cast=True)


def turns_of(facts: pl.DataFrame, *, hostile: bool = False, seed: int = 0) -> pl.DataFrame:
    """Write the turns of every thread: a chain down to its depth, the rest answers the root."""
    draw = np.random.default_rng(seed)
    rows = (
        facts.select("thread_id", "depth", "turns", "lang", "hashtags", "is_complete", "started_at")
        .with_columns(position=pl.int_ranges(0, "turns"))
        .explode("position")
    )
    size = rows.height

    def phrase(parts: list[str]) -> pl.Series:
        return pl.Series(parts).gather(draw.integers(0, len(parts), size))

    frame = rows.with_columns(ask=phrase(ASK), do=phrase(DO), say=phrase(SAY), end=phrase(END))
    ask, answer = (
        pl.format("{} {}?", "ask", "do"),
        pl.format("{} {} and then {}.", "say", "do", "end"),
    )
    text = pl.when(pl.col("position") == 0).then(ask).otherwise(answer)
    name = pl.format("user_{}", pl.col("thread_id") % 977 + pl.col("position") % 3)
    if hostile:
        pick = (pl.col("position") + pl.col("thread_id").rle_id()) % len(HOSTILE)
        text = pl.lit(pl.Series(HOSTILE)).gather(pick)
        name = pl.lit(pl.Series(HOSTILE)).gather((pick + 1) % len(HOSTILE))
    chained = pl.col("position") <= pl.col("depth")
    frame = frame.with_columns(
        tweet_id=pl.col("thread_id") + pl.col("position") * 7_000_000_000,
        parent_id=pl.when(pl.col("position") > 0).then(
            pl.col("thread_id")
            + pl.when(chained).then(pl.col("position") - 1).otherwise(0) * 7_000_000_000
        ),
        depth=pl.when(chained).then("position").otherwise(1),
        author_id=pl.col("thread_id") % 5000 + 1 + pl.col("position") % 3,
        author_name=name,
        created_at=pl.col("started_at") + pl.duration(minutes=pl.col("position") * 3),
        text=text,
        likes=pl.when(pl.col("position") % 3 > 0).then(pl.col("position") * 1234),
        retweets=pl.lit(None, pl.Int64),
        replies=pl.lit(None, pl.Int64),
        is_truncated=pl.col("position") % 5 == 4,
        is_sensitive=pl.lit(value=False),
        has_media=pl.col("position") % 7 == 6,
        is_embedded=pl.lit(value=False),
        is_inferred=pl.col("position") % 11 == 10,
        is_placed=(pl.col("position") % 11 != 10) | chained,
        source=pl.lit("twitterstream"),
        member=pl.lit(1),
        line=pl.lit(1),
    ).with_columns(
        reply_to_id=pl.coalesce(
            "parent_id", pl.when(~pl.col("is_complete")).then(pl.col("thread_id") - 1)
        )
    )
    return frame.select(Turns.column_names()).pipe(Turns.validate, cast=True)


def reply_scores(facts: pl.DataFrame, turns: pl.DataFrame) -> pl.DataFrame:
    """Score what may be an answer: the best reply as in the scores, the others by chance."""
    authors = turns.select(parent_id="tweet_id", asker_id="author_id")
    openers = facts.select("thread_id", "opener_id")
    best = facts.select("answer", parent_id="root_id", tweet_id="best_reply_id")
    chance = (pl.col("tweet_id").hash(1) % 1000 / 1000).cast(pl.Float32)
    return (
        turns.join(authors, on="parent_id")
        .join(openers, on="thread_id")
        .filter(
            pl.col("is_placed"),
            pl.col("author_id") != pl.col("asker_id"),
            pl.col("author_id") != pl.col("opener_id"),
        )
        .join(best, on=["parent_id", "tweet_id"], how="left")
        .with_columns(best=pl.col("answer").max().over("parent_id"))
        .with_columns(
            answer=pl.coalesce("answer", chance * pl.col("best").fill_null(1)).cast(pl.Float32)
        )
        .sort("thread_id", "tweet_id")
        .select(ReplyScores.column_names())
        .pipe(ReplyScores.validate)
    )


def workspace(folder: Path, *, threads: int = 300, hostile: bool = False) -> Workspace:
    """Write a workspace that has everything up to the scores."""
    made = Workspace.create(folder)
    facts = scores(threads)
    if hostile:
        facts = facts.with_columns(
            hashtags=pl.lit([HOSTILE[0], HOSTILE[2]], pl.List(pl.String)), lang=pl.lit("en")
        )
    made.write("scores", facts)
    made.write("threads", facts.select(Threads.column_names()))
    turns = turns_of(facts, hostile=hostile)
    made.write("turns", turns)
    made.write("reply_scores", reply_scores(facts, turns))
    made.write("ledger", Ledger.create_empty())
    made.write("deletions", Deletions.create_empty())
    return made


def settle(made: Workspace, recipe: Recipe | None = None) -> None:
    """Write down that the stages have run by a recipe, up to the scores."""
    for stage in pipeline.STAGES[:4]:
        inputs = fingerprints.inputs(made, recipe or Recipe(), stage)
        made_of = fingerprints.of(recipe or Recipe(), stage, inputs)
        made.record(stage.name, fingerprint=made_of, seconds=0.0, counts={}, made_of=inputs)


def twin(made: Workspace, *thread_ids: int) -> None:
    """Make threads near duplicates of each other; the first one stands for them."""
    same = pl.col("thread_id").is_in(thread_ids)
    facts = made.read("scores").with_columns(
        representative_id=pl.when(same).then(thread_ids[0]).otherwise("representative_id"),
        twins=pl.when(same).then(len(thread_ids) - 1).otherwise("twins"),
    )
    made.write("scores", facts.pipe(Scores.validate, cast=True))


def embed(made: Workspace) -> None:
    """Give a workspace the vectors of its first turns, by an embedder that needs no model."""
    made.write_text("recipe.toml", '[embed]\nmodel = "hashing"\n')
    embeddings.from_threads(
        made.scan("turns"),
        embedder=embedders.load("hashing"),
        path=made.embeddings_path,
        settings=EmbedSettings(model="hashing"),
    )
