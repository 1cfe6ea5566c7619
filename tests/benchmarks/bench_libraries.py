"""Compare code of the workbench with the library that could replace it, in one run.

python tests/benchmarks/bench_libraries.py                      # every section
python tests/benchmarks/bench_libraries.py int8 --texts 2000
python tests/benchmarks/bench_libraries.py static --tweets dump.tar

Each section prints the workbench's code first; `x` is the time relative to it. A library that is
not installed is skipped, with the command that installs it.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import polars as pl

from tests.benchmarks.bench_embeddings import made_up_texts, overlap, read_tweets, seconds
from workbench import instructions
from workbench.classifiers import (
    active_learning,
    evaluation,
    logistic_regression,
    prompt_classifier,
    prompt_features,
    training,
)
from workbench.data import shipped_texts
from workbench.embeddings import embedders, projection_methods
from workbench.embeddings.engines import model_files

MODEL = model_files.PACKAGED


def main() -> None:
    """Run the chosen sections."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sections", nargs="*", help=f"of {', '.join(SECTIONS)}; default: all")
    parser.add_argument("--texts", type=int, default=1000, help="texts or vectors of a section")
    parser.add_argument("--tweets", nargs="*", help="read the texts from these dumps")
    options = parser.parse_args()
    if unknown := set(options.sections) - set(SECTIONS):
        parser.error(f"unknown section {', '.join(sorted(unknown))}")
    for name in options.sections or SECTIONS:
        print(f"== {name}")
        SECTIONS[name](options)


# Embedding engines -------------------------------------------------------------------------------


def bench_int8(options: argparse.Namespace) -> None:
    """Compare the int8 engine with the OpenVINO backend of sentence-transformers.

    Both are calibrated on the same 300 texts. The library pads each of them to 384 tokens.
    """
    texts = _texts(options)
    exact = embedders.load(MODEL).encode(texts)
    ours = embedders.load(MODEL, engine="int8")
    calls = {"int8 engine": lambda: ours.encode(texts)}
    with _optional("sentence-transformers[openvino]"), tempfile.TemporaryDirectory() as folder:
        library = _openvino_backend(Path(folder))
        for size in (32, 8):
            calls[f"OpenVINO backend, batches of {size}"] = partial(
                library.encode, texts, batch_size=size, show_progress_bar=False
            )
        _print_encoders(calls, exact=exact, count=len(texts))


def _openvino_backend(folder: Path):
    from optimum.intel import OVQuantizationConfig
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.backend import export_static_quantized_openvino_model

    source = model_files.find(MODEL).source
    every = shipped_texts.texts()
    texts = every[:: -(-len(every) // 300)]
    (folder / "texts").mkdir()
    (folder / "texts" / "train.jsonl").write_text(
        "".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8"
    )
    began = time.perf_counter()
    model = SentenceTransformer(source, backend="openvino", local_files_only=True)
    model.save_pretrained(str(folder / "model"))
    export_static_quantized_openvino_model(
        model,
        OVQuantizationConfig(num_samples=len(texts)),
        str(folder / "model"),
        dataset_name=str(folder / "texts"),
        dataset_config_name="default",
        dataset_split="train",
        column_name="text",
    )
    (quantized,) = (folder / "model" / "openvino").glob("*qint8*.xml")
    print(f"  the library quantized the model in {time.perf_counter() - began:.0f} s")
    return SentenceTransformer(
        str(folder / "model"),
        backend="openvino",
        model_kwargs={"file_name": quantized.name},
        local_files_only=True,
    )


def bench_static(options: argparse.Namespace) -> None:
    """Compare the static engine with `StaticEmbedding`, and its fit with that of model2vec."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    texts, known = _texts(options), instructions.starter()["text"].to_list()
    exact = embedders.load(MODEL)
    ours = embedders.load(MODEL, engine="fast")
    same_table = SentenceTransformer(
        modules=[StaticEmbedding(ours._tokenizer, embedding_weights=ours._table)], device="cpu"
    )
    encode = partial(
        same_table.encode, batch_size=8192, show_progress_bar=False, normalize_embeddings=True
    )
    vectors = exact.encode(texts)
    _print_encoders(
        {
            "static engine": lambda: ours.encode(texts),
            "StaticEmbedding, the same table": lambda: encode(texts),
        },
        exact=vectors,
        count=len(texts),
    )
    difference = np.abs(ours.encode(texts) - encode(texts)).max()
    print(f"  largest difference of a number: {difference:.1e}")
    nearest_2_percent = _nearest(vectors, exact.encode(known))[: max(1, len(texts) // 50)]
    _print_recall(
        "static engine", _nearest(ours.encode(texts), exact.encode(known)), nearest_2_percent
    )
    with _optional("model2vec[distill]"):
        from model2vec.distill import distill

        for dimensions in (256, None):
            began = time.perf_counter()
            model = distill(model_files.find(MODEL).source, pca_dims=dimensions)
            name = f"model2vec, {dimensions or 'all'} dimensions"
            print(f"  {name} distilled in {time.perf_counter() - began:.0f} s")
            ranks = _nearest(_unit(model.encode(texts)), _unit(model.encode(known)))
            _print_recall(name, ranks, nearest_2_percent)


def _nearest(vectors: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the rows of `vectors`, the most similar to any known instruction first."""
    return np.asarray((vectors @ known.T).max(axis=1).argsort()[::-1])


def _print_recall(name: str, order: np.ndarray, wanted: np.ndarray) -> None:
    shares = (0.05, 0.1, 0.2, 0.3)
    kept = [np.isin(wanted, order[: int(share * len(order))]).mean() for share in shares]
    columns = ", ".join(
        f"{part:.0%} in its first {share:.0%}" for part, share in zip(kept, shares, strict=True)
    )
    print(f"  of the best 2 %, {name} finds {columns}")


# Projection --------------------------------------------------------------------------------------


def bench_axes(options: argparse.Namespace) -> None:
    """Compare the principal axes with numpy and with other solvers of scikit-learn."""
    from sklearn.decomposition import PCA, IncrementalPCA, TruncatedSVD

    vectors = _vectors(20 * options.texts)

    def numpy_eigh() -> np.ndarray:
        centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
        _, directions = np.linalg.eigh(centred.T @ centred)
        return np.asarray(centred @ directions.T[::-1][:2].T)

    calls = {
        "axes": lambda: projection_methods.axes(vectors)(vectors),
        "numpy eigh": numpy_eigh,
        "PCA, covariance_eigh": lambda: PCA(2, svd_solver="covariance_eigh").fit_transform(vectors),
        "PCA, randomized": lambda: PCA(2, svd_solver="randomized").fit_transform(vectors),
        "IncrementalPCA": lambda: IncrementalPCA(2, batch_size=4096).fit_transform(vectors),
        "TruncatedSVD": lambda: TruncatedSVD(2).fit_transform(vectors),
    }
    took = seconds(*calls.values(), repeats=2)
    expected = numpy_eigh()
    for (name, call), (wall, _) in zip(calls.items(), took, strict=True):
        points = call()
        same = min(abs(np.corrcoef(points[:, i], expected[:, i])[0, 1]) for i in (0, 1))
        print(f"  {name:24} {wall:6.2f} s  x{wall / took[0][0]:.2f}  correlation {same:.4f}")


def bench_neighbours(options: argparse.Namespace) -> None:
    """Compare the map of neighbours with openTSNE and UMAP: fit some vectors, place others."""
    fitted, others = np.split(_vectors(2 * options.texts), 2)
    makers: dict[str, tuple[str, Callable[[np.ndarray], projection_methods.Layout]]] = {
        "neighbours": ("scikit-learn", lambda rows: projection_methods.neighbours(rows, seed=0)),
        "openTSNE, transform": ("openTSNE", partial(_open_tsne, iterations=250)),
        "openTSNE, no iterations": ("openTSNE", partial(_open_tsne, iterations=0)),
        "UMAP": ("umap-learn", _umap),
    }
    base = (0.0, 0.0)
    for name, (package, make) in makers.items():
        with _optional(package):
            began = time.perf_counter()
            layout = make(fitted)
            fit = time.perf_counter() - began
            began = time.perf_counter()
            points = layout(others)
            place = time.perf_counter() - began
            base = base if base[0] else (fit, place)
            half = layout(others[: len(others) // 2])
            moved = np.abs(half - points[: len(half)]).max() / np.abs(points).max()
            print(
                f"  {name:24} fit {fit:5.1f} s x{fit / base[0]:.2f}  place {len(others):,} in "
                f"{place:6.2f} s x{place / base[1]:.0f}  ten nearest kept "
                f"{_neighbours_kept(others, points):.3f}  moved {moved:.0e} beside fewer others"
            )


def _open_tsne(fitted: np.ndarray, *, iterations: int) -> projection_methods.Layout:
    from openTSNE import TSNE

    model = TSNE(perplexity=30, random_state=0, n_jobs=2).fit(fitted)

    def layout(vectors: np.ndarray) -> np.ndarray:
        if iterations:
            return np.asarray(model.transform(vectors))
        return np.asarray(model.prepare_partial(vectors, initialization="weighted", k=3))

    return layout


def _umap(fitted: np.ndarray) -> projection_methods.Layout:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP

        model = UMAP(random_state=0, n_jobs=1).fit(fitted)
    return lambda vectors: np.asarray(model.transform(vectors))


def _neighbours_kept(vectors: np.ndarray, points: np.ndarray, *, count: int = 10) -> float:
    """Return the share of each row's nearest vectors that are nearest in the plane too."""
    in_plane = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    by_vector = -(vectors @ vectors.T)
    shared = []
    for one, other in zip(by_vector, in_plane, strict=True):
        nearest, near = (set(np.argpartition(far, count + 1)[: count + 1]) for far in (one, other))
        shared.append((len(nearest & near) - 1) / count)
    return float(np.mean(shared))


# Classifiers -------------------------------------------------------------------------------------


def bench_regression(options: argparse.Namespace) -> None:
    """Compare our logistic regression with scikit-learn, on the shipped examples.

    scikit-learn has one penalty for all columns, so they are rescaled. Its targets are 0 or 1, so
    a borderline row becomes two rows with weights.
    """
    from sklearn.linear_model import LogisticRegression

    examples = prompt_classifier.examples()
    features = prompt_features.measured(examples, "text").to_numpy()
    vectors = embedders.load(MODEL, engine="fast").encode(examples["text"].to_list())
    design = np.hstack([features / features.std(axis=0).clip(1e-9), vectors])
    penalties = np.repeat([100.0, 2.0], [features.shape[1], vectors.shape[1]])
    targets = (
        examples["label"]
        .replace_strict(prompt_classifier.TARGETS, return_dtype=pl.Float64)
        .to_numpy()
    )
    is_between = (targets > 0) & (targets < 1)
    scale = 1 / np.sqrt(penalties)

    def library(solver: str, tolerance: float) -> np.ndarray:
        rows = np.vstack([design, design[is_between]]) * scale
        labels = np.append(targets > 0, np.zeros(is_between.sum(), dtype=bool))
        weights = np.append(np.where(targets > 0, targets, 1), 1 - targets[is_between])
        model = LogisticRegression(solver=solver, tol=tolerance, max_iter=1000)
        return np.asarray(model.fit(rows, labels, sample_weight=weights).coef_[0] * scale)

    calls = {
        "logistic_regression.fit": lambda: (
            logistic_regression.fit(design, targets, penalties=penalties).weights
        ),
        "newton-cholesky, tol 1e-4": lambda: library("newton-cholesky", 1e-4),
        "newton-cholesky, tol 1e-6": lambda: library("newton-cholesky", 1e-6),
        "lbfgs, tol 1e-6": lambda: library("lbfgs", 1e-6),
    }
    exact = library("newton-cholesky", 1e-12)
    took = seconds(*calls.values(), repeats=3)
    for (name, call), (wall, cpu) in zip(calls.items(), took, strict=True):
        error = np.abs(call() - exact).max()
        print(
            f"  {name:26} {wall:6.3f} s  x{wall / took[0][0]:.2f}  CPU x{cpu / took[0][1]:.2f}  "
            f"largest error {error:.0e}"
        )


def bench_precision(options: argparse.Namespace) -> None:
    """Compare our average precision with scikit-learn."""
    from sklearn.metrics import average_precision_score

    draw = np.random.default_rng(0)
    for count in (500, 5000, 100 * options.texts):
        truth, scores = draw.random(count) < 0.3, draw.random(count).round(3)
        ours = partial(evaluation.average_precision, truth, scores)
        library = partial(average_precision_score, truth, scores)
        took = seconds(ours, library, repeats=5)
        print(
            f"  {count:,} rows: average_precision {took[0][0] * 1000:.2f} ms, scikit-learn "
            f"{took[1][0] * 1000:.2f} ms x{took[1][0] / took[0][0]:.2f}, difference "
            f"{abs(ours() - library()):.0e}"
        )


def bench_folds(options: argparse.Namespace) -> None:
    """Compare folds by `GroupKFold`, which the workbench uses, with a loop in Python."""
    draw = np.random.default_rng(0)
    groups = draw.integers(0, 4 * options.texts, 5 * options.texts)
    calls = {
        "folds (GroupKFold)": lambda: list(training.folds(groups)),
        "a loop over groups": lambda: _greedy_folds(groups),
    }
    took = seconds(*calls.values(), repeats=5)
    for (name, call), (wall, _) in zip(calls.items(), took, strict=True):
        sizes = [int(part.sum()) for part in call()]
        ratio = wall / took[0][0]
        print(f"  {name:20} {wall * 1000:6.2f} ms  x{ratio:.2f}  rows of the parts {sizes}")


def _greedy_folds(groups: np.ndarray, *, parts: int = 5) -> list[np.ndarray]:
    """Put each group in the part with the fewest rows, the largest group first."""
    _, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    part_of, filled = np.zeros(len(sizes), dtype=int), np.zeros(parts, dtype=int)
    for group in np.argsort(-sizes, kind="stable"):
        part_of[group] = filled.argmin()
        filled[part_of[group]] += sizes[group]
    return [part_of[member] == part for part in range(parts)]


def bench_clusters(options: argparse.Namespace) -> None:
    """Compare clusters by `KMeans`, which the workbench uses, with k-means in numpy."""
    from sklearn.cluster import MiniBatchKMeans

    vectors = _vectors(20 * options.texts)
    calls = {
        "clusters (KMeans)": lambda: active_learning.clusters(vectors),
        "k-means in numpy": lambda: _numpy_clusters(vectors),
        "MiniBatchKMeans": lambda: MiniBatchKMeans(
            active_learning.CLUSTERS, n_init=1, random_state=0
        ).fit_predict(vectors),
    }
    took = seconds(*calls.values(), repeats=3)
    for (name, call), (wall, _) in zip(calls.items(), took, strict=True):
        labels = call()
        sums = np.stack([vectors[labels == label].sum(axis=0) for label in np.unique(labels)])
        cosine = (vectors @ _unit(sums).T).max(axis=1).mean()
        print(
            f"  {name:20} {wall:6.2f} s  x{wall / took[0][0]:.2f}  mean cosine to the centre "
            f"{cosine:.3f}"
        )


def _numpy_clusters(vectors: np.ndarray) -> np.ndarray:
    """Find the nearest centre and move the centres, for as many rounds as the workbench."""
    draw = np.random.default_rng(0)
    sample = vectors[draw.permutation(len(vectors))[: active_learning.SAMPLE]]
    centres = sample[: active_learning.CLUSTERS].copy()
    for _ in range(active_learning.ROUNDS):
        nearest = (sample @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, sample)
        centres = _unit(sums)
    return np.asarray((vectors @ centres.T).argmax(axis=1))


# Shared ------------------------------------------------------------------------------------------


def _texts(options: argparse.Namespace) -> list[str]:
    if options.tweets:
        return read_tweets(options.tweets, limit=options.texts)
    return made_up_texts(options.texts)


def _vectors(count: int) -> np.ndarray:
    """Return vectors with clusters: the shipped texts by the static engine, with noise."""
    draw = np.random.default_rng(0)
    rows = embedders.load(MODEL, engine="fast").encode(shipped_texts.texts())
    chosen = rows[draw.permutation(len(rows))[np.arange(count) % len(rows)]]
    return _unit(chosen + draw.normal(scale=0.01, size=chosen.shape).astype(np.float32))


def _unit(rows: np.ndarray) -> np.ndarray:
    # model2vec returns float16, whose squares overflow.
    finite = np.nan_to_num(np.asarray(rows, dtype=np.float32))
    return np.asarray(finite / np.maximum(np.linalg.norm(finite, axis=1, keepdims=True), 1e-12))


def _print_encoders(
    calls: dict[str, Callable[[], np.ndarray]], *, exact: np.ndarray, count: int
) -> None:
    took = seconds(*calls.values(), repeats=3)
    for (name, call), (wall, cpu) in zip(calls.items(), took, strict=True):
        vectors = _unit(call())
        cosines = (vectors * exact).sum(axis=1)
        print(
            f"  {name:36} {count / wall:9,.0f} texts/s x{wall / took[0][0]:.2f}  CPU "
            f"x{cpu / took[0][1]:.2f}  cosine to exact {cosines.mean():.4f}, "
            f"least {cosines.min():.3f}, ten nearest shared {overlap(vectors, exact):.3f}"
        )


@contextmanager
def _optional(package: str) -> Iterator[None]:
    """Skip a comparison whose library is not installed."""
    try:
        yield
    except ImportError as error:
        print(f"  skipped: {error}\n  pip install '{package}'")


SECTIONS: dict[str, Callable[[argparse.Namespace], None]] = {
    "int8": bench_int8,
    "static": bench_static,
    "axes": bench_axes,
    "neighbours": bench_neighbours,
    "regression": bench_regression,
    "precision": bench_precision,
    "folds": bench_folds,
    "clusters": bench_clusters,
}

if __name__ == "__main__":
    main()
