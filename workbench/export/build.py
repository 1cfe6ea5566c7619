"""Export: kept threads as a pack of files that other tools load."""

import json
import re
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
from workbench.exceptions import ExportError
from workbench.export import batches, conversation_trees, dataset_card, file_writers, formats
from workbench.export.batches import Part
from workbench.export.conversation_trees import Turn
from workbench.export.file_writers import FileWriter
from workbench.export.manifest import CARD, MANIFEST, RECIPE, Manifest, entry, verify, versions
from workbench.progress import OnProgress, silent
from workbench.recipe import ExportSettings, Recipe
from workbench.schemas import Threads, Turns
from workbench.storage import atomic

Rows = pl.DataFrame | pl.LazyFrame

__all__ = ["TURNS_AT_ONCE", "check_name", "from_selection", "preview", "verify"]

#: Turns read at once: about 100 MB with everything that is made of them.
TURNS_AT_ONCE = 50_000


def from_selection(
    turns: Rows | dy.DataFrame[Turns],
    threads: pl.DataFrame | dy.DataFrame[Threads],
    verdicts: pl.DataFrame,
    *,
    recipe: Recipe,
    folder: str | Path,
    provenance: dict[str, Any],
    secret: bytes,
    on_progress: OnProgress = silent,
    overwrite: bool = False,
    turns_at_once: int = TURNS_AT_ONCE,
) -> Manifest:
    """Write the kept threads as a pack: data, recipe, manifest, data card and ids.

    The folder appears when all of it is written. Equal inputs give equal bytes, whatever the order
    of their rows; only `created_at` in the manifest tells two runs apart.

    Args:
        turns: Turns of at least the kept threads; a lazy frame is read part by part, quickest
            where it is sorted by thread.
        threads: One row per thread, at least of the kept ones.
        verdicts: What `selection.from_scores` gives.
        recipe: What to write and how; copied into the pack.
        folder: Folder of the pack.
        provenance: What to put down in the manifest of the inputs, such as their hashes.
        secret: Key of the workspace, see `pseudonyms.user_ids`.
        on_progress: Told of threads done.
        overwrite: Replace a pack that is there already.
        turns_at_once: Turns to read at once; changes the memory taken, not the result.

    Returns:
        The manifest of the pack.

    Raises:
        ExportError: If the pack is there already, a format is unknown or cannot hold what the
            recipe asks for, nothing is kept, or kept threads have no turns.
    """
    folder, chosen = Path(folder), recipe.export
    targets = _targets(chosen)
    _refuse_to_overwrite(folder, overwrite=overwrite)
    plan = batches.plan(threads, verdicts, turns_at_once=turns_at_once)
    read = batches.read(turns, plan, targets=targets, settings=chosen, secret=secret)
    with atomic.replacing(folder) as aside:
        aside.mkdir(parents=True)
        told = _write(
            read,
            targets,
            folder=aside,
            settings=chosen,
            on_progress=lambda done: on_progress(done, plan.height),
        )
        (aside / RECIPE).write_text(recipe.to_toml(), encoding="utf-8")
        manifest = Manifest(
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            workbench=version("thread-workbench"),
            libraries=versions(),
            recipe=recipe.digest(),
            roles=chosen.roles,
            paths=chosen.paths,
            provenance=provenance,
            threads_seen=verdicts.height,
            threads_kept=plan.height,
            rules=selection.attribution(verdicts).to_dicts(),
            **told,
        )
        card = dataset_card.from_manifest(manifest, languages=plan["lang"].drop_nulls().unique())
        (aside / CARD).write_text(card, encoding="utf-8")
        manifest.files += [entry(aside / name) for name in (RECIPE, CARD)]
        text = json.dumps(manifest.model_dump(mode="json"), indent=2, ensure_ascii=False)
        (aside / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return manifest


def preview(
    turns: Rows | dy.DataFrame[Turns],
    threads: pl.DataFrame | dy.DataFrame[Threads],
    verdicts: pl.DataFrame,
    *,
    recipe: Recipe,
    secret: bytes,
    limit: int = 10,
    format: str | None = None,
) -> list[Any]:
    """Give the first records that `from_selection` would write.

    Args:
        turns: As for `from_selection`.
        threads: As for `from_selection`.
        verdicts: As for `from_selection`.
        recipe: As for `from_selection`.
        secret: As for `from_selection`.
        limit: Records at most.
        format: Format to show; the first of the recipe if it is not named.

    Returns:
        Records, fewer or none where the kept threads give no more.
    """
    name = format or next(iter(recipe.export.formats), "ids")
    settings = recipe.export.model_copy(update={"formats": (name,)})
    shown, *_ = targets = _targets(settings)
    if not verdicts["kept"].any():
        return []
    plan = batches.plan(threads, verdicts, turns_at_once=1_000)
    read = batches.read(turns, plan, targets=targets, settings=settings, secret=secret)
    records = (record for part in read for record in _records(part, shown, settings=settings))
    return list(islice(records, limit))


def _records(part: Part, target: formats.Target, *, settings: ExportSettings) -> Iterator[Any]:
    """Give the records of one format."""
    if target.format.UNIT == "tweet":
        for _, tweets in sorted(_all_tweets(part).items()):
            yield from sorted(tweets)
        return
    for root in part.trees[target.format.IS_STRICT]:
        for unit, _ in file_writers.units(root, target.format.UNIT, paths=settings.paths):
            yield target.format.record(unit)


def _write(
    read: Iterable[Part],
    targets: list[formats.Target],
    *,
    folder: Path,
    settings: ExportSettings,
    on_progress: Callable[[int], None],
) -> dict[str, Any]:
    """Write the files with records; give the fields of the manifest that tell of them."""
    splits = tuple(settings.shares) if len(settings.shares) > 1 else (None,)
    *wanted, ids = targets
    files = [FileWriter(target, split, folder=folder) for target in wanted for split in splits]
    ids_file = FileWriter(ids, None, folder=folder)
    cuts: dict[str, Counter[str]] = defaultdict(Counter)
    privacy: Counter[str] = Counter()
    done = turns = written = 0
    with ExitStack() as stack:
        for file in (*files, ids_file):
            stack.enter_context(file.writer)
        for part in read:
            used: dict[int, set[int]] = defaultdict(set) if files else _all_tweets(part)
            for file in files:
                roots = _of_split(part.trees[file.target.format.IS_STRICT], file, settings)
                file.write(roots, paths=settings.paths, used=used)
            ids_file.write_ids(used)
            privacy += part.privacy
            for is_strict, lost in part.cuts.items():
                cuts["alternating" if is_strict else "whole"] += lost
            done, turns, written = done + part.threads, turns + part.turns, written + len(used)
            on_progress(done)
    return {
        "threads_written": written,
        "turns_kept": turns,
        "tweets": ids_file.records,
        "cut": {shape: dict(sorted(lost.items())) for shape, lost in sorted(cuts.items())},
        "privacy": dict(sorted(privacy.items())),
        "files": [file.entry() for file in (*files, ids_file)],
    }


def _of_split(roots: list[Turn], file: FileWriter, settings: ExportSettings) -> list[Turn]:
    if file.split is None:
        return roots
    return [
        root
        for root in roots
        if file_writers.split_of(root.thread_id, shares=settings.shares) == file.split
    ]


def _all_tweets(part: Part) -> dict[int, set[int]]:
    """Give the tweets of whole trees by thread, for packs of ids only."""
    found: dict[int, set[int]] = {}
    for root in part.trees[False]:
        turns = conversation_trees.all_turns(root)
        found.setdefault(root.thread_id, set()).update(*[turn.tweet_ids for turn in turns])
    return found


def _targets(settings: ExportSettings) -> list[formats.Target]:
    """Give what is to be written; ids always are."""
    named = [name for name in settings.formats if name not in ("ids", "ids.txt")]
    targets = [formats.by_name(name) for name in dict.fromkeys((*named, "ids"))]
    linear = [each.format.NAME for each in targets if each.format.UNIT in ("path", "pair")]
    if settings.paths == "tree" and linear:
        msg = f'paths = "tree" leaves nothing to write as {", ".join(linear)}, which cannot branch.'
        raise ExportError(
            msg, hint='set paths = "best" or "all" under [export], or name formats of trees only.'
        )
    return targets


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a pack on every system.

    Raises:
        ExportError: If it is not made of letters, digits, `_`, `-` and inner dots.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*", name) or len(name) > 100:
        msg = f"{name!r} cannot be the name of an export pack."
        hint = "use up to 100 of the letters a to z and A to Z, digits, `_`, `-` and inner dots."
        raise ExportError(msg, hint=hint)


def _refuse_to_overwrite(folder: Path, *, overwrite: bool) -> None:
    if not folder.exists() and not folder.is_symlink():
        return
    if not (folder / MANIFEST).is_file():
        msg = f"{folder} exists and is no export pack."
        raise ExportError(msg, hint="give the export another name.")
    if not overwrite:
        msg = f"The export pack {folder} exists already."
        hint = "give it another name, or replace it: `--force`, on a page the switch `replace`."
        raise ExportError(msg, hint=hint)
