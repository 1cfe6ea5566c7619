"""The commands that train the classifiers, and that export and import labels."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from workbench.cli import common, sections
from workbench.cli.options import DEFAULT_WORKSPACE, RecipeOption, WorkspaceOption
from workbench.cli.output import advise, bar, console, steps
from workbench.exceptions import WorkbenchError
from workbench.text.counts import counted

if TYPE_CHECKING:
    import polars as pl

    from workbench.classifiers.model_file import Model
    from workbench.embeddings.embedders import Embedder
    from workbench.storage import Workspace


@common.command(section=sections.TRAIN)
def train(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
    labels_: Annotated[
        list[Path] | None,
        typer.Option("--labels", help="File of `workbench labels export`; imported first."),
    ] = None,
    own: Annotated[
        list[Path] | None,
        typer.Option(
            help="File of texts with a label (`fits`, `borderline`, `no`); or of instructions, "
            "which all count as fitting, like those of `workbench instructions add`."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the models; by default in the workspace.")
    ] = None,
) -> None:
    """Train the prompt and reply classifiers with your labels.

    Instructions from `workbench instructions add` count as fitting prompts. The report shows how
    good the classifiers are, and what each threshold on them would keep of the workspace.

    Example: `workbench train -w july --own questions.jsonl`
    """
    import polars as pl

    from workbench import labels
    from workbench.classifiers import model_file, prompt_classifier, reply_classifier
    from workbench.cli.reports import training as reports
    from workbench.embeddings import embedders

    opened = common.open_workspace(workspace)
    with opened.locked():
        for path in labels_ or []:
            labels.import_file(opened, path)
        known = labels.load(opened)
    fitting = prompt_classifier.instructed(opened, files=own or [])
    settings = common.load_recipe(recipe, workspace).embed
    embedder = embedders.load(settings.model, engine=settings.engine)
    prompts = pl.concat([prompt_classifier.examples(), fitting, prompt_classifier.labelled(known)])
    pairs = pl.concat([reply_classifier.examples(), reply_classifier.labelled(known)])
    folder = out or opened.root / "models"
    with steps("prompts") as on_step:
        of_prompts = prompt_classifier.train(prompts, embedders=[embedder], on_step=on_step)
    with steps("replies") as on_step:
        of_replies = reply_classifier.train(pairs, embedders=[embedder], on_step=on_step)
    trained = {prompt_classifier.KIND: of_prompts, reply_classifier.KIND: of_replies}
    for kind, result in trained.items():
        model_file.save(result.model, folder / f"{kind}.json")
        console.print(reports.trained(result.model, result.held_out_rows))
        _report_thresholds(opened, result.model, embedder=embedder)
    console.print(reports.how_to_use(folder), soft_wrap=True)


def _report_thresholds(workspace: "Workspace", model: "Model", *, embedder: "Embedder") -> None:
    """Show what thresholds on a model would keep of a workspace, or why they are not shown."""
    from workbench.classifiers import experiments
    from workbench.text import sanitize

    reason = f"{workspace.root} has no threads yet; `workbench status` shows what to run"
    if workspace.has("threads"):
        try:
            predictions = experiments.classify(workspace, model, embedder=embedder)
        except WorkbenchError as error:
            reason = f"{error.problem} Hint: {error.hint}"
        else:
            _show_thresholds(workspace, model, predictions["after"])
            return
    advise(sanitize.visible(f"No thresholds of the new `{model.kind}`: {reason}"))


def _show_thresholds(workspace: "Workspace", model: "Model", scores: "pl.Series") -> None:
    from workbench.cli.reports import training as reports

    console.print(reports.thresholds(scores, model=model))
    if not workspace.embeddings_path.exists():
        console.print("The workspace has no vectors, so the classifier used the wording alone.")


@common.command(section=sections.TRAIN)
def trial(
    kind: Annotated[
        str, typer.Argument(help="`prompt_classifier` or `reply_classifier`.")
    ] = "prompt_classifier",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    recipe: RecipeOption = None,
) -> None:
    """Try out what one classifier learns from your labels.

    Shows what it would change. Nothing is saved.

    Example: `workbench trial prompt_classifier -w july`
    """
    from workbench.classifiers import experiments, model_file
    from workbench.cli.reports import training as reports

    opened = common.open_workspace(workspace)
    with steps("trial") as on_step:
        experiment = experiments.run(
            opened,
            kind=model_file.kind_of(kind),
            recipe=common.load_recipe(recipe, workspace),
            on_step=on_step,
        )
    console.print(reports.trained(experiment.model, experiment.held_out))
    _show_thresholds(opened, experiment.model, experiment.judged["after"])
    counts = f"{experiment.own.height:,} of your labels used, {experiment.judged.height:,} threads"
    console.print(f"{counts} classified again; see the app `label`", soft_wrap=True)


@common.command(section=sections.TRAIN, name="apply")
def apply_classifier(
    kind: Annotated[
        str, typer.Argument(help="`prompt_classifier` or `reply_classifier`.")
    ] = "prompt_classifier",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Use the classifier of the last trial, and score again.

    Writes it into the recipe of the workspace. Shows how many threads enter and leave.

    Example: `workbench apply prompt_classifier -w july`
    """
    from workbench.classifiers import model_file
    from workbench.cli.reports import training as reports
    from workbench.pipeline import classifier_swap

    opened = common.open_workspace(workspace)
    changes = classifier_swap.apply(
        opened, model_file.kind_of(kind), watch=lambda stage: bar(stage.name)
    )
    console.print(reports.applied(changes))
    advise("`workbench show THREAD` prints a thread; the app `label` lists all that changed")


labels_command = common.group(
    "labels", section=sections.TRAIN, about="Labels that people gave to threads."
)


@labels_command("list")
def list_labels(workspace: WorkspaceOption = DEFAULT_WORKSPACE) -> None:
    """Count the labels by person.

    Also counts those in a fair sample and those that are out of date.

    Example: `workbench labels list -w july`
    """
    from workbench import labels
    from workbench.cli.reports import training as reports
    from workbench.schemas import Turns

    opened = common.open_workspace(workspace)
    known = labels.latest(labels.load(opened))
    turns = opened.scan("turns") if opened.has("turns") else Turns.create_empty().lazy()
    console.print(reports.labelled(labels.current(known, turns)))


@labels_command("export")
def export_labels(
    path: Annotated[Path, typer.Argument(help="File to write, JSON lines.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Write all labels with text, person and time.

    Example: `workbench labels export mine.jsonl -w july`
    """
    from workbench import labels

    count = labels.export_file(common.open_workspace(workspace), path)
    console.print(f"{counted(count, 'label')} in {escape(str(path))}", soft_wrap=True)


@labels_command("import")
def import_labels(
    path: Annotated[Path, typer.Argument(help="File that `labels export` wrote.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Import labels from a file.

    Of one person's labels for the same text, the newest is kept.

    Example: `workbench labels import theirs.jsonl -w july`
    """
    from workbench import labels

    opened = common.open_workspace(workspace)
    with opened.locked():
        counts = labels.import_file(opened, path)
    console.print(f"{counted(counts['read'], 'label')} read, {counts['new']:,} of them new.")
