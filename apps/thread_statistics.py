import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Statistics", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from workbench.dashboard.components import messages, navigation, stale_notice, thread_table
    from workbench.dashboard.components.tabs import Tabs
    from workbench.dashboard.session import query_params, recipe_url, scores_session
    from workbench.dashboard.statistics import crossfilter, views


@app.cell(hide_code=True)
def title():
    navigation.heading("thread_statistics.py")
    return


@app.cell
def load():
    mo.stop(scores_session.problem(), messages.getting_started(scores_session.problem() or ""))
    data = scores_session.here()
    return (data,)


@app.cell
def warn(data, recipe):
    stale_notice.notice(data.workspace, recipe)
    return


@app.cell
def decide(data):
    _query = query_params.read("recipe", most=query_params.LONG)
    recipe, complaint = recipe_url.start(data.workspace, query=_query)
    verdicts = data.verdicts(recipe.select)
    return complaint, recipe, verdicts


@app.cell
def complain(complaint):
    mo.stop(not complaint)
    messages.error(complaint)
    return


@app.cell
def bin_threads(data, verdicts):
    crossfiltered = crossfilter.of(data, verdicts)
    return (crossfiltered,)


@app.cell
def make_charts(crossfiltered):
    selected = views.from_query(query_params.read("chosen", most=query_params.LONG))
    charted = mo.ui.anywidget(crossfilter.Charts(crossfiltered, chosen=selected))
    return (charted,)


@app.cell
def choose(charted, crossfiltered):
    bins = crossfiltered.checked(charted.value["chosen"])
    mo.query_params().set("chosen", views.to_query(bins))
    return (bins,)


@app.cell
def navigate(data):
    tabs = Tabs(views.VIEWS)
    tabs if data.size[0] else messages.error("The workspace contains no threads.")
    return (tabs,)


@app.cell
def show_charts(charted, data, tabs):
    mo.stop(tabs.value != "Charts" or not data.size[0])
    charted
    return


@app.cell
def say(bins, crossfiltered, tabs):
    mo.stop(tabs.value not in {"Threads", "Save a picture", "Roles"})
    views.selection_count(crossfiltered, bins)
    return


@app.cell
def choose_rows():
    order = mo.ui.dropdown(list(scores_session.ORDERS), "Random sample", label="Order")
    page = mo.ui.number(1, 99_999, value=1, label="Page")
    return order, page


@app.cell
def list_threads(bins, crossfiltered, data, order, page, tabs, verdicts):
    mo.stop(tabs.value != "Threads")
    rows = data.openings(
        data.some(views.mask(crossfiltered, bins), verdicts, order=order.value, page=page.value)
    )
    listing = thread_table.table(rows)
    return listing, rows


@app.cell
def read(data, listing, order, page, recipe, rows):
    mo.vstack(
        [
            mo.hstack([order, page], justify="start"),
            views.listing(data, rows, listing, recipe=recipe),
        ]
    )
    return


@app.cell
def choose_picture(crossfiltered):
    pictured = mo.ui.dropdown(
        {facet.title: name for name, facet in crossfiltered.facets.items()}, "Turns", label="Chart"
    )
    return (pictured,)


@app.cell
def save_picture(bins, crossfiltered, pictured, tabs):
    mo.stop(tabs.value != "Save a picture")
    mo.vstack([pictured, views.picture(crossfiltered, bins, name=pictured.value)])
    return


@app.cell
def choose_coverage():
    by = mo.ui.dropdown(["day", "source"], "day", label="Coverage by")
    count_coverage = mo.ui.run_button(label="Count now")
    return by, count_coverage


@app.cell
def show_coverage(by, count_coverage, data, tabs):
    mo.stop(tabs.value != "Coverage")
    _quick = views.is_quick(data)
    mo.vstack(
        [
            mo.hstack([by, *([] if _quick else [count_coverage])], justify="start"),
            views.coverage_of(data, by=by.value, is_asked=_quick or count_coverage.value),
        ]
    )
    return


@app.cell
def ask_roles():
    count_roles = mo.ui.run_button(label="Count each policy")
    return (count_roles,)


@app.cell
def show_roles(bins, count_roles, crossfiltered, data, tabs):
    mo.stop(tabs.value != "Roles")
    mo.vstack(
        [
            count_roles,
            views.roles_of(data, crossfiltered, bins, is_asked=count_roles.value),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
