"""Check the files that people made or that cannot be made again. None of them is ever changed."""

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from workbench.exceptions import WorkbenchError
from workbench.hydration import page_store
from workbench.pipeline import damage
from workbench.pipeline.doctor.fault import Fault
from workbench.recipe import Recipe
from workbench.storage import FORMAT, Workspace, atomic, secret_key

_COPY = "nothing is changed: put a copy in its place"


def format_fault(root: Path) -> Fault | None:
    """Check the mark of a workspace; a fault means that nothing else can be checked."""
    path = root / "workspace.json"
    text = path.read_bytes()
    try:
        version = json.loads(text)["format"]
    except (ValueError, KeyError, TypeError):
        advice = f"`--fix` writes the current format, {FORMAT}, into it"
        content = json.dumps({"format": FORMAT}) + "\n"
        # A newer version writes JSON too. What is no JSON at all is a file that was cut off.
        is_cut_off = not _is_json(text)
        fix: Callable[[], None] | None = partial(atomic.write_text, path, content)
        if not is_cut_off:
            advice, fix = "install the version of the workbench that made it", None
        return Fault(path, "does not say which format the workspace has", advice, fix)
    if not isinstance(version, int) or version > FORMAT:
        problem = f"says format {version}; this version reads up to {FORMAT}"
        return Fault(path, problem, "install a newer version of the workbench")
    return None


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def faults(workspace: Workspace) -> Iterator[Fault]:
    """Check what people made: labels, instructions, the recipe, the key, fetched pages."""
    if not os.access(workspace.root, os.W_OK):
        advice = "allow yourself to write to it; it can be read as it is"
        yield Fault(workspace.root, "cannot be written", advice)
    labels = f"{_COPY}, or move it away and import a file of `workbench labels export`"
    yield from _table(workspace.path("labels"), labels)
    added = f"{_COPY}, or move it away and add the instructions again"
    yield from _table(workspace.path("instructions"), added)
    recipe = workspace.root / "recipe.toml"
    if recipe.exists() and (problem := _refused(partial(Recipe.load, recipe))):
        yield Fault(recipe, problem, "correct it, or move it away to use the default recipe")
    key = workspace.root / "private" / "secret"
    if key.exists() and (problem := _refused(partial(secret_key.read, key))):
        yield Fault(key, problem, f"{_COPY}; with a new key all pseudonyms of exports change")
    for page in sorted((workspace.root / page_store.FOLDER).glob("[!.]*.jsonl")):
        if problem := _refused(partial(page_store.known, [page])):
            advice = "move it away; tweets that no table contains are requested again"
            yield Fault(page, problem, advice)


def _table(path: Path, advice: str) -> Iterator[Fault]:
    if path.exists() and (problem := damage.problem_of(path)):
        yield Fault(path, f"cannot be read: {problem}", advice)


def _refused(read: Callable[[], object]) -> str:
    """Return why a file cannot be read, on one line; "" if it can."""
    try:
        read()
    except (WorkbenchError, OSError) as error:
        problem = error.problem if isinstance(error, WorkbenchError) else str(error)
        return f"cannot be read: {' '.join(problem.split())}".rstrip(".")
    return ""
