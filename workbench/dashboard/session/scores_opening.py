"""Open the scores of this server's workspace for a page, or say why the page cannot show them."""

from functools import lru_cache
from pathlib import Path

import polars as pl

from workbench.dashboard.session.scores_session import ScoresSession
from workbench.dashboard.session.server import SERVER
from workbench.dashboard.session.session_cache import SessionCache
from workbench.exceptions import StageError, WorkspaceError
from workbench.schemas import Scores, Turns
from workbench.selection import hand_list
from workbench.storage import Workspace

#: Columns that stay on disk: texts are most of the table, and no page shows the lists.
HEAVY = ["prompt", "missing_ids", "nearest_instructions"]


def problem() -> str | None:
    """Return what is missing before a page can show anything, or None if nothing is."""
    try:
        workspace = SERVER.open()
    except WorkspaceError as error:
        return error.problem
    if not (workspace.has("scores") and workspace.has("turns")):
        return f"The workspace {workspace.root} has no scored threads yet."
    try:
        if _is_older(workspace):
            older = f"An earlier version scored {workspace.root}."
            return f"{older} Run `workbench run` to score it again."
        hand_list.load(workspace)
    except (StageError, WorkspaceError) as error:
        return str(error)
    return None


def _is_older(workspace: Workspace) -> bool:
    """Return whether an earlier version made the tables of the pages.

    Raises:
        WorkspaceError: If one of these tables is damaged.
    """
    schemas = {"scores": Scores, "turns": Turns, "ledger": None, "reply_scores": None}
    columns = {
        table: set(workspace.scan(table).collect_schema())
        for table in schemas
        if workspace.has(table)
    }
    is_narrow = any(
        set(schema.column_names()) - columns[table] for table, schema in schemas.items() if schema
    )
    return is_narrow or "reply_scores" not in columns


def here() -> ScoresSession:
    """Open the scores of this server's workspace; all sessions share them."""
    workspace = SERVER.open()
    changed = workspace.path("scores").stat().st_mtime_ns
    scores, shared = _scores(workspace.root, changed)
    return ScoresSession(workspace, scores, shared=shared)


@lru_cache(maxsize=1)
def _scores(root: Path, changed: int) -> tuple[pl.DataFrame, SessionCache]:
    """Read the scores of a workspace. A new value of `changed` means a new version of the table."""
    scores = Workspace(root).scan("scores").drop(HEAVY, strict=False)
    return scores.collect(), SessionCache()
