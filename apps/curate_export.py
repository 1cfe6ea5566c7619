import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Curate and export", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from workbench.dashboard.components import (
        getting_started,
        messages,
        navigation,
        stale_notice,
        thread_cards,
    )
    from workbench.dashboard.components.tabs import Tabs
    from workbench.dashboard.curate import (
        compare,
        export_estimates,
        export_job,
        export_panel,
        recipe_editor,
        rule_charts,
        sidebar,
        thread_lists,
    )
    from workbench.dashboard.session import allowed_files, scores_opening


@app.cell(hide_code=True)
def title():
    navigation.heading("curate_export.py")
    return


@app.cell
def load():
    _start = getting_started.panel(scores_opening.problem())
    mo.stop(_start is not None, _start)
    data = scores_opening.here()
    return (data,)


@app.cell
def warn(data, recipe):
    stale_notice.notice(data.workspace, recipe)
    return


@app.cell
def start(data):
    _roots, _ = allowed_files.allowed(mo.cli_args().to_dict())
    editor = recipe_editor.start(data, roots=_roots)
    # marimo runs a cell again if it reads a state by a name of the notebook.
    get_recipe, get_opened = editor.get_recipe, editor.get_opened
    get_compared, get_export, get_view = editor.get_compared, editor.get_export, editor.get_view
    sidebar.show(editor)
    return editor, get_compared, get_export, get_opened, get_recipe, get_view


@app.cell
def select(data, get_recipe):
    recipe = get_recipe()
    settings = recipe.select
    verdicts = data.verdicts(settings)
    return recipe, settings, verdicts


@app.cell
def navigate(data, get_view):
    get_view()
    tabs = Tabs(["Threads", "Charts", recipe_editor.COMPARE, "Export"])
    tabs if data.size[0] else messages.error("The workspace contains no threads.")
    return (tabs,)


@app.cell
def links(recipe):
    navigation.filter_links(recipe)
    return


@app.cell
def choose(data):
    chart = rule_charts.chooser(data)
    choosers = thread_lists.choosers(data)
    measure = mo.ui.run_button(label="Count the records of each format")
    clock = mo.ui.refresh(default_interval="1s")
    return chart, choosers, clock, measure


@app.cell
def list_threads(choosers, data, settings, tabs, verdicts):
    mo.stop(tabs.value != "Threads")
    rows = thread_lists.rows(data, verdicts, choices=choosers.value, settings=settings)
    listing = thread_lists.table(rows, choices=choosers.value)
    return listing, rows


@app.cell
def read(choosers, data, listing, recipe, rows):
    thread_lists.show(data, rows, listing, choosers=choosers, recipe=recipe)
    return


@app.cell
def draw(chart, data, settings, tabs, verdicts):
    mo.stop(tabs.value != "Charts")
    rule_charts.show(data, verdicts, chooser=chart, settings=settings)
    return


@app.cell
def choose_other(data, editor, get_compared, tabs, verdicts):
    mo.stop(tabs.value != recipe_editor.COMPARE)
    get_compared()
    other = editor.compare_chooser()
    there = editor.compared_with()
    # Made here: a cell that reads it is skipped while this one has stopped.
    compared = compare.Comparison.of(verdicts, data.verdicts(there.recipe.select))
    return compared, other, there


@app.cell
def comparison(compared, data, other, recipe, there):
    compare.show(data, compared, here=recipe, there=there, chooser=other)
    return


@app.cell
def list_changes(choosers, compared, data):
    changes = data.openings(compared.rows(data, choosers.value))
    changed = thread_cards.table(changes)
    return changed, changes


@app.cell
def read_changes(changed, changes, choosers, data, recipe):
    thread_lists.show(data, changes, changed, choosers=choosers, recipe=recipe, is_compared=True)
    return


@app.cell
def make_contents(editor, get_opened):
    contents = editor.export_controls(get_opened())
    return (contents,)


@app.cell
def make_buttons(editor):
    halt = mo.ui.button(label="Stop", on_click=lambda _: editor.stop_export())
    return (halt,)


@app.cell
def write(editor, tabs):
    mo.stop(tabs.value != "Export")
    editor.form_element
    return


@app.cell
def watch_export(clock, data, editor, get_export, halt, tabs):
    clock.value
    _error = get_export()
    mo.stop(tabs.value != "Export")
    editor.form.check()
    _buttons = [halt, clock] if export_job.is_running(data.workspace) else []
    _status = export_job.status(data.workspace)
    mo.vstack([messages.error(_error), mo.hstack(_buttons, justify="start"), _status])
    return


@app.cell
def count_records(data, editor, recipe, tabs, verdicts):
    mo.stop(tabs.value != "Export")
    editor.form.fill(data, verdicts, recipe=recipe)
    return


@app.cell
def choose_contents(contents, measure, tabs):
    mo.stop(tabs.value != "Export")
    mo.vstack([export_panel.layout(contents), measure])
    return


@app.cell
def estimate(data, measure, recipe, tabs, verdicts):
    mo.stop(tabs.value != "Export" or not measure.value)
    export_estimates.show(data, verdicts, recipe=recipe)
    return


if __name__ == "__main__":
    app.run()
