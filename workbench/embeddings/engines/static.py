"""Static: the fast engine, one vector a token, fitted to a model; a text is their sum.

A table of what the model makes of each token alone knows little of sentences: frequent words
drown the rest. So tokens weigh less the more frequent they are (a / (a + share), as in "A simple
but tough-to-beat baseline for sentence embeddings", Arora et al. 2017), and a linear map, fitted
by ridge regression, turns the sums into what the model makes of whole texts. The vectors lie in
the space of the model, and can be compared with its own.
"""

from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbench.data import shipped_texts
from workbench.embeddings.engines import batching, model_files, transformer, user_cache
from workbench.progress import OnProgress, silent

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from tokenizers import Tokenizer

#: Raised when the same model would give other vectors.
VERSION = 1
#: Weight of a token of share p is `_RARE / (_RARE + p)`; 0.0003 to 0.003 measured the same.
_RARE = 1e-3
#: Strength of the ridge, as a share of the mean square of the features.
_RIDGE = 0.03
#: Texts at once: more measured no faster.
_TEXTS = 8192
_TABLE, _TOKENIZER = "tokens.npy", "tokenizer.json"


def load(
    model: str, *, found: model_files.Found, on_progress: OnProgress = silent
) -> "StaticEmbedder":
    """Load the table fitted to a model that was found; fit it first where that was not done yet.

    Raises:
        StageError: If the model cannot be loaded, or is no plain one.
    """
    make = partial(_fit, model=model, found=found, on_progress=on_progress)
    key = f"{VERSION} {found.digest} {shipped_texts.digest()}"
    folder, content = user_cache.made("fast", key=key, make=make)
    return StaticEmbedder(folder, name=f"{model} (fast)", digest=content)


class StaticEmbedder:
    """A table of one vector a token. A text without a token gives a vector that is near none.

    Args:
        folder: Table and tokenizer, as `load` makes them.
        name: The model as the recipe calls it, and its engine.
        digest: Hash of what is in the folder.
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
            counts = _counts(texts[start : start + _TEXTS], self._tokenizer, len(self._table))
            sums = counts @ self._table
            sums[~sums.any(axis=1), 0] = 1
            vectors[start : start + _TEXTS] = _unit(sums)
            on_progress(min(start + _TEXTS, len(texts)), len(texts))
        return vectors


def _counts(texts: list[str], tokenizer: "Tokenizer", tokens: int) -> "csr_array":
    """Count the tokens of each text, as a sparse matrix of texts by tokens."""
    from scipy.sparse import csr_array

    found = [
        encoding.ids for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    ]
    ends = np.cumsum([0, *map(len, found)])
    ids = np.fromiter(chain.from_iterable(found), dtype=np.int32, count=ends[-1])
    ones = np.ones(len(ids), dtype=np.float32)
    return csr_array((ones, ids, ends), shape=(len(texts), tokens))


def _fit(folder: Path, *, model: str, found: model_files.Found, on_progress: OnProgress) -> None:
    """Write table and tokenizer into a folder; takes about a minute."""
    exact = transformer.load(model, found=found)
    tokenizer = exact.tokenizer()
    alone = _alone(exact, tokenizer)
    counts = _counts(shipped_texts.texts(), tokenizer, len(alone)).astype(np.float64)
    shares = counts.sum(axis=0) / counts.sum()
    table = alone * (_RARE / (_RARE + shares))[:, None]
    targets = exact.encode(shipped_texts.texts(), on_progress=on_progress)
    table @= _ridge(_unit(counts @ table), targets.astype(np.float64))
    np.save(folder / _TABLE, table.astype(np.float16))
    tokenizer.save(str(folder / _TOKENIZER))


def _alone(exact: transformer.TransformerEmbedder, tokenizer: "Tokenizer") -> np.ndarray:
    """Give the vector that the model makes of each token alone, centred, in float64."""
    import torch

    bare = tokenizer.encode("a", add_special_tokens=False).ids
    framed = tokenizer.encode("a").ids
    place = framed.index(bare[0])
    tokens = np.arange(tokenizer.get_vocab_size(with_added_tokens=True))
    batch = np.tile(framed[: place + 1] + framed[place + len(bare) :], (len(tokens), 1))
    batch[:, place] = tokens
    rows = max(1, batching.TOKENS // batch.shape[1])
    vectors = [
        exact.run({"input_ids": part, "attention_mask": torch.ones_like(part)})
        for part in torch.from_numpy(batch).split(rows)
    ]
    alone = np.concatenate(vectors).astype(np.float64)
    return np.asarray(alone - alone.mean(axis=0))


def _ridge(features: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Fit `features @ slopes` to the targets; no offset, which a sum of tokens cannot have."""
    gram = features.T @ features
    gram += np.eye(len(gram)) * (_RIDGE * np.trace(gram) / len(gram))
    return np.asarray(np.linalg.solve(gram, features.T @ targets))


def _unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1))
