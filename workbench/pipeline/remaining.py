"""Count what remains after each stage, and find the step that loses most."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from workbench import selection
from workbench.pipeline import table_stamps
from workbench.pipeline.stages import STAGES
from workbench.storage import Workspace


@dataclass(frozen=True)
class Step:
    """What one step leaves.

    Args:
        title: What is counted.
        count: The count.
        whole: Count of the same things before; 0 if the step before counts other things.
        of: Name of the things in `whole`, for a share.
    """

    title: str
    count: int
    whole: int = 0
    of: str = ""

    @property
    def share(self) -> str:
        """The share with its unit, like `35.7% of the replies`; empty without a whole."""
        return f"{self.count / self.whole:.1%} of the {self.of}" if self.whole else ""


class Loss(NamedTuple):
    """Things that a step drops.

    Args:
        kind: `rejected` lines, `orphans` (replies without their parent), or `rule`.
        lost: Their number.
        whole: Number of all such things.
        rule: Title of the rule; empty for other kinds.
    """

    kind: str
    lost: int
    whole: int
    rule: str = ""


#: Stage, its count, title, and (stage, count, name) of the whole of which a share is shown.
_STEPS: tuple[tuple[str, str, str, tuple[str, str, str] | None], ...] = (
    ("ingest", "lines", "lines read", None),
    ("ingest", "rows", "distinct tweets in them", None),
    ("ingest", "tweets", "tweets after deletions", ("ingest", "rows", "distinct tweets")),
    ("threads", "linked", "replies linked to their parent", ("threads", "replies", "replies")),
    ("threads", "threads", "threads of two turns or more", None),
    ("score", "threads", "threads scored", ("threads", "threads", "threads")),
    ("select", "kept", "threads kept", ("select", "threads", "scored threads")),
    (
        "select",
        "kept_by_hand",
        "of them kept by hand against a rule",
        ("select", "kept", "kept threads"),
    ),
    ("export", "threads", "threads exported", ("select", "kept", "kept threads")),
)


def funnel(workspace: Workspace) -> list[Step]:
    """Count what remains after each finished stage: lines, tweets, linked replies, threads...

    Stages whose tables were written outside a run are left out.
    """
    counts = _counts(workspace)
    steps = []
    for stage, key, title, whole in _STEPS:
        if key not in counts[stage]:
            continue
        if whole and (total := counts[whole[0]].get(whole[1])):
            steps.append(Step(title, counts[stage][key], total, whole[2]))
        else:
            steps.append(Step(title, counts[stage][key]))
    return steps


def biggest_loss(workspace: Workspace) -> Loss | None:
    """Find the step that drops the largest share; None if nothing is dropped.

    Compared are the rejected lines, the replies whose parent is missing, and what each rule removes
    from the scored threads, alone or with others.
    """
    counts = _counts(workspace)
    read, threads = counts["ingest"], counts["threads"]
    losses = [
        Loss("rejected", read.get("rejected", 0), read.get("lines", 0)),
        Loss("orphans", threads.get("orphans", 0), threads.get("replies", 0)),
    ]
    if counts["select"] and workspace.has("verdicts"):
        verdicts = workspace.read("verdicts")
        for row in selection.attribution(verdicts).iter_rows(named=True):
            losses.append(Loss("rule", row["removed_at_all"], verdicts.height, row["title"]))
    losses = [loss for loss in losses if loss.lost and loss.whole]
    return max(losses, key=lambda loss: loss.lost / loss.whole, default=None)


def _counts(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """Return the counts of each stage; empty if they do not describe its tables."""
    counts = {}
    for stage in STAGES:
        run = workspace.last_run(stage.name)
        is_of_run = run is not None and not table_stamps.rewritten(workspace, stage, run)
        counts[stage.name] = run.counts if run and is_of_run else {}
    return counts
