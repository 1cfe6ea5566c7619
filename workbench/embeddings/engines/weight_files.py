"""Hash the weights of a model, and compare the hashes with the published ones before loading.

Only weights in safetensors are ever loaded: other files with weights are pickles, which may contain
code.
"""

import functools
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from workbench.exceptions import StageError

#: Names of the files with weights that are loaded.
PATTERN = "*.safetensors"

_SHA256 = re.compile(r"[0-9a-f]{64}")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file. A file that did not change is read once per process."""
    facts = path.stat()
    return _sha256(path.resolve(), facts.st_size, facts.st_mtime_ns)


@functools.lru_cache(maxsize=1024)
def _sha256(path: Path, size: int, changed: int) -> str:
    """Hash a file; another `size` or time of change means that it is another file by now."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file with weights in a folder: name in the folder -> hash."""
    paths = sorted(path for path in folder.rglob(PATTERN) if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path) for path in paths}


def check(folder: Path, *, model: str, published: Mapping[str, str]) -> dict[str, str]:
    """Compare the weights in a snapshot of the hub with the published hashes.

    The hub's cache names the content of a large file by its published hash, which helps without
    network. Weights whose published hash is unknown are hashed and not compared.

    Args:
        folder: The snapshot.
        model: Name of the model, for errors.
        published: Name of a file -> SHA-256 that the hub names; empty without network.

    Returns:
        Name of each file with weights -> its SHA-256.

    Raises:
        StageError: If a file is not the published one.
    """
    seen = hashes(folder)
    for name, sha in seen.items():
        expected = published.get(name) or _name_of_content(folder / name)
        if expected and sha != expected:
            content = (folder / name).resolve()
            msg = (
                f"The weights {name} of {model} are not the published ones. The SHA-256 of\n"
                f"  {content}\nis\n  {sha}\nbut should be\n  {expected}."
            )
            raise StageError(msg, hint="move that file away and run again: it is downloaded again.")
    return seen


def _name_of_content(path: Path) -> str | None:
    """Return the hash that the hub's cache gave a file as its name, None if it has another name."""
    name = path.resolve().name
    return name if path.is_symlink() and _SHA256.fullmatch(name) else None
