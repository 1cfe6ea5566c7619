"""Hash what the result of a stage depends on, and say which of it has changed.

A fingerprint is stored with each run. A stage whose fingerprint differs now is stale.
"""

import hashlib
from functools import cache
from importlib import resources

from workbench.measures import store
from workbench.pipeline import table_stamps
from workbench.pipeline.stages import Stage
from workbench.recipe import Recipe
from workbench.selection import hand_list
from workbench.selection.by_hand import What
from workbench.storage import Workspace, paths

#: Version of the stages. Raise it when a stage gives another result for the same input: all
#: tables of older versions become stale.
VERSION = 8

#: Inputs in the order in which they are hashed, after the version and the recipe's sections.
#: Append only. Another order would change every fingerprint and make every workspace stale.
HASH_ORDER = (
    "stage ingest",
    "stage threads",
    "stage embed",
    "stage score",
    "stage select",
    "choice",
    "file instructions",
    "file",
    "file profanity",
    "file prompt_classifier",
    "file reply_classifier",
    "shipped instructions",
    "shipped profanity",
    "shipped prompt_classifier",
    "shipped reply_classifier",
    "measures",
    "by_hand",
)

#: Setting of `[score]` -> (value that means what ships with the program, its file in `data`).
SHIPPED = {
    "instructions": ("starter", "instructions.jsonl"),
    "profanity": ("english", "profanity_english.txt"),
    "prompt_classifier": ("starter", "prompt_classifier.json"),
    "reply_classifier": ("starter", "reply_classifier.json"),
}

#: Stage -> what of the decisions by hand it depends on.
_DECIDED_BY_HAND: dict[str, What] = {"select": "thread", "export": "turn"}

#: Input that not every workspace has -> what it means that it changed.
_OWN = {
    "measures": "your own measures have changed",
    "by_hand": "your decisions by hand have changed",
}

#: Input -> what it means that it changed.
_CHANGES = _OWN | {"choice": "`[score] instructions` of the recipe has changed"}


def inputs(workspace: Workspace, recipe: Recipe, stage: Stage) -> dict[str, str]:
    """Return everything that the result of a stage depends on, each as a short text or a hash.

    Returns:
        `program`: the version of the stages.
        `section NAME`: the digest of each section of the recipe that the stage uses.
        `stage NAME`: the version of the tables of each stage that it reads, which is the
            fingerprint of the last run unless they were written since, see `table_stamps`.
        `choice`: the known instructions that the recipe chooses, if the stage uses them but not
        the section `score`.
        `file NAME`: the hash of each file that a setting of `[score]` names.
        `file`: the hash of the workspace's own known instructions.
        `shipped NAME`: the hash of the file that ships, if the setting of `[score]` means that.
        `measures`: the hash of the own measures of the workspace and the recipe, if there are any.
        `by_hand`: the hash of what was decided by hand, if anything was: on threads for `select`,
            on turns for `export`.
    """
    values = {"program": str(VERSION)}
    values |= {f"section {name}": recipe.digest(name) for name in stage.sections}
    for need in stage.needs:
        values[f"stage {need}"] = table_stamps.version_of(workspace, need)
    if stage.name == "embed" and recipe.embed.cascade:
        values["choice"] = recipe.score.instructions
    for name, file in _files(workspace, recipe, stage).items():
        path = paths.path_of(file)
        values[name] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        setting = name.removeprefix("file").strip()
        if setting and file == SHIPPED[setting][0]:
            values[f"shipped {setting}"] = _shipped(SHIPPED[setting][1])
    return values | _own(workspace, recipe, stage)


def _own(workspace: Workspace, recipe: Recipe, stage: Stage) -> dict[str, str]:
    """Return the inputs that only some workspaces have; the others keep their fingerprints."""
    values = {}
    if stage.name == "score":
        values["measures"] = store.fingerprint(workspace, recipe)
    if stage.name in _DECIDED_BY_HAND:
        what = _DECIDED_BY_HAND[stage.name]
        values["by_hand"] = hand_list.fingerprint(workspace, what)
    return {name: value for name, value in values.items() if value}


@cache
def _shipped(name: str) -> str:
    """Hash a file that ships with the program; it does not change while the program runs."""
    return hashlib.sha256((resources.files("workbench") / "data" / name).read_bytes()).hexdigest()


def _files(workspace: Workspace, recipe: Recipe, stage: Stage) -> dict[str, str]:
    """Return the files that a stage reads beside the tables: input -> path."""
    score = recipe.score
    known = {"file instructions": score.instructions, "file": str(workspace.path("instructions"))}
    if stage.name == "score":
        return known | {
            "file profanity": score.profanity,
            "file prompt_classifier": score.prompt_classifier,
            "file reply_classifier": score.reply_classifier,
        }
    if stage.name == "embed" and recipe.embed.cascade:
        return known
    return {}


def of(recipe: Recipe, stage: Stage, values: dict[str, str]) -> str:
    """Hash the inputs of a stage, see `inputs`, as 16 hexadecimal digits.

    Raises:
        ValueError: If `HASH_ORDER` does not list one of them.
    """
    listed = [name for name in HASH_ORDER if name in values]
    sections = [f"section {name}" for name in stage.sections]
    if unlisted := values.keys() - {"program", *sections, *listed}:
        msg = f"HASH_ORDER does not list {', '.join(sorted(unlisted))}"
        raise ValueError(msg)
    # The sections are hashed as one, so that the tables of old workspaces stay up to date.
    parts = [stage.name, values["program"], recipe.digest(*stage.sections)]
    parts += [values[name] for name in listed]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def change(before: dict[str, str], now: dict[str, str]) -> str:
    """Describe the difference between two results of `inputs`.

    Examples:
        >>> change({"program": "5", "section score": "a"}, {"program": "5", "section score": "b"})
        '`[score]` of the recipe has changed'
        >>> change({}, {"program": "5"})
        'its input, its recipe or the program has changed'
    """
    names = [name for name, value in now.items() if before.get(name, value) != value]
    # These are missing without own measures or decisions by hand.
    names += [name for name in _OWN if before and _appeared(name, before, now)]
    if not names:
        return "its input, its recipe or the program has changed"
    if "program" in names:  # A new version changes all other inputs too.
        return "the program has changed"
    return ", ".join(map(_change_of, names))


def _appeared(name: str, before: dict[str, str], now: dict[str, str]) -> bool:
    """Return whether an input is only there now, or only was before."""
    return (name in before) != (name in now)


def _change_of(name: str) -> str:
    """Describe the change of one input."""
    kind, _, which = name.partition(" ")
    match kind:
        case "section":
            return f"`[{which}]` of the recipe has changed"
        case "stage":
            return "the tweets have changed" if which == "ingest" else f"`{which}` has run again"
        case "shipped":
            return f"the `[score] {which}` that ships has changed"
        case _ if name in _CHANGES:
            return _CHANGES[name]
        case _ if which:
            return f"the file that `[score] {which}` names has changed"
        case _:
            return "the instructions of this workspace have changed"
