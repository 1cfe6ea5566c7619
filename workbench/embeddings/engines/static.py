"""Run the fast engine: one vector per token, fitted to a model; a text is the sum of its tokens.

The vectors that a model returns for single tokens are a poor table: frequent words drown the rest.
Two steps improve it. Frequent tokens weigh less: a / (a + share), as in "A simple but
tough-to-beat baseline for sentence embeddings", Arora et al. 2017. A linear map, fitted by ridge
regression, then turns the sums into the model's vectors of whole texts. The results are in the
space of the model and can be compared with its vectors.

This is our own code because a table distilled by model2vec does not find instructions: of the 2 %
of tweets nearest to one, it ranks 20 % among its first 30 %, and this table 85 %. The library's
`StaticEmbedding` returns the same vectors from this table, but takes 1.2 to 2 times as long and
needs torch (`tests/benchmarks/bench_libraries.py static`).
"""

from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbench import progress
from workbench.data import shipped_texts
from workbench.embeddings.engines import batching, model_files, transformer, user_cache, vocabulary
from workbench.progress import OnProgress, silent

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from tokenizers import Tokenizer

#: Increment when the same model would produce other vectors.
VERSION = 1
#: A token of share p weighs `_RARE / (_RARE + p)`; 0.0003 to 0.003 measured the same.
_RARE = 1e-3
#: Strength of the ridge, relative to the mean square of the features.
_RIDGE = 0.03
#: Texts encoded at once; more measured no faster.
_TEXTS = 8192
_TABLE, _TOKENIZER = "tokens.npy", "tokenizer.json"


def load(
    model: str, *, files: model_files.ModelFiles, on_progress: OnProgress = silent
) -> "StaticEmbedder":
    """Load the table of a model; fit it first if that has not been done yet.

    Raises:
        StageError: If the model cannot be loaded, or needs prompts or its own tokenizer.
    """
    make = partial(_fit, model=model, files=files, on_progress=on_progress)
    key = f"{VERSION} {files.digest} {shipped_texts.digest()}"
    folder, digest = user_cache.make_once("fast", key=key, make=make)
    return StaticEmbedder(folder, name=f"{model} (fast)", digest=digest)


class StaticEmbedder:
    """A table of one vector per token. A text without tokens gets a vector far from all others.

    Args:
        folder: Table and tokenizer, as written by `load`.
        name: Name of the model in the recipe, with the engine.
        digest: Hash of the files in the folder.
    """

    is_slow = False

    def __init__(self, folder: Path, *, name: str, digest: str) -> None:
        from tokenizers import Tokenizer

        self.name = name
        self.digest = digest
        self._tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
        self._table = np.load(folder / _TABLE).astype(np.float32)
        self.dimensions = self._table.shape[1]

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Encode texts as float32 rows of length 1."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _TEXTS):
            counts = _token_counts(texts[start : start + _TEXTS], self._tokenizer, len(self._table))
            sums = counts @ self._table
            sums[~sums.any(axis=1), 0] = 1
            vectors[start : start + _TEXTS] = _unit_rows(sums)
            on_progress(min(start + _TEXTS, len(texts)), len(texts))
        return vectors

    def can_read(self, text: str) -> bool:
        """Return whether the table has a token of a text."""
        return vocabulary.has_known_token(self._tokenizer, text)


def _token_counts(texts: list[str], tokenizer: "Tokenizer", vocabulary: int) -> "csr_array":
    """Count the tokens of each text in a sparse matrix, shape `(texts, vocabulary)`."""
    from scipy.sparse import csr_array

    token_ids = [
        encoding.ids for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    ]
    ends = np.cumsum([0, *map(len, token_ids)])
    columns = np.fromiter(chain.from_iterable(token_ids), dtype=np.int32, count=ends[-1])
    ones = np.ones(len(columns), dtype=np.float32)
    return csr_array((ones, columns, ends), shape=(len(texts), vocabulary))


def _fit(
    folder: Path, *, model: str, files: model_files.ModelFiles, on_progress: OnProgress
) -> None:
    """Write table and tokenizer to a folder; takes about a minute."""
    with progress.doing(f"Fitting the fast table of {model} (once, about a minute)"):
        _fit_table(folder, model=model, files=files, on_progress=on_progress)


def _fit_table(
    folder: Path, *, model: str, files: model_files.ModelFiles, on_progress: OnProgress
) -> None:
    exact = transformer.load(model, files=files)
    tokenizer = exact.tokenizer()
    single = _single_token_vectors(exact, tokenizer)
    counts = _token_counts(shipped_texts.texts(), tokenizer, len(single)).astype(np.float64)
    shares = counts.sum(axis=0) / counts.sum()
    table = single * (_RARE / (_RARE + shares))[:, None]
    targets = exact.encode(shipped_texts.texts(), on_progress=on_progress)
    table @= _ridge(_unit_rows(counts @ table), targets.astype(np.float64))
    np.save(folder / _TABLE, table.astype(np.float16))
    tokenizer.save(str(folder / _TOKENIZER))


def _single_token_vectors(
    exact: transformer.TransformerEmbedder, tokenizer: "Tokenizer"
) -> np.ndarray:
    """Return the model's vector of each token on its own, centred, in float64."""
    import torch

    bare = tokenizer.encode("a", add_special_tokens=False).ids
    framed = tokenizer.encode("a").ids
    position = framed.index(bare[0])
    tokens = np.arange(tokenizer.get_vocab_size(with_added_tokens=True))
    inputs = np.tile(framed[: position + 1] + framed[position + len(bare) :], (len(tokens), 1))
    inputs[:, position] = tokens
    rows = max(1, batching.TOKENS // inputs.shape[1])
    vectors = [
        exact.run({"input_ids": batch, "attention_mask": torch.ones_like(batch)})
        for batch in torch.from_numpy(inputs).split(rows)
    ]
    single = np.concatenate(vectors).astype(np.float64)
    return np.asarray(single - single.mean(axis=0))


def _ridge(features: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Fit `features @ slopes` to the targets; a sum of tokens cannot have an intercept."""
    gram = features.T @ features
    gram += np.eye(len(gram)) * (_RIDGE * np.trace(gram) / len(gram))
    return np.asarray(np.linalg.solve(gram, features.T @ targets))


def _unit_rows(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1))
