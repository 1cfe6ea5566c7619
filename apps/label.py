import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Label", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from workbench.dashboard.components import (
        getting_started,
        messages,
        navigation,
        stale_notice,
        thread_reader,
        thread_table,
    )
    from workbench.dashboard.components.tabs import Tabs
    from workbench.dashboard.label import annotator, evaluation, experiment, queue, training
    from workbench.dashboard.session import query_params, recipe_url, scores_session


@app.cell(hide_code=True)
def title():
    navigation.heading("label.py")
    return


@app.cell
def load():
    _start = getting_started.panel(scores_session.problem())
    mo.stop(_start is not None, _start)
    data = scores_session.here()
    return (data,)


@app.cell
def warn(data, recipe):
    stale_notice.notice(data.workspace, recipe)
    return


@app.cell
def start(data):
    _query = query_params.read("recipe", most=query_params.LONG)
    recipe, complaint = recipe_url.start(data.workspace, query=_query)
    return complaint, recipe


@app.cell
def complain(complaint):
    mo.stop(not complaint)
    messages.error(complaint)
    return


@app.cell
def choose():
    labelled = mo.ui.dropdown(annotator.KINDS, "Prompts", label="Label")
    order = mo.ui.dropdown(list(queue.ORDERS), "What teaches most", label="Order")
    which = mo.ui.dropdown(list(annotator.SCOPES), annotator.SCOPES[0], label="Threads")
    name = mo.ui.text(
        annotator.name_of(query_params.read("labeller")),
        label="Your name",
        placeholder="or initials",
        max_length=annotator.LONGEST_NAME,
    )
    return labelled, name, order, which


@app.cell
def navigate(data, labelled, name, order, which):
    tabs = Tabs(["Label", "Train and compare", "Evaluation"])
    _shown = [tabs, labelled, order, which, name]
    mo.hstack(
        _shown if data.size[0] else [messages.error("The workspace contains no threads.")],
        justify="start",
        align="center",
        wrap=True,
    )
    return (tabs,)


@app.cell
def sign(name):
    labeller = annotator.name_of(name.value)
    mo.query_params().set("labeller", labeller)
    return (labeller,)


@app.cell
def ask_name(labeller, tabs):
    mo.stop(labeller or tabs.value != "Label")
    mo.callout(mo.Html("Enter your name or initials above to begin."), kind="info")
    return


@app.cell
def make_annotator(data, labelled, labeller, order, recipe, which):
    mo.stop(not labeller)
    _mask = annotator.scope(data, recipe, kind=labelled.value, which=which.value)
    _queue = queue.Queue(data, _mask, kind=labelled.value, order=order.value, labeller=labeller)
    annotate = mo.ui.anywidget(annotator.Annotator(data.workspace, _queue, labeller=labeller))
    return (annotate,)


@app.cell
def show_annotator(annotate, tabs):
    mo.stop(tabs.value != "Label")
    annotate
    return


@app.cell
def count_labels(annotate, data, labelled, tabs):
    annotate.value
    mo.stop(tabs.value != "Label")
    mo.hstack(
        [
            annotator.guide(labelled.value),
            annotator.tally(data.workspace, kind=labelled.value),
        ],
        justify="start",
        gap=3,
    )
    return


@app.cell
def make_training(data):
    training_session = training.Training(data.workspace)
    # marimo runs a cell again if it reads a state by a name of the notebook.
    get_problem, get_used = training_session.get_problem, training_session.get_used
    return get_problem, get_used, training_session


@app.cell
def make_choices():
    side = mo.ui.dropdown(list(experiment.SIDES), "that enter", label="Threads")
    clock = mo.ui.refresh(default_interval="1s")
    return clock, side


@app.cell
def make_buttons(labelled, training_session):
    train = mo.ui.button(
        label="Train with these labels",
        kind="success",
        on_click=lambda _: training_session.start(labelled.value),
    )
    halt = mo.ui.button(label="Stop", on_click=lambda _: training_session.stop())
    return halt, train


@app.cell
def watch(clock, data, get_problem, halt, tabs, train):
    clock.value
    _problem = get_problem()
    is_busy = training.is_running(data.workspace)
    mo.stop(tabs.value == "Label")
    mo.vstack(
        [
            mo.hstack([halt, clock] if is_busy else [train], justify="start"),
            messages.error(_problem),
            training.progress(data.workspace),
        ]
    )
    return (is_busy,)


@app.cell
def look(data, is_busy, labelled):
    trial = None if is_busy else experiment.latest(data.workspace, kind=labelled.value)
    return (trial,)


@app.cell
def compare(data, is_busy, recipe, tabs, trial):
    mo.stop(tabs.value != "Train and compare" or is_busy)
    mo.stop(trial is None, experiment.nothing())
    changes = experiment.changes(data, recipe.select, trial)
    return (changes,)


@app.cell
def make_use_button(training_session, trial):
    use = mo.ui.button(
        label="Use this classifier", on_click=lambda _: training_session.put_to_use(trial)
    )
    return (use,)


@app.cell
def show_changes(changes, labelled, side, use):
    mo.vstack(
        [
            experiment.summary(changes, kind=labelled.value),
            mo.hstack([use, side], justify="start", align="center"),
        ]
    )
    return


@app.cell
def show_use(get_used, tabs):
    _used = get_used()
    mo.stop(tabs.value != "Train and compare")
    _used
    return


@app.cell
def list_changes(changes, data, side):
    rows = experiment.rows(data, changes, side=side.value)
    listing = experiment.table(rows)
    return listing, rows


@app.cell
def read(data, listing, recipe, rows):
    mo.stop(rows.is_empty(), mo.callout(mo.Html("No thread on this side."), kind="neutral"))
    thread_table.split(
        listing,
        thread_reader.show(
            data, rows, listing.value.opened, recipe=recipe, explain=experiment.side_of
        ),
    )
    return


@app.cell
def evaluate(data, labelled, recipe, tabs, trial):
    mo.stop(tabs.value != "Evaluation")
    evaluation.show(data, recipe.select, trial, kind=labelled.value)
    return


if __name__ == "__main__":
    app.run()
