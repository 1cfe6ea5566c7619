"""Read the kept threads in batches and build the conversation trees of each batch."""

import os
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import dataframely as dy
import polars as pl

from workbench.exceptions import ExportError
from workbench.export import conversation_trees, role_trees, roles
from workbench.export.conversation_trees import Turn
from workbench.export.formats import Target
from workbench.export.privacy import anonymize
from workbench.export.privacy.pseudonyms import user_ids
from workbench.recipe import ExportSettings
from workbench.schemas import ReplyScores, Threads, Turns
from workbench.text import language

#: Batches prepared at once; each takes about 100 MB.
_AHEAD = min(os.cpu_count() or 1, 4)


class Batch(NamedTuple):
    """The trees of some whole threads, and counts of what was dropped or rewritten.

    Args:
        trees: Strict or not -> roots, by thread.
        threads: Threads read.
        turns: Turns read.
        cuts: Strict or not -> reason -> tweets left out of the trees.
        privacy: Kind of personal data -> occurrences.
    """

    trees: dict[bool, list[Turn]]
    threads: int
    turns: int
    cuts: dict[bool, Counter[str]]
    privacy: Counter[str]


def plan(
    threads: pl.DataFrame | dy.DataFrame[Threads], verdicts: pl.DataFrame, *, turns_at_once: int
) -> pl.DataFrame:
    """Assign each kept thread to a batch.

    Args:
        threads: One row per thread, at least of the kept ones.
        verdicts: Result of `selection.from_scores`.
        turns_at_once: Turns per batch, about.

    Returns:
        `thread_id`, `lang`, `turns` and `batch` of the kept threads, by `thread_id`.

    Raises:
        ExportError: If no thread is kept, or a kept thread is missing from `threads`.
    """
    kept = verdicts.filter("kept").select("thread_id")
    if kept.is_empty():
        msg = f"None of {verdicts.height:,} threads is kept."
        hint = "loosen the rule that removes most; `workbench select` shows what each removes."
        raise ExportError(msg, hint=hint)
    planned = (
        threads.lazy()
        .select("thread_id", "lang", "turns")
        .join(kept.lazy(), on="thread_id", how="semi")
        .sort("thread_id")
        .with_columns(batch=pl.col("turns").cast(pl.Int64).cum_sum() // turns_at_once)
        .collect()
    )
    _check_all_found(planned.height, kept.height)
    return planned


def read(
    turns: pl.DataFrame | pl.LazyFrame | dy.DataFrame[Turns],
    plan: pl.DataFrame,
    *,
    targets: Collection[Target],
    settings: ExportSettings,
    secret: bytes,
    answers: pl.DataFrame | pl.LazyFrame | dy.DataFrame[ReplyScores] | None = None,
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

    Raises:
        ExportError: If a kept thread has no turns.
    """
    shapes = {target.format.IS_STRICT for target in targets if target.format.UNIT != "tweet"}
    key = secret if any(target.format.HAS_USER_IDS for target in targets) else None
    prepare = partial(_prepare, turns, settings=settings, secret=key, answers=answers)
    min_answer = None if answers is None else settings.min_answer
    for prepared in _prepare_ahead(prepare, plan.partition_by("batch", maintain_order=True)):
        cuts = {is_strict: prepared.cuts.copy() for is_strict in sorted(shapes or {False})}
        trees = {
            is_strict: conversation_trees.from_turns(
                prepared.nodes, is_strict=is_strict, cuts=cuts[is_strict], min_answer=min_answer
            )
            for is_strict in cuts
        }
        yield Batch(trees, prepared.threads, prepared.turns, cuts, prepared.privacy)


class _Prepared(NamedTuple):
    """The rows of a batch, ready for building trees; counts as in `Batch`."""

    nodes: pl.DataFrame
    threads: int
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
    nodes = _nodes(cleaned.turns, plan, settings=settings, secret=secret, rated=rated, cuts=cuts)
    return _Prepared(nodes, plan.height, rows.height, cuts, cleaned.counts)


def _nodes(
    turns: pl.DataFrame,
    threads: pl.DataFrame,
    *,
    settings: ExportSettings,
    secret: bytes | None,
    rated: pl.DataFrame | None,
    cuts: Counter[str],
) -> pl.DataFrame:
    """Assign roles to cleaned turns and add the other columns of `conversation_trees.Turn`."""
    placed = role_trees.placed(turns)
    cuts["not_placed"] += turns.height - placed.height
    turns = placed
    # Drop empty turns without replies first: `first_reply` must not choose an empty reply.
    answered = turns["parent_id"].drop_nulls().unique().implode()
    used = turns.filter((pl.col("text") != "") | pl.col("tweet_id").is_in(answered))
    nodes = roles.assign(Turns.validate(used), policy=settings.roles, answers=rated)
    cuts["no_text_left"] += turns.height - used.height
    cuts["without_role"] += used.height - int(nodes["tweet_ids"].list.len().sum())
    own_lang = pl.when(language.names_language("lang")).then("lang")
    # Only the opening turn falls back to the language of its thread.
    thread_lang = pl.when(pl.col("parent_id").is_null()).then("lang_right")
    return (
        nodes.join(threads, on="thread_id", how="left", maintain_order="left")
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
        )
        .select(conversation_trees.COLUMNS)
    )


def _check_all_found(found: int, kept: int) -> None:
    if found != kept:
        msg = f"{kept - found:,} of {kept:,} kept threads are missing from the thread tables."
        hint = "the selection was made from other threads; run `workbench select` again."
        raise ExportError(msg, hint=hint)
