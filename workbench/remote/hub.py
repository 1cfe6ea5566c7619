"""Find the files of a repository on the Hugging Face Hub; `stores` reads them by web address."""

from workbench.exceptions import RemoteError
from workbench.remote.addresses import Address
from workbench.remote.stores import Entry


def entries(address: Address, folder: str, *, is_deep: bool) -> tuple[list[Entry], str]:
    """List the files of a folder of a repository; none if there is no such folder.

    Args:
        address: Address in the repository: `hf://datasets/OWNER/NAME[@REVISION]/…`.
        folder: Folder in it; "" is the whole repository.
        is_deep: Also those in folders below.

    Returns:
        The files, with their path in the repository as key, and the start of their web addresses:
        those of the current commit, so that a later one changes nothing.

    Raises:
        RemoteError: If the repository cannot be read.
    """
    import httpx2
    from huggingface_hub import HfApi, constants
    from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, RepositoryNotFoundError
    from huggingface_hub.hf_api import RepoFile

    kind, repository, revision, _ = split(address)
    try:
        api = HfApi()
        commit = api.repo_info(repository, repo_type=kind, revision=revision).sha
        options = {"repo_type": kind, "revision": commit, "recursive": is_deep}
        try:
            tree = [*api.list_repo_tree(repository, folder or None, **options)]  # type: ignore[arg-type]
        except EntryNotFoundError:
            tree = []
    except RepositoryNotFoundError:
        msg = f"There is no repository {repository} of {kind}s, or it is private."
        hint = "correct its name; for a private one set HF_TOKEN or run `hf auth login`."
        raise RemoteError(msg, hint=hint) from None
    except (OSError, ValueError, HfHubHTTPError, httpx2.HTTPError) as error:
        msg = f"The Hugging Face Hub cannot be asked for {address}: {type(error).__name__}."
        hint = "check the address and the network; for a private repository set HF_TOKEN."
        raise RemoteError(msg, hint=hint) from None
    listed = [Entry(e.path, e.size, e.blob_id) for e in tree if isinstance(e, RepoFile)]
    part = "" if kind == "model" else f"{kind}s/"
    start = f"{constants.ENDPOINT}/{part}{repository}/resolve/{commit}"
    return sorted(listed, key=lambda entry: entry.key), start


def split(address: Address) -> tuple[str, str, str | None, str]:
    """Return the kind of the repository, its name, the revision, and the path in it.

    Raises:
        RemoteError: If the address names no repository.

    Examples:
        >>> from workbench.remote.addresses import parse
        >>> split(parse("hf://datasets/owner/name@v1/july/*.tar"))
        ('dataset', 'owner/name', 'v1', 'july/*.tar')
        >>> split(parse("hf://owner/model/a.tar"))
        ('model', 'owner/model', None, 'a.tar')
    """
    parts = f"{address.place}/{address.key}".split("/")
    kind = "model"
    if parts[0] in {"datasets", "models", "spaces"}:
        kind = parts.pop(0).removesuffix("s")
    if len(parts) < 2 or not all(parts[:2]):
        msg = f"{address} names no repository."
        raise RemoteError(msg, hint="write hf://datasets/OWNER/NAME/PATH.")
    name, _, revision = parts[1].partition("@")
    return kind, f"{parts[0]}/{name}", revision or None, "/".join(parts[2:])
