import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Read threads")

with app.setup:
    import marimo as mo

    from workbench.dashboard import addresses, freshness, live, navigation, pages
    from workbench.dashboard.reader import conversation, listing, queries, reading


@app.cell(hide_code=True)
def title():
    navigation.heading("read_threads.py")
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
def decide(data):
    _query = queries.read("recipe", most=queries.LONG)
    recipe, complaint = addresses.start(data.workspace, query=_query)
    verdicts = data.verdicts(recipe.select)
    pages.trouble(complaint)
    return recipe, verdicts


@app.cell
def ask_words():
    words = reading.words()
    return (words,)


@app.cell
def ask(data):
    choices = reading.controls(data)
    return (choices,)


@app.cell
def find(data, words):
    with mo.status.spinner("Reading all texts", remove_on_exit=True):
        found = reading.find(data.workspace, words.value)
    return (found,)


@app.cell
def narrow(choices, data, found, verdicts):
    asked = reading.Asked.of(choices.value)
    mask = reading.among(data, verdicts, asked=asked, found=found)
    return asked, mask


@app.cell
def turn_pages(mask):
    page = reading.pager(int(mask.sum()))
    return (page,)


@app.cell
def list_threads(asked, data, mask, page, verdicts, words):
    rows = reading.rows(data, mask, verdicts, asked=asked, page=page.value, text=words.value)
    _named = queries.ids("thread", most=1)
    table = listing.ordered(rows, order=asked.order, text=words.value, named=_named)
    return rows, table


@app.cell
def read(data, recipe, rows, table, verdicts):
    thread = conversation.read(data, rows, table.value, verdicts=verdicts, recipe=recipe)
    return (thread,)


@app.cell
def turn_parts(thread):
    part = conversation.parts(thread)
    return (part,)


@app.cell
def ask_sources():
    sources = conversation.sources()
    return (sources,)


@app.cell
def show(choices, data, mask, page, part, rows, sources, table, thread, words):
    mo.vstack(
        [
            mo.hstack([words, *choices.elements.values()], widths=reading.WIDTHS, align="end"),
            mo.hstack([reading.count(mask), page], justify="start", align="center"),
            pages.split(table, conversation.pane(data, thread, part=part, sources=sources))
            if rows.height
            else reading.nothing(),
        ]
    )
    return


@app.cell
def remember(asked, page, thread, words):
    reading.remember(asked, page=page.value, text=words.value, thread=thread)
    return


if __name__ == "__main__":
    app.run()
