"""Fetch missing parents from the official API and ingest them: the command `hydrate`."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from workbench.exceptions import ApiError
from workbench.hydration import missing_parents, page_parser, page_store
from workbench.hydration.client import IDS_A_REQUEST, Api, RefusedError, SpentError
from workbench.hydration.page_store import ALL, RECENT, Pages
from workbench.pipeline import run as pipeline_run
from workbench.progress import OnProgress, silent
from workbench.recipe import IngestSettings, Recipe
from workbench.storage import Run, Workspace

#: Most bytes of one page. 500 tweets with their parents are one to two million.
LONGEST_PAGE = 1 << 28

#: Search -> note for the report if the API refuses it.
_REFUSED = {
    ALL: "The search of all tweets was refused, so only conversations of the last week are "
    "searched.",
    RECENT: "The search of the last week was refused too, so no conversation was searched.",
}


@dataclass
class Tally:
    """Counts of one run.

    Args:
        asked: Ids that were requested.
        found: Requested tweets that came.
        gone: Requested tweets that the API reports as deleted, protected or withheld.
        left: Ids that the budget of requests did not cover.
        conversations: Conversations that were searched to their end.
        conversations_left: Conversations that the budget or the account did not cover.
        notes: Why something was left out, in sentences.
    """

    asked: int = 0
    found: int = 0
    gone: int = 0
    left: int = 0
    conversations: int = 0
    conversations_left: int = 0
    notes: list[str] = field(default_factory=list)


def run(
    workspace: Workspace,
    recipe: Recipe,
    *,
    api: Api,
    lang: str | None = None,
    conversations: bool = False,
    workers: int = 1,
    on_progress: OnProgress = silent,
) -> Run:
    """Fetch missing tweets, the most valuable first, and ingest them.

    Resumes: skips tweets that are in a stored page, that the API reported as gone, or that a
    deletion notice names. The next run asks again for a tweet without any answer.

    Args:
        workspace: Workspace whose missing parents to fetch.
        recipe: Recipe of the workspace.
        api: Client of the API.
        lang: Fetch only parents whose replies are mostly in this language.
        conversations: First search the conversations of the kept threads.
        workers: Processes that read the pages.
        on_progress: Called with the ids requested and all ids.

    Returns:
        Record of the run, with the counts of `Tally`, `requests` and `pages`.

    Raises:
        ApiError: If the API refuses or cannot be reached. Pages that came before are ingested.
    """
    with workspace.locked():
        return _run(
            workspace,
            recipe,
            api=api,
            lang=lang,
            conversations=conversations,
            workers=workers,
            on_progress=on_progress,
        )


def _run(
    workspace: Workspace,
    recipe: Recipe,
    *,
    api: Api,
    lang: str | None,
    conversations: bool,
    workers: int,
    on_progress: OnProgress,
) -> Run:
    began = time.perf_counter()
    pages, tally = Pages(workspace), Tally()
    conversation_ids = kept_conversations(workspace) if conversations else []

    def settle() -> Run:
        _settle(workspace, recipe, pages=pages, workers=workers)
        return workspace.record(
            "hydrate",
            fingerprint="",
            seconds=time.perf_counter() - began,
            counts=vars(tally) | {"requests": api.requests, "pages": pages.last},
        )

    try:
        search(conversation_ids, pages=pages, api=api, tally=tally)
        ids = _wanted(workspace, pages, lang=lang)
        fetch(ids, pages=pages, api=api, tally=tally, on_progress=on_progress)
    except ApiError:
        settle()
        raise
    return settle()


def fetch(
    tweet_ids: pl.Series,
    *,
    pages: Pages,
    api: Api,
    tally: Tally,
    on_progress: OnProgress = silent,
) -> None:
    """Request tweets in the given order, until none is left or the budget is spent.

    Args:
        tweet_ids: Ids of the tweets, without repeats.
        pages: Store of the pages.
        api: Client of the API.
        tally: Counts to update.
        on_progress: Called with the ids requested and all ids.
    """
    tally.left = total = len(tweet_ids)
    on_progress(0, total)
    for start in range(0, total, IDS_A_REQUEST):
        batch = tweet_ids.slice(start, IDS_A_REQUEST).to_list()
        try:
            page = api.lookup(batch)
        except SpentError:
            return
        pages.add(page)
        answer = page_parser.read(page)
        tally.asked += len(batch)
        tally.found += len(answer.present.intersection(batch))
        tally.gone += len(answer.gone.keys() & set(batch))
        tally.left -= len(batch)
        on_progress(tally.asked, total)


def search(conversation_ids: Iterable[int], *, pages: Pages, api: Api, tally: Tally) -> None:
    """Search conversations to their end: among all tweets if allowed, else in the last week.

    Args:
        conversation_ids: Ids of the opening tweets.
        pages: Store of the pages.
        api: Client of the API.
        tally: Counts to update, and notes on searches that the account may not use.
    """
    states = pages.searched()
    waiting = [key for key in conversation_ids if states.get(key, ("", ""))[1] is not None]
    tally.conversations_left = len(waiting)
    kinds = [ALL, RECENT]
    while waiting and kinds:
        key, kind = waiting[0], kinds[0]
        if kind == RECENT and not api.is_recent(key):
            waiting.pop(0)
            continue
        last_kind, token = states.get(key, ("", None))
        # The token of one search means nothing to the other one.
        token = token if last_kind == kind else None
        try:
            _search(key, kind=kind, token=token, pages=pages, api=api)
        except SpentError:
            return
        except RefusedError as error:
            kinds.pop(0)
            tally.notes.append(f"{_REFUSED[kind]} {error.problem}")
            continue
        waiting.pop(0)
        tally.conversations += 1
        tally.conversations_left -= 1


def _search(key: int, *, kind: str, token: str | None, pages: Pages, api: Api) -> None:
    """Store all pages of one conversation, from a token on."""
    while True:
        page = api.search(key, everywhere=kind == ALL, next_token=token)
        pages.add(page, about=f"-{kind}-{key}")
        token = page_parser.read(page).next_token
        if token is None:
            return


def kept_conversations(workspace: Workspace) -> list[int]:
    """Return the conversations of kept threads with a known opening tweet, the latest first.

    Raises:
        WorkspaceError: If nothing has been selected yet.
    """
    kept = workspace.scan("verdicts").filter("kept").select("thread_id")
    is_opener = pl.col("reply_to_id").is_null() | (pl.col("thread_id") != pl.col("tweet_id"))
    openers = workspace.scan("turns").filter((pl.col("position") == 0) & is_opener)
    threads = openers.select("thread_id").join(kept, on="thread_id", how="semi").collect()
    return threads["thread_id"].sort(descending=True).to_list()


def _wanted(workspace: Workspace, pages: Pages, *, lang: str | None) -> pl.Series:
    """Return the ids to request: missing, not gone, and in no page that waits for ingest."""
    waiting = pl.Series("tweet_id", list(page_store.known(pages.unsettled())), dtype=pl.Int64)
    gone = pl.concat([missing_parents.gone(workspace).select("tweet_id"), waiting.to_frame()])
    parents = missing_parents.from_tweets(
        workspace.scan("tweets"), edits=workspace.edits(), gone=gone
    )
    return (parents.filter(pl.col("lang") == lang) if lang else parents)["tweet_id"]


def _settle(workspace: Workspace, recipe: Recipe, *, pages: Pages, workers: int) -> None:
    """Store which tweets are gone, and ingest the pages that are not ingested yet."""
    new = pages.unsettled()
    if not new:
        return
    page_store.remember_gone(workspace, new)
    # The recipe's settings are for dumps. Pages always have one known format.
    settings = IngestSettings(format="api_v2", max_line_bytes=LONGEST_PAGE)
    pipeline_run.ingest(
        workspace,
        recipe.model_copy(update={"ingest": settings}),
        paths=[str(path) for path in new],
        workers=workers,
    )
