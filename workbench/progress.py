"""Progress: how a stage tells how far it is."""

from collections.abc import Callable

#: Called with units done and units in all (0 where that is not known yet).
OnProgress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Ignore the progress; the default of every stage."""
