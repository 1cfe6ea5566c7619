"""Resolve paths that people write in recipes and on the command line."""

from pathlib import Path


def path_of(name: str | Path) -> Path:
    """Give the path that a person names, with the home folder in place of `~`."""
    try:
        return Path(name).expanduser()
    except RuntimeError:  # `~nobody`
        return Path(name)
