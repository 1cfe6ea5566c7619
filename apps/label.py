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
        thread_cards,
        thread_reader,
    )
    from workbench.dashboard.components.tabs import Tabs
    from workbench.dashboard.label import (
        annotator,
        bulk,
        bulk_choice,
        controls,
        evaluation,
        experiment,
        goals,
        kinds,
        people,
        queue,
        training,
    )
    from workbench.dashboard.session import query_params, recipe_url, scores_opening
    from workbench.dashboard.session.server import SERVER


@app.cell(hide_code=True)
def title():
    navigation.heading("label.py")
    return


@app.cell
def make_training():
    _start = getting_started.panel(scores_opening.problem())
    mo.stop(_start is not None, _start)
    training_session = training.Training(SERVER.open())
    # marimo runs a cell again if it reads a state by a name of the notebook.
    get_problem, get_seen = training_session.get_problem, training_session.get_seen
    get_scored = training_session.get_scored
    return get_problem, get_scored, get_seen, training_session


@app.cell
def load(get_scored):
    get_scored()
    data = scores_opening.here()
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
def choose(training_session):
    # Without a workspace there is nothing to choose, and no control that could move.
    training_session
    labelled, order, which, name = controls.choices()
    tabs = Tabs(["Label", "In bulk", "Agreement", "Train and compare", "Evaluation"])
    return labelled, name, order, tabs, which


@app.cell
def navigate(data, tabs):
    mo.stop(not data.size[0], messages.error("The workspace contains no threads."))
    tabs
    return


@app.cell
def show_choices(labelled, name, order, tabs, which):
    controls.bar(tabs.value, name=name, labelled=labelled, order=order, which=which)
    return


@app.cell
def sign(name):
    labeller = annotator.name_of(name.value)
    return (labeller,)


@app.cell
def ask_name(labeller, tabs):
    mo.stop(labeller or tabs.value not in controls.NAMED)
    mo.callout(mo.Html("Enter your name or initials above to begin."), kind="info")
    return


@app.cell
def make_annotator(data, labelled, labeller, order, recipe, which):
    mo.stop(not labeller)
    _which = "all" if order.value == queue.FAIR else which.value
    mask = annotator.scope(data, recipe, kind=labelled.value, which=_which)
    _queue = queue.Queue(data, mask, kind=labelled.value, order=order.value, labeller=labeller)
    annotate = mo.ui.anywidget(annotator.Annotator(data, _queue, labeller=labeller))
    return annotate, mask


@app.cell
def show_annotator(annotate, order, tabs):
    mo.stop(tabs.value != "Label")
    mo.vstack([annotator.order_note(queue.ORDERS[order.value]), annotate])
    return


@app.cell
def make_bulk(data, labeller):
    mo.stop(not labeller)
    batches = bulk.Bulk(data, labeller=labeller)
    get_note = batches.get_note
    by = mo.ui.radio(["Search", "Cluster"], "Search", inline=True, label="Threads of")
    return batches, by, get_note


@app.cell
def choose_bulk(by, data, mask, tabs):
    mo.stop(tabs.value != "In bulk")
    groups = bulk_choice.clusters(data, mask) if by.value == "Cluster" else {}
    source = bulk.source(by.value, groups)
    mo.hstack([by, source], justify="start", align="center", wrap=True)
    return groups, source


@app.cell
def preview_bulk(batches, data, get_note, groups, labelled, mask, source, tabs):
    mo.stop(tabs.value != "In bulk")
    _note = get_note()
    _choice = bulk_choice.choose(data, source.value, groups, kind=labelled.value, mask=mask)
    # A name of the notebook keeps buttons alive; their callbacks are lost without one.
    bulk_buttons = bulk.buttons(batches, _choice, kinds.names(labelled.value))
    mo.vstack([_note, bulk.preview(_choice), mo.hstack(bulk_buttons, justify="start", wrap=True)])
    return (bulk_buttons,)


@app.cell
def compare_people(data, labelled, labeller, tabs):
    mo.stop(tabs.value != "Agreement")
    _about, settle = people.settling(data, kind=labelled.value, labeller=labeller)
    mo.vstack(
        [
            goals.tally(
                data.workspace, kind=labelled.value, names=list(kinds.names(labelled.value))
            ),
            people.table(data.workspace, kind=labelled.value),
            _about,
            settle or mo.Html(""),
        ]
    )
    return (settle,)


@app.cell
def make_choices(changes):
    side = mo.ui.dropdown(list(experiment.SIDES), experiment.first_side(changes), label="Threads")
    return (side,)


@app.cell
def make_clock(training_session):
    clock = mo.ui.refresh(default_interval="1s", on_change=lambda _: training_session.look())
    mo.Html(f"<div hidden>{clock.text}</div>")
    return (clock,)


@app.cell
def show_buttons(data, get_problem, get_seen, labelled, tabs, training_session):
    get_seen()
    mo.stop(tabs.value in controls.NAMED)
    job_buttons = training.buttons(training_session, kind=labelled.value)
    mo.vstack([mo.hstack(job_buttons, justify="start"), messages.error(get_problem())])
    return (job_buttons,)


@app.cell
def watch(clock, data, get_seen, tabs):
    clock.value, get_seen()
    mo.stop(tabs.value in controls.NAMED)
    training.progress(data.workspace)
    return


@app.cell
def look(data, get_seen, labelled):
    get_seen()
    is_busy = training.is_running(data.workspace)
    trial = None if is_busy else experiment.latest(data.workspace, kind=labelled.value)
    return is_busy, trial


@app.cell
def compare(data, is_busy, labelled, recipe, tabs, trial):
    mo.stop(tabs.value != "Train and compare" or is_busy)
    mo.stop(trial is None, experiment.nothing())
    applied = experiment.applied(data, labelled.value)
    is_applied = applied is not None
    changes = applied if is_applied else experiment.changes(data, recipe.select, trial)
    return changes, is_applied


@app.cell
def show_changes(changes, data, is_applied, labelled, side):
    mo.vstack(
        [
            experiment.summary(changes, kind=labelled.value, is_applied=is_applied),
            experiment.examples(data, changes) if is_applied else mo.Html(""),
            mo.hstack([side], justify="start", align="center"),
        ]
    )
    return


@app.cell
def list_changes(changes, data, side):
    rows = experiment.rows(data, changes, side=side.value)
    listing = experiment.table(rows)
    return listing, rows


@app.cell
def read(data, listing, recipe, rows):
    mo.stop(rows.is_empty(), mo.callout(mo.Html("No thread on this side."), kind="neutral"))
    thread_cards.split(
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
