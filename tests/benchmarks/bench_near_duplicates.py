"""Accuracy of the near duplicates on made pairs, their time and memory, and that of the bursts.

    python tests/benchmarks/bench_near_duplicates.py              accuracy; time at 1 million
    python tests/benchmarks/bench_near_duplicates.py 0.1 --model  other millions; with vectors too

Each shipped instruction of five words or more makes two pairs. In the positive one the other text
is what people make of one that they post again: mentions, links, case, punctuation, emoji, other
numbers, hashtags, a filler, a slip of the pen, or two or three of those at once. In the negative
one a word that matters is replaced by that of another instruction, or such a word is added.
"""

import argparse
import re
import resource
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import polars as pl

from workbench import embeddings, instructions
from workbench.embeddings import embedders
from workbench.recipe import EmbedSettings
from workbench.scores import bursts, near_duplicates

FILLERS = ("please", "pls", "lol", "guys", "so", "hey", "anyone?", "thanks", "really", "ok")
NEGATIVES = ("added", "replaced")
#: The most frequent words of the noise, as of a language; the fillers come next.
COMMON = """
the i to a and is in it you of for on my that me with
be so this are just at have your like not what all was can but do
get up out its how if we when about one im know now good no time
there from go love why any need some does make best way anyone would or should
use where
"""
TAGS = ("#help", "#askTwitter", "#advice", "#question", "#tips", "#lazyweb")


def main() -> None:
    """Print precision and recall, then time and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("millions", nargs="?", type=float, default=1.0)
    parser.add_argument("--model", action="store_true", help="ask the vectors of MiniLM too")
    options = parser.parse_args()
    frame, truth = made_pairs(noise=20_000)
    report(frame, truth, vectors=None)
    if options.model:
        with tempfile.TemporaryDirectory() as folder:
            report(frame, truth, vectors=_vectors(frame, Path(folder) / "v.lance"))
    frame = many(int(options.millions * 1e6))
    began, busy = time.perf_counter(), time.process_time()
    steps = [began]
    groups = near_duplicates.from_threads(
        frame, on_progress=lambda *_: steps.append(time.perf_counter())
    )
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{frame.height:,} threads: {seconds:.1f} s, CPU {busy:.1f} s, peak {peak:.2f} GiB")
    print("  steps:", ", ".join(f"{step:.1f} s" for step in np.diff(steps)))
    is_twin = groups["representative_id"] != groups["thread_id"]
    print(f"  {int(is_twin.sum()):,} duplicates, largest group {groups['twins'].max() + 1:,}")
    began = time.perf_counter()
    tweets = frame.lazy().with_columns(reply_to_id=pl.lit(None, pl.Int64))
    groups = bursts.from_openings(frame, tweets=tweets)
    seconds = time.perf_counter() - began
    print(f"{frame.height:,} openings among as many tweets: bursts in {seconds:.1f} s", end="")
    print(f", the largest of {groups.max():,} authors")


def report(
    frame: pl.DataFrame, truth: pl.DataFrame, *, vectors: near_duplicates.Vectors | None
) -> None:
    """Print how the pairs that are found compare with those that were made."""
    groups = near_duplicates.from_threads(frame, vectors=vectors)
    group = dict(groups.select("thread_id", "representative_id").rows())
    counts = Counter((kind, group[left] == group[right]) for left, right, kind in truth.rows())
    kinds = sorted({kind for kind, _ in counts})
    negative = [kind for kind in kinds if kind in NEGATIVES]
    hits = sum(counts[kind, True] for kind in kinds if kind not in negative)
    wrong = sum(counts[kind, True] for kind in negative)
    asked = sum(counts[kind, True] + counts[kind, False] for kind in kinds if kind not in negative)
    name = "with vectors" if vectors else "words only"
    print(f"{name}: precision {hits / (hits + wrong):.3f}, recall {hits / asked:.3f}")
    for kind in kinds:
        yes, no = counts[kind, True], counts[kind, False]
        outcome = "wrongly the same" if kind in negative else "found"
        print(f"  {kind:<12} {yes / (yes + no):6.1%} of {yes + no:>3} {outcome}")


def made_pairs(*, noise: int, seed: int = 0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make openings of threads, and which pairs of them (`left`, `right`, `kind`) to look at."""
    draw = Random(seed)
    known = instructions.load("starter").lazy().collect()["text"].to_list()
    known = [text for text in known if len(set(re.findall(r"\w+", text.lower()))) >= 5]
    common = Counter(word for text in known for word in set(re.findall(r"\w+", text.lower())))
    content = sorted(word for word, count in common.items() if count <= 3 and len(word) > 3)
    texts, pairs = [], []
    for text in known:
        kind = draw.choice([*EDITS, "several"])
        chosen = draw.sample(sorted(EDITS), draw.randint(2, 3)) if kind == "several" else [kind]
        other = text
        for edit in chosen:
            other = EDITS[edit](other, draw)
        wrong = draw.choice(NEGATIVES)
        first = len(texts) + 1
        pairs += [(first, first + 1, kind), (first, first + 2, wrong)]
        texts += [text, other, _changed(text, content, draw, add=wrong == "added")]
    texts += random_texts(noise, seed=seed)
    truth = pl.DataFrame(pairs, schema=["left", "right", "kind"], orient="row")
    return openings(texts), truth


def openings(texts: list[str] | pl.Series) -> pl.DataFrame:
    """Give what `duplicates.from_threads` reads."""
    ids = pl.int_range(1, len(texts) + 1, eager=True)
    return pl.DataFrame({"thread_id": ids, "root_id": ids, "text": texts}).with_columns(
        author_id=pl.col("thread_id") % 7919,
        created_at=pl.from_epoch(pl.lit(1_562_000_000) + pl.col("thread_id")).dt.cast_time_unit(
            "ms"
        ),
        turns=pl.lit(2, pl.UInt32),
    )


def random_texts(size: int, *, seed: int, vocabulary: int = 300_000) -> list[str]:
    """Make texts whose words are as unevenly frequent as those of a language."""
    draw = np.random.default_rng(seed)
    lengths = draw.integers(4, 25, size)
    words = np.minimum(draw.zipf(1.35, lengths.sum()), vocabulary)
    # Every word has letters of its own: numbers would be set aside.
    letters = words.astype(str).astype(object)
    names = (
        pl.Series(letters).cast(pl.String).str.replace_many(list("0123456789"), list("ktsmlnrpae"))
    )
    frequent = pl.Series([*COMMON.split(), *(filler.strip("?") for filler in FILLERS)])
    at = pl.Series(words) - 1
    names = names.zip_with(at >= len(frequent), frequent.gather(at % len(frequent)))
    spread = pl.DataFrame({"text": np.repeat(np.arange(size), lengths), "word": names})
    return (
        spread.group_by("text", maintain_order=True)
        .agg(pl.col("word").str.join(" "))["word"]
        .to_list()
    )


def many(size: int) -> pl.DataFrame:
    """Make a fifth of exact copies, a tenth of near ones, 5 % of one template, the rest anew."""
    base = random_texts(int(size * 0.65), seed=1)
    copies = base[: int(size * 0.2)]
    near = [f"{text} indeed" for text in base[-int(size * 0.1) :]]
    template = [
        f"I just earned the {text.split()[0]} badge on a beer app, level {i}!"
        for i, text in enumerate(base[: size - len(base) - len(copies) - len(near)])
    ]
    return openings([*base, *copies, *near, *template])


def _vectors(frame: pl.DataFrame, path: Path) -> near_duplicates.Vectors:
    turns = frame.with_columns(tweet_id="root_id", position=pl.lit(0), lang=pl.lit("en"))
    embedder = embedders.load("all-MiniLM-L6-v2")
    embeddings.from_threads(
        turns.head(2000), embedder=embedder, path=path, settings=EmbedSettings()
    )
    return partial(embeddings.vectors, path)


def _changed(text: str, content: list[str], draw: Random, *, add: bool) -> str:
    words = text.split()
    matters = [i for i, word in enumerate(words) if word.strip("?.,!").lower() in content]
    at = draw.choice(matters or [i for i, word in enumerate(words) if len(word) > 3])
    words[at : at if add else at + 1] = [draw.choice(content)]
    return " ".join(words)


def _typo(text: str, draw: Random) -> str:
    words = text.split()
    long = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long:
        return text
    at = draw.choice(long)
    word, place = words[at], draw.randint(1, len(words[at]) - 2)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    words[at] = draw.choice(
        [
            word[:place] + word[place + 1 :],
            swapped,
            word[:place] + word[place:] + word[-1],
            word[:place] + "x" + word[place + 1 :],
        ]
    )
    return " ".join(words)


def _filler(text: str, draw: Random) -> str:
    filler = draw.choice(FILLERS)
    return f"{filler} {text}" if draw.random() < 0.5 else f"{text} {filler}"


EDITS = {
    "mention": lambda text, draw: f"@user{draw.randint(1, 999)} {text}",
    "link": lambda text, draw: f"{text} https://t.co/{draw.randint(10**6, 10**7)}",
    "case": lambda text, draw: draw.choice([text.upper(), text.lower()]),
    "punctuation": lambda text, draw: (
        f"{text.rstrip('?.!')}{draw.choice(['??', '...', ' 😊', '!!!'])}"
    ),
    "number": lambda text, draw: re.sub(r"\d+", lambda _: str(draw.randint(2, 999)), text),
    "hashtags": lambda text, draw: f"{text} {' '.join(draw.sample(TAGS, draw.randint(1, 3)))}",
    "filler": _filler,
    "typo": _typo,
}

if __name__ == "__main__":
    main()
