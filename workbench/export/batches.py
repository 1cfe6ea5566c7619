"""Read the kept threads in batches and build the conversation trees of each batch."""

import os
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import dataframely as dy
import polars as pl

from workbench.exceptions import ExportError
from workbench.export import conversation_trees, record_meta, role_trees, roles, splits
from workbench.export.conversation_trees import NOT_BY_HAND, HandTurns, TreeKind, Turn
from workbench.export.formats import Target
from workbench.export.privacy import anonymize
from workbench.export.privacy.pseudonyms import user_ids
from workbench.export.record_meta import ThreadFacts
from workbench.recipe import ExportSettings
from workbench.schemas import ReplyScores, Scores, Threads, Turns
from workbench.text import language

#: Batches prepared at once; each takes about 100 MB.
_AHEAD = min(os.cpu_count() or 1, 4)


class Batch(NamedTuple):
    """The trees of some whole threads, and counts of what was dropped or rewritten.

    Args:
        trees: Kind of trees -> roots, by thread.
        threads: Threads read.
        turns: Turns read.
        cuts: Kind of trees -> reason -> tweets left out of them.
        privacy: Kind of personal data -> occurrences.
        splits: Thread -> split; empty if there is only one.
        facts: Thread -> what `meta` says of it; empty if the recipe does not ask for it.
    """

    trees: dict[TreeKind, list[Turn]]
    threads: int
    turns: int
    cuts: dict[TreeKind, Counter[str]]
    privacy: Counter[str]
    splits: dict[int, str]
    facts: dict[int, ThreadFacts]


def plan(
    threads: pl.DataFrame | dy.DataFrame[Threads] | dy.DataFrame[Scores],
    verdicts: pl.DataFrame,
    *,
    turns_at_once: int,
    shares: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Assign each kept thread to a batch and a split.

    Args:
        threads: One row per thread, at least of the kept ones. Without the columns of the scores,
            near duplicates are unknown, and `meta` has no scores.
        verdicts: Result of `selection.from_scores`.
        turns_at_once: Turns per batch, about.
        shares: `ExportSettings.shares`; one split if None.

    Returns:
        `thread_id`, `lang`, `turns`, `batch`, `split` and `record_meta.COLUMNS` of the kept
        threads, by `thread_id`.

    Raises:
        ExportError: If no thread is kept, or a kept thread is missing from `threads`.
    """
    kept = verdicts.filter("kept").select("thread_id")
    if kept.is_empty():
        msg = f"None of {verdicts.height:,} threads is kept."
        hint = "loosen the rule that removes most; `workbench select` shows what each removes."
        raise ExportError(msg, hint=hint)
    scores = [
        name if name in threads.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in record_meta.COLUMNS.items()
    ]
    planned = (
        threads.lazy()
        .select("thread_id", "lang", "turns", *scores, group=split_by(threads))
        .join(kept.lazy(), on="thread_id", how="semi")
        .sort("thread_id")
        .with_columns(batch=pl.col("turns").cast(pl.Int64).cum_sum() // turns_at_once)
        .collect()
    )
    _check_all_found(planned.height, kept.height)
    split = splits.assign(planned["group"], shares=shares or {})
    return planned.drop("group").with_columns(split)


def split_by(threads: pl.DataFrame) -> str:
    """Return the column that decides the split: threads with equal values stay together."""
    return "representative_id" if "representative_id" in threads.columns else "thread_id"


def read(
    turns: pl.DataFrame | pl.LazyFrame | dy.DataFrame[Turns],
    plan: pl.DataFrame,
    *,
    targets: Collection[Target],
    settings: ExportSettings,
    secret: bytes,
    answers: pl.DataFrame | pl.LazyFrame | dy.DataFrame[ReplyScores] | None = None,
    by_hand: HandTurns = NOT_BY_HAND,
) -> Iterator[Batch]:
    """Read the kept threads batch by batch and build their trees.

    Args:
        turns: Turns of at least the kept threads, in any order.
        plan: Result of `plan`.
        targets: Formats to build trees for.
        settings: Roles, privacy and the lowest answer, see `Recipe.export_settings`.
        secret: Key of the workspace.
        answers: Table `ReplyScores`. None if the replies were not rated: likes rank them, and none
            is below a bound.
        by_hand: What was decided by hand.

    Raises:
        ExportError: If a kept thread has no turns.
    """
    kinds: set[TreeKind] = {each.format.TREES for each in targets if each.format.UNIT != "tweet"}
    kinds = kinds or {"whole"}
    key = secret if any(target.format.HAS_USER_IDS for target in targets) else None
    prepare = partial(
        _prepare,
        turns,
        settings=settings,
        secret=key,
        answers=answers,
        dropped_by_hand=by_hand.dropped,
    )
    min_answer = None if answers is None else settings.min_answer
    for prepared in _prepare_ahead(prepare, plan.partition_by("batch", maintain_order=True)):
        cuts: dict[TreeKind, Counter[str]] = {kind: prepared.cuts.copy() for kind in kinds}
        trees: dict[TreeKind, list[Turn]] = {
            kind: conversation_trees.from_turns(
                prepared.nodes,
                is_strict=kind != "whole",
                cuts=cuts[kind],
                min_answer=None if kind == "all_replies" else min_answer,
                by_hand=by_hand,
            )
            for kind in cuts
        }
        threads = prepared.threads
        facts = {} if settings.meta == "none" else record_meta.facts(threads)
        split = dict(threads.select("thread_id", "split").drop_nulls().iter_rows())
        yield Batch(trees, threads.height, prepared.turns, cuts, prepared.privacy, split, facts)


class _Prepared(NamedTuple):
    """The rows of a batch, ready for building trees, and its part of the plan."""

    nodes: pl.DataFrame
    threads: pl.DataFrame
    turns: int
    cuts: Counter[str]
    privacy: Counter[str]


def _prepare_ahead(
    prepare: Callable[[pl.DataFrame], _Prepared], plans: Iterable[pl.DataFrame]
) -> Iterator[_Prepared]:
    """Prepare the next batches in other threads: polars releases the interpreter lock."""
    with ThreadPoolExecutor(_AHEAD) as pool:
        waiting: deque[Future[_Prepared]] = deque()
        for plan in plans:
            waiting.append(pool.submit(prepare, plan))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _prepare(
    turns: pl.DataFrame | pl.LazyFrame,
    plan: pl.DataFrame,
    *,
    settings: ExportSettings,
    secret: bytes | None,
    answers: pl.DataFrame | pl.LazyFrame | None,
    dropped_by_hand: frozenset[int],
) -> _Prepared:
    """Read the turns of one batch, clean them and assign roles."""
    low, high = plan["thread_id"][0], plan["thread_id"][-1]
    rows = (
        turns.lazy()
        .select(Turns.column_names())
        .filter(pl.col("thread_id").is_between(low, high))
        .join(plan.lazy().select("thread_id"), on="thread_id", how="semi")
        .sort("thread_id", "position")
        .collect()
    )
    _check_all_found(rows["thread_id"].n_unique(), plan.height)
    cleaned = anonymize.clean(rows, settings=settings)
    rated = None
    if answers is not None:
        near = answers.lazy().filter(pl.col("thread_id").is_between(low, high))
        rated = near.select("tweet_id", "answer").collect()
    cuts = Counter[str]()
    placed = role_trees.placed(cleaned.turns)
    cuts["not_placed"] += int(cleaned.turns["is_placed"].not_().sum())
    cuts["below_a_cut"] += rows.height - placed.height - cuts["not_placed"]
    dropped = Counter[str]()
    roled = roles.assign(
        Turns.validate(placed),
        policy=settings.roles,
        answers=rated,
        cuts=dropped,
        written=rows.select("tweet_id", "text"),
        dropped=dropped_by_hand,
    )
    cuts.update(dropped)
    in_nodes = int(roled["tweet_ids"].list.len().sum())
    cuts["without_role"] += placed.height - in_nodes - dropped.total()
    nodes = _described(roled, plan, secret=secret, rated=rated)
    return _Prepared(nodes, plan, rows.height, cuts, cleaned.counts)


def _described(
    nodes: pl.DataFrame, threads: pl.DataFrame, *, secret: bytes | None, rated: pl.DataFrame | None
) -> pl.DataFrame:
    """Add the other columns of `conversation_trees.Turn` to nodes with roles."""
    own_lang = pl.when(language.names_language("lang")).then("lang")
    # Only the opening turn falls back to the language of its thread.
    thread_lang = pl.when(pl.col("parent_id").is_null()).then("lang_right")
    return (
        nodes.join(
            threads.select("thread_id", "lang"), on="thread_id", how="left", maintain_order="left"
        )
        .join(
            roles.NOT_RATED if rated is None else rated,
            on="tweet_id",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            text=pl.col("text").str.strip_chars(),
            lang=pl.coalesce(own_lang, thread_lang),
            author="author_name",
            user_id=user_ids(nodes["author_id"], secret=secret) if secret else pl.lit(None),
            created_at=pl.col("created_at").dt.strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00"),
            words=pl.col("text").str.count_matches(r"\S+"),
            # A caller may pass answers for turns of the prompter, which are none.
            answer=pl.when(pl.col("role") == role_trees.ASSISTANT).then("answer"),
        )
        .select(conversation_trees.COLUMNS)
    )


def _check_all_found(found: int, kept: int) -> None:
    if found != kept:
        msg = f"{kept - found:,} of {kept:,} kept threads are missing from the thread tables."
        hint = "the selection was made from other threads; run `workbench select` again."
        raise ExportError(msg, hint=hint)
