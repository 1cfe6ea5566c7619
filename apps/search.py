import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Search", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from workbench.dashboard.components import (
        getting_started,
        messages,
        navigation,
        search_help,
        stale_notice,
        thread_cards,
        thread_filter,
    )
    from workbench.dashboard.components.tabs import Tabs
    from workbench.dashboard.search import controls, examples, map_view, queries, results
    from workbench.dashboard.search.example_editor import ExampleEditor
    from workbench.dashboard.search.map_choice import MapChoice
    from workbench.dashboard.session import query_params, recipe_url, scores_opening


@app.cell(hide_code=True)
def title():
    navigation.heading("search.py")
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
    recipe, _complaint = recipe_url.start(data.workspace, query=_query)
    verdicts = data.verdicts(recipe.select)
    messages.error(_complaint)
    return recipe, verdicts


@app.cell
def keep(data):
    editor = ExampleEditor(data, query_params.ids("examples", most=examples.MOST))
    choice = MapChoice(query_params.thread_id())
    # marimo runs a cell again if it reads a state by a name of the notebook.
    get_examples, get_note, get_turn = editor.get_examples, editor.get_note, editor.get_turn
    get_opened, get_selected = choice.get_opened, choice.get_selected
    return choice, editor, get_examples, get_note, get_opened, get_selected, get_turn


@app.cell
def ask():
    text = controls.text()
    return (text,)


@app.cell
def ask_more(data):
    choices = controls.controls(data)
    return (choices,)


@app.cell
def ask_colour():
    colour = mo.ui.dropdown(list(map_view.COLOURS), "Suitable request", label="Colour")
    return (colour,)


@app.cell
def narrow(choices, data, verdicts):
    query = controls.SearchQuery.of(choices.value)
    mask = controls.among(data, verdicts, query=query)
    return mask, query


@app.cell
def head(choices, colour, text):
    mo.vstack(
        [
            mo.hstack(
                [text, *choices.elements.values(), colour], widths=controls.WIDTHS, align="end"
            ),
            search_help.disclosure(results.WHERE),
        ],
        gap=0.2,
    )
    return


@app.cell
def navigate(data):
    tabs = Tabs(controls.TABS, value=controls.first_tab(), label="Search by")
    tabs if data.size[0] else messages.error("The workspace contains no threads.")
    return (tabs,)


@app.cell
def show_examples(data, editor, get_examples):
    chosen = get_examples()
    chips = examples.chips(data, chosen, on_change=editor.put)
    return chips, chosen


@app.cell
def read_map(data):
    with mo.status.spinner("Reading the map", remove_on_exit=True):
        atlas = map_view.load(data)
    return (atlas,)


@app.cell
def draw_map(atlas, choice, data, verdicts):
    scatter = plot = picture = None
    if isinstance(atlas, map_view.Atlas) and atlas.places.height:
        scatter = map_view.draw(data, atlas, verdicts)
        choice.follow_map(scatter, atlas, data.scores["thread_id"])
        plot = mo.ui.anywidget(scatter)
        # Cells that name the element itself would run again whenever the map is used.
        picture = mo.Html(plot.text)
    return picture, plot, scatter


@app.cell
def colour_map(atlas, colour, data, scatter, verdicts):
    if scatter is not None:
        results.paint(scatter, data, atlas, verdicts, colour=colour.value)
    return


@app.cell
def select(atlas, get_selected, mask, scatter):
    get_selected()
    inside = controls.inside(atlas, scatter, mask)
    page = thread_filter.pager(int(inside.sum()))
    return inside, page


@app.cell
def find(chosen, data, inside, query, recipe, tabs, text, verdicts):
    with controls.waiting(tabs.value, text.value, recipe):
        matches = controls.find(
            data,
            tabs.value,
            text.value,
            chosen,
            query=query,
            mask=inside,
            verdicts=verdicts,
            recipe=recipe,
        )
    return (matches,)


@app.cell
def mark_map(atlas, chosen, data, mask, matches, scatter):
    if scatter is not None:
        results.mark(scatter, atlas, data, mask=mask, matches=matches, examples=chosen)
    return


@app.cell
def list_threads(choice, data, inside, matches, page, tabs, text, verdicts):
    rows = controls.rows(data, matches, inside, page=page.value, verdicts=verdicts)
    words = text.value if tabs.value == "Text" else ""
    table = thread_cards.nearest(rows, query=words, height="26rem")
    choice.follow_list(table)
    return rows, table, words


@app.cell
def read(choice, data, get_opened, recipe, rows, table, verdicts):
    get_opened()
    thread = results.read(data, rows, choice.opened(table), verdicts=verdicts, recipe=recipe)
    return (thread,)


@app.cell
def ask_ids(editor):
    typed = mo.ui.text(label="Add by id or address", full_width=True, on_change=editor.add_typed)
    name = mo.ui.text("examples", label="Name of the set", full_width=True)
    return name, typed


@app.cell
def make_buttons(editor, name, recipe, table):
    add = editor.add_button(table)
    rule = mo.ui.button(
        label="Add to known instructions",
        kind="success",
        on_click=lambda _: editor.add_instructions(name.value, recipe),
    )
    return add, rule


@app.cell
def show_choices(chips, chosen, name, rule, tabs, typed):
    results.examples_bar(tabs.value, chosen, chips, [typed, name, rule])
    return


@app.cell
def show_note(get_note):
    get_note()
    return


@app.cell
def clock(editor, get_turn):
    get_turn()
    _tick = editor.clock()
    mo.Html(f"<div hidden>{_tick.text}</div>" if _tick else "")
    return


@app.cell
def show(
    add,
    atlas,
    data,
    inside,
    mask,
    matches,
    page,
    picture,
    query,
    scatter,
    table,
    tabs,
    thread,
    words,
):
    results.show(
        data,
        table,
        thread,
        plot=picture,
        above=[
            *results.caption(atlas, scatter, mask, inside),
            results.summary(matches, inside, query=query, controls=[page, add]),
        ],
        why=results.empty_reason(tabs.value, matches, atlas=atlas),
        words=words,
    )
    return


@app.cell
def remember(chosen, data, query, recipe, text, thread):
    controls.remember(text.value, chosen, query=query, thread=thread)
    queries.warm(data, recipe.embed)
    return


if __name__ == "__main__":
    app.run()
