import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Statistics", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from workbench.dashboard.components import (
        getting_started,
        messages,
        navigation,
        stale_notice,
        thread_cards,
        thread_facets,
    )
    from workbench.dashboard.components.tabs import Tabs
    from workbench.dashboard.session import query_params, recipe_url, scores_opening, scores_session
    from workbench.dashboard.statistics import coverage_view, crossfilter, selections, views


@app.cell(hide_code=True)
def title():
    navigation.heading("thread_statistics.py")
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
    crossfiltered = thread_facets.of(data, verdicts)
    return (crossfiltered,)


@app.cell
def make_charts(crossfiltered):
    charts = crossfilter.Charts(crossfiltered, crossfilter.View.from_address())
    get_view, _set_view = mo.state(charts.view)
    charts.follow(crossfilter.View.to_address)
    charts.follow(_set_view)
    return charts, get_view


@app.cell
def navigate(data):
    tabs = Tabs(views.VIEWS)
    tabs if data.size[0] else messages.error("The workspace contains no threads.")
    return (tabs,)


@app.cell
def show_charts(charts, data, tabs):
    mo.stop(tabs.value != "Charts" or not data.size[0])
    charts
    return


@app.cell
def choose_rows(charts):
    order = mo.ui.dropdown(list(scores_session.ORDERS), "Random sample", label="Order")
    page = mo.ui.number(1, 99_999, value=1, label="Page")
    close = mo.ui.button(label="Close", on_click=lambda _: charts.close_list())
    return close, order, page


@app.cell
def list_threads(crossfiltered, data, get_view, order, page, tabs, verdicts):
    mo.stop(tabs.value != "Charts" or not get_view().is_open)
    bins = get_view().bins
    rows = data.openings(
        data.some(
            selections.mask(crossfiltered, bins), verdicts, order=order.value, page=page.value
        )
    )
    listing = thread_cards.table(rows)
    return bins, listing, rows


@app.cell
def show_list(bins, close, crossfiltered, data, listing, order, page, recipe, rows):
    views.drawer(
        data,
        rows,
        listing,
        controls=[order, page, close],
        caption=selections.sentence(crossfiltered, bins),
        recipe=recipe,
    )
    return


@app.cell
def choose_coverage():
    by = mo.ui.dropdown(
        coverage_view.CHOICES, next(iter(coverage_view.CHOICES)), label="Coverage by"
    )
    count_coverage = mo.ui.run_button(label="Count now")
    return by, count_coverage


@app.cell
def show_coverage(by, count_coverage, data, tabs):
    mo.stop(tabs.value != "Coverage")
    _quick = coverage_view.is_quick(data)
    mo.vstack(
        [
            mo.hstack([by, *([] if _quick else [count_coverage])], justify="start"),
            coverage_view.show(data, by=by.value, is_asked=_quick or count_coverage.value),
        ]
    )
    return


@app.cell
def ask_roles():
    count_roles = mo.ui.run_button(label="Count each policy")
    return (count_roles,)


@app.cell
def show_roles(count_roles, crossfiltered, data, get_view, tabs):
    mo.stop(tabs.value != "Roles")
    mo.vstack(
        [
            count_roles,
            views.roles_of(data, crossfiltered, get_view().bins, is_asked=count_roles.value),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
