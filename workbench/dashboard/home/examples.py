"""Read some kept conversations to show at Home."""

from html import escape
from typing import NamedTuple

import marimo as mo
import polars as pl

from workbench.dashboard.components import navigation
from workbench.storage import Workspace
from workbench.text import sanitize
from workbench.text.counts import counted

#: Conversations to show, and most characters of each text.
SHOWN, LONGEST = 3, 220


class Example(NamedTuple):
    """A kept conversation.

    Args:
        thread_id: Its id.
        turns: Its number of turns.
        prompt: Text of the opening tweet.
        reply: Text of the best rated reply, or else of the first one; empty if there is none.
    """

    thread_id: int
    turns: int
    prompt: str
    reply: str


def kept(workspace: Workspace) -> tuple[Example, ...]:
    """Read the kept conversations that fit best, at most `SHOWN`."""
    if not all(workspace.has(table) for table in ("verdicts", "scores", "turns")):
        return ()
    threads = workspace.scan("verdicts").filter("kept").select("thread_id")
    best = (
        workspace.scan("scores")
        .select("thread_id", "turns", "suitability", "best_reply_id")
        .join(threads, on="thread_id", how="semi")
        .sort("suitability", "thread_id", descending=[True, False], nulls_last=True)
        .head(SHOWN)
        .collect()
    )
    turns = (
        workspace.scan("turns")
        .select("thread_id", "tweet_id", "position", "text")
        .filter(pl.col("thread_id").is_in(best["thread_id"].implode()))
        .sort("thread_id", "position")
        .collect()
    )
    examples = []
    for row in best.iter_rows(named=True):
        texts = turns.filter(pl.col("thread_id") == row["thread_id"])
        replies = texts.filter(pl.col("tweet_id") == row["best_reply_id"])
        reply = (replies if replies.height else texts.slice(1, 1))["text"]
        prompt = texts["text"].head(1)
        examples.append(
            Example(row["thread_id"], row["turns"], "".join(prompt), "".join(reply.head(1)))
        )
    return tuple(examples)


def panel(examples: tuple[Example, ...]) -> mo.Html:
    """Show the conversations; a click opens one in Read threads."""
    cards = "".join(_card(example) for example in examples)
    return mo.Html(
        '<section class="wb-kept" aria-labelledby="wb-kept"><h2 id="wb-kept">Kept conversations'
        f"</h2>{cards or '<p class=wb-gap>None yet.</p>'}</section>"
    )


def _card(example: Example) -> str:
    address = navigation.link("read_threads.py", query=f"thread={example.thread_id}")
    prompt, reply = (
        escape(sanitize.plain(text, most=LONGEST)) for text in (example.prompt, example.reply)
    )
    return (
        f'<a href="{address}" data-testid="kept-{example.thread_id}">'
        f'<bdi class="wb-prompt">{prompt}</bdi><bdi class="wb-reply">{reply}</bdi>'
        f"<small>{counted(example.turns, 'turn')}</small></a>"
    )
