"""Saved: the recipes that lie in a workspace, to open, compare with, and save under a name."""

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import marimo as mo

from workbench import export
from workbench.dashboard.session import allowed_files
from workbench.embeddings.engines import model_files
from workbench.exceptions import ExportError, RecipeError, WorkspaceError
from workbench.export import manifest
from workbench.recipe import Recipe
from workbench.storage import Workspace, paths
from workbench.text import sanitize

#: The recipe that the command line takes, and the folder of those with a name.
OWN, FOLDER = "recipe.toml", "recipes"

#: Bytes of a recipe, and recipes that are offered, at most.
LARGEST, MOST = 1_000_000, 500

#: Settings that may name a file, or for the model a folder: section and key.
FILES = (
    ("embed", "model"),
    *(
        ("score", key)
        for key in ("instructions", "prompt_classifier", "reply_classifier", "profanity")
    ),
)

#: What the recipe is called that nobody wrote.
DEFAULT = "default settings"


def places(workspace: Workspace) -> dict[str, Path | None]:
    """Find the recipes of a workspace: its own, those saved under a name, those of its packs.

    Returns:
        What to call each, as plain text -> its file; the first is the default, which has none.
    """
    own = [("recipe of this workspace", workspace.root / OWN)]
    named = [(f"saved: {path.stem}", path) for path in _some(workspace.root / FOLDER, "*.toml")]
    packed = [
        (f"pack: {path.parent.name}", path)
        for path in _some(workspace.exports_path, f"*/{manifest.RECIPE}")
    ]
    found: dict[str, Path | None] = {DEFAULT: None}
    for name, path in [*own, *named, *packed]:
        if path.is_file():
            shown = sanitize.plain(name, most=60)
            found[shown if shown not in found else f"{shown} #{len(found)}"] = path
    return found


def load(path: Path | None) -> Recipe:
    """Read a recipe; the default one where no file is named.

    Raises:
        RecipeError: If it cannot be read, is too large, or is no recipe.
    """
    if path is None:
        return Recipe()
    if path.is_file():
        _refuse_giants(path.stat().st_size)
    return Recipe.load(path)


def own(workspace: Workspace) -> Recipe:
    """Read the recipe of a workspace; the default one where it has none.

    Raises:
        RecipeError: See `load`.
    """
    path = workspace.root / OWN
    return load(path if path.exists() else None)


def read(contents: bytes, *, present: Recipe, roots: Sequence[Path]) -> Recipe:
    """Read a recipe that somebody uploads, who may name no file but those that the apps may read.

    Args:
        contents: Of the file.
        present: The recipe whose files are used already.
        roots: Folders below which other files have to lie.

    Raises:
        RecipeError: If it is too large, no recipe, or names another file.
    """
    _refuse_giants(len(contents))
    recipe = Recipe.from_toml(contents.decode("utf-8", "replace"), name="that you loaded")
    for section, key in FILES:
        default, used, named = (
            getattr(getattr(of, section), key) for of in (Recipe(), present, recipe)
        )
        path = model_files.folder_of(named) if section == "embed" else paths.path_of(named)
        if path is None or named in (default, used):
            continue
        try:
            allowed_files.inside(path.absolute(), roots=list(roots))
        except WorkspaceError as error:
            msg = f"This recipe may not name that file by `{key}` of [{section}]. {error.problem}"
            hint = "put the file there, or set it in the recipe of the workspace by hand."
            raise RecipeError(msg, hint=hint) from error
    return recipe


class ChosenRecipe(NamedTuple):
    """A recipe that somebody chose.

    Args:
        recipe: What it says; the default recipe where something is wrong with it.
        name: What to call it.
        problem: What is wrong with it; empty if nothing is.
    """

    recipe: Recipe
    name: str
    problem: str


def chosen(
    workspace: Workspace,
    name: str | None,
    *,
    upload: bytes | None = None,
    roots: Sequence[Path] = (),
) -> ChosenRecipe:
    """Read the recipe that somebody uploads or else names.

    Args:
        workspace: Where it lies.
        name: One of `places`.
        upload: Contents of a file, which goes first.
        roots: See `read`.
    """
    try:
        if upload is not None:
            present = Recipe()
            with suppress(RecipeError):
                present = own(workspace)
            loaded = read(upload, present=present, roots=roots)
            return ChosenRecipe(loaded, "the file you loaded", "")
        name, known = name or DEFAULT, places(workspace)
        if name not in known:
            problem = f"The recipe {name} is not there any more. Choose another one."
            return ChosenRecipe(Recipe(), DEFAULT, problem)
        return ChosenRecipe(load(known[name]), name, "")
    except RecipeError as error:
        return ChosenRecipe(Recipe(), DEFAULT, str(error))


def dropdown(workspace: Workspace, picked: dict[str, str]) -> mo.ui.dropdown:
    """Offer the recipes of a workspace; what was chosen before stays chosen while it is there.

    Args:
        workspace: Where they lie.
        picked: Remembers what was chosen, as `name`.
    """
    names, before = list(places(workspace)), picked.get("name", DEFAULT)
    return mo.ui.dropdown(
        names,
        before if before in names else DEFAULT,
        label="Compare with",
        on_change=lambda name: picked.update(name=name or DEFAULT),
    )


def save(workspace: Workspace, name: str, recipe: Recipe, *, overwrite: bool = False) -> Path:
    """Write a recipe into the workspace, under a name or, where it is empty, as its own.

    Returns:
        The file.

    Raises:
        RecipeError: If the name is no name of a file, or stands for another recipe already.
    """
    if not name.strip():
        workspace.write_text(OWN, recipe.to_toml())
        return workspace.root / OWN
    try:
        export.check_name(name.strip())
    except ExportError as error:
        msg = f"{name!r} cannot be the name of a recipe."
        raise RecipeError(msg, hint=error.hint) from error
    file = f"{FOLDER}/{name.strip()}.toml"
    path = workspace.root / file
    if path.exists() and not overwrite:
        msg = f"There is a recipe {name.strip()} already."
        raise RecipeError(msg, hint="choose another name, or switch on `replace`.")
    workspace.write_text(file, recipe.to_toml())
    return path


def _some(folder: Path, pattern: str) -> list[Path]:
    return list(islice(sorted(folder.glob(pattern)), MOST))


def _refuse_giants(size: int) -> None:
    if size > LARGEST:
        msg = f"This recipe has {size:,} bytes, more than {LARGEST:,}."
        raise RecipeError(msg, hint="choose a file that `workbench recipe` or this page wrote.")
