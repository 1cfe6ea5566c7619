"""Measure the prompt classifier on real tweets labelled by speech act, and its speed.

    python tests/benchmarks/bench_classifiers.py          average precision, threads a second
    python tests/benchmarks/bench_classifiers.py --ship   train and write the models that ship

Questions and requests (QUE, REQ) count as positive. The labels are noisy: a rhetorical question is
a QUE, so that a bare question mark does well here, and badly on requests that an assistant could
answer.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import polars as pl

from tests.support import chances
from workbench import instructions
from workbench.classifiers import evaluation, model_file, prompt_classifier, reply_classifier
from workbench.embeddings import embedders
from workbench.embeddings.engines import model_files
from workbench.text import normalize

LABELS = Path(__file__).parents[3] / "shared" / "data" / "labels" / "tweet_acts_dev.csv"
SHIPPED = Path(prompt_classifier.__file__).parents[1] / "data"


def main() -> None:
    """Print the figures, or write the models that ship."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ship", action="store_true", help="train and write what ships")
    parser.add_argument("--texts", type=int, default=300_000, help="texts to classify for speed")
    options = parser.parse_args()
    embedder = embedders.load(model_files.PACKAGED)
    if options.ship:
        ship(embedder)
    if LABELS.is_file():
        quality(embedder)
    else:
        print(f"no labelled tweets in {LABELS}: average precision is not measured")
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


def speed(count: int) -> None:
    """Time the surface features, which are most of the work beside the vectors."""
    written = prompt_classifier.examples()["text"]
    picks = np.random.default_rng(0).integers(0, len(written), count)
    frame = pl.DataFrame({"root_id": np.arange(count), "text": written.gather(picks)})
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
