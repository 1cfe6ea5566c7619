"""Remember the remote archives that were read whole, so that they are not fetched again.

A remote archive that has the same version as then is skipped without a request for its members.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
import polars as pl

from workbench.archives.listing import Archive
from workbench.recipe import IngestSettings
from workbench.remote.files import RemoteFile, RemoteFolder
from workbench.schemas.ledger import MemberStatus
from workbench.storage import Workspace, atomic

_FILE = "1_tweets/remote.json"


class _ReadArchive(msgspec.Struct, frozen=True):
    """Version of an archive when it was read, how, and how many members it had."""

    version: str
    settings: str
    members: int


def unread(
    archives: list[Archive], *, workspace: Workspace, settings: IngestSettings
) -> tuple[list[Archive], int]:
    """Leave out the archives that are in the tables; return the others, and the members left out.

    A recipe that reads files in another way, like another column map, leaves out none.
    """
    remembered = _read(workspace)
    own = _fingerprint(settings)
    left, members = [], 0
    for archive in archives:
        record = remembered.get(str(archive))
        version = None if isinstance(archive, Path) else _version(archive)
        if record and version and (record.version, record.settings) == (version, own):
            members += record.members
        else:
            left.append(archive)
    return left, members


def remember(
    archives: list[Archive],
    *,
    members: Mapping[str, list[int]],
    workspace: Workspace,
    settings: IngestSettings,
) -> None:
    """Remember the archives that were read whole.

    Args:
        archives: The archives that were read.
        members: Archive -> keys of all its members.
        workspace: Their tables. A member that is damaged, or only has rejects, is read again by
            the next run, so its archive is not remembered.
        settings: How they were read.
    """
    ledger = workspace.read(
        "ledger",
        columns=["member", "status", "rejected", "tweets", "carriers", "deletions", "notices"],
    )
    is_read = pl.any_horizontal(pl.col("tweets", "carriers", "deletions", "notices") > 0)
    settled = ledger.filter(
        is_read | (pl.col("rejected") == 0), pl.col("status") != MemberStatus.DAMAGED
    )
    keys = set(settled["member"].to_list())
    records = _read(workspace)
    for archive in archives:
        if isinstance(archive, Path) or not (version := _version(archive)):
            continue
        own = members.get(str(archive), [])
        records.pop(str(archive), None)
        if own and keys.issuperset(own):
            records[str(archive)] = _ReadArchive(version, _fingerprint(settings), len(own))
    atomic.write_text(workspace.root / _FILE, msgspec.json.encode(records).decode())


def _read(workspace: Workspace) -> dict[str, _ReadArchive]:
    if not (workspace.has("tweets") and workspace.has("ledger")):
        return {}
    try:
        text = (workspace.root / _FILE).read_bytes()
        return msgspec.json.decode(text, type=dict[str, _ReadArchive])
    except (FileNotFoundError, msgspec.DecodeError):
        return {}


def _fingerprint(settings: IngestSettings) -> str:
    return hashlib.sha256(settings.model_dump_json().encode()).hexdigest()[:16]


def _version(archive: RemoteFile | RemoteFolder) -> str:
    """Return what changes when the content does; empty if the server says nothing like that."""
    if isinstance(archive, RemoteFile):
        return archive.version
    versions = [f"{archive.inside(file)} {file.version}" for file in archive.files]
    if not all(file.version for file in archive.files):
        return ""
    return hashlib.sha256("\n".join(versions).encode()).hexdigest()
