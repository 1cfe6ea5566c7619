"""Accept a recipe in each of the ways in which people write one in Python."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.exceptions import RecipeError
from workbench.recipe.settings import Recipe

#: A recipe, the path of its TOML file, or its sections as a mapping.
RecipeLike = Recipe | str | Path | Mapping[str, Any]


def as_recipe(recipe: RecipeLike | None) -> Recipe:
    """Return a recipe; load it if it is a path, and check it if it is a mapping.

    Args:
        recipe: A recipe, the path of its TOML file, or its sections as a mapping. None means the
            defaults.

    Raises:
        RecipeError: If it is something else, or the file or the mapping is wrong.

    Examples:
        >>> as_recipe({"select": {"turns": {"min": 3}}}).select.turns.min
        3.0
        >>> as_recipe(None) == Recipe()
        True
    """
    if recipe is None:
        return Recipe()
    if isinstance(recipe, Recipe):
        return recipe
    if isinstance(recipe, str | Path):
        return Recipe.load(Path(recipe).expanduser())
    if isinstance(recipe, Mapping):
        return Recipe.from_mapping(recipe)
    msg = f"A recipe cannot be of type {type(recipe).__name__}."
    hint = "pass a `Recipe`, the path of a TOML file, or a dict like "
    raise RecipeError(msg, hint=f"{hint}{{'select': {{'turns': {{'min': 3}}}}}}.")
