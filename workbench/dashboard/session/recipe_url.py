"""Addresses: a recipe in the address of a page, and the recipe that a page begins with."""

import json

from pydantic import ValidationError

from workbench.dashboard.session import recipe_files
from workbench.exceptions import RecipeError
from workbench.recipe import Recipe
from workbench.storage import Workspace


def to_query(recipe: Recipe) -> str:
    r"""Write what a recipe selects and how it exports, so far as it is not the default.

    Examples:
        >>> to_query(Recipe.from_toml("[select.turns]\nmin = 3"))
        '{"select":{"turns":{"min":3.0}}}'
    """
    dump = recipe.model_dump(
        mode="json", include={"select", "export"}, exclude_defaults=True, exclude_none=True
    )
    return json.dumps(dump, separators=(",", ":"))


def from_query(text: str | None, *, recipe: Recipe) -> Recipe:
    """Read back what `to_query` wrote; the other sections stay as they are.

    Raises:
        RecipeError: If the text is damaged or asks for something impossible.
    """
    if not text:
        return recipe
    try:
        asked = Recipe.model_validate(json.loads(text))
    except (ValueError, RecursionError, ValidationError) as error:
        msg = "The recipe in this address is damaged."
        raise RecipeError(
            msg, hint="open the page without `?recipe=...` and set it anew."
        ) from error
    return recipe.model_copy(update={"select": asked.select, "export": asked.export})


def start(workspace: Workspace, *, query: str | None = None) -> tuple[Recipe, str]:
    """Choose the recipe to begin with: the address, or the workspace's own.

    Returns:
        The recipe, and what was wrong with the first one tried; empty if nothing was.
    """
    recipe, complaint = Recipe(), ""
    try:
        recipe = recipe_files.own(workspace)
        recipe = from_query(query, recipe=recipe)
    except RecipeError as error:
        complaint = str(error)
    return recipe, complaint
