"""Run a transformer quantized to 8-bit integers, with OpenVINO and without torch.

This is our own code because the OpenVINO backend of sentence-transformers cannot be installed
beside the current transformers and huggingface-hub. It also takes 1.6 times as long. Its vectors
are slightly nearer to the exact ones: mean cosine 0.994, here 0.986
(`tests/benchmarks/bench_libraries.py int8`).
"""

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

from workbench import progress
from workbench.data import shipped_texts
from workbench.embeddings.engines import (
    batching,
    model_files,
    transformer,
    user_cache,
    vocabulary,
)
from workbench.exceptions import StageError
from workbench.progress import OnProgress, silent

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Increment when the same model would be quantized differently.
VERSION = 1
#: Texts that calibrate the ranges of the integers; more measured no better.
_CALIBRATION_TEXTS = 300
_MODEL, _TOKENIZER = "model.xml", "tokenizer.json"
_TELEMETRY = "openvino_telemetry"


def load(model: str, *, files: model_files.ModelFiles) -> "Int8Embedder":
    """Load a model; quantize it first if that has not been done yet.

    Raises:
        StageError: If OpenVINO is not installed, or the model cannot be quantized.
    """
    openvino = runtime()
    key = (
        f"{VERSION} {files.digest} {version('openvino')} {version('nncf')} {shipped_texts.digest()}"
    )
    make = partial(_quantize, model=model, files=files)
    folder, digest = user_cache.make_once("int8", key=key, make=make)
    return Int8Embedder(openvino, folder, name=f"{model} (int8)", digest=digest, space=files.digest)


class Int8Embedder:
    """A quantized model on the CPU, in batches limited by their tokens.

    Args:
        openvino: The module.
        folder: Model and tokenizer, as written by `load`.
        name: Name of the model in the recipe, with the engine.
        digest: Hash of the files in the folder.
        space: Digest of the exact model; the vectors approximate those of that model.
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
        """Encode texts as float32 rows of length 1, the longest texts first."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        done = 0
        for window in batching.windows(texts):
            encodings = self._tokenizer.encode_batch_fast([texts[i] for i in window])
            tokens = [encoding.ids for encoding in encodings]
            for rows in batching.batches(np.array([len(ids) for ids in tokens])):
                batch = _padded([tokens[row] for row in rows])
                vectors[window[rows]] = self._request.infer(batch)[self._output]
                done += len(rows)
                on_progress(done, len(texts))
        return vectors

    def can_read(self, text: str) -> bool:
        """Return whether the model has a token of a text."""
        return vocabulary.has_known_token(self._tokenizer, text)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _padded(tokens: list[list[int]]) -> dict[str, np.ndarray]:
    """Return token ids and attention mask of one batch, whose first text is the longest."""
    shape = len(tokens), max(1, len(tokens[0]))
    ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, text in enumerate(tokens):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def runtime() -> ModuleType:
    """Import OpenVINO.

    Raises:
        StageError: If OpenVINO, or NNCF, which quantizes a model, is not installed.
    """
    try:
        with _without_telemetry():
            import openvino
        version("nncf")
    except ImportError as error:
        msg = f"The engine int8 needs OpenVINO and NNCF: {error}."
        raise StageError(msg, hint="pip install 'thread-workbench[speed]'") from error
    return openvino


def _quantize(folder: Path, *, model: str, files: model_files.ModelFiles) -> None:
    """Write model and tokenizer to a folder; takes half a minute."""
    exact = transformer.load(model, files=files, device="cpu")
    tokenizer = exact.tokenizer()
    try:
        converting = f"Converting {model} to 8-bit integers (once, about half a minute)"
        with progress.doing(converting), _quiet(), _without_telemetry():
            _write(exact, tokenizer, folder / _MODEL)
    except Exception as error:
        msg = f"The model {model} cannot be quantized: {type(error).__name__}: {error}."
        raise StageError(msg, hint="use the engine `exact`.") from error
    tokenizer.save(str(folder / _TOKENIZER))


def _write(exact: transformer.TransformerEmbedder, tokenizer: "Tokenizer", path: Path) -> None:
    import nncf
    import openvino
    import torch

    class Normalized(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = exact.model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:  # noqa: ANN401
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            vectors = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vectors.float(), dim=1)

    texts = shipped_texts.texts()
    texts = texts[:: -(-len(texts) // _CALIBRATION_TEXTS)]
    batches = [_padded([encoding.ids]) for encoding in tokenizer.encode_batch_fast(texts)]
    example = _padded([[1, 2, 3], [1, 2]])
    converted = openvino.convert_model(
        Normalized(), example_input={key: torch.from_numpy(ids) for key, ids in example.items()}
    )
    nncf.set_log_level(logging.ERROR)
    quantized = nncf.quantize(
        converted,
        nncf.Dataset(batches),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(batches),
    )
    openvino.save_model(quantized, path)


@contextmanager
def _without_telemetry() -> Iterator[None]:
    """Hide the telemetry package, so that the libraries send no usage data.

    OpenVINO and NNCF use a stub of their own if it is missing.
    """
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
    """Suppress progress bars and warnings of libraries."""
    with (
        Path(os.devnull).open("w", encoding="utf-8") as devnull,
        redirect_stdout(devnull),
        redirect_stderr(devnull),
        warnings.catch_warnings(),
        transformer.quiet(),
    ):
        warnings.simplefilter("ignore")
        yield
