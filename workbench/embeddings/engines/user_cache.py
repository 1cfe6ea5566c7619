"""Artefacts: what is made once from an installed model and kept in the user's cache folder.

They hold nothing of any tweet.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from workbench.exceptions import StageError
from workbench.storage import paths

#: Environment variable that names the folder of the cache; `off` keeps no vectors there.
VARIABLE = "WORKBENCH_CACHE"
OFF = "off"
#: Written last: the SHA-256 of every other file of the folder.
_SUMS = "sha256.json"

_log = logging.getLogger(__name__)


def folder() -> Path:
    """Give the folder of the cache, made or not.

    It is the one that `WORKBENCH_CACHE` names; where that is empty or `off`, one below
    `XDG_CACHE_HOME` (by default `~/.cache`).
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named and not is_off():
        return paths.path_of(named)
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "thread-workbench"


def is_off() -> bool:
    """Tell whether no vectors are to be kept.

    Artefacts are kept all the same: made anew each time, from the same model, they might differ in
    a bit, and their vectors could not be compared with those of an earlier run.
    """
    return os.environ.get(VARIABLE, "").strip().lower() == OFF


def made(kind: str, *, key: str, make: Callable[[Path], None]) -> tuple[Path, str]:
    """Give the folder of an artefact; make it where there is none, or its files were altered.

    It appears whole or not at all. Of two processes that make it at once, the first wins.

    Args:
        kind: What it is, such as `int8`.
        key: Everything that it is made from; another key is another artefact.
        make: Writes its files into an empty folder.

    Returns:
        The folder, and the hash of its content.

    Raises:
        StageError: If the cache folder cannot be written.
    """
    place = folder() / kind / hashlib.sha256(key.encode()).hexdigest()[:16]
    content = _content(place)
    if not content:
        _log.warning("making the files of `%s`, once, in a minute or so; kept in %s", kind, place)
        try:
            _make(place, make)
        except OSError as error:
            msg = f"The cache folder {folder()} cannot be written: {error}."
            raise StageError(
                msg, hint=f"set {VARIABLE} to a folder that you may write to."
            ) from error
        content = _content(place)
    return place, content


def _make(place: Path, make: Callable[[Path], None]) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=place.parent, prefix=".part-"))
    try:
        make(aside)
        (aside / _SUMS).write_text(json.dumps(_sums(aside)), encoding="utf-8")
        if not _content(place):
            shutil.rmtree(place, ignore_errors=True)
            aside.rename(place)
    except OSError:
        # Another process may have been first.
        if not _content(place):
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _content(place: Path) -> str:
    """Hash the files of a folder; empty where they are not what was once written."""
    try:
        told = json.loads((place / _SUMS).read_bytes())
    except (OSError, ValueError):
        return ""
    if told != _sums(place):
        return ""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _sums(place: Path) -> dict[str, str]:
    sums = {}
    for path in sorted(place.iterdir()):
        if path.name != _SUMS:
            with path.open("rb") as file:
                sums[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return sums
