"""Find, read and save the recipes of a workspace, and check those that people upload."""

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from workbench import export
from workbench.dashboard.session import allowed_files
from workbench.embeddings.engines import model_files
from workbench.exceptions import ExportError, RecipeError, StageError, WorkspaceError
from workbench.export import manifest
from workbench.pipeline import recipe_checks
from workbench.recipe import Recipe
from workbench.selection import rule_columns
from workbench.storage import Workspace, paths
from workbench.text import sanitize

#: The recipe that the command line uses, and the folder of the named ones.
OWN, FOLDER = "recipe.toml", "recipes"

#: Most bytes of a recipe, and most recipes to offer.
LARGEST, MOST = 1_000_000, 500

#: Section and key of the settings that may name a file, or a folder for the model.
FILES = (
    ("embed", "model"),
    *(
        ("score", key)
        for key in ("instructions", "prompt_classifier", "reply_classifier", "profanity")
    ),
)

#: Names of the recipe without any settings, and of the workspace's own.
DEFAULT, OWN_TITLE = "default settings", "recipe of this workspace"


class TakenError(RecipeError):
    """There is a recipe of this name already."""


def places(workspace: Workspace) -> dict[str, Path | None]:
    """Find the recipes of a workspace: its own, the saved ones, and those of its exports.

    Returns:
        Name as plain text -> file. The first one is the default recipe, which has no file.
    """
    own = [(OWN_TITLE, workspace.root / OWN)]
    saved = [(f"saved: {path.stem}", path) for path in _files(workspace.root / FOLDER, "*.toml")]
    exported = [
        (f"pack: {path.parent.name}", path)
        for path in _files(workspace.exports_path, f"*/{manifest.RECIPE}")
    ]
    recipes: dict[str, Path | None] = {DEFAULT: None}
    for name, path in [*own, *saved, *exported]:
        if path.is_file():
            shown = sanitize.plain(name, most=60)
            recipes[shown if shown not in recipes else f"{shown} #{len(recipes)}"] = path
    return recipes


def load(path: Path | None) -> Recipe:
    """Read a recipe, or return the default one if no file is named.

    Raises:
        RecipeError: If it cannot be read, is too large, or is not a recipe.
    """
    if path is None:
        return Recipe()
    if path.is_file():
        _check_size(path.stat().st_size)
    return Recipe.load(path)


def own(workspace: Workspace) -> Recipe:
    """Read the recipe of a workspace, or return the default one if it has none.

    Raises:
        RecipeError: See `load`.
    """
    path = workspace.root / OWN
    return load(path if path.exists() else None)


def read(contents: bytes, *, present: Recipe, roots: Sequence[Path]) -> Recipe:
    """Read an uploaded recipe, which may only name files that the apps may read.

    Args:
        contents: Bytes of the file.
        present: Recipe whose files are allowed because they are in use.
        roots: Folders that must contain all other files.

    Raises:
        RecipeError: If it is too large, not a recipe, or names another file, or code that the
            present recipe does not name.
    """
    _check_size(len(contents))
    recipe = Recipe.from_toml(contents.decode("utf-8", "replace"), name="that you loaded")
    if more := [name for name in recipe.score.code if name not in present.score.code]:
        msg = f"This recipe runs the code `{more[0]}`. A recipe that is loaded cannot do that."
        hint = "remove `code` from it, or name the code in the recipe of the workspace first."
        raise RecipeError(msg, hint=hint)
    for section, key in FILES:
        default, used, named = (
            getattr(getattr(each, section), key) for each in (Recipe(), present, recipe)
        )
        path = model_files.folder_of(named) if section == "embed" else paths.path_of(named)
        if path is None or named in (default, used):
            continue
        try:
            allowed_files.inside(path.absolute(), roots=list(roots))
        except WorkspaceError as error:
            msg = f"`{key}` of [{section}] names a file that is not allowed. {error.problem}"
            hint = "move the file there, or edit the recipe of the workspace by hand."
            raise RecipeError(msg, hint=hint) from error
    return recipe


def usable(workspace: Workspace, recipe: Recipe) -> Recipe:
    """Return a recipe if the scores of a workspace have what its own rules need.

    Raises:
        RecipeError: If they do not.
    """
    if not recipe.select.own or not workspace.has("scores"):
        return recipe
    try:
        rule_columns.check(workspace.scan("scores").collect_schema(), settings=recipe.select)
    except StageError as error:
        raise RecipeError(error.problem, hint=error.hint) from error
    return recipe


class ChosenRecipe(NamedTuple):
    """A recipe that somebody chose.

    Args:
        recipe: The recipe; the default one if it cannot be read.
        name: Its name as plain text.
        problem: Error text; empty if there is no error.
        saved_name: Name under which it was saved; empty for all other recipes.
    """

    recipe: Recipe
    name: str
    problem: str
    saved_name: str = ""


def chosen(
    workspace: Workspace,
    name: str | None,
    *,
    upload: bytes | None = None,
    roots: Sequence[Path] = (),
) -> ChosenRecipe:
    """Read an uploaded recipe, or else a recipe of the workspace.

    Args:
        workspace: Workspace with the recipes.
        name: One of `places`.
        upload: Contents of an uploaded file, which takes precedence.
        roots: See `read`.
    """
    try:
        if upload is not None:
            present = Recipe()
            with suppress(RecipeError):
                present = own(workspace)
            uploaded = usable(workspace, read(upload, present=present, roots=roots))
            return ChosenRecipe(uploaded, "the file you loaded", "")
        name, recipes = name or DEFAULT, places(workspace)
        if name not in recipes:
            problem = f"The recipe {name} no longer exists. Choose another one."
            return ChosenRecipe(Recipe(), DEFAULT, problem)
        path = recipes[name]
        recipe = usable(workspace, load(path))
        if path is not None and path.is_relative_to(workspace.exports_path):
            recipe_checks.check_code_is_own(workspace, recipe, name=f"of the {name}")
        return ChosenRecipe(recipe, name, "", saved_name=_saved_name(workspace, path))
    except RecipeError as error:
        return ChosenRecipe(Recipe(), DEFAULT, str(error))


def save(workspace: Workspace, name: str, recipe: Recipe, *, overwrite: bool = False) -> Path:
    """Write a recipe into the workspace, under a name or, if that is empty, as its own.

    Returns:
        The file.

    Raises:
        RecipeError: If the name is not a valid file name.
        TakenError: If the name is taken.
    """
    name = name.strip()
    if not name:
        workspace.write_text(OWN, recipe.to_toml())
        return path_of(workspace, name)
    try:
        export.check_name(name)
    except ExportError as error:
        msg = f"{name!r} cannot be the name of a recipe."
        raise RecipeError(msg, hint=error.hint) from error
    path = path_of(workspace, name)
    if path.exists() and not overwrite:
        msg = f"The recipe {name} already exists."
        raise TakenError(msg, hint="choose another name, or replace it.")
    workspace.write_text(f"{FOLDER}/{name}.toml", recipe.to_toml())
    return path


def path_of(workspace: Workspace, name: str) -> Path:
    """Return the file of a saved recipe, or of the workspace's own if the name is empty."""
    return workspace.root / (f"{FOLDER}/{name}.toml" if name else OWN)


def known_name(workspace: Workspace, name: str) -> str:
    """Return the name if a recipe was saved under it; empty if not, whatever the name is."""
    try:
        export.check_name(name)
    except ExportError:
        return ""
    return name if path_of(workspace, name).is_file() else ""


def _saved_name(workspace: Workspace, path: Path | None) -> str:
    """Return the name under which a recipe was saved; empty for any other file."""
    is_saved = path is not None and path.parent == workspace.root / FOLDER
    return known_name(workspace, path.stem) if path is not None and is_saved else ""


def _files(folder: Path, pattern: str) -> list[Path]:
    return list(islice(sorted(folder.glob(pattern)), MOST))


def _check_size(size: int) -> None:
    if size > LARGEST:
        msg = f"This recipe has {size:,} bytes, more than {LARGEST:,}."
        raise RecipeError(msg, hint="choose a file written by `workbench recipe` or this page.")
