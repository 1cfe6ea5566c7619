"""Read, write and apply trained linear models. Their files are plain JSON.

A model has a part for surface features alone, and a part for surface features and vectors for each
embedder it was trained with. Weights for vectors fit that embedder only.
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
from workbench.embeddings.embedders import Space
from workbench.exceptions import ModelError
from workbench.storage import paths

#: Kinds of model. The recipe has a setting of the same name for each.
PROMPT_CLASSIFIER, REPLY_CLASSIFIER = "prompt_classifier", "reply_classifier"
#: Raised when an earlier program can no longer read the file. 2: the kinds have new names.
VERSION = 2
#: Name of the models that ship, in recipes.
STARTER = "starter"
#: Largest file to read, in bytes. The shipped files have about 20 KB.
MAX_BYTES = 50_000_000
#: Largest absolute weight. Sums of far larger weights overflow to NaN.
MAX_WEIGHT = 1e6

#: Name of a kind in files of version 1 -> its name today.
_OLD_KINDS = {"detector": PROMPT_CLASSIFIER, "replies": REPLY_CLASSIFIER}

_TRAIN_AGAIN = "train it again with `workbench train`."

_log = logging.getLogger(__name__)
_Number = Annotated[float, msgspec.Meta(ge=-MAX_WEIGHT, le=MAX_WEIGHT)]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A linear model with its calibration.

    Args:
        weights: Feature -> weight, for features that are not standardised.
        vector: Weight of each dimension of the vector; empty for surface features alone.
        bias: Log odds if everything is 0.
        slope: Platt's slope, see `logistic_regression.calibrate`.
        shift: Platt's shift.
        share: Share of positives that it was calibrated for.
        calibration_error: Mean difference of probability and share of positives, held-out rows.
        evaluation: Question -> `evaluation.report` on held-out rows.
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
        kind: `prompt_classifier` or `reply_classifier`.
        version: Format of the file.
        embedders: Digest -> name of each embedder that it was trained with.
        surface: Part for surface features alone.
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
        """The part that held-out rows are evaluated by: with vectors if the model has any."""
        return next(iter(self.both.values()), self.surface)


def kind_of(name: str) -> str:
    """Return the kind that `name` stands for; names of version 1 are still known.

    Examples:
        >>> kind_of("detector"), kind_of("reply_classifier")
        ('prompt_classifier', 'reply_classifier')
    """
    return _OLD_KINDS.get(name, name)


def load(name_or_path: str | Path, *, kind: str) -> Model:
    """Load a model from a file, or the shipped model for the name `starter`.

    Args:
        name_or_path: `starter`, or a file that `workbench train` wrote.
        kind: The kind it must have: `prompt_classifier` or `reply_classifier`.

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
            msg = f"{path} has {path.stat().st_size:,} bytes, too large for a trained model."
            raise ModelError(msg, hint="name a file that `workbench train` wrote.")
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # `ValueError`: a name with a zero byte
        msg = f"The trained model {path} cannot be read: {error}."
        raise ModelError(
            msg, hint="`workbench train` writes one; `starter` is the one that ships."
        ) from error
    return _decode(data, name=str(path), kind=kind)


@functools.lru_cache(maxsize=4)
def _starter(kind: str) -> Model:
    data = resources.files("workbench").joinpath(f"data/{kind}.json").read_bytes()
    return _decode(data, name=STARTER, kind=kind)


def _decode(data: bytes, *, name: str, kind: str) -> Model:
    try:
        model = msgspec.json.decode(data, type=Model)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = f"{name} is damaged or not a trained model: {error}."
        raise ModelError(msg, hint=_TRAIN_AGAIN) from error
    model = msgspec.structs.replace(model, kind=kind_of(model.kind))
    if model.kind != kind or model.version > VERSION:
        msg = (
            f"{name} is a `{model.kind}` of version {model.version}, "
            f"not a `{kind}` of version {VERSION} or earlier."
        )
        raise ModelError(msg, hint="name the right file, or train it again.")
    return model


def save(model: Model, path: Path) -> None:
    """Write a model as JSON, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    aside.replace(path)


def vector_part(model: Model, *, embedder: Space, name: str | Path) -> Part | None:
    """Return the part for the vectors of an embedder, None to use surface features alone.

    Args:
        model: The model.
        embedder: The embedder that made the vectors.
        name: Name of the model in the recipe. The shipped model does without vectors of embedders
            that it was not trained with, and logs a warning. The user's own models raise.

    Raises:
        ModelError: If the user's own model was trained with another embedder only.
    """
    # A faster engine makes vectors in the space of another embedder, and names it.
    space = getattr(embedder, "space", embedder.digest)
    part = model.both.get(embedder.digest) or model.both.get(space)
    if part is not None:
        return _checked(part, model=model, embedder=embedder, name=name)
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
        f"{name} was trained on vectors of {known} and cannot use those of "
        f"{embedder.name} ({embedder.digest[:12]})."
    )
    raise ModelError(msg, hint="run `workbench train` with this embedder, or use `starter`.")


def _checked(part: Part, *, model: Model, embedder: Space, name: str | Path) -> Part:
    """Return the part if it has one weight for each number of a vector."""
    # A reply classifier has one more weight, for the cosine.
    expected = embedder.dimensions + (model.kind == REPLY_CLASSIFIER)
    if len(part.vector) == expected:
        return part
    msg = f"{name} has {len(part.vector)} weights for vectors but needs {expected}: one "
    msg += f"for each of {embedder.dimensions} numbers"
    msg += ", and one for the cosine." if expected > embedder.dimensions else "."
    raise ModelError(msg, hint=f"the file is damaged; {_TRAIN_AGAIN}")


def log_odds(part: Part, features: dict[str, pl.Expr], *, name: str) -> pl.Expr:
    """Return the log odds of the surface features as one expression, without the vector.

    A million texts then need one number each instead of forty.

    Raises:
        ModelError: If the model needs a feature that is not in `features`.
    """
    if unknown := sorted(part.weights.keys() - features.keys()):
        msg = f"The model needs features that this version does not know: {', '.join(unknown)}."
        raise ModelError(msg, hint=_TRAIN_AGAIN)
    terms = [features[feature] * weight for feature, weight in part.weights.items()]
    return pl.sum_horizontal(pl.lit(part.bias), *terms).alias(name)


def chance(part: Part, log_odds: np.ndarray) -> np.ndarray:
    """Turn log odds into calibrated probabilities, float32."""
    calibrated = part.slope * np.asarray(log_odds, dtype=np.float64) + part.shift
    return logistic_regression.sigmoid(calibrated).astype(np.float32)
