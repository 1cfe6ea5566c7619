"""Open or make a workspace: `workbench.open` and `workbench.run`."""

from importlib import import_module
from pathlib import Path

from workbench import environment
from workbench.archives import listing
from workbench.cluster.connection import AUTO, LOCAL
from workbench.cluster.engine import named
from workbench.exceptions import WorkspaceError
from workbench.library.workspace import Workspace
from workbench.recipe import RecipeLike
from workbench.remote import addresses
from workbench.storage import mirror


def open(path: str | Path | None = None, *, recipe: RecipeLike | None = None) -> Workspace:
    """Open a workspace that exists.

    Args:
        path: Its folder, or its address in a bucket: `s3://bucket/july`. By default the one that
            the environment variable `WORKBENCH_WORKSPACE` names, else the folder `workspace` or
            `demo`, here or one level up.
        recipe: The recipe to use in this process, or the path of its file; by default that of the
            workspace.

    Raises:
        RecipeError: If the recipe is wrong or cannot be read.
        WorkspaceError: If there is no workspace, or it is damaged or has a newer format.

    Examples:
        >>> import tempfile
        >>> folder = Workspace.create(tempfile.mkdtemp()).root
        >>> open(folder).has("tweets")
        False
    """
    _prepare_notebook()
    folder = Workspace.place() if path is None else Path(path).expanduser()
    if addresses.is_address(folder):
        folder = mirror.attach(folder)
    if not (folder / "workspace.json").exists():
        msg = f"{mirror.address_of(folder) or folder} is not a workspace."
        hint = 'make one: `workbench.run("july.tar", workspace="july")`, or correct the path.'
        raise WorkspaceError(msg, hint=hint)
    workspace = Workspace.open(folder)
    workspace.recipe = recipe
    return workspace


def run(
    *archives: str | Path,
    workspace: str | Path,
    recipe: RecipeLike | None = None,
    until: str = "export",
    workers: int | None = None,
    engine: str = LOCAL,
    ray_address: str = AUTO,
    progress: bool = True,
) -> Workspace:
    """Read archives into a workspace, and run every stage that is stale.

    A run that is stopped continues when it is repeated. Files that were read before are skipped.

    Args:
        archives: Files, folders, globs and addresses (`s3://bucket/july/*.tar`) to read: tar, zip,
            JSON lines, CSV, Parquet and more; `workbench formats` lists them.
        workspace: Folder of the workspace, or its address in a bucket. It is made if it does not
            exist.
        recipe: The recipe to use, or the path of its file; by default that of the workspace.
        until: Last stage to run: `ingest`, `threads`, `embed`, `score`, `select` or `export`.
        workers: Processes that work at once; by default one per core.
        engine: Where the stages run: `local`, `daft` (the cores of this machine) or `ray` (a
            cluster). Daft and Ray are in the extra `cluster`.
        ray_address: The Ray cluster: `auto`, `HOST:PORT` or `ray://HOST:PORT`.
        progress: Whether to show the progress, and what each stage did.

    Returns:
        The workspace, with the recipe in use.

    Raises:
        ArchiveError: If an archive does not exist or cannot be read.
        RecipeError: If the recipe names a file, format or model that does not exist.
        StageError: If there is no such stage, or a stage cannot run on its input.
        WorkspaceError: If the folder is no workspace, somebody else is writing to it, or there are
            no tweets and no archives.
    """
    _prepare_notebook()
    folder = Path(workspace).expanduser()
    named(engine)  # A mistyped name must not leave an empty workspace.
    if archives:
        listing.expand([str(archive) for archive in archives])
    opened = Workspace.create(folder) if archives else open(folder)
    return opened.run(
        *archives,
        recipe=recipe,
        until=until,
        workers=workers,
        engine=engine,
        ray_address=ray_address,
        progress=progress,
    )


def _prepare_notebook() -> None:
    """Let a notebook draw charts without a network, also those that are not made here."""
    if environment.is_notebook():
        import_module("workbench.charts")
