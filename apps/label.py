import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Label")

with app.setup:
    import marimo as mo

    from workbench.dashboard import addresses, freshness, live, navigation, pages
    from workbench.dashboard.judging import evaluating, labelling, queues, trying
    from workbench.dashboard.reader import queries


@app.cell(hide_code=True)
def title():
    navigation.heading("label.py")
    return


@app.cell
def load():
    mo.stop(live.problem(), pages.empty(live.problem() or ""))
    data = live.here()
    return (data,)


@app.cell
def warn(data, recipe):
    freshness.notice(data.workspace, recipe)
    return


@app.cell
def start(data):
    _query = queries.read("recipe", most=queries.LONG)
    recipe, complaint = addresses.start(data.workspace, query=_query)
    return complaint, recipe


@app.cell
def complain(complaint):
    mo.stop(not complaint)
    pages.trouble(complaint)
    return


@app.cell
def choose():
    judged = mo.ui.dropdown(labelling.KINDS, "Prompts", label="Judge")
    order = mo.ui.dropdown(list(queues.ORDERS), "What teaches most", label="Order")
    which = mo.ui.dropdown(list(labelling.SCOPES), labelling.SCOPES[0], label="Threads")
    name = mo.ui.text(
        labelling.name_of(queries.read("labeller")),
        label="Your name",
        placeholder="or initials",
        max_length=labelling.LONGEST_NAME,
    )
    return judged, name, order, which


@app.cell
def navigate(data, judged, name, order, which):
    tabs = mo.ui.tabs(dict.fromkeys(["Label", "Train and compare", "Evaluation"], ""))
    _shown = [tabs, judged, order, which, name]
    mo.hstack(
        _shown if data.size[0] else [pages.trouble("The workspace holds no thread.")],
        justify="start",
        align="center",
        wrap=True,
    )
    return (tabs,)


@app.cell
def sign(name):
    labeller = labelling.name_of(name.value)
    mo.query_params().set("labeller", labeller)
    return (labeller,)


@app.cell
def ask_name(labeller, tabs):
    mo.stop(labeller or tabs.value != "Label")
    mo.callout(mo.Html("Say who judges: write your name or initials above."), kind="info")
    return


@app.cell
def make_judge(data, judged, labeller, order, recipe, which):
    mo.stop(not labeller)
    _mask = labelling.scope(data, recipe, kind=judged.value, which=which.value)
    _queue = queues.Queue(data, _mask, kind=judged.value, order=order.value, labeller=labeller)
    judge = mo.ui.anywidget(labelling.Judge(data.workspace, _queue, labeller=labeller))
    return (judge,)


@app.cell
def show_judge(judge, tabs):
    mo.stop(tabs.value != "Label")
    judge
    return


@app.cell
def count_labels(data, judge, judged, tabs):
    judge.value
    mo.stop(tabs.value != "Label")
    mo.hstack(
        [
            labelling.guide(judged.value),
            labelling.tally(data.workspace, kind=judged.value),
        ],
        justify="start",
        gap=3,
    )
    return


@app.cell
def make_buttons():
    train = mo.ui.run_button(label="Train with these labels", kind="success")
    halt = mo.ui.run_button(label="Stop")
    use = mo.ui.run_button(label="Use this detector")
    side = mo.ui.dropdown(list(trying.SIDES), "that enter", label="Threads")
    clock = mo.ui.refresh(default_interval="1s")
    return clock, halt, side, train, use


@app.cell
def begin(data, judged, train):
    wrong = trying.start(data.workspace, kind=judged.value) if train.value else ""
    return (wrong,)


@app.cell
def end(data, halt):
    halted = trying.stop(data.workspace) if halt.value else ""
    return (halted,)


@app.cell
def watch(clock, data, halt, halted, tabs, train, wrong):
    clock.value
    is_busy = trying.is_running(data.workspace)
    mo.stop(tabs.value == "Label")
    mo.vstack(
        [
            mo.hstack([halt, clock] if is_busy else [train], justify="start"),
            pages.trouble(wrong or halted),
            trying.progress(data.workspace),
        ]
    )
    return (is_busy,)


@app.cell
def look(data, is_busy, judged):
    trial = None if is_busy else trying.latest(data.workspace, kind=judged.value)
    return (trial,)


@app.cell
def compare(data, recipe, tabs, trial):
    mo.stop(tabs.value != "Train and compare" or trial is None)
    changes = trying.changes(data, recipe.select, trial)
    return (changes,)


@app.cell
def show_changes(changes, judged, side, use):
    mo.vstack(
        [
            trying.summary(changes, kind=judged.value),
            mo.hstack([use, side], justify="start", align="center"),
        ]
    )
    return


@app.cell
def put_to_use(data, tabs, trial, use):
    mo.stop(tabs.value != "Train and compare" or not use.value or trial is None)
    trying.put_to_use(data.workspace, trial)
    return


@app.cell
def list_changes(changes, data, side):
    rows = trying.rows(data, changes, side=side.value)
    listing = trying.table(rows)
    return listing, rows


@app.cell
def read(data, listing, recipe, rows):
    mo.stop(rows.is_empty(), mo.callout(mo.Html("No thread does so."), kind="neutral"))
    pages.split(
        listing,
        pages.reader(data, rows, listing.value, recipe=recipe, tell=trying.side_of),
    )
    return


@app.cell
def evaluate(data, judged, recipe, tabs, trial):
    mo.stop(tabs.value != "Evaluation")
    evaluating.show(data, recipe.select, trial, kind=judged.value)
    return


if __name__ == "__main__":
    app.run()
