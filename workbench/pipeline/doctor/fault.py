"""Describe one thing that is wrong with a workspace."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Args:
        path: The file or folder.
        problem: What is wrong with it, a sentence without its full stop.
        advice: What to do about it, or what `doctor --fix` does.
        fix: Does that; None if no program should. It never deletes what cannot be made again.
        stage: The stage whose tables are to be made again after the fix; "" for none.
    """

    path: Path
    problem: str
    advice: str
    fix: Callable[[], None] | None = None
    stage: str = ""

    @property
    def is_safe(self) -> bool:
        """Whether `doctor --fix` mends it."""
        return self.fix is not None


def nothing() -> None:
    """Change nothing: the stage that runs again replaces the files."""
