"""Learning: the commands that train the judges, and carry labels in and out."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.markup import escape

from workbench import labels
from workbench.classifiers.model_file import Model
from workbench.cli import common
from workbench.cli.common import DEFAULT_WORKSPACE, RecipeOption, WorkspaceOption, console
from workbench.cli.reports import training as reports
from workbench.embeddings import embedders
from workbench.embeddings.embedders import Embedder
from workbench.exceptions import WorkbenchError
from workbench.schemas import Turns
from workbench.storage import Workspace
from workbench.text import sanitize


@common.command()
def train(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    labels_: Annotated[
        list[Path] | None,
        typer.Option("--labels", help="File of `workbench labels export`; taken in first."),
    ] = None,
    own: Annotated[
        list[Path] | None,
        typer.Option(
            help="File of texts with a label (`fits`, `borderline`, `no`), or of instructions, "
            "which all fit and count like those that were added."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the models; by default in the workspace.")
    ] = None,
) -> None:
    """Train the judges of prompts and replies with your own labels; says how good they are.

    What `workbench instructions add` took in counts as prompts that fit. For the threads of the
    workspace it says what each threshold on the new judges would keep.

    Example: `workbench train -w july --own questions.jsonl`
    """
    from workbench.classifiers import (
        model_file,
        prompt_classifier,
        reply_classifier,
    )

    opened = Workspace.open(workspace)
    with opened.locked():
        for path in labels_ or []:
            labels.import_file(opened, path)
        known = labels.load(opened)
    given = prompt_classifier.instructed(opened, files=own or [])
    settings = common.recipe_of(recipe, workspace).embed
    embedder = embedders.load(settings.model, engine=settings.engine)
    rows = pl.concat([prompt_classifier.examples(), given, prompt_classifier.labelled(known)])
    pairs = pl.concat([reply_classifier.examples(), reply_classifier.labelled(known)])
    folder = out or opened.root / "models"
    trained = {
        prompt_classifier.KIND: prompt_classifier.train(rows, embedders=[embedder]),
        reply_classifier.KIND: reply_classifier.train(pairs, embedders=[embedder]),
    }
    for kind, result in trained.items():
        model_file.save(result.model, folder / f"{kind}.json")
        console.print(reports.trained(result.model))
        _tell_thresholds(opened, result.model, embedder=embedder)
    console.print(reports.how_to_use(folder), soft_wrap=True)


def _tell_thresholds(workspace: Workspace, model: Model, *, embedder: Embedder) -> None:
    """Say what thresholds on a model would give on the threads of a workspace, or why not."""
    from workbench.classifiers import experiments

    why = f"{workspace.root} has no threads yet; `workbench status` shows what to run"
    if workspace.has("threads"):
        try:
            judged = experiments.judge(workspace, model, embedder=embedder)
        except WorkbenchError as error:
            why = f"{error.problem} Hint: {error.hint}"
        else:
            _show_thresholds(workspace, model, judged["after"])
            return
    told = f"No thresholds of the new `{model.kind}`: {why}"
    console.print(escape(sanitize.visible(told)), soft_wrap=True)


def _show_thresholds(workspace: Workspace, model: Model, scores: pl.Series) -> None:
    console.print(reports.thresholds(scores, model=model))
    if not workspace.embeddings_path.exists():
        console.print("The workspace has no vectors: it is judged by the wording alone.")


@common.command()
def trial(
    kind: Annotated[
        str, typer.Argument(help="`prompt_classifier` or `reply_classifier`.")
    ] = "prompt_classifier",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
) -> None:
    """Train one judge with your labels to see what it would change; nothing is put to use.

    Example: `workbench trial prompt_classifier -w july`
    """
    from workbench.classifiers import experiments, model_file

    opened = Workspace.open(workspace)
    with common.bar_of("trial") as on_progress:
        found = experiments.run(
            opened,
            kind=model_file.kind_of(kind),
            recipe=common.recipe_of(recipe, workspace),
            on_progress=on_progress,
        )
    console.print(reports.trained(found.model))
    _show_thresholds(opened, found.model, found.judged["after"])
    told = f"{found.own.height:,} of your labels, {found.judged.height:,} threads judged anew"
    console.print(f"{told}; see the app `label`", soft_wrap=True)


of_labels = common.group("labels", about="What you judged by hand.")


@of_labels("list")
def list_labels(workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """Count your labels by person, how many are a fair sample, and how many are out of date.

    Example: `workbench labels list -w july`
    """
    opened = Workspace.open(workspace)
    known = labels.latest(labels.load(opened))
    turns = opened.scan("turns") if opened.has("turns") else Turns.create_empty().lazy()
    console.print(reports.labelled(labels.current(known, turns)))


@of_labels("export")
def export_labels(
    path: Annotated[Path, typer.Argument(help="File to write, JSON lines.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Write all labels with their texts: who, when, what, on which words.

    Example: `workbench labels export mine.jsonl -w july`
    """
    count = labels.export_file(Workspace.open(workspace), path)
    console.print(f"{count:,} labels in {escape(str(path))}", soft_wrap=True)


@of_labels("import")
def import_labels(
    path: Annotated[Path, typer.Argument(help="File that `labels export` wrote.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Take labels in; of the same person on the same words the newest stays.

    Example: `workbench labels import theirs.jsonl -w july`
    """
    opened = Workspace.open(workspace)
    with opened.locked():
        counts = labels.import_file(opened, path)
    console.print(f"{counts['read']:,} labels read, {counts['new']:,} of them new.")
