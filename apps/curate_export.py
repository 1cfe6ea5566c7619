import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Curate and export")

with app.setup:
    import marimo as mo

    from workbench import charts, selection
    from workbench.dashboard import controls, live, navigation, packing, pages
    from workbench.rules import CATALOGUE


@app.cell(hide_code=True)
def title():
    navigation.heading("curate_export.py")
    return


@app.cell
def load():
    mo.stop(live.problem(), pages.empty(live.problem() or ""))
    data = live.here()
    return (data,)


@app.cell
def recipe_file():
    upload = mo.ui.file([".toml"], label="Load recipe", max_size=100_000)
    return (upload,)


@app.cell
def start(data, upload):
    recipe, complaint = controls.start(
        data.workspace, upload=upload.contents(), query=mo.query_params().to_dict().get("recipe")
    )
    return complaint, recipe


@app.cell
def complain(complaint):
    mo.stop(not complaint)
    pages.trouble(complaint)
    return


@app.cell
def make_filters(data, recipe):
    axes = data.axes(recipe.select)
    filters = controls.build(recipe.select, axes=axes, choices=data.choices())
    return axes, filters


@app.cell
def select(axes, data, filters, recipe):
    settings = controls.settings(filters.value, axes=axes, start=recipe.select)
    verdicts = data.verdicts(settings)
    return settings, verdicts


@app.cell
def counts(data, verdicts):
    pages.counts(data, verdicts)
    return


@app.cell
def attribute(verdicts):
    removes = selection.attribution(verdicts)
    return (removes,)


@app.cell
def panel(axes, filters, removes, settings, verdicts):
    mo.sidebar(
        controls.panel(filters, settings, axes=axes, kept=verdicts["kept"], attribution=removes),
        width="23rem",
    )
    return


@app.cell
def navigate(data):
    tabs = mo.ui.tabs(dict.fromkeys(["Overview", "Kept", "Removed", "Borderline", "Export"], ""))
    tabs if data.size[0] else pages.trouble("The workspace holds no thread.")
    return (tabs,)


@app.cell
def choose_score():
    score = mo.ui.dropdown(controls.titles("bounds"), CATALOGUE["suitability"].title, label="Score")
    return (score,)


@app.cell
def overview(axes, removes, score, settings, tabs, verdicts):
    mo.stop(tabs.value != "Overview")
    mo.vstack(
        [
            charts.funnel(selection.funnel(verdicts)),
            score,
            pages.histogram(score.value, settings, axes=axes, kept=verdicts["kept"]),
            charts.attribution(removes),
        ]
    )
    return


@app.cell
def choose_rows():
    view_order = mo.ui.dropdown(list(live.ORDERS), "Random sample", label="Order")
    removed_by = mo.ui.dropdown({"any rule": None} | controls.titles(), "any rule", label="Rule")
    edge = mo.ui.dropdown(controls.titles(), CATALOGUE["suitability"].title, label="Rule")
    page = mo.ui.number(1, 99_999, value=1, label="Page")
    return edge, page, removed_by, view_order


@app.cell
def list_threads(data, edge, page, removed_by, settings, tabs, verdicts, view_order):
    mo.stop(tabs.value not in {"Kept", "Removed", "Borderline"})
    if tabs.value == "Borderline":
        rows = data.borderline(verdicts, rule=edge.value, settings=settings)
    else:
        rows = data.rows(
            verdicts,
            view=tabs.value.lower(),
            rule=removed_by.value,
            order=view_order.value,
            page=page.value,
        )
    rows = data.openings(rows)
    listing = pages.table(rows, rule=edge.value if tabs.value == "Borderline" else "suitability")
    return listing, rows


@app.cell
def read(chosen, data, edge, listing, page, removed_by, rows, tabs, view_order):
    _choices = {
        "Kept": [view_order, page],
        "Removed": [removed_by, view_order, page],
        "Borderline": [edge],
    }[tabs.value]
    mo.vstack(
        [
            mo.hstack(_choices, justify="start"),
            pages.split(listing, pages.reader(data, rows, listing.value, recipe=chosen))
            if rows.height
            else pages.nothing(tabs.value),
        ]
    )
    return


@app.cell
def make_contents(recipe):
    contents = controls.build_export(recipe.export)
    return (contents,)


@app.cell
def finish(contents, recipe, settings):
    chosen = controls.finish(recipe, select=settings, contents=contents.value)
    mo.query_params().set("recipe", controls.to_query(chosen))
    return (chosen,)


@app.cell
def make_buttons():
    name = mo.ui.text("pack-1", label="Name")
    replace = mo.ui.switch(label="replace a pack of this name")
    go = mo.ui.run_button(label="Write the export", kind="success")
    keep = mo.ui.run_button(label="Save into the workspace")
    return go, keep, name, replace


@app.cell
def export_panel(chosen, contents, go, keep, name, replace, tabs, upload):
    mo.stop(tabs.value != "Export")
    _download = mo.download(chosen.to_toml().encode(), "recipe.toml", label="Download recipe")
    mo.vstack(
        [
            mo.hstack([name, *contents.elements.values()], justify="start", wrap=True),
            mo.hstack([go, replace], justify="start", align="center"),
            mo.hstack([_download, keep, upload], justify="start", align="center"),
        ]
    )
    return


@app.cell
def write_export(chosen, data, go, name, replace, tabs):
    mo.stop(tabs.value != "Export" or not go.value)
    packing.write(data, name.value, recipe=chosen, overwrite=replace.value)
    return


@app.cell
def save_recipe(chosen, data, keep, tabs):
    mo.stop(tabs.value != "Export" or not keep.value)
    packing.save(data, chosen)
    return


@app.cell
def preview(chosen, data, tabs, verdicts):
    mo.stop(tabs.value != "Export")
    packing.preview(data, verdicts, recipe=chosen)
    return


if __name__ == "__main__":
    app.run()
