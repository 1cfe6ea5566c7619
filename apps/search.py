import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Search")

with app.setup:
    import marimo as mo

    from workbench.dashboard import addresses, freshness, live, navigation, pages
    from workbench.dashboard.reader import listing, queries, reading
    from workbench.dashboard.searching import atlases, examples, finding, looking, mapping, searched


@app.cell(hide_code=True)
def title():
    navigation.heading("search.py")
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
    recipe, _complaint = addresses.start(data.workspace, query=_query)
    verdicts = data.verdicts(recipe.select)
    pages.trouble(_complaint)
    return recipe, verdicts


@app.cell
def keep():
    # Threads are put to the examples from three lists, and taken out again in a fourth.
    get_examples, set_examples = mo.state(queries.ids("examples", most=examples.MOST))
    get_drawn, set_drawn = mo.state(0.0)
    return get_drawn, get_examples, set_drawn, set_examples


@app.cell
def ask():
    text = looking.text()
    return (text,)


@app.cell
def ask_more(data):
    choices = looking.controls(data)
    return (choices,)


@app.cell
def narrow(choices, data, verdicts):
    asked = looking.Asked.of(choices.value)
    mask = looking.among(data, verdicts, asked=asked)
    return asked, mask


@app.cell
def head(choices, text):
    mo.hstack([text, *choices.elements.values()], widths=looking.WIDTHS, align="end")
    return


@app.cell
def navigate(data):
    tabs = mo.ui.tabs(dict.fromkeys(looking.TABS, ""), value=looking.first_tab())
    tabs if data.size[0] else pages.trouble("The workspace holds no thread.")
    return (tabs,)


@app.cell
def show_examples(data, get_examples, set_examples):
    chosen = get_examples()
    chips = examples.chips(data, chosen, on_change=set_examples)
    return chips, chosen


@app.cell
def find(asked, chosen, data, mask, recipe, tabs, text, verdicts):
    with mo.status.spinner(looking.busy(tabs.value, recipe), remove_on_exit=True):
        found = looking.find(
            data,
            tabs.value,
            text.value,
            chosen,
            asked=asked,
            mask=mask,
            verdicts=verdicts,
            recipe=recipe,
        )
    return (found,)


@app.cell
def read_map(data, get_drawn, tabs):
    get_drawn()
    with mo.status.spinner("Reading the map", remove_on_exit=True):
        atlas = mapping.load(data) if tabs.value == "Map" else None
    return (atlas,)


@app.cell
def ask_colour():
    colour = mo.ui.dropdown(list(mapping.COLOURS), "Request that fits", label="Colour")
    brush = atlases.Brush()
    return brush, colour


@app.cell
def draw_map(atlas, brush, colour, data, mask, verdicts):
    plot = searched.plot(data, atlas, mask, verdicts, colour=colour.value, brush=brush)
    return (plot,)


@app.cell
def choose_inside(atlas, brush, mask, plot):
    inside = looking.inside(atlas, plot, mask, brush)
    page = reading.pager(int(inside.sum()))
    return inside, page


@app.cell
def list_threads(atlas, data, found, inside, page, verdicts):
    rows = looking.rows(data, found, atlas, inside, page=page.value, verdicts=verdicts)
    table, ticks = listing.nearest(rows, height=250 if atlas else 400), finding.Ticks()
    return rows, table, ticks


@app.cell
def read(data, recipe, rows, table, ticks, verdicts):
    thread = searched.read(data, rows, table, ticks, verdicts=verdicts, recipe=recipe)
    return (thread,)


@app.cell
def make_buttons(data, rows, set_drawn, set_examples, table):
    add = searched.add_button(rows, table, put=set_examples)
    better = mapping.better_button(data, tell=set_drawn)
    return add, better


@app.cell
def ask_ids():
    typed = mo.ui.text(label="Add by id or address", full_width=True)
    name = mo.ui.text("examples", label="Name of the rule", full_width=True)
    rule = mo.ui.run_button(label="Make this a rule", kind="success")
    return name, rule, typed


@app.cell
def show_choices(chips, chosen, name, rule, tabs, typed):
    searched.strip(tabs.value, chosen, chips, [typed, name, rule])
    return


@app.cell
def add_ids(data, set_examples, typed):
    _found, _wrong = examples.resolve(data, typed.value)
    if _found:
        set_examples(lambda before: examples.united(before, _found))
    pages.trouble(_wrong)
    return


@app.cell
def make_rule(chosen, data, name, recipe, rule, tabs):
    mo.stop(not rule.value or tabs.value != "Examples")
    examples.make_rule(data, chosen, source=name.value, recipe=recipe)
    return


@app.cell
def clock(data, get_drawn, tabs):
    get_drawn()
    tick = mo.ui.refresh(default_interval="2s") if mapping.is_drawing(data) else None
    mo.Html(f"<div hidden>{tick.text}</div>" if tick and tabs.value == "Map" else "")
    return (tick,)


@app.cell
def watch(atlas, data, get_drawn, set_drawn, tick):
    tick and tick.value
    mapping.notice(data, atlas, told=get_drawn(), tell=set_drawn)
    return


@app.cell
def tell(add, asked, atlas, better, brush, colour, found, inside, mask, page, tabs):
    searched.tell(found, asked=asked, add=add) if tabs.value != "Map" else searched.legend(
        atlas, mask, inside, brush, [colour, add, page, better]
    )
    return


@app.cell
def show(asked, atlas, data, found, plot, rows, table, tabs, thread):
    _why = searched.nothing(tabs.value, found, asked=asked, atlas=atlas)
    searched.show(data, rows, table, thread, why=_why, plot=plot)
    return


@app.cell
def remember(asked, chosen, data, recipe, tabs, text):
    looking.remember(tabs.value, text.value, chosen, asked=asked)
    finding.warm(data, recipe.embed)
    return


if __name__ == "__main__":
    app.run()
