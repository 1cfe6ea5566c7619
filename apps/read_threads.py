import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Read threads", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from workbench.dashboard.components import (
        messages,
        navigation,
        stale_notice,
        thread_filter,
        thread_reader,
        thread_table,
    )
    from workbench.dashboard.components.address import Address
    from workbench.dashboard.session import query_params, recipe_url, scores_session


@app.cell(hide_code=True)
def title():
    navigation.heading("read_threads.py")
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
def ask_words(address):
    address.value
    words = thread_filter.words()
    return (words,)


@app.cell
def ask(address, data):
    address.value
    choices = thread_filter.controls(data)
    return (choices,)


@app.cell
def find(data, words):
    with mo.status.spinner("Reading all texts", remove_on_exit=True):
        matches = thread_filter.find(data.workspace, words.value)
    return (matches,)


@app.cell
def narrow(choices, data, matches, verdicts):
    query = thread_filter.ThreadQuery.of(choices.value)
    mask = thread_filter.among(data, verdicts, query=query, matches=matches)
    return query, mask


@app.cell
def turn_pages(address, mask):
    address.value
    page = thread_filter.pager(int(mask.sum()))
    return (page,)


@app.cell
def list_threads(query, data, mask, page, verdicts, words):
    rows = thread_filter.rows(data, mask, verdicts, query=query, page=page.value, text=words.value)
    table = thread_table.table(
        rows,
        columns=[thread_table.column_of_order(query.order)],
        query=words.value,
        thread_id=query_params.thread_id(),
    )
    return rows, table


@app.cell
def read(data, recipe, rows, table, verdicts):
    thread = thread_reader.read(
        data, rows, table.value.opened, recipe=recipe, explain=thread_reader.full_verdict(verdicts)
    )
    return (thread,)


@app.cell
def turn_parts(thread):
    part = thread_reader.parts(thread)
    return (part,)


@app.cell
def ask_sources():
    sources = thread_reader.sources()
    return (sources,)


@app.cell
def show(choices, data, mask, page, part, rows, sources, table, thread, words):
    mo.vstack(
        [
            mo.hstack(
                [words, *choices.elements.values()], widths=thread_filter.WIDTHS, align="end"
            ),
            mo.hstack([thread_filter.count(mask), page], justify="start", align="center"),
            thread_table.split(table, thread_reader.pane(data, thread, part=part, sources=sources))
            if rows.height
            else thread_filter.nothing(),
        ]
    )
    return


@app.cell
def remember(query, page, thread, words):
    thread_filter.remember(query, page=page.value, text=words.value, thread=thread)
    return


if __name__ == "__main__":
    app.run()
