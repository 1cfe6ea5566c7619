"""List the stages: what each one reads and writes, and which settings decide its result."""

from dataclasses import dataclass

#: Name of the export that `workbench run` writes.
DEFAULT_EXPORT = "default"


@dataclass(frozen=True)
class Stage:
    """One step from tables to tables.

    Args:
        name: Name of its command.
        title: What it does, for one line of a page.
        needs: Stages whose tables it reads.
        sections: Sections of the recipe that decide its result.
        makes: Tables that it writes, by their names in `Workspace`; or `embeddings` or `exports`.
        may_make: Tables that it writes only if it has something to write.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    sections: tuple[str, ...]
    makes: tuple[str, ...]
    may_make: tuple[str, ...] = ()


INGEST = Stage(
    name="ingest",
    title="read archives into tweets",
    needs=(),
    sections=("ingest",),
    makes=("tweets", "ledger", "deletions"),
    may_make=("authors", "edits", "gone", "rejects"),
)
EXPORT = Stage(
    name="export",
    title="write the kept threads",
    needs=("select",),
    sections=("select", "export"),
    makes=("exports",),
)

#: Every stage, in order.
STAGES: tuple[Stage, ...] = (
    INGEST,
    Stage(
        name="threads",
        title="rebuild the reply trees",
        needs=("ingest",),
        sections=("threads",),
        makes=("turns", "threads"),
    ),
    Stage(
        name="embed",
        title="turn text into vectors",
        needs=("threads",),
        sections=("embed",),
        makes=("embeddings",),
    ),
    Stage(
        name="score",
        title="measure every thread",
        needs=("embed",),
        sections=("score",),
        makes=("scores", "reply_scores"),
    ),
    Stage(
        name="select",
        title="apply the rules",
        needs=("score",),
        sections=("select",),
        makes=("verdicts",),
    ),
    EXPORT,
)

#: Name -> stage.
BY_NAME = {stage.name: stage for stage in STAGES}
