"""Load the embedder that a recipe names: a model and the engine that runs it."""

from typing import Literal, Protocol, get_args

import numpy as np

from workbench import progress
from workbench.embeddings.engines import int8, model_files, static, transformer
from workbench.embeddings.engines.hashing import HashingEmbedder
from workbench.exceptions import StageError
from workbench.progress import OnProgress, silent

#: `exact` runs the model as published. `int8` runs it in 8-bit integers: five times as many texts
#: per CPU second. `fast` is a table of one vector per token: hundreds of times as many.
Engine = Literal["exact", "int8", "fast"]


class Space(Protocol):
    """What tells whose vectors these are: enough to read vectors, without loading the model."""

    @property
    def name(self) -> str:
        """Name of the model in the recipe, with the engine unless that is `exact`."""

    @property
    def digest(self) -> str:
        """Hash of engine and weights; vectors of different digests are never compared."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""


class Embedder(Space, Protocol):
    """Turns texts into vectors of length 1.

    An embedder with a true `is_slow` makes vectors worth keeping, see `vector_cache`.
    """

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Encode texts as float32 rows of length 1, shape `(len(texts), dimensions)`."""

    def can_read(self, text: str) -> bool:
        """Return whether the model knows anything of a text.

        The vectors of all texts that it cannot read are equal and mean nothing.
        """


def load(model: str, *, engine: Engine = "exact", on_progress: OnProgress = silent) -> Embedder:
    """Load an embedder by its names in the recipe.

    A path is never looked up on the network, even if it is mistyped. The files of `int8` and `fast`
    are made once from the model, in about a minute, and kept in the cache folder.

    Args:
        model: `all-MiniLM-L6-v2` (installed with the workbench), `hashing` (no model: for tests
            and demonstrations), the folder of a sentence-transformers model, or its name on the
            Hugging Face hub.
        engine: How to run the model; ignored for `hashing`.
        on_progress: Called with texts done and total texts while `fast` is fitted.

    Raises:
        StageError: If the engine is unknown, the model is missing or damaged, the engine cannot run
            it, or a package is not installed.

    Examples:
        >>> embedder = load("hashing")
        >>> vectors = embedder.encode(["why is the sky blue?", "Why is the SKY blue?"])
        >>> vectors.shape, float((vectors[0] * vectors[1]).sum().round(3))
        ((2, 256), 1.0)
    """
    files = check(model, engine=engine)
    if files is None:
        return HashingEmbedder()
    with progress.doing(_loading(model, files)):
        if engine == "exact":
            return transformer.load(model, files=files)
        if engine == "int8":
            return int8.load(model, files=files)
        return static.load(model, files=files, on_progress=on_progress)


def weights_of(embedder: Embedder) -> dict[str, str]:
    """Return the SHA-256 of each file of weights that an embedder has loaded.

    Only `exact` loads the files of a model; the files that the other engines made from them are in
    its digest.
    """
    return dict(getattr(embedder, "weights", {}))


def _loading(model: str, files: model_files.ModelFiles) -> str:
    """Say that a model is loaded, with its size if it is on this machine."""
    size = f" ({files.size / 1e6:,.0f} MB)" if files.size else ""
    return f"Loading the model {model}{size}"


def check(model: str, *, engine: Engine = "exact") -> model_files.ModelFiles | None:
    """Find a model and the packages of its engine without loading it; None for `hashing`.

    Raises:
        StageError: If the engine is unknown, or the model or a package is missing.
    """
    if engine not in get_args(Engine):
        msg = f"There is no engine called {engine!r}."
        raise StageError(msg, hint="choose exact, int8 or fast.")
    if model == "hashing":
        return None
    if engine == "int8":
        int8.runtime()
    return model_files.find(model)
