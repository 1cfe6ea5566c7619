"""Measure both classifiers on labelled real tweets, and the speed of the prompt classifier.

    python tests/benchmarks/bench_classifiers.py          average precision, threads a second
    python tests/benchmarks/bench_classifiers.py --ship   train and write the models that ship
    python tests/benchmarks/bench_classifiers.py --siblings   only the choice among replies

Questions and requests (QUE, REQ) count as positive. The labels are noisy: a rhetorical question is
a QUE, so that a bare question mark does well here, and badly on requests that an assistant could
answer. Real prompts and pairs labelled 2 (fits, answers), 1 (partly) and 0 are measured at the
thresholds of the default recipe.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import polars as pl

from tests.support import chances, kept
from workbench import embeddings, instructions
from workbench.classifiers import (
    evaluation,
    model_file,
    prompt_classifier,
    reply_classifier,
    reply_features,
)
from workbench.embeddings import embedders
from workbench.embeddings.engines import model_files
from workbench.recipe import EmbedSettings, Recipe
from workbench.text import normalize

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "labels"
LABELS = FOLDER / "tweet_acts_dev.csv"
PROMPTS, PAIRS = FOLDER / "real_prompts.jsonl", FOLDER / "real_pairs.jsonl"
SHIPPED = Path(prompt_classifier.__file__).parents[1] / "data"


def main() -> None:
    """Print the figures, or write the models that ship."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ship", action="store_true", help="train and write what ships")
    parser.add_argument("--texts", type=int, default=300_000, help="texts to classify for speed")
    parser.add_argument("--siblings", action="store_true", help="only the choice among replies")
    options = parser.parse_args()
    embedder = embedders.load(model_files.PACKAGED)
    if options.siblings:
        siblings(embedder)
        return
    if options.ship:
        ship(embedder)
    if LABELS.is_file():
        quality(embedder)
    else:
        print(f"no labelled tweets in {LABELS}: average precision is not measured")
    siblings(embedder)
    if PROMPTS.is_file() and PAIRS.is_file():
        at_thresholds(embedder)
    speed(options.texts)


def ship(embedder: embedders.Embedder) -> None:
    """Train on the texts written for the project, and write both models."""
    for trained in [
        prompt_classifier.train(prompt_classifier.examples(), embedders=[embedder]),
        reply_classifier.train(reply_classifier.examples(), embedders=[embedder]),
    ]:
        model_file.save(trained.model, SHIPPED / f"{trained.model.kind}.json")
        for name, part in {"surface": trained.model.surface, **trained.model.both}.items():
            print(trained.model.kind, name[:12], part.evaluation)


def quality(embedder: embedders.Embedder) -> None:
    """Print the average precision of the prompt classifier and of simpler methods."""
    frame = pl.read_csv(LABELS).with_columns(bare=normalize.bare("text"))
    truth = frame["act"].is_in(["QUE", "REQ"]).to_numpy()
    model = model_file.load("starter", kind="prompt_classifier")
    part = model_file.vector_part(model, embedder=embedder, name="starter")
    assert part is not None
    tweets, vectors = frame["text"].to_list(), embedder.encode(frame["bare"].to_list())
    known = embedder.encode(instructions.starter()["text"].to_list())
    ways = {
        "chance": np.zeros(len(truth)),
        "question mark": frame["text"].str.contains(r"\?").to_numpy().astype(float),
        "similarity": (vectors @ known.T).max(axis=1),
        "vectors alone": vectors @ np.array(part.vector),
        "surface features": chances.suitability(model.surface, tweets),
        "both": chances.suitability(part, tweets, vectors=vectors),
    }
    print(f"{truth.sum()} of {len(truth)} real tweets are QUE or REQ; average precision:")
    for name, scores in ways.items():
        print(f"  {name:<24} {evaluation.average_precision(truth, scores):.2f}")


def siblings(embedder: embedders.Embedder) -> None:
    """Print how often the first choice among the replies to one prompt is an answer.

    Counts prompts that have both an answer and another reply. The written pairs are rated by
    models that did not see their prompt; they have no times and no likes.
    """
    written = reply_classifier.examples().unique(
        ["prompt", "reply"], keep="last", maintain_order=True
    )
    trained = reply_classifier.train(written, embedders=[embedder])
    rated = written.select(
        "prompt",
        is_answer=pl.col("label") == "answers",
        classifier=pl.Series(trained.held_out),
    )
    _print_choices("written pairs, held out by prompt", rated)
    if PAIRS.is_file():
        _print_choices("real pairs", _rate_pairs(pl.read_ndjson(PAIRS), embedder))
    else:
        print(f"no labelled pairs in {PAIRS}: the choice among real replies is not measured")


def _rate_pairs(pairs: pl.DataFrame, embedder: embedders.Embedder) -> pl.DataFrame:
    """Rate real pairs as the stage `score` would, with vectors of every turn."""
    pairs = pairs.sort(pl.col("reply_id").str.len_chars(), "reply_id").with_columns(
        number=pl.int_range(2, pl.len() + 2) * 10**6
    )
    first = pl.col("number").min().over("prompt_id") - 1
    pairs = pairs.with_columns(root=first)
    threads = [
        [
            kept.turn(rows["root"][0], None, 1, rows["prompt"][0]),
            *(
                kept.turn(row["number"], row["root"], 2, row["reply"], likes=row.get("likes"))
                for row in rows.to_dicts()
            ),
        ]
        for rows in pairs.partition_by("prompt_id", maintain_order=True)
    ]
    turns = kept.turns(*threads)
    model = model_file.load("starter", kind="reply_classifier")
    part = model_file.vector_part(model, embedder=embedder, name="starter")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.lance"
        embeddings.from_threads(
            turns, embedder=embedder, path=path, settings=EmbedSettings(turns="all")
        )
        rated = reply_classifier.from_turns(
            turns.lazy(),
            reply_classifier.prompts_of(turns.lazy()),
            path=path,
            model=model,
            part=part,
        )
    return pairs.join(rated, left_on="number", right_on="tweet_id").select(
        prompt="prompt_id",
        is_answer=pl.col("label") == 2,
        classifier="answer",
        earliest=-pl.col("number"),
        most_liked=pl.col("likes"),
    )


def _print_choices(title: str, rows: pl.DataFrame) -> None:
    """Print the top-1 accuracy of each column of scores, and of a choice by chance."""
    is_mixed = pl.col("is_answer").any() & ~pl.col("is_answer").all()
    mixed = rows.filter(is_mixed.over("prompt"))
    prompts = mixed.group_by("prompt", maintain_order=True)
    count = mixed["prompt"].n_unique()
    print(f"{title}: top-1 accuracy among the replies to {count} prompts with both labels")
    by_chance = prompts.agg(pl.col("is_answer").mean())["is_answer"].mean()
    print(f"  {'chance':<24} {by_chance or 0:.2f}")
    for way in mixed.columns[2:]:
        if mixed[way].null_count() == mixed.height:
            print(f"  {way:<24} not known for these pairs")
            continue
        best = pl.col("is_answer").sort_by(way, descending=True, nulls_last=True).first()
        right = prompts.agg(best)["is_answer"].sum()
        print(f"  {way:<24} {right / max(count, 1):.2f} ({right} of {count})")


def at_thresholds(embedder: embedders.Embedder) -> None:
    """Print precision and recall of both classifiers at the thresholds of the default recipe."""
    select = Recipe().select
    prompts = pl.read_ndjson(PROMPTS)
    model = model_file.load("starter", kind="prompt_classifier")
    part = model_file.vector_part(model, embedder=embedder, name="starter")
    assert part is not None

    def suitability(texts: pl.Series) -> np.ndarray:
        vectors = embedder.encode(
            texts.to_frame("text").select(normalize.bare("text"))["text"].to_list()
        )
        return chances.suitability(part, texts.to_list(), vectors=vectors)

    suitable = suitability(prompts["text"])
    _print("prompts that fit", prompts["label"], suitable, select.suitability.min or 0)
    pairs = pl.read_ndjson(PAIRS)
    surface = model_file.load("starter", kind="reply_classifier").surface
    features = reply_features.surface()
    prepared = reply_features.prepared(pairs, "prompt", "reply")
    odds = prepared.select(model_file.log_odds(surface, features, name="odds"))["odds"].to_numpy()
    answers = model_file.chance(surface, odds)
    _print("replies that answer", pairs["label"], answers, select.answer.min or 0)
    is_kept = suitability(pairs["prompt"]) >= (select.suitability.min or 0)
    is_kept &= answers >= (select.answer.min or 0)
    is_answer = (pairs["label"] == 2).to_numpy()
    print(f"pairs kept by both: {is_kept.sum()}, of which {_share(is_answer[is_kept])} are answers")


def _print(name: str, labels: pl.Series, scores: np.ndarray, threshold: float) -> None:
    truth, kept = (labels == 2).to_numpy(), scores >= threshold
    precision, recall = _share(truth[kept]), _share(kept[truth])
    print(f"{name} (>= {threshold:g}): {kept.sum()} kept, precision {precision}, recall {recall}")
    print(f"  average precision {evaluation.average_precision(truth, scores):.3f}")


def _share(hits: np.ndarray) -> str:
    """Return a share with Wilson's interval of 95 %."""
    count, share, z = max(1, len(hits)), hits.mean() if len(hits) else 0.0, 1.96
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    spread = share * (1 - share) / count + z**2 / (4 * count**2)
    half = z * spread**0.5 / (1 + z**2 / count)
    return f"{share:.2f} ({middle - half:.2f} to {middle + half:.2f})"


def speed(count: int) -> None:
    """Time the surface features, which are most of the work beside the vectors."""
    written = prompt_classifier.examples()["text"]
    picks = np.random.default_rng(0).integers(0, len(written), count)
    frame = pl.DataFrame({"root_id": np.arange(count), "text": written.gather(picks)})
    frame = frame.with_columns(has_media=pl.lit(value=False))
    model = model_file.load("starter", kind="prompt_classifier")
    hashing = embedders.load("hashing")
    with tempfile.TemporaryDirectory() as folder:
        began, busy = time.perf_counter(), time.process_time()
        prompt_classifier.from_threads(
            frame.lazy(), path=Path(folder), embedder=hashing, model=model, part=None
        )
        took, busy = time.perf_counter() - began, time.process_time() - busy
    print(f"{count:,} prompts: {took:.1f} s, CPU {busy:.1f} s, {count / took:,.0f} a second")


if __name__ == "__main__":
    main()
