"""The schema of each table: the contract between the stages.

A stage checks its result against the schema, so the next stage can rely on columns and ranges.
"""

from workbench.schemas.annotations import Instructions, Labels
from workbench.schemas.ledger import Ledger, MemberStatus, RejectKind, Rejects
from workbench.schemas.older_tables import complete
from workbench.schemas.scores import (
    ANSWER_STEP,
    ReplyScores,
    Scores,
    Verdicts,
    answer_step,
)
from workbench.schemas.threads import Nodes, Threads, Turns
from workbench.schemas.tweets import (
    Authors,
    Deletions,
    Edits,
    Gone,
    RawEdits,
    RawTweets,
    Tweets,
)

__all__ = [
    "ANSWER_STEP",
    "Authors",
    "Deletions",
    "Edits",
    "Gone",
    "Instructions",
    "Labels",
    "Ledger",
    "MemberStatus",
    "Nodes",
    "RawEdits",
    "RawTweets",
    "RejectKind",
    "Rejects",
    "ReplyScores",
    "Scores",
    "Threads",
    "Turns",
    "Tweets",
    "Verdicts",
    "answer_step",
    "complete",
]
