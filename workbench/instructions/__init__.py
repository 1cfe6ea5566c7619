"""Known instructions: requests that an assistant could answer, which prompts are compared with.

A recipe names one set: the starter set that ships, or a file. A workspace may add its own.
`text_files` cuts a file into records, `record_formats` finds the request in each record, and
`file_reader` counts what became of them. `store` combines the sets for the stage `score`.
"""

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
