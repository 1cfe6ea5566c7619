"""Parts: the kept threads, read a part at a time and made into trees."""

import os
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import dataframely as dy
import polars as pl

from workbench.exceptions import ExportError
from workbench.export import conversation_trees, roles
from workbench.export.conversation_trees import Turn
from workbench.export.formats import Target
from workbench.export.privacy import anonymize
from workbench.export.privacy.pseudonyms import user_ids
from workbench.recipe import ExportSettings
from workbench.schemas import Threads, Turns
from workbench.text import language

#: Parts that are prepared at once; each takes about 100 MB.
_AHEAD = min(os.cpu_count() or 1, 4)


class Part(NamedTuple):
    """Trees of some whole threads, and what was lost or rewritten on the way to them.

    Args:
        trees: Strict or not -> roots, by thread.
        threads: Threads read.
        turns: Turns read.
        cuts: Strict or not -> reason -> tweets.
        privacy: Kind -> times.
    """

    trees: dict[bool, list[Turn]]
    threads: int
    turns: int
    cuts: dict[bool, Counter[str]]
    privacy: Counter[str]


def plan(
    threads: pl.DataFrame | dy.DataFrame[Threads], verdicts: pl.DataFrame, *, turns_at_once: int
) -> pl.DataFrame:
    """Give the kept threads in order, each with the number of the part that it is read in.

    Raises:
        ExportError: If nothing is kept, or what is kept is not among the threads.
    """
    kept = verdicts.filter("kept").select("thread_id")
    if kept.is_empty():
        msg = f"None of {verdicts.height} threads is kept."
        raise ExportError(msg, hint="loosen the rule that removes most; see `workbench select`.")
    found = (
        threads.lazy()
        .select("thread_id", "lang", "turns")
        .join(kept.lazy(), on="thread_id", how="semi")
        .sort("thread_id")
        .with_columns(part=pl.col("turns").cast(pl.Int64).cum_sum() // turns_at_once)
        .collect()
    )
    _need_all(found.height, kept.height)
    return found


def read(
    turns: pl.DataFrame | pl.LazyFrame | dy.DataFrame[Turns],
    plan: pl.DataFrame,
    *,
    targets: Collection[Target],
    settings: ExportSettings,
    secret: bytes,
) -> Iterator[Part]:
    """Read the kept threads part by part and make trees of them.

    Args:
        turns: Turns of at least the kept threads, in any order.
        plan: What `plan` gives.
        targets: Formats that will be made of the trees.
        settings: Roles and privacy.
        secret: Key of the workspace.

    Raises:
        ExportError: If a kept thread has no turns.
    """
    strict = {target.format.IS_STRICT for target in targets if target.format.UNIT != "tweet"}
    key = secret if any(target.format.HAS_USER_IDS for target in targets) else None
    prepare = partial(_prepare, turns, settings=settings, secret=key)
    for ready in _ahead(prepare, plan.partition_by("part", maintain_order=True)):
        cuts = {shape: ready.lost.copy() for shape in sorted(strict or {False})}
        trees = {
            shape: conversation_trees.from_turns(ready.nodes, is_strict=shape, cuts=cuts[shape])
            for shape in cuts
        }
        yield Part(trees, ready.threads, ready.turns, cuts, ready.privacy)


class _Ready(NamedTuple):
    """Rows from which trees can be made."""

    nodes: pl.DataFrame
    threads: int
    turns: int
    lost: Counter[str]
    privacy: Counter[str]


def _ahead(
    prepare: Callable[[pl.DataFrame], _Ready], parts: Iterable[pl.DataFrame]
) -> Iterator[_Ready]:
    """Prepare the next parts in other threads, where polars works without the interpreter."""
    with ThreadPoolExecutor(_AHEAD) as pool:
        waiting: deque[Future[_Ready]] = deque()
        for part in parts:
            waiting.append(pool.submit(prepare, part))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _prepare(
    turns: pl.DataFrame | pl.LazyFrame,
    part: pl.DataFrame,
    *,
    settings: ExportSettings,
    secret: bytes | None,
) -> _Ready:
    low, high = part["thread_id"][0], part["thread_id"][-1]
    rows = (
        turns.lazy()
        .select(Turns.column_names())
        .filter(pl.col("thread_id").is_between(low, high))
        .join(part.lazy().select("thread_id"), on="thread_id", how="semi")
        .sort("thread_id", "position")
        .collect()
    )
    _need_all(rows["thread_id"].n_unique(), part.height)
    cleaned = anonymize.clean(rows, settings=settings)
    lost = Counter[str]()
    nodes = _nodes(cleaned.turns, part, settings=settings, secret=secret, lost=lost)
    return _Ready(nodes, part.height, rows.height, lost, cleaned.counts)


def _nodes(
    turns: pl.DataFrame,
    threads: pl.DataFrame,
    *,
    settings: ExportSettings,
    secret: bytes | None,
    lost: Counter[str],
) -> pl.DataFrame:
    """Give roles to cleaned turns, and the columns of `conversations.Turn`."""
    # A reply without text answers nothing, and must not stand in the way of one that does.
    answered = turns["parent_id"].drop_nulls().unique().implode()
    used = turns.filter((pl.col("text") != "") | pl.col("tweet_id").is_in(answered))
    nodes = roles.POLICIES[settings.roles](Turns.validate(used))
    lost["no_text_left"] += turns.height - used.height
    lost["without_role"] += used.height - int(nodes["tweet_ids"].list.len().sum())
    lang = pl.when(language.names_language("lang")).then("lang")
    of_thread = pl.when(pl.col("parent_id").is_null()).then("lang_right")
    return (
        nodes.join(threads, on="thread_id", how="left", maintain_order="left")
        .with_columns(
            text=pl.col("text").str.strip_chars(),
            lang=pl.coalesce(lang, of_thread),
            author="author_name",
            user_id=user_ids(nodes["author_id"], secret=secret) if secret else pl.lit(None),
            created_at=pl.col("created_at").dt.strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00"),
            words=pl.col("text").str.count_matches(r"\S+"),
        )
        .select(conversation_trees.COLUMNS)
    )


def _need_all(found: int, wanted: int) -> None:
    if found != wanted:
        msg = f"{wanted - found} of {wanted} kept threads are not in the tables of threads."
        raise ExportError(msg, hint="the selection is older than the threads; select again.")
