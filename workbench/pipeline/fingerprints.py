"""Fingerprints: what the result of a stage depends on, and what of that has changed."""

import hashlib

from workbench.pipeline.stages import Stage
from workbench.recipe import Recipe
from workbench.storage import Workspace, paths

#: Raised when a stage's result changes for the same input, so that old tables count as stale.
VERSION = 5

#: Settings of `[score]`, beside that of the known instructions, that may name files.
_FILES = ("profanity", "prompt_classifier", "reply_classifier")


def made_of(workspace: Workspace, recipe: Recipe, stage: Stage) -> dict[str, str]:
    """Tell everything that the result of a stage depends on, each as a short text or a hash.

    Returns:
        The version of the `program`; each `section NAME` of the recipe; each `stage NAME` whose
        tables are read; `choice` of the known instructions where that is no section's own; each
        `file NAME` that a setting names, and the `file` of the workspace's own instructions.
    """
    told = {"program": str(VERSION)}
    told |= {f"section {name}": recipe.digest(name) for name in stage.sections}
    for need in stage.needs:
        last = workspace.last_run(need)
        told[f"stage {need}"] = last.fingerprint if last else ""
    chosen = recipe.score
    files = {"file instructions": chosen.instructions, "file": str(workspace.path("instructions"))}
    if stage.name == "score":
        files |= {f"file {name}": getattr(chosen, name) for name in _FILES}
    elif stage.name == "embed" and recipe.embed.cascade:
        told["choice"] = chosen.instructions
    else:
        files = {}
    for name, path in ((name, paths.path_of(file)) for name, file in files.items()):
        told[name] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return told


def of(recipe: Recipe, stage: Stage, told: dict[str, str]) -> str:
    """Hash what the result of a stage depends on, see `made_of`, as 16 hexadecimal digits."""
    # The sections as one, as they always were: the tables of old workspaces stay up to date.
    rest = [text for name, text in told.items() if not name.startswith(("program", "section"))]
    parts = [stage.name, told["program"], recipe.digest(*stage.sections), *rest]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def change(before: dict[str, str], now: dict[str, str]) -> str:
    """Say what has changed between two accounts of `made_of`.

    Examples:
        >>> change({"program": "5", "section score": "a"}, {"program": "5", "section score": "b"})
        '`[score]` of the recipe has changed'
        >>> change({}, {"program": "5"})
        'its input, its recipe or the program has changed'
    """
    names = [name for name, told in now.items() if before.get(name, told) != told]
    if not names:
        return "its input, its recipe or the program has changed"
    if "program" in names:  # which makes all others change
        return "the program has changed"
    told = []
    for name in names:
        kind, _, which = name.partition(" ")
        told.append(
            {
                "section": f"`[{which}]` of the recipe has changed",
                "stage": "the tweets have changed"
                if which == "ingest"
                else f"`{which}` has run again",
                "choice": "`[score] instructions` of the recipe has changed",
                "file": f"the file that `[score] {which}` names has changed"
                if which
                else "the instructions of this workspace have changed",
            }[kind]
        )
    return ", ".join(told)
