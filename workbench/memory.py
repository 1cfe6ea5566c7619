"""Pause Python's cyclic garbage collector while a stage makes many objects."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_gc() -> Iterator[None]:
    """Pause cycle collection, and resume it on exit if it was enabled before.

    Use it around code that makes many objects and no reference cycles. There, cycle collection
    takes a third to a half of the run time.

    Examples:
        >>> with paused_gc():
        ...     gc.isenabled()
        False
        >>> gc.isenabled()
        True
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
