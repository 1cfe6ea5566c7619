"""Known instructions: the shipped set, and files in other people's formats."""

from workbench.instructions.store import (
    add,
    combine,
    counts,
    forget_deleted,
    from_file,
    known,
    load,
    own,
    remove,
    starter,
)

__all__ = [
    "add",
    "combine",
    "counts",
    "forget_deleted",
    "from_file",
    "known",
    "load",
    "own",
    "remove",
    "starter",
]
