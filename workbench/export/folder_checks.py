"""Check the name and the folder of an export before anything is written."""

import re
from pathlib import Path

from workbench.exceptions import ExportError
from workbench.export.manifest import MANIFEST

_LONGEST_NAME = 100
_NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")


def check_name(name: str) -> None:
    """Refuse names that are not valid folder names on every system.

    Raises:
        ExportError: If it has anything but letters, digits, `_`, `-` and inner dots.

    Examples:
        >>> check_name("july-2019")
        >>> check_name("../july")
        Traceback (most recent call last):
        workbench.exceptions.ExportError: '../july' cannot be the name of an export.
        ...
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        msg = f"{name!r} cannot be the name of an export."
        hint = (
            f"use up to {_LONGEST_NAME} of these: the letters a to z and A to Z, digits, `_`, `-` "
            "and inner dots."
        )
        raise ExportError(msg, hint=hint)


def check_free(folder: Path, *, overwrite: bool) -> None:
    """Refuse a folder that must not be replaced.

    Args:
        folder: Where the export will be written.
        overwrite: Replace an export that is already there. Other folders are never replaced.

    Raises:
        ExportError: If the folder exists and is not an export, or must not be replaced.
    """
    if not folder.exists() and not folder.is_symlink():
        return
    if not (folder / MANIFEST).is_file():
        msg = f"{folder} exists and is not an export."
        raise ExportError(msg, hint="choose another name for the export.")
    if not overwrite:
        msg = f"The export {folder} already exists."
        hint = "choose another name, or replace it: `--force`, or the switch `replace` on a page."
        raise ExportError(msg, hint=hint)
