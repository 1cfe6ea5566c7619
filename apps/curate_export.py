import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Curate and export", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from workbench import charts, selection
    from workbench.dashboard.components import (
        getting_started,
        messages,
        navigation,
        rule_controls,
        rule_panels,
        stale_notice,
        thread_table,
        threshold_curves,
    )
    from workbench.dashboard.components.tabs import Tabs
    from workbench.dashboard.curate import (
        compare,
        export_estimates,
        export_job,
        export_panel,
        live_counts,
        thread_lists,
        undo,
    )
    from workbench.dashboard.curate.recipe_editor import RecipeEditor
    from workbench.dashboard.session import (
        allowed_files,
        query_params,
        recipe_files,
        recipe_url,
        scores_session,
    )


@app.cell(hide_code=True)
def title():
    navigation.heading("curate_export.py")
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
    _first, complaint = recipe_url.start(data.workspace, query=_query)
    editor = RecipeEditor(data.workspace, _first)
    # marimo runs a cell again if it reads a state by a name of the notebook.
    get_recipe, get_saved, get_export = editor.get_recipe, editor.get_saved, editor.get_export
    messages.error(complaint)
    return complaint, editor, get_export, get_recipe, get_saved


@app.cell
def make_controls(data, editor, get_recipe):
    # Made again only for another recipe: after undo, a brush or a saved recipe.
    recipe = get_recipe()
    controls = editor.controls(data, recipe)
    filters, contents, axes = controls.rules, controls.export, controls.axes
    return axes, contents, controls, filters, recipe


@app.cell
def select(controls, data, filters):
    filters.value
    settings = controls.select()
    verdicts = data.verdicts(settings)
    return settings, verdicts


@app.cell
def counts(data, verdicts):
    removes = selection.attribution(verdicts)
    messages.kept_counts(data, verdicts)
    return (removes,)


@app.cell
def finish(contents, controls, editor, settings):
    contents.value
    chosen = controls.edited(settings)
    undo_button, redo_button = undo.buttons(editor.history, editor.open)
    return chosen, redo_button, undo_button


@app.cell
def panel(axes, chosen, filters, recipe, redo_button, removes, settings, undo_button, verdicts):
    _errors = rule_controls.errors(filters.value, start=recipe.select)
    _rules = rule_panels.rules(
        filters, settings, axes=axes, kept=verdicts["kept"], attribution=removes, errors=_errors
    )
    _top = [mo.hstack([undo_button, redo_button], justify="start"), navigation.filter_links(chosen)]
    mo.sidebar([*_top, _rules], width="23rem")
    return


@app.cell
def navigate(data):
    tabs = Tabs(["Overview", "Threshold", *thread_lists.VIEWS, "Export"])
    tabs if data.size[0] else messages.error("The workspace contains no threads.")
    return (tabs,)


@app.cell
def overview(removes, tabs, verdicts):
    mo.stop(tabs.value != "Overview")
    mo.vstack([charts.funnel(selection.funnel(verdicts)), charts.attribution(removes)])
    return


@app.cell
def choose():
    score = threshold_curves.chooser()
    choosers = thread_lists.choosers()
    other_file = mo.ui.file([".toml"], label="or a file", max_size=recipe_files.LARGEST)
    save_name = mo.ui.text(placeholder="empty: this workspace's", label="Save as")
    name = mo.ui.text("pack-1", label="Name")
    replace = mo.ui.switch(label="replace an existing one")
    measure = mo.ui.run_button(label="Count the records of each format")
    clock = mo.ui.refresh(default_interval="1s")
    return choosers, clock, measure, name, other_file, replace, save_name, score


@app.cell
def make_buttons(editor, name, replace, save_name):
    keep = mo.ui.button(
        label="Save recipe",
        on_click=lambda _: editor.save(save_name.value, overwrite=replace.value),
    )
    go = mo.ui.button(
        label="Write the export",
        kind="success",
        on_click=lambda _: editor.export(name.value, overwrite=replace.value),
    )
    halt = mo.ui.button(label="Stop", on_click=lambda _: editor.stop_export())
    return go, halt, keep


@app.cell
def read_labels(data, score, tabs):
    mo.stop(tabs.value != "Threshold")
    labelled = threshold_curves.labelled(data, score.value)
    return (labelled,)


@app.cell
def draw(axes, score, settings, tabs, verdicts):
    mo.stop(tabs.value != "Threshold")
    histogram = mo.ui.altair_chart(
        threshold_curves.histogram(score.value, settings, axes=axes, kept=verdicts["kept"])
    )
    return (histogram,)


@app.cell
def brush(axes, chosen, editor, histogram, score):
    apply = threshold_curves.apply_button(
        histogram.selections, score.value, axis=axes[score.value], recipe=chosen, go=editor.open
    )
    mo.vstack([mo.hstack([score, apply], justify="start", align="center"), histogram])
    return


@app.cell
def precision(axes, data, labelled, score, settings):
    _rule = getattr(settings, score.value)
    threshold_curves.show(labelled, _rule, axis=axes[score.value], threads=data.size[0])
    return


@app.cell
def offer_recipes(editor, get_saved, tabs):
    # No stop here: cells below would lose its names when another control moves.
    tabs.value
    other, saved_as = editor.recipe_chooser(), get_saved()
    return other, saved_as


@app.cell
def recipes(chosen, keep, other, other_file, replace, save_name, saved_as, tabs, there, use):
    mo.stop(tabs.value != "Recipes")
    _download = mo.download(chosen.to_toml().encode(), "recipe.toml", label="Download recipe")
    _rows = [[other, other_file, use], [save_name, keep, replace, _download], [saved_as]]
    _shown = [mo.hstack(row, justify="start", align="center", wrap=True) for row in _rows]
    mo.vstack([*_shown, messages.error(there.problem)])
    return


@app.cell
def choose_other(data, editor, other, other_file):
    _roots, _ = allowed_files.allowed(mo.cli_args().to_dict())
    there = recipe_files.chosen(
        data.workspace, other.value, upload=other_file.contents(), roots=_roots
    )
    theirs = data.verdicts(there.recipe.select)
    use = mo.ui.button(
        label="Use it",
        disabled=bool(there.problem),
        on_click=lambda _: editor.open(there.recipe),
    )
    return theirs, there, use


@app.cell
def comparison(chosen, data, tabs, theirs, there, verdicts):
    mo.stop(tabs.value != "Recipes")
    compared = compare.Comparison.of(verdicts, theirs)
    compare.show(data, compared, here=chosen, there=there.recipe, name=there.name)
    return (compared,)


@app.cell
def list_threads(choosers, data, settings, tabs, verdicts):
    mo.stop(tabs.value not in thread_lists.VIEWS or tabs.value == "Recipes")
    rows = thread_lists.rows(
        data, verdicts, view=tabs.value, choices=choosers.value, settings=settings
    )
    listing = thread_lists.table(rows, view=tabs.value, choices=choosers.value)
    return listing, rows


@app.cell
def read(choosers, chosen, data, listing, rows, tabs):
    thread_lists.show(data, rows, listing, view=tabs.value, choosers=choosers, recipe=chosen)
    return


@app.cell
def list_changes(choosers, compared, data):
    changes = data.openings(compared.rows(data, choosers.value))
    changed = thread_table.table(changes)
    return changed, changes


@app.cell
def read_changes(changed, changes, choosers, chosen, data):
    thread_lists.show(data, changes, changed, view="Recipes", choosers=choosers, recipe=chosen)
    return


@app.cell
def choose_contents(contents, go, measure, name, replace, tabs):
    mo.stop(tabs.value != "Export")
    export_panel.layout(contents, [name, go, replace, measure])
    return


@app.cell
def watch_export(clock, data, get_export, halt, tabs):
    clock.value
    _error = get_export()
    mo.stop(tabs.value != "Export")
    _buttons = [halt, clock] if export_job.is_running(data.workspace) else []
    _status = export_job.status(data.workspace)
    mo.vstack([messages.error(_error), mo.hstack(_buttons, justify="start"), _status])
    return


@app.cell
def count_records(chosen, data, tabs, verdicts):
    mo.stop(tabs.value != "Export")
    live_counts.show(data, verdicts, recipe=chosen)
    return


@app.cell
def estimate(chosen, data, measure, tabs, verdicts):
    mo.stop(tabs.value != "Export" or not measure.value)
    export_estimates.show(data, verdicts, recipe=chosen)
    return


@app.cell
def preview(chosen, data, tabs, verdicts):
    mo.stop(tabs.value != "Export")
    export_panel.preview(data, verdicts, recipe=chosen)
    return


if __name__ == "__main__":
    app.run()
