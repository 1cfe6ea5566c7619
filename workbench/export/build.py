"""Write the kept threads as an export, or preview its first records."""

import json
from collections.abc import Callable, Iterable, Iterator
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
    data_files,
    dataset_card,
    file_writers,
    folder_checks,
    formats,
    frame_checks,
    manifest,
    record_meta,
    record_units,
    selection_check,
    trainers,
)
from workbench.export.batches import Batch
from workbench.export.conversation_trees import HandTurns
from workbench.export.data_files import DataFiles
from workbench.export.manifest import Entry, Manifest
from workbench.progress import OnProgress, silent
from workbench.recipe import ExportSettings, Recipe, RecipeLike, as_recipe
from workbench.schemas import ReplyScores, Scores, Threads, Turns
from workbench.storage import atomic

#: Turns read at once: about 100 MB with everything made of them.
TURNS_AT_ONCE = 50_000

#: Write the kept threads of a plan, see `batches.plan`, as shards and return their folders in the
#: order of their batches; see `data_files`.
MakeShards = Callable[[pl.DataFrame, HandTurns], Iterable[Path]]

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
    make_shards: MakeShards | None = None,
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
        make_shards: Reads the turns and writes the records elsewhere; by default this process
            does.

    Returns:
        The manifest of the export.

    Raises:
        ExportError: If the export already exists, a format is unknown or cannot express what the
            recipe asks for, nothing is kept, a kept thread has no turns, or the verdicts or
            threads lack a column or repeat a thread.
    """
    recipe = as_recipe(recipe)
    folder, settings = Path(folder), recipe.export_settings
    targets = data_files.targets(settings, is_rated=answers is not None)
    frame_checks.check(threads, verdicts)
    folder_checks.check_free(folder, overwrite=overwrite)
    plan = batches.plan(threads, verdicts, turns_at_once=turns_at_once, shares=settings.shares)
    by_hand = selection_check.on_turns(decisions)
    batch_stream = batches.read(
        turns,
        plan,
        targets=targets,
        settings=settings,
        secret=secret,
        answers=answers,
        by_hand=by_hand,
    )
    seen = selection_check.completed(verdicts, threads, settings=recipe.select, decisions=decisions)
    with atomic.replacing(folder) as aside:
        aside.mkdir(parents=True)
        with DataFiles(settings, folder=aside, is_rated=answers is not None) as files:
            if make_shards is None:
                _write_batches(batch_stream, files, threads=plan.height, on_progress=on_progress)
            else:
                for shard in make_shards(plan, by_hand):
                    files.append(shard)
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
            **files.described(),
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
    shown, *_ = targets = data_files.targets(settings, is_rated=answers is not None)
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


def _write_batches(
    batch_stream: Iterable[Batch], files: DataFiles, *, threads: int, on_progress: OnProgress
) -> None:
    done = 0
    for batch in batch_stream:
        files.write(batch)
        done += batch.threads
        on_progress(done, threads)


def _choices(settings: ExportSettings, targets: list[formats.Target]) -> dict[str, Any]:
    """Return the fields of the manifest that repeat the settings which shape the records."""
    names = {target.format.NAME for target in targets}
    chosen = ["roles", "paths", "replies", "meta"]
    chosen += ["preferred_by", "margin"] if "preference" in names else []
    chosen += ["kto_good", "kto_bad"] if "kto" in names else []
    return {name: getattr(settings, name) for name in chosen} | {"splits": settings.shares}


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
        yield from file_writers.sorted_ids(data_files.all_turns(batch, settings))
        return
    for root in batch.trees[target.format.TREES]:
        thread = batch.facts.get(root.thread_id, record_meta.NO_FACTS)
        for unit, turns in record_units.units(root, target.format.UNIT, settings=settings):
            record = target.format.record(unit)
            if settings.meta == "record":
                described = record_meta.of_turns(root.thread_id, turns, thread)
                record_meta.add(record, described)
            yield record
