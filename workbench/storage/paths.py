"""Resolve paths that people write in recipes and on the command line."""

from pathlib import Path


def path_of(name: str | Path) -> Path:
    """Return the path that a user named, with `~` replaced by the home folder."""
    try:
        return Path(name).expanduser()
    except RuntimeError:  # `~nobody`
        return Path(name)
