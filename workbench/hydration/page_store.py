"""Store pages of the official API, and the tweets that the API reports as gone."""

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

#: Folder of the pages in a workspace.
FOLDER = "0_hydrated"

#: Searches that return pages of a conversation: of all tweets, or of the last week.
ALL, RECENT = "all", "recent"


class Pages:
    """The stored pages of a workspace, numbered in the order in which they came.

    A page is a file of one line, as the API sent it, minus tweets that were deleted since (see
    `forget_deleted`). Files appear whole or not at all. So a page that came is never requested
    again, whatever stops a run. The name of a page from a search contains its conversation.

    Args:
        workspace: Workspace of the pages.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.folder = workspace.root / FOLDER
        last = workspace.last_run("hydrate")
        #: Number of the last page whose tweets are in the tables.
        self.settled = int(last.counts["pages"]) if last else 0
        #: Number of the last page that was ever stored.
        self.last = max([self.settled, *map(_number, self.paths())])

    def paths(self) -> list[Path]:
        """Return all pages, in order."""
        return sorted(self.folder.glob("pages-*.jsonl"), key=_number)

    def unsettled(self) -> list[Path]:
        """Return the pages whose tweets are not in the tables yet."""
        return [path for path in self.paths() if _number(path) > self.settled]

    def add(self, page: bytes, *, about: str = "") -> None:
        """Store a page; `about` names the search and its conversation, if any."""
        name = f"pages-{self.last + 1:06}{about}.jsonl"
        with atomic.replacing(self.folder / name) as partial:
            partial.write_bytes(page + b"\n")
        self.last += 1

    def searched(self) -> dict[int, tuple[str, str | None]]:
        """Return the last search of each conversation, and its next token; None if done."""
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
        msg = f"The fetched page {path} is damaged: {error}."
        raise WorkspaceError(
            msg, hint="remove it; tweets that no table contains are requested again."
        ) from error


def known(pages: list[Path]) -> set[int]:
    """Return the tweets that pages contain or report as gone."""
    ids: set[int] = set()
    for path in pages:
        answer = _read(path)
        ids |= answer.present | answer.gone.keys()
    return ids


def remember_gone(workspace: Workspace, pages: list[Path]) -> None:
    """Add the tweets that pages report as gone to the table `gone`."""
    reasons: dict[int, str] = {}
    for path in pages:
        reasons |= _read(path).gone
    if not reasons:
        return
    columns = {"tweet_id": list(reasons), "reason": list(reasons.values())}
    frames = [pl.DataFrame(columns, schema={"tweet_id": pl.Int64, "reason": pl.String})]
    if workspace.has("gone"):
        frames.append(workspace.read("gone"))
    rows = pl.concat(frames).unique("tweet_id", keep="first").sort("tweet_id")
    workspace.write("gone", rows.pipe(Gone.validate))


def forget_deleted(workspace: Workspace) -> int:
    """Erase deleted tweets and their retweets from the pages; return the number of pages.

    Updates the content hash in the ledger too, so that a page still counts as read. The key of the
    member stays, because rows of tweets name it. The tweets that such a page reports as gone are
    stored first.
    """
    paths = Pages(workspace).paths()
    texts = [
        pl.DataFrame({"tweet_id": [*_read(path).sources]}, schema={"tweet_id": pl.Int64}).select(
            pl.lit(number, pl.Int64).alias("page"), "tweet_id"
        )
        for number, path in enumerate(paths)
    ]
    if not texts:
        return 0
    rows = pl.concat(texts)
    erased = rows.join(workspace.without_deleted(rows), on=["page", "tweet_id"], how="anti")
    remember_gone(workspace, [paths[number] for number in erased["page"].unique().sort()])
    hashes = {}
    for number, tweet_ids in erased.group_by("page").agg("tweet_id").iter_rows():
        page = paths[number].read_bytes()
        before = _content_hash(page)
        rest = page_parser.without(page, tweet_ids, was=before) + b"\n"
        with atomic.replacing(paths[number]) as partial:
            partial.write_bytes(rest)
        hashes[before] = _content_hash(rest)
    if hashes:
        ledger = workspace.read("ledger").with_columns(pl.col("content_hash").replace(hashes))
        workspace.write("ledger", Ledger.validate(ledger))
    return len(hashes)


def _content_hash(page: bytes) -> str:
    return member_reader.content_hash(Member("", "", len(page), data=page))
