import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Read threads", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from workbench.dashboard.components import (
        getting_started,
        messages,
        navigation,
        stale_notice,
        thread_cards,
        thread_filter,
        thread_reader,
    )
    from workbench.dashboard.components.address import Address
    from workbench.dashboard.read import layout
    from workbench.dashboard.read.facet_panel import FacetPanel
    from workbench.dashboard.read.filters import Filters
    from workbench.dashboard.session import query_params, recipe_url, scores_opening


@app.cell(hide_code=True)
def title():
    navigation.heading("read_threads.py")
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
    recipe, problem = recipe_url.start(data.workspace, query=_query)
    verdicts = data.verdicts(recipe.select)
    messages.error(problem)
    return recipe, verdicts


@app.cell
def follow():
    address = Address()
    address
    return (address,)


@app.cell
def follow_clearing():
    get_cleared, set_cleared = mo.state(0)
    return get_cleared, set_cleared


@app.cell
def ask_words(address, get_cleared):
    address.value, get_cleared()
    words = layout.words()
    return (words,)


@app.cell
def ask_order(address):
    address.value
    order = layout.order()
    return (order,)


@app.cell
def ask_facets(address, data, get_cleared, verdicts):
    address.value, get_cleared()
    panel = FacetPanel(layout.chosen(Filters(data, verdicts)), on_choice=layout.to_first_page)
    return (panel,)


@app.cell
def find(data, words):
    with mo.status.spinner("Reading all texts", remove_on_exit=True):
        matches = thread_filter.find(data.workspace, words.value)
    return (matches,)


@app.cell
def filter_threads(data, matches, verdicts, words):
    filters = Filters(data, verdicts, matches=matches, words=words.value)
    return (filters,)


@app.cell
def narrow(filters, panel):
    bins = filters.checked(panel.value)
    mask = filters.mask(bins)
    return bins, mask


@app.cell
def turn_pages(address, mask, order):
    address.value, order.value
    page = thread_filter.pager(int(mask.sum()))
    return (page,)


@app.cell
def list_threads(data, mask, order, page, verdicts, words):
    rows = thread_filter.rows(
        data, mask, verdicts, order=order.value, page=page.value, text=words.value
    )
    table = thread_cards.table(
        rows,
        columns=[thread_cards.column_of_order(order.value)],
        query=words.value,
        thread_id=query_params.thread_id(),
        height=layout.LIST_HEIGHT,
    )
    return rows, table


@app.cell
def read(data, recipe, rows, table):
    thread = thread_reader.read(data, rows, table.value.opened, recipe=recipe)
    return (thread,)


@app.cell
def draw(data, thread, words):
    reader = thread_reader.draw(
        data,
        thread,
        words=words.value,
        labels=layout.labels(data, thread),
        on_name=layout.remember_name,
        page="read_threads.py",
        height=layout.VIEW_HEIGHT,
    )
    return (reader,)


@app.cell
def head(mask, order, page, words):
    layout.bar(words, order, page, thread_filter.count(mask))
    return


@app.cell
def offer_clearing(bins, filters, mask, set_cleared):
    clear = layout.clear_button(lambda: set_cleared(lambda count: count + 1))
    nothing = mo.Html("") if mask.any() else layout.nothing(filters, bins, clear)
    return clear, nothing


@app.cell
def show(nothing, panel, reader, rows, table):
    layout.columns(panel, table if rows.height else nothing, reader)
    return


@app.cell
def remember(bins, order, page, rows, table, words):
    layout.remember(
        table, words=words.value, order=order.value, bins=bins, page=page.value, rows=rows
    )
    return


@app.cell
def count(bins, filters, panel):
    # The last cell: for a million threads, the list is shown seconds before the counts.
    panel.tell(filters, bins)
    return


if __name__ == "__main__":
    app.run()
