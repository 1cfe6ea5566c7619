"""Check that every file, format and model that a recipe names exists, before hours of work."""

from collections.abc import Callable

from workbench import instructions
from workbench.classifiers import model_file, prompt_classifier, reply_classifier
from workbench.embeddings import embedders
from workbench.exceptions import RecipeError, WorkbenchError
from workbench.ingest.formats.registry import by_name
from workbench.recipe import Recipe
from workbench.scores import profanity


def check_names(recipe: Recipe, *sections: str) -> None:
    r"""Check the files, formats and model that some sections name; without sections, check all.

    Files are read in full. A model is looked up but not loaded.

    Raises:
        RecipeError: If one of them is missing, unreadable or of the wrong kind.

    Examples:
        >>> check_names(Recipe())
        >>> check_names(Recipe.from_toml('[ingest]\nformat = "jsonl"'))
        Traceback (most recent call last):
        workbench.exceptions.RecipeError: ingest.format: There is no format `jsonl`.
        ...
    """
    score, embed = recipe.score, recipe.embed
    checks: dict[str, Callable[[], object]] = {
        "ingest.format": lambda: recipe.ingest.format and by_name(recipe.ingest.format),
        "embed.model": lambda: embedders.check(embed.model, engine=embed.engine),
        "score.instructions": lambda: instructions.load(score.instructions),
        "score.prompt_classifier": lambda: model_file.load(
            score.prompt_classifier, kind=prompt_classifier.KIND
        ),
        "score.reply_classifier": lambda: model_file.load(
            score.reply_classifier, kind=reply_classifier.KIND
        ),
        "score.profanity": lambda: profanity.load(score.profanity),
    }
    for setting, check in checks.items():
        if sections and setting.partition(".")[0] not in sections:
            continue
        try:
            check()
        except WorkbenchError as error:
            msg = f"{setting}: {error.problem}"
            raise RecipeError(msg, hint=error.hint) from error
