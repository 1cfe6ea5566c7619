"""Write the kept threads as an export, or preview its first records."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from workbench import selection
from workbench.export import (
    batches,
    dataset_card,
    file_writers,
    folder_checks,
    formats,
    frame_checks,
    manifest,
    record_meta,
    record_units,
    selection_check,
    target_checks,
    trainers,
)
from workbench.export.batches import Batch
from workbench.export.conversation_trees import Turn
from workbench.export.file_writers import FileWriter, Used
from workbench.export.manifest import Entry, Manifest
from workbench.progress import OnProgress, silent
from workbench.recipe import ExportSettings, Recipe, RecipeLike, as_recipe
from workbench.schemas import ReplyScores, Scores, Threads, Turns
from workbench.storage import atomic

#: Turns read at once: about 100 MB with everything made of them.
TURNS_AT_ONCE = 50_000

#: Turns per batch of a preview, which mostly needs a few threads.
_PREVIEW_TURNS_AT_ONCE = 1_000


def from_selection(
    turns: pl.DataFrame | pl.LazyFrame | dy.DataFrame[Turns],
    threads: pl.DataFrame | dy.DataFrame[Threads] | dy.DataFrame[Scores],
    verdicts: pl.DataFrame,
    *,
    recipe: RecipeLike,
    folder: str | Path,
    provenance: dict[str, Any],
    secret: bytes,
    answers: pl.DataFrame | pl.LazyFrame | dy.DataFrame[ReplyScores] | None = None,
    decisions: pl.DataFrame | None = None,
    on_progress: OnProgress = silent,
    overwrite: bool = False,
    turns_at_once: int = TURNS_AT_ONCE,
) -> Manifest:
    """Write the kept threads as an export: data files, ids, recipe, data card and manifest.

    The folder appears only when it is complete. Equal inputs give equal bytes, whatever the order
    of their rows; only `created_at` in the manifest differs between runs.

    Args:
        turns: Turns of at least the kept threads. A lazy frame is read in batches, fastest if it
            is sorted by thread.
        threads: One row per thread, at least of the kept ones. Pass the scores: their columns
            keep near duplicates in one split, and fill `meta`.
        verdicts: Result of `selection.from_scores`.
        recipe: What to write and how, or the path of its file; copied into the export.
        folder: Folder of the export.
        provenance: Facts about the inputs for the manifest, for example their hashes.
        secret: Key of the workspace, see `pseudonyms.user_ids`.
        answers: Table `ReplyScores` of at least the kept threads: ranks the replies, and decides
            which of them are good enough. Without it, likes rank them and all are written.
        decisions: What was decided by hand, see `hand_list.load`. Pass the decisions of the
            selection; those on turns apply here.
        on_progress: Called with the number of threads done, and of all.
        overwrite: Replace an export that is already there.
        turns_at_once: Turns to read at once. Changes the memory needed, not the result.

    Returns:
        The manifest of the export.

    Raises:
        ExportError: If the export already exists, a format is unknown or cannot express what the
            recipe asks for, nothing is kept, a kept thread has no turns, or the verdicts or
            threads lack a column or repeat a thread.
    """
    recipe = as_recipe(recipe)
    folder, settings = Path(folder), recipe.export_settings
    targets = _targets(settings, is_rated=answers is not None)
    frame_checks.check(threads, verdicts)
    folder_checks.check_free(folder, overwrite=overwrite)
    plan = batches.plan(threads, verdicts, turns_at_once=turns_at_once, shares=settings.shares)
    batch_stream = batches.read(
        turns,
        plan,
        targets=targets,
        settings=settings,
        secret=secret,
        answers=answers,
        by_hand=selection_check.on_turns(decisions),
    )
    seen = selection_check.completed(verdicts, threads, settings=recipe.select, decisions=decisions)
    with atomic.replacing(folder) as aside:
        aside.mkdir(parents=True)
        results = _write_records(
            batch_stream,
            targets,
            folder=aside,
            settings=settings,
            on_progress=lambda done: on_progress(done, plan.height),
        )
        described = Manifest(
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            workbench=version("thread-workbench"),
            libraries=manifest.library_versions(),
            recipe=recipe.digest(),
            min_answer=None if answers is None else settings.min_answer,
            **_choices(settings, targets),
            split_by=batches.split_by(threads),
            provenance=provenance,
            threads_seen=seen.height,
            threads_kept=plan.height,
            rules=selection.attribution(seen).to_dicts(),
            departures=selection_check.departures(
                seen, threads, settings=recipe.select, decisions=decisions
            ),
            by_hand=selection_check.counts(decisions),
            **results,
        )
        languages = plan["lang"].drop_nulls().unique()
        _write_descriptions(aside, described, recipe=recipe, languages=languages)
    return described


def preview(
    turns: pl.DataFrame | pl.LazyFrame | dy.DataFrame[Turns],
    threads: pl.DataFrame | dy.DataFrame[Threads] | dy.DataFrame[Scores],
    verdicts: pl.DataFrame,
    *,
    recipe: RecipeLike,
    secret: bytes,
    answers: pl.DataFrame | pl.LazyFrame | dy.DataFrame[ReplyScores] | None = None,
    decisions: pl.DataFrame | None = None,
    limit: int = 10,
    format: str | None = None,
) -> list[Any]:
    """Return the first records that `from_selection` would write.

    Args:
        turns: As for `from_selection`.
        threads: As for `from_selection`.
        verdicts: As for `from_selection`.
        recipe: As for `from_selection`.
        secret: As for `from_selection`.
        answers: As for `from_selection`.
        decisions: As for `from_selection`.
        limit: Most records to return.
        format: Format to show; the first of the recipe if None.

    Returns:
        The records; fewer than `limit`, or none, if the kept threads make no more.
    """
    recipe = as_recipe(recipe)
    name = format or next(iter(recipe.export.formats), "ids")
    settings = recipe.export_settings.model_copy(update={"formats": (name,)})
    shown, *_ = targets = _targets(settings, is_rated=answers is not None)
    frame_checks.check(threads, verdicts)
    if not verdicts["kept"].any():
        return []
    plan = batches.plan(threads, verdicts, turns_at_once=_PREVIEW_TURNS_AT_ONCE)
    batch_stream = batches.read(
        turns,
        plan,
        targets=targets,
        settings=settings,
        secret=secret,
        answers=answers,
        by_hand=selection_check.on_turns(decisions),
    )
    records = (
        record for batch in batch_stream for record in _records(batch, shown, settings=settings)
    )
    return list(islice(records, limit))


def _targets(settings: ExportSettings, *, is_rated: bool) -> list[formats.Target]:
    """Return the formats to write, each once; `ids` is always the last."""
    named = [name for name in settings.formats if name not in ("ids", "ids.txt")]
    # `messages` and `messages.jsonl` are the same file.
    targets = list(dict.fromkeys(formats.by_name(name) for name in (*named, "ids")))
    target_checks.check(targets, settings, is_rated=is_rated)
    return targets


def _choices(settings: ExportSettings, targets: list[formats.Target]) -> dict[str, Any]:
    """Return the fields of the manifest that repeat the settings which shape the records."""
    names = {target.format.NAME for target in targets}
    chosen = ["roles", "paths", "replies", "meta"]
    chosen += ["preferred_by", "margin"] if "preference" in names else []
    chosen += ["kto_good", "kto_bad"] if "kto" in names else []
    return {name: getattr(settings, name) for name in chosen} | {"splits": settings.shares}


def _write_records(
    batch_stream: Iterable[Batch],
    targets: list[formats.Target],
    *,
    folder: Path,
    settings: ExportSettings,
    on_progress: Callable[[int], None],
) -> dict[str, Any]:
    """Write the data files; return the fields of the manifest that describe them."""
    splits = tuple(settings.shares) if len(settings.shares) > 1 else (None,)
    *data_targets, ids_target = targets
    files = [
        FileWriter(target, split, folder=folder, settings=settings)
        for target in data_targets
        for split in splits
    ]
    ids_file = FileWriter(ids_target, None, folder=folder, settings=settings)
    cuts: dict[str, Counter[str]] = defaultdict(Counter)
    privacy: Counter[str] = Counter()
    done = turns = written = 0
    with ExitStack() as stack:
        for file in (*files, ids_file):
            stack.enter_context(file)
        for batch in batch_stream:
            used: Used = {} if files else _all_turns(batch, settings)
            for file in files:
                file.write(_of_split(batch, file), used=used, facts=batch.facts)
            ids_file.write_ids(used)
            privacy += batch.privacy
            for kind, reasons in batch.cuts.items():
                cuts[kind] += reasons
            done, turns = done + batch.threads, turns + batch.turns
            written += len({turn.thread_id for turn in used.values()})
            on_progress(done)
    return {
        "threads_written": written,
        "turns_kept": turns,
        "tweets": ids_file.records,
        "cut": {shape: dict(sorted(reasons.items())) for shape, reasons in sorted(cuts.items())},
        "privacy": dict(sorted(privacy.items())),
        "files": [entry for file in (*files, ids_file) for entry in file.entries()],
    }


def _of_split(batch: Batch, file: FileWriter) -> list[Turn]:
    """Return the trees of a batch that belong into a file."""
    roots = batch.trees[file.target.format.TREES]
    if file.split is None:
        return roots
    return [root for root in roots if batch.splits[root.thread_id] == file.split]


def _write_descriptions(
    folder: Path, described: Manifest, *, recipe: Recipe, languages: Iterable[str]
) -> None:
    """Write the recipe, the data card and last the manifest, which lists them all."""
    (folder / manifest.RECIPE).write_text(recipe.to_toml(), encoding="utf-8")
    card = dataset_card.from_manifest(described, languages=languages)
    (folder / manifest.CARD).write_text(card, encoding="utf-8")
    texts = [manifest.RECIPE, manifest.CARD]
    if info := trainers.dataset_info(described):
        content = json.dumps(info, indent=2) + "\n"
        (folder / trainers.DATASET_INFO).write_text(content, encoding="utf-8")
        texts.append(trainers.DATASET_INFO)
    described.files += [Entry.of_file(folder / name) for name in texts]
    text = json.dumps(described.model_dump(mode="json"), indent=2, ensure_ascii=False)
    (folder / manifest.MANIFEST).write_text(text + "\n", encoding="utf-8")


def _records(batch: Batch, target: formats.Target, *, settings: ExportSettings) -> Iterator[Any]:
    """Yield the records that one format makes of a batch."""
    if target.format.UNIT == "tweet":
        yield from file_writers.sorted_ids(_all_turns(batch, settings))
        return
    for root in batch.trees[target.format.TREES]:
        thread = batch.facts.get(root.thread_id, record_meta.NO_FACTS)
        for unit, turns in record_units.units(root, target.format.UNIT, settings=settings):
            record = target.format.record(unit)
            if settings.meta == "record":
                described = record_meta.of_turns(root.thread_id, turns, thread)
                record_meta.add(record, described)
            yield record


def _all_turns(batch: Batch, settings: ExportSettings) -> Used:
    """Return the turns of whole trees, for exports that contain only ids."""
    return {
        turn.tweet_id: turn
        for root in batch.trees["whole"]
        for _, turns in record_units.units(root, "tree", settings=settings)
        for turn in turns
    }
