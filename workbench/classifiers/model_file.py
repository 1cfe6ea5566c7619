"""Weights: the file of a trained linear model, plain JSON, and how it is applied.

A model has a part for the surface features alone, and one for them together with the vectors of
each embedder that it was trained with. Those mean nothing for vectors of any other.
"""

import functools
import logging
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import polars as pl

from workbench.classifiers import logistic_regression
from workbench.embeddings.embedders import Embedder
from workbench.exceptions import ModelError
from workbench.storage import paths

#: Kinds of model. The recipe has a setting of the same name for each.
PROMPT_CLASSIFIER, REPLY_CLASSIFIER = "prompt_classifier", "reply_classifier"
#: Raised when an earlier program can no longer read the file. 2: the kinds have new names.
VERSION = 2
#: Name of the models that ship.
STARTER = "starter"
#: Largest file that is read, in bytes; those that ship have about 20 KB.
MAX_BYTES = 50_000_000
#: Largest weight, plus or minus: sums of far larger ones overflow, and are no number then.
MOST = 1e6

#: Name of a kind in files of version 1 -> its name today.
_OLD_KINDS = {"detector": PROMPT_CLASSIFIER, "replies": REPLY_CLASSIFIER}

_log = logging.getLogger(__name__)
_Number = Annotated[float, msgspec.Meta(ge=-MOST, le=MOST)]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A linear model with its calibration.

    Args:
        weights: Feature -> weight, for the features as they are (not standardised).
        vector: Weight of each dimension of the vector; empty for surface features alone.
        bias: Log odds where everything is 0.
        slope: Platt's slope, see `logistic.calibrate`.
        shift: Platt's shift.
        share: Share of positives in the data that it was calibrated for.
        calibration_error: Mean distance of probability and share found, held-out rows.
        evaluation: What `evaluation.report` said of held-out rows, by question asked.
    """

    weights: dict[str, _Number]
    vector: list[_Number]
    bias: _Number
    slope: _Number
    shift: _Number
    share: float
    calibration_error: float
    evaluation: dict[str, dict[str, float]]


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A trained model.

    Args:
        kind: `detector` or `replies`.
        version: Format of the file.
        embedders: Digest -> name of each embedder whose vectors it knows.
        surface: Part for the surface features alone.
        both: Digest of an embedder -> part for surface features and its vectors.
        trained_on: Counts of the training rows by source, and a hash of all of them.
    """

    kind: str
    version: Annotated[int, msgspec.Meta(ge=1)]
    embedders: dict[str, str]
    surface: Part
    both: dict[str, Part]
    trained_on: dict[str, Any]

    @property
    def part(self) -> Part:
        """Give the part that held-out rows are judged by: with vectors, where it knows any."""
        return next(iter(self.both.values()), self.surface)


def kind_of(name: str) -> str:
    """Return the kind that `name` stands for; names of version 1 are still known.

    Examples:
        >>> kind_of("detector"), kind_of("reply_classifier")
        ('prompt_classifier', 'reply_classifier')
    """
    return _OLD_KINDS.get(name, name)


def load(name_or_path: str | Path, *, kind: str) -> Model:
    """Load a model from a file, or for `starter` the one that ships.

    Args:
        name_or_path: `starter`, or a file that `workbench train` wrote.
        kind: What it must be for: `detector` or `replies`.

    Raises:
        ModelError: If the file is missing, damaged, of another kind or of a newer version.

    Examples:
        >>> model = load("starter", kind="prompt_classifier")
        >>> model.kind, "all-MiniLM-L6-v2" in model.embedders.values()
        ('prompt_classifier', True)
    """
    if str(name_or_path) == STARTER:
        return _starter(kind)
    path = paths.path_of(name_or_path)
    try:
        if path.stat().st_size > MAX_BYTES:
            msg = f"{path} has {path.stat().st_size:,} bytes, too many for a trained model."
            raise ModelError(msg, hint="name a file that `workbench train` wrote.")
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # the second for a name with a zero byte
        msg = f"The trained model {path} cannot be read: {error}."
        raise ModelError(msg, hint="`workbench train` writes one; `starter` ships.") from error
    return _decode(data, name=str(path), kind=kind)


@functools.lru_cache(maxsize=4)
def _starter(kind: str) -> Model:
    data = resources.files("workbench").joinpath(f"data/{kind}.json").read_bytes()
    return _decode(data, name=STARTER, kind=kind)


def _decode(data: bytes, *, name: str, kind: str) -> Model:
    try:
        model = msgspec.json.decode(data, type=Model)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = f"The trained model {name} is damaged or none: {error}."
        raise ModelError(msg, hint="train it anew with `workbench train`.") from error
    model = msgspec.structs.replace(model, kind=kind_of(model.kind))
    if model.kind != kind or model.version > VERSION:
        msg = (
            f"{name} is a model for `{model.kind}` of version {model.version}; "
            f"this needs one for `{kind}` of version {VERSION} or less."
        )
        raise ModelError(msg, hint="name the right file, or train it anew.")
    return model


def save(model: Model, path: Path) -> None:
    """Write a model as JSON, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    aside.replace(path)


def vector_part(model: Model, *, embedder: Embedder, name: str | Path) -> Part | None:
    """Give the part for vectors, or None where the surface features have to do.

    Args:
        model: The model.
        embedder: The one that made the vectors.
        name: What the recipe calls the model. The one that ships is written for one embedder, and
            does without vectors with any other, which is logged; a model of one's own is refused.

    Raises:
        ModelError: If a model of one's own was trained with another embedder.
    """
    # A faster engine makes vectors in the space of another embedder, and says of which.
    space = getattr(embedder, "space", embedder.digest)
    part = model.both.get(embedder.digest) or model.both.get(space)
    if part is not None:
        # A model of replies has one more, for the cosine.
        wanted = embedder.dimensions + (model.kind == REPLY_CLASSIFIER)
        if len(part.vector) == wanted:
            return part
        msg = f"{name} has {len(part.vector)} weights for vectors where {wanted} are needed: one "
        msg += f"for each of {embedder.dimensions} numbers"
        msg += ", and one for the cosine." if wanted > embedder.dimensions else "."
        raise ModelError(msg, hint="the file is damaged; train it anew with `workbench train`.")
    if str(name) == STARTER:
        _log.warning(
            "the %s that ships was not trained on vectors of `%s`: it uses the wording alone",
            model.kind.replace("_", " "),
            embedder.name,
        )
        return None
    if not model.both:
        return None
    known = ", ".join(f"{by} ({digest[:12]})" for digest, by in model.embedders.items())
    msg = (
        f"{name} was trained on vectors of {known} and means nothing for those of "
        f"{embedder.name} ({embedder.digest[:12]})."
    )
    raise ModelError(msg, hint="run `workbench train` with this embedder, or take `starter`.")


def log_odds(part: Part, features: dict[str, pl.Expr], *, name: str) -> pl.Expr:
    """Give the log odds of the surface features as one expression, without those of the vector.

    A million texts carry one number each instead of forty.

    Raises:
        ModelError: If the model needs a feature that is not there.
    """
    if unknown := sorted(part.weights.keys() - features.keys()):
        msg = f"The model needs features that this version does not know: {', '.join(unknown)}."
        raise ModelError(msg, hint="train it anew with `workbench train`.")
    terms = [features[feature] * weight for feature, weight in part.weights.items()]
    return pl.sum_horizontal(pl.lit(part.bias), *terms).alias(name)


def chance(part: Part, log_odds: np.ndarray) -> np.ndarray:
    """Turn log odds into calibrated probabilities, float32."""
    found = logistic_regression.sigmoid(
        part.slope * np.asarray(log_odds, dtype=np.float64) + part.shift
    )
    return found.astype(np.float32)
