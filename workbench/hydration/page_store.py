"""Fetched: pages of the official API, and what the API said is gone."""

from pathlib import Path

import msgspec
import polars as pl

from workbench.archives.member import Member
from workbench.exceptions import WorkspaceError
from workbench.hydration import page_parser
from workbench.hydration.page_parser import Answer
from workbench.ingest import member_reader
from workbench.schemas import Gone, Ledger
from workbench.storage import Workspace, atomic

#: Folder of the pages, in the workspace.
FOLDER = "0_hydrated"

#: Searches that a page can come from: all tweets, or those of the last week.
ALL, RECENT = "all", "recent"


class Pages:
    """The stored pages of a workspace, numbered in the order in which they came.

    A page is a file of one line, as the API sent it, but for tweets that were deleted since, see
    `forget_deleted`. Files appear whole or not at all, so that whatever stops a run, a page that
    came is not asked for again. Those of a conversation are named after it.

    Args:
        workspace: Where they lie.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.folder = workspace.root / FOLDER
        last = workspace.last_run("hydrate")
        #: Number of the last page whose tweets are in the tables.
        self.settled = int(last.counts["pages"]) if last else 0
        #: Number of the last page there ever was.
        self.last = max([self.settled, *map(_number, self.paths())])

    def paths(self) -> list[Path]:
        """Give all pages, in order."""
        return sorted(self.folder.glob("pages-*.jsonl"), key=_number)

    def unsettled(self) -> list[Path]:
        """Give the pages whose tweets are not in the tables yet."""
        return [path for path in self.paths() if _number(path) > self.settled]

    def add(self, page: bytes, *, about: str = "") -> None:
        """Store a page; `about` names the search and the conversation, where it is of one."""
        name = f"pages-{self.last + 1:06}{about}.jsonl"
        with atomic.replacing(self.folder / name) as aside:
            aside.write_bytes(page + b"\n")
        self.last += 1

    def searched(self) -> dict[int, tuple[str, str | None]]:
        """Give by which search each conversation came, and where that goes on; None if done."""
        last = {}
        for path in self.paths():
            _, _, *about = path.stem.split("-")
            if len(about) == 2:
                last[int(about[1])] = about[0], path
        return {key: (kind, _read(path).next_token) for key, (kind, path) in last.items()}


def _number(path: Path) -> int:
    return int(path.stem.split("-")[1])


def _read(path: Path) -> Answer:
    try:
        return page_parser.read(path.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = f"The page {path} that was fetched is damaged: {error}."
        raise WorkspaceError(
            msg, hint="remove it; what no table holds yet is asked for again."
        ) from error


def known(pages: list[Path]) -> set[int]:
    """Give the tweets that pages hold or say to be gone."""
    ids: set[int] = set()
    for path in pages:
        answer = _read(path)
        ids |= answer.present | answer.gone.keys()
    return ids


def remember_gone(workspace: Workspace, pages: list[Path]) -> None:
    """Add what pages say to be gone to the workspace's table of it."""
    found: dict[int, str] = {}
    for path in pages:
        found |= _read(path).gone
    if not found:
        return
    columns = {"tweet_id": list(found), "reason": list(found.values())}
    frames = [pl.DataFrame(columns, schema={"tweet_id": pl.Int64, "reason": pl.String})]
    if workspace.has("gone"):
        frames.append(workspace.read("gone"))
    rows = pl.concat(frames).unique("tweet_id", keep="first").sort("tweet_id")
    workspace.write("gone", rows.pipe(Gone.validate))


def forget_deleted(workspace: Workspace) -> int:
    """Erase the tweets that were deleted, and retweets of them, from the pages; count those.

    The ledger follows, so that a page still counts as read: the hash of its content becomes that
    of what is left; the key of the member, which rows of tweets name, stays. What such a page
    said is gone is remembered first.
    """
    paths = Pages(workspace).paths()
    told = [
        pl.DataFrame({"tweet_id": [*_read(path).told]}, schema={"tweet_id": pl.Int64}).select(
            pl.lit(number, pl.Int64).alias("page"), "tweet_id"
        )
        for number, path in enumerate(paths)
    ]
    if not told:
        return 0
    rows = pl.concat(told)
    lost = rows.join(workspace.without_deleted(rows), on=["page", "tweet_id"], how="anti")
    remember_gone(workspace, [paths[number] for number in lost["page"].unique().sort()])
    hashes = {}
    for number, tweet_ids in lost.group_by("page").agg("tweet_id").iter_rows():
        page = paths[number].read_bytes()
        before = _content_hash(page)
        left = page_parser.without(page, tweet_ids, was=before) + b"\n"
        with atomic.replacing(paths[number]) as aside:
            aside.write_bytes(left)
        hashes[before] = _content_hash(left)
    if hashes:
        ledger = workspace.read("ledger").with_columns(pl.col("content_hash").replace(hashes))
        workspace.write("ledger", Ledger.validate(ledger))
    return len(hashes)


def _content_hash(page: bytes) -> str:
    return member_reader.content_hash(Member("", "", len(page), data=page))
