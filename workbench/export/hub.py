"""Push an export to the Hugging Face Hub or one like it; called by `workbench push`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from workbench.exceptions import ExportError
from workbench.export import dataset_card
from workbench.export.manifest import CARD, IDS, MANIFEST, Manifest
from workbench.export.verification import Verification, verify
from workbench.text.counts import counted

if TYPE_CHECKING:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

#: Files of a repository that stay when an export replaces its content.
_KEPT = (".gitattributes",)
#: Problems that an error lists.
_PROBLEMS_SHOWN = 5


def push(
    folder: str | Path,
    *,
    repo: str,
    deleted: pl.LazyFrame | None,
    is_public: bool = False,
    ids_only: bool = False,
    api: "HfApi | None" = None,
) -> str:
    """Check an export and push it as the only content of a repository of data sets.

    Files that the repository had before are deleted from it; its history keeps them.

    Args:
        folder: Folder of the export.
        repo: `user/name`. The repository is created if it is missing.
        deleted: `tweet_id` of deleted tweets.
        is_public: Create a public repository, or push to one.
        ids_only: Push only the tweet ids and a card.
        api: Client of the hub; by default the one that `hf auth login` set up.

    Returns:
        The address of the commit.

    Raises:
        ExportError: If the export is damaged or contains deleted tweets, the repository is public
            and should not be, or the hub refuses or cannot be reached.
    """
    from huggingface_hub import HfApi

    folder = Path(folder)
    _check(folder, verify(folder, deleted=deleted))
    api = api or HfApi()
    with _hub_errors(repo, token=_token_of(api)):
        api.create_repo(repo, repo_type="dataset", private=not is_public, exist_ok=True)
        if not is_public and not api.repo_info(repo, repo_type="dataset").private:
            msg = f"The repository {repo} is public."
            hint = "choose another one, or add `--public` if everybody may read the export."
            raise ExportError(msg, hint=hint)
        added = _files(folder, ids_only=ids_only)
        operations: list[CommitOperationAdd | CommitOperationDelete] = [*added]
        operations += _leftovers(api, repo, {each.path_in_repo for each in added})
        message = "Push the tweet ids of an export" if ids_only else "Push an export"
        commit = api.create_commit(repo, operations, repo_type="dataset", commit_message=message)
    return str(commit.commit_url)


def _check(folder: Path, result: Verification) -> None:
    if result.problems:
        listed = "".join(f"\n  {problem}" for problem in result.problems[:_PROBLEMS_SHOWN])
        msg = f"{folder} is damaged, {len(result.problems)} problem(s):{listed}"
        raise ExportError(msg, hint="write the export again: `workbench export NAME --force`.")
    if result.deleted:
        msg = f"{folder} contains {counted(len(result.deleted), 'tweet')} deleted since."
        hint = "`workbench run` removes them; then write the export again with `--force`."
        raise ExportError(msg, hint=hint)


def _files(folder: Path, *, ids_only: bool) -> list["CommitOperationAdd"]:
    from huggingface_hub import CommitOperationAdd

    manifest = Manifest.load(folder)
    if ids_only:
        card = dataset_card.of_ids(manifest).encode()
        return [CommitOperationAdd(CARD, card), CommitOperationAdd(IDS, folder / IDS)]
    names = [*(entry.name for entry in manifest.files), MANIFEST]
    return [CommitOperationAdd(name, folder / name) for name in names]


def _leftovers(api: "HfApi", repo: str, added: set[str]) -> list["CommitOperationDelete"]:
    """Delete what an earlier push left: it may contain tweets deleted since."""
    from huggingface_hub import CommitOperationDelete

    names = api.list_repo_files(repo, repo_type="dataset")
    return [CommitOperationDelete(name) for name in names if name not in {*added, *_KEPT}]


def _token_of(api: "HfApi") -> str:
    """Return the token that a client sends, "" if it has none."""
    from huggingface_hub import get_token

    return api.token if isinstance(api.token, str) else get_token() or ""


@contextmanager
def _hub_errors(repo: str, *, token: str) -> Iterator[None]:
    """Turn errors of the hub into ours, which never show the token, even if an answer does."""
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalTokenNotFoundError

    log_in = "log in with `hf auth login`, or set the environment variable HF_TOKEN."
    try:
        yield
    except HFValidationError as error:
        msg = f"{repo!r} is not the name of a repository: {error}"
        raise ExportError(msg, hint="write it as user/name.") from error
    except LocalTokenNotFoundError as error:
        msg = "The hub needs a token."
        raise ExportError(msg, hint=log_in) from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        msg = f"The hub refuses {repo} (HTTP {status}): {_without(token, error)}"
        raise ExportError(msg, hint=f"use a token that may write to {repo}; {log_in}") from error
    except Exception as error:
        # Versions of huggingface_hub use different HTTP clients.
        if not (isinstance(error, OSError) or type(error).__module__.startswith("httpx")):
            raise
        msg = f"The hub cannot be reached: {_without(token, error)}"
        raise ExportError(msg, hint="check the connection and try again.") from error


def _without(token: str, error: Exception) -> str:
    return str(error).replace(token, "[token]") if token else str(error)
