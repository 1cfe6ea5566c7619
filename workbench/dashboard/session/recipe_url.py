"""Put a recipe into the address of a page, and find the recipe that a page starts with."""

import json

from pydantic import ValidationError

from workbench.dashboard.session import recipe_files
from workbench.exceptions import RecipeError
from workbench.recipe import Recipe
from workbench.storage import Workspace


def to_query(recipe: Recipe) -> str:
    r"""Write the selection and the export of a recipe, without default values.

    Examples:
        >>> to_query(Recipe.from_toml("[select.turns]\nmin = 3"))
        '{"select":{"turns":{"min":3.0}}}'
    """
    settings = recipe.model_dump(
        mode="json", include={"select", "export"}, exclude_defaults=True, exclude_none=True
    )
    return json.dumps(settings, separators=(",", ":"))


def from_query(text: str | None, *, recipe: Recipe) -> Recipe:
    """Read the result of `to_query`, and keep the other sections of a recipe.

    Raises:
        RecipeError: If the text is damaged or has invalid settings.
    """
    if not text:
        return recipe
    try:
        settings = Recipe.model_validate(json.loads(text))
    except (ValueError, RecursionError, ValidationError) as error:
        msg = "The recipe in this address is damaged."
        hint = "open the page without `?recipe=...` and set the rules again."
        raise RecipeError(msg, hint=hint) from error
    return recipe.model_copy(update={"select": settings.select, "export": settings.export})


def start(workspace: Workspace, *, query: str | None = None) -> tuple[Recipe, str]:
    """Return the recipe to start with: the one in the address, or the workspace's own.

    Returns:
        The recipe, and an error text that is empty if there is no error.
    """
    recipe, error_text = Recipe(), ""
    try:
        recipe = recipe_files.usable(workspace, recipe_files.own(workspace))
        recipe = recipe_files.usable(workspace, from_query(query, recipe=recipe))
    except RecipeError as error:
        error_text = str(error)
    return recipe, error_text
