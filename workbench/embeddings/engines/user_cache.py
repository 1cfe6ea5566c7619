"""Keep files that are made once from an installed model in the user's cache folder.

The engines `int8` and `fast` keep their files here. They contain nothing from any tweet. The vector
cache is in the same folder.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs

from workbench.exceptions import StageError
from workbench.storage import paths

#: Environment variable with the path of the cache folder; `off` disables the vector cache.
VARIABLE = "WORKBENCH_CACHE"
OFF = "off"
#: Written last: the SHA-256 of every other file in the folder.
_CHECKSUMS = "sha256.json"

_log = logging.getLogger(__name__)


def folder() -> Path:
    """Return the path of the cache folder, which may not exist yet.

    `WORKBENCH_CACHE` sets it. If that is empty or `off`, it is the platform's cache folder for
    `thread-workbench`: on Linux below `XDG_CACHE_HOME`, by default `~/.cache`.
    """
    name = os.environ.get(VARIABLE, "").strip()
    if name and not is_off():
        return paths.path_of(name)
    return platformdirs.user_cache_path("thread-workbench", appauthor=False)


def is_off() -> bool:
    """Return whether the vector cache is disabled.

    Engine files are kept even then. Made again from the same model, they might differ in one bit,
    and their vectors could not be compared with those of an earlier run.
    """
    return os.environ.get(VARIABLE, "").strip().lower() == OFF


def make_once(kind: str, *, key: str, make: Callable[[Path], None]) -> tuple[Path, str]:
    """Return a folder of files, after making them if they are missing or were changed.

    The folder appears complete or not at all. If two processes make it at once, the first wins.

    Args:
        kind: Name of the parent folder, for example `int8`.
        key: Everything the files depend on; another key gets another folder.
        make: Writes the files into an empty folder.

    Returns:
        The folder, and a hash of its contents.

    Raises:
        StageError: If the cache folder is not writable.
    """
    target = folder() / kind / hashlib.sha256(key.encode()).hexdigest()[:16]
    digest = _verified_digest(target)
    if not digest:
        _log.warning(
            "making the files of `%s`, once, in about a minute; keeping them in %s", kind, target
        )
        try:
            _make(target, make)
        except OSError as error:
            msg = f"Cannot write to the cache folder {folder()}: {error}."
            raise StageError(msg, hint=f"set {VARIABLE} to a writable folder.") from error
        digest = _verified_digest(target)
    return target, digest


def is_intact(made: Path) -> bool:
    """Return whether a folder that `make_once` made still has the files that it had then."""
    return bool(_verified_digest(made))


def _make(target: Path, make: Callable[[Path], None]) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=target.parent, prefix=".part-"))
    try:
        make(partial)
        (partial / _CHECKSUMS).write_text(json.dumps(_checksums(partial)), encoding="utf-8")
        if not _verified_digest(target):
            shutil.rmtree(target, ignore_errors=True)
            partial.rename(target)
    except OSError:
        # Another process may have made it first.
        if not _verified_digest(target):
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _verified_digest(target: Path) -> str:
    """Hash the checksums of a folder; return "" if any file differs from its checksum."""
    try:
        checksums = json.loads((target / _CHECKSUMS).read_bytes())
    except (OSError, ValueError):
        return ""
    if checksums != _checksums(target):
        return ""
    return hashlib.sha256(json.dumps(checksums, sort_keys=True).encode()).hexdigest()


def _checksums(target: Path) -> dict[str, str]:
    checksums = {}
    for path in sorted(target.iterdir()):
        if path.name != _CHECKSUMS:
            with path.open("rb") as file:
                checksums[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return checksums
