"""Int8: a transformer in whole numbers of 8 bits, run by OpenVINO without torch."""

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.data import shipped_texts
from workbench.embeddings.engines import batching, model_files, transformer, user_cache
from workbench.exceptions import StageError
from workbench.progress import OnProgress, silent

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Raised when the same model would be quantised otherwise.
VERSION = 1
#: Texts that the ranges of the numbers are measured on; more measured no better.
_TEXTS = 300
_MODEL, _TOKENIZER = "model.xml", "tokenizer.json"
_TELEMETRY = "openvino_telemetry"


def load(model: str, *, found: model_files.Found) -> "Int8Embedder":
    """Load a model that was found; quantise it first where that was not done yet.

    Raises:
        StageError: If OpenVINO is not installed, or the model cannot be quantised.
    """
    openvino = runtime()
    key = (
        f"{VERSION} {found.digest} {version('openvino')} {version('nncf')} {shipped_texts.digest()}"
    )
    make = partial(_quantise, model=model, found=found)
    folder, content = user_cache.made("int8", key=key, make=make)
    return Int8Embedder(
        openvino, folder, name=f"{model} (int8)", digest=content, space=found.digest
    )


class Int8Embedder:
    """A quantised model on the CPU, in batches of a number of tokens.

    Args:
        openvino: The module.
        folder: Model and tokenizer, as `load` makes them.
        name: The model as the recipe calls it, and its engine.
        digest: Hash of what is in the folder.
        space: Digest of the exact model, to whose vectors these are near.
    """

    is_slow = True

    def __init__(
        self, openvino: ModuleType, folder: Path, *, name: str, digest: str, space: str
    ) -> None:
        from tokenizers import Tokenizer

        self.space = space
        self.name = name
        self.digest = digest
        self._tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
        threads = {"INFERENCE_NUM_THREADS": _cores()}
        compiled = openvino.Core().compile_model(folder / _MODEL, "CPU", threads)
        self._output = compiled.output(0)
        self._request = compiled.create_infer_request()
        self.dimensions = int(self._output.partial_shape[1].get_length())

    def encode(self, texts: list[str], *, on_progress: OnProgress = silent) -> np.ndarray:
        """Encode texts as float32 rows of length 1; the longest come first."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        done = 0
        for window in batching.windows(texts):
            tokenised = self._tokenizer.encode_batch_fast([texts[i] for i in window])
            tokens = [encoding.ids for encoding in tokenised]
            for rows in batching.batches(np.array([len(ids) for ids in tokens])):
                batch = _padded([tokens[row] for row in rows])
                vectors[window[rows]] = self._request.infer(batch)[self._output]
                done += len(rows)
                on_progress(done, len(texts))
        return vectors


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _padded(tokens: list[list[int]]) -> dict[str, np.ndarray]:
    """Give ids and mask of one batch, the longest text first."""
    shape = len(tokens), max(1, len(tokens[0]))
    ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, text in enumerate(tokens):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def runtime() -> ModuleType:
    """Give the module of OpenVINO.

    Raises:
        StageError: If it, or what quantises a model, is not installed.
    """
    try:
        with _no_telemetry():
            import openvino
        version("nncf")
    except ImportError as error:
        msg = f"The engine int8 needs OpenVINO and NNCF: {error}."
        raise StageError(msg, hint="pip install 'thread-workbench[speed]'") from error
    return openvino


def _quantise(folder: Path, *, model: str, found: model_files.Found) -> None:
    """Write model and tokenizer into a folder; takes half a minute."""
    exact = transformer.load(model, found=found, device="cpu")
    tokenizer = exact.tokenizer()
    try:
        with _quiet(), _no_telemetry():
            _write(exact, tokenizer, folder / _MODEL)
    except Exception as error:
        msg = f"The model {model} cannot be quantised: {type(error).__name__}: {error}."
        raise StageError(msg, hint="use the engine `exact`.") from error
    tokenizer.save(str(folder / _TOKENIZER))


def _write(exact: transformer.TransformerEmbedder, tokenizer: "Tokenizer", path: Path) -> None:
    import nncf
    import openvino
    import torch

    class Normalised(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = exact.model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:  # noqa: ANN401
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            vectors = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vectors.float(), dim=1)

    texts = shipped_texts.texts()
    texts = texts[:: -(-len(texts) // _TEXTS)]
    batches = [_padded([encoding.ids]) for encoding in tokenizer.encode_batch_fast(texts)]
    example = _padded([[1, 2, 3], [1, 2]])
    converted = openvino.convert_model(
        Normalised(), example_input={key: torch.from_numpy(ids) for key, ids in example.items()}
    )
    nncf.set_log_level(logging.ERROR)
    quantised = nncf.quantize(
        converted,
        nncf.Dataset(batches),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(batches),
    )
    openvino.save_model(quantised, path)


@contextmanager
def _no_telemetry() -> Iterator[None]:
    """Keep the libraries from telling their makers what is done here: they then do without."""
    before = sys.modules.get(_TELEMETRY)
    sys.modules[_TELEMETRY] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[_TELEMETRY]
        if before is not None:
            sys.modules[_TELEMETRY] = before


@contextmanager
def _quiet() -> Iterator[None]:
    """Swallow bars and warnings of libraries."""
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
        warnings.catch_warnings(),
        transformer.quiet(),
    ):
        warnings.simplefilter("ignore")
        yield
