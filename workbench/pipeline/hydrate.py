"""Hydrate: missing parents, fetched from the official API and ingested."""

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

#: Bytes of a page at most; 500 tweets with what they answer are one to two million.
LONGEST_PAGE = 1 << 28


@dataclass
class Tally:
    """What a run has come to.

    Args:
        asked: Ids that were asked for.
        found: Of these, tweets that came.
        gone: Of these, tweets that the API says are deleted, protected or withheld.
        left: Ids that the budget did not suffice for.
        conversations: Conversations that were searched to their end.
        conversations_left: Those that the budget or the account did not allow for.
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
    """Fetch what is missing, the most valuable first, and ingest it.

    Resumes: what stored pages hold, what the API said is gone and what a deletion notice names is
    not asked for. A tweet that the API says nothing of is asked for again in the next run.

    Args:
        workspace: Whose missing parents to fetch.
        recipe: The recipe of the workspace.
        api: Where to ask.
        lang: Fetch only parents whose replies are mostly in this language.
        conversations: Before that, search the conversations of the kept threads.
        workers: Processes that read the pages.
        on_progress: Told of ids asked for, and in all.

    Returns:
        Its record, with the counts of `Tally`, and `requests`.

    Raises:
        ApiError: If the API refuses or cannot be reached; what came before that is ingested.
    """
    began = time.perf_counter()
    pages, tally = Pages(workspace), Tally()
    wanted_conversations = kept_conversations(workspace) if conversations else []

    def settle() -> Run:
        _settle(workspace, recipe, pages=pages, workers=workers)
        return workspace.record(
            "hydrate",
            fingerprint="",
            seconds=time.perf_counter() - began,
            counts=vars(tally) | {"requests": api.requests, "pages": pages.last},
        )

    try:
        search(wanted_conversations, pages=pages, api=api, tally=tally)
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
    """Ask for tweets in their order, until all are asked for or the budget is spent.

    Args:
        tweet_ids: Their ids, each once.
        pages: Where the pages go.
        api: Where to ask.
        tally: Takes down what came.
        on_progress: Told of ids asked for, and in all.
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
    """Search conversations to their end: among all tweets, else among those of the last week.

    Args:
        conversation_ids: Ids of the opening tweets.
        pages: Where the pages go.
        api: Where to ask.
        tally: Takes down what came, and what the account may not do.
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
        before, token = states.get(key, ("", None))
        try:
            _search(key, kind=kind, token=token if before == kind else None, pages=pages, api=api)
        except SpentError:
            return
        except RefusedError as error:
            kinds.pop(0)
            tally.notes.append(f"{_REFUSED[kind]} {error.problem}")
            continue
        waiting.pop(0)
        tally.conversations += 1
        tally.conversations_left -= 1


_REFUSED = {
    ALL: "The search of all tweets was refused, so only conversations of the last week are "
    "searched.",
    RECENT: "The search of the last week was refused too, so no conversation was searched.",
}


def _search(key: int, *, kind: str, token: str | None, pages: Pages, api: Api) -> None:
    while True:
        page = api.search(key, everywhere=kind == ALL, next_token=token)
        pages.add(page, about=f"-{kind}-{key}")
        token = page_parser.read(page).next_token
        if token is None:
            return


def kept_conversations(workspace: Workspace) -> list[int]:
    """Give the conversations of the kept threads whose opening tweet is known, the latest first.

    Raises:
        WorkspaceError: If nothing has been selected yet.
    """
    kept = workspace.scan("verdicts").filter("kept").select("thread_id")
    is_opener = pl.col("reply_to_id").is_null() | (pl.col("thread_id") != pl.col("tweet_id"))
    opened = workspace.scan("turns").filter((pl.col("position") == 0) & is_opener)
    found = opened.select("thread_id").join(kept, on="thread_id", how="semi").collect()
    return found["thread_id"].sort(descending=True).to_list()


def _wanted(workspace: Workspace, pages: Pages, *, lang: str | None) -> pl.Series:
    """Give the ids to ask for: missing, not gone, and in no page that waits to be ingested."""
    waiting = pl.Series("tweet_id", list(page_store.known(pages.unsettled())), dtype=pl.Int64)
    gone = pl.concat([missing_parents.gone(workspace).select("tweet_id"), waiting.to_frame()])
    frame = missing_parents.from_tweets(workspace.scan("tweets"), gone=gone)
    return (frame.filter(pl.col("lang") == lang) if lang else frame)["tweet_id"]


def _settle(workspace: Workspace, recipe: Recipe, *, pages: Pages, workers: int) -> None:
    """Remember what is gone, and ingest the pages that are not ingested yet."""
    new = pages.unsettled()
    if not new:
        return
    page_store.remember_gone(workspace, new)
    # Whatever the recipe says of the dumps, these pages are of one known format.
    reading = IngestSettings(format="api_v2", max_line_bytes=LONGEST_PAGE)
    pipeline_run.ingest(
        workspace,
        recipe.model_copy(update={"ingest": reading}),
        paths=[str(path) for path in new],
        workers=workers,
    )
