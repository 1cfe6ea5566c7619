"""Check that every file, format and model that a recipe names exists, before hours of work."""

from collections.abc import Callable
from difflib import get_close_matches

from workbench import instructions
from workbench.classifiers import model_file, prompt_classifier, reply_classifier
from workbench.embeddings import embedders
from workbench.exceptions import RecipeError, WorkbenchError
from workbench.ingest.formats.registry import by_name
from workbench.measures import store
from workbench.recipe import Recipe, active
from workbench.scores import profanity
from workbench.storage import Workspace


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


def check_own(workspace: Workspace, recipe: Recipe) -> None:
    """Check the own measures and rules that a recipe names, before the stage `score` needs them.

    Runs the code that the recipe names, to see which measures it has.

    Args:
        workspace: Workspace with the measures.
        recipe: Recipe of the person who starts the run.

    Raises:
        MeasureError: If code is missing or fails.
        RecipeError: If a rule has no measure.
    """
    made = [measure.name for code in store.codes(workspace, recipe) for measure in code.measures]
    made += [name for table in store.tables(workspace) for name in table.names]
    wanted = [name for name in active(recipe.select) if name in recipe.select.own]
    if missing := [name for name in wanted if name not in made]:
        near = get_close_matches(missing[0], made, n=1)
        guess = f"did you mean `{near[0]}`? " if near else ""
        msg = f"select.own.{missing[0]}: There is no measure `{missing[0]}`."
        hint = f"{guess}`workbench scores add FILE` adds measures. A recipe must also name code, "
        raise RecipeError(msg, hint=f'{hint}like `code = ["polite.py"]` under [score].')


def check_code_is_own(workspace: Workspace, recipe: Recipe, *, name: str) -> None:
    """Check that the workspace's own recipe names the code of another recipe too.

    Only what somebody wrote into the recipe of the workspace, or named on the command line, may
    make code run. The recipe of an export may come from elsewhere.

    Args:
        workspace: Workspace with the recipe.
        recipe: The other recipe.
        name: What it is called in the error.

    Raises:
        RecipeError: If it names more code.
    """
    path = workspace.root / "recipe.toml"
    own = Recipe.load(path) if path.exists() else Recipe()
    if more := [code for code in recipe.score.code if code not in own.score.code]:
        msg = f"The recipe {name} runs the code `{more[0]}`, but that of the workspace does not."
        hint = (
            f"to allow it, add `{more[0]}` to `code` under [score] in the workspace's {path.name}."
        )
        raise RecipeError(msg, hint=hint)
