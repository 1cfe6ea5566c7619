import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Search", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from workbench.dashboard.components import (
        getting_started,
        messages,
        navigation,
        stale_notice,
        thread_filter,
        thread_table,
    )
    from workbench.dashboard.components.tabs import Tabs
    from workbench.dashboard.search import controls, examples, map_view, queries, results
    from workbench.dashboard.search.brush import Brush
    from workbench.dashboard.search.example_editor import ExampleEditor
    from workbench.dashboard.session import query_params, recipe_url, scores_session


@app.cell(hide_code=True)
def title():
    navigation.heading("search.py")
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
def decide(data):
    _query = query_params.read("recipe", most=query_params.LONG)
    recipe, _complaint = recipe_url.start(data.workspace, query=_query)
    verdicts = data.verdicts(recipe.select)
    messages.error(_complaint)
    return recipe, verdicts


@app.cell
def keep(data):
    editor = ExampleEditor(data, query_params.ids("examples", most=examples.MOST))
    # marimo runs a cell again if it reads a state by a name of the notebook.
    get_examples, get_note = editor.get_examples, editor.get_note
    return editor, get_examples, get_note


@app.cell
def follow_drawing():
    get_drawn, set_drawn = mo.state(0.0)
    return get_drawn, set_drawn


@app.cell
def ask():
    text = controls.text()
    return (text,)


@app.cell
def ask_more(data):
    choices = controls.controls(data)
    return (choices,)


@app.cell
def narrow(choices, data, verdicts):
    query = controls.SearchQuery.of(choices.value)
    mask = controls.among(data, verdicts, query=query)
    return query, mask


@app.cell
def head(choices, text):
    mo.hstack([text, *choices.elements.values()], widths=controls.WIDTHS, align="end")
    return


@app.cell
def navigate(data):
    tabs = Tabs(controls.TABS, value=controls.first_tab())
    tabs if data.size[0] else messages.error("The workspace contains no threads.")
    return (tabs,)


@app.cell
def show_examples(data, editor, get_examples):
    chosen = get_examples()
    chips = examples.chips(data, chosen, on_change=editor.put)
    return chips, chosen


@app.cell
def find(chosen, data, mask, query, recipe, tabs, text, verdicts):
    with mo.status.spinner(controls.busy(tabs.value, recipe), remove_on_exit=True):
        matches = controls.find(
            data,
            tabs.value,
            text.value,
            chosen,
            query=query,
            mask=mask,
            verdicts=verdicts,
            recipe=recipe,
        )
    return (matches,)


@app.cell
def read_map(data, get_drawn, tabs):
    get_drawn()
    with mo.status.spinner("Reading the map", remove_on_exit=True):
        atlas = map_view.load(data) if tabs.value == "Map" else None
    return (atlas,)


@app.cell
def ask_colour():
    colour = mo.ui.dropdown(list(map_view.COLOURS), "Suitable request", label="Colour")
    brush = Brush()
    return brush, colour


@app.cell
def draw_map(atlas, brush, colour, data, mask, verdicts):
    plot = results.plot(data, atlas, mask, verdicts, colour=colour.value, brush=brush)
    return (plot,)


@app.cell
def choose_inside(atlas, brush, mask, plot):
    inside = controls.inside(atlas, plot, mask, brush)
    page = thread_filter.pager(int(inside.sum()))
    return inside, page


@app.cell
def list_threads(atlas, data, inside, matches, page, verdicts):
    rows = controls.rows(data, matches, atlas, inside, page=page.value, verdicts=verdicts)
    table = thread_table.nearest(rows, height="16rem" if atlas else "25rem")
    return rows, table


@app.cell
def read(data, recipe, rows, table):
    thread = results.read(data, rows, table, recipe=recipe)
    return (thread,)


@app.cell
def make_buttons(data, editor, set_drawn, table):
    add = editor.add_button(table)
    better = map_view.better_button(data, tell=set_drawn)
    return add, better


@app.cell
def ask_ids(editor):
    typed = mo.ui.text(label="Add by id or address", full_width=True, on_change=editor.add_typed)
    name = mo.ui.text("examples", label="Name of the set", full_width=True)
    return name, typed


@app.cell
def make_rule_button(editor, name, recipe):
    rule = mo.ui.button(
        label="Add to known instructions",
        kind="success",
        on_click=lambda _: editor.add_instructions(name.value, recipe),
    )
    return (rule,)


@app.cell
def show_choices(chips, chosen, name, rule, tabs, typed):
    results.examples_bar(tabs.value, chosen, chips, [typed, name, rule])
    return


@app.cell
def show_note(get_note, tabs):
    _note = get_note()
    mo.stop(tabs.value != "Examples")
    _note
    return


@app.cell
def clock(data, get_drawn, set_drawn, tabs):
    get_drawn()
    tick = map_view.clock(data, tell=set_drawn)
    mo.Html(f"<div hidden>{tick.text}</div>" if tick and tabs.value == "Map" else "")
    return (tick,)


@app.cell
def watch(atlas, data, get_drawn, tick):
    tick and tick.value
    map_view.notice(data, atlas, last=get_drawn())
    return


@app.cell
def summarize(add, atlas, better, brush, colour, inside, mask, matches, page, query, tabs):
    results.summary(matches, query=query, add=add) if tabs.value != "Map" else results.legend(
        atlas, mask, inside, brush, [colour, add, page, better]
    )
    return


@app.cell
def show(atlas, data, matches, plot, query, rows, table, tabs, thread):
    _why = results.empty_reason(tabs.value, matches, query=query, atlas=atlas)
    results.show(data, rows, table, thread, why=_why, plot=plot)
    return


@app.cell
def remember(chosen, data, query, recipe, text):
    controls.remember(text.value, chosen, query=query)
    queries.warm(data, recipe.embed)
    return


if __name__ == "__main__":
    app.run()
