"""List the tables of a workspace: where each one is, and its columns."""

import difflib
from pathlib import Path

import dataframely as dy

from workbench import schemas
from workbench.exceptions import WorkspaceError

#: Table -> (path inside the workspace, schema). A path without suffix is a folder of files.
TABLES: dict[str, tuple[str, type[dy.Schema]]] = {
    "tweets": ("1_tweets/tweets", schemas.Tweets),
    "ledger": ("1_tweets/ledger.parquet", schemas.Ledger),
    "rejects": ("1_tweets/rejects.parquet", schemas.Rejects),
    "deletions": ("1_tweets/deletions.parquet", schemas.Deletions),
    "gone": ("1_tweets/gone.parquet", schemas.Gone),
    "edits": ("1_tweets/edits.parquet", schemas.Edits),
    "authors": ("1_tweets/authors.parquet", schemas.Authors),
    "turns": ("2_threads/turns.parquet", schemas.Turns),
    "threads": ("2_threads/threads.parquet", schemas.Threads),
    "scores": ("4_scores/scores.parquet", schemas.Scores),
    "reply_scores": ("4_scores/reply_scores.parquet", schemas.ReplyScores),
    "labels": ("labels/labels.parquet", schemas.Labels),
    "instructions": ("instructions/instructions.parquet", schemas.Instructions),
    "verdicts": ("5_selection/verdicts.parquet", schemas.Verdicts),
}


def path_in(root: Path, name: str) -> Path:
    """Return the path of a table in the workspace of a folder, whether it exists or not.

    Raises:
        WorkspaceError: If there is no table of this name.

    Examples:
        >>> path_in(Path("july"), "score")
        Traceback (most recent call last):
        workbench.exceptions.WorkspaceError: A workspace has no table called 'score'.
        <BLANKLINE>
        Hint: did you mean `scores`? The tables are tweets, ledger, ...
    """
    if name in TABLES:
        return root / TABLES[name][0]
    nearest = difflib.get_close_matches(name, TABLES, n=1)
    suggestion = f"did you mean `{nearest[0]}`? " if nearest else ""
    msg = f"A workspace has no table called {name!r}."
    raise WorkspaceError(msg, hint=f"{suggestion}The tables are {', '.join(TABLES)}.")
