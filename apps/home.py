import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Home", html_head_file="head.html")

with app.setup:
    import functools

    import marimo as mo

    from workbench.dashboard.components import getting_started, job_status, navigation
    from workbench.dashboard.components.tabs import Tabs
    from workbench.dashboard.home import (
        actions,
        column_chooser,
        file_chooser,
        ledger,
        overview,
        stage_cards,
        uploads,
        workspace_state,
    )
    from workbench.dashboard.session import allowed_files
    from workbench.dashboard.session.server import SERVER


@app.cell(hide_code=True)
def title():
    navigation.heading("home.py")
    return


@app.cell
def remember():
    # The callbacks of buttons and of the clock set these states; no cell does while it computes.
    get_version, set_version = mo.state(workspace_state.version())
    get_error, set_error = mo.state("")
    get_uploads, set_uploads = mo.state([])
    on_click = functools.partial(actions.callback, set_version=set_version, set_error=set_error)
    columns = column_chooser.ColumnChooser()
    return (
        columns,
        get_error,
        get_uploads,
        get_version,
        on_click,
        set_error,
        set_uploads,
        set_version,
    )


@app.cell
def look(get_version):
    get_version()
    view = workspace_state.look()
    return (view,)


@app.cell
def summary(view):
    overview.sentence(view)
    return


@app.cell
def next_step(view):
    overview.next_step(view)
    return


@app.cell
def allow():
    roots, refused = allowed_files.allowed(mo.cli_args().to_dict())
    return refused, roots


@app.cell
def run_buttons(on_click, roots, view):
    _again = "Try again" if view.job and view.job.status == "failed" else "Continue"
    _run = on_click(lambda: actions.run(view))
    _go_on = on_click(lambda: actions.go_on(view, roots=roots))
    _stop = on_click(lambda: actions.stop(view))
    buttons = {
        "stop": mo.ui.button(label="Stop", kind="danger", on_click=_stop),
        "go on": mo.ui.button(label=_again, kind="success", on_click=_go_on),
        "run": mo.ui.button(label="Run what is stale", kind="success", on_click=_run),
    }
    mo.hstack([buttons[name] for name in actions.offered(view)], justify="start")
    return (buttons,)


@app.cell
def show_error(get_error):
    job_status.refusal(get_error())
    return


@app.cell
def clock(get_version, set_version):
    _refresh = functools.partial(workspace_state.refresh, get_version, set_version)
    tick = mo.ui.refresh(default_interval="2s", on_change=lambda _: _refresh())
    mo.Html(f"<div hidden>{tick.text}</div>")
    return (tick,)


@app.cell
def watch(tick, view):
    tick.value
    overview.activity(view.workspace)
    return


@app.cell
def navigate():
    tabs = Tabs(["Overview", "Dumps", "Ledger", "Rejects"], value=workspace_state.first_tab())
    tabs
    return (tabs,)


@app.cell
def stage_buttons(on_click, view):
    _may_run = [] if view.is_busy else actions.choices(view)
    stage_runs = {
        name: mo.ui.button(
            label=f"Run {name}",
            disabled=name not in _may_run,
            kind="success" if name in view.stale and name in _may_run else "neutral",
            on_click=on_click(functools.partial(actions.run, view, name)),
        )
        for name in actions.AFTER_INGEST
    }
    return (stage_runs,)


@app.cell
def show_overview(stage_runs, tabs, view):
    mo.stop(tabs.value != "Overview")
    start_here = getting_started.panel(None if view.workspace else view.problem or "There is none.")
    start_here or overview.layout(view, cards=stage_cards.cards(view, stage_runs))
    return


@app.cell
def need_roots(refused, roots):
    mo.stop(bool(refused), job_status.refusal(refused))
    allowed = roots
    return (allowed,)


@app.cell
def choose_files(allowed):
    browser = file_chooser.browser(allowed)
    return (browser,)


@app.cell
def drop_files(set_error, set_uploads):
    drop_area = uploads.area(set_paths=set_uploads, set_error=set_error)
    return (drop_area,)


@app.cell
def write_paths():
    typed = mo.ui.text_area(
        label="Or type paths and globs, one a line", rows=3, full_width=True, max_length=20_000
    )
    folder = mo.ui.text(str(SERVER.folder), label="New workspace in", full_width=True)
    lines = mo.ui.number(1000, 1_000_000, step=1000, value=20_000, label="Lines")
    # Buttons call these when they are clicked. They would be replaced while somebody types if
    # their cell named the fields.
    get_folder = functools.partial(getattr, folder, "value")
    get_lines = functools.partial(getattr, lines, "value")
    return folder, get_folder, get_lines, lines, typed


@app.cell
def choose(allowed, browser, get_uploads, typed, view):
    chosen, problem = allowed_files.choose(
        [*file_chooser.paths(browser), *get_uploads()],
        typed.value,
        roots=allowed,
        workspace=view.workspace,
    )
    return chosen, problem


@app.cell
def look_at_file(chosen, view):
    first_rows, unreadable = column_chooser.look(chosen, view.workspace)
    return first_rows, unreadable


@app.cell
def choose_columns(columns, first_rows, view):
    column_controls = columns.controls(first_rows, view.workspace)
    column_fields = column_chooser.fields(column_controls)
    get_columns = functools.partial(getattr, column_controls, "value")
    return column_fields, get_columns


@app.cell
def column_buttons(allowed, columns, get_columns, get_folder, on_click, view):
    _find = functools.partial(actions.find_or_create, view, roots=allowed)
    _use = on_click(lambda: columns.save(_find(get_folder()), get_columns()))
    _forget = on_click(lambda: columns.remove(_find(get_folder())))
    use_columns = mo.ui.button(label="Use these columns", on_click=_use)
    forget_columns = mo.ui.button(
        label="Forget the column map",
        disabled=not column_chooser.has_map(view.workspace),
        on_click=_forget,
    )
    map_buttons = [use_columns, forget_columns]
    return (map_buttons,)


@app.cell
def show_columns(column_fields, first_rows, map_buttons):
    column_panel = column_chooser.panel(first_rows, column_fields, map_buttons)
    return (column_panel,)


@app.cell
def dump_buttons(allowed, chosen, get_folder, get_lines, on_click, view):
    _find = functools.partial(actions.find_or_create, view, roots=allowed)
    _read = on_click(lambda: actions.read(_find(get_folder()), chosen))
    _only = on_click(lambda: actions.read(_find(get_folder()), chosen, only=True))
    _make = on_click(lambda: actions.sample(_find(get_folder()), get_lines()))
    _off, _label = view.is_busy or not chosen, "Read and run everything"
    read_all = mo.ui.button(label=_label, kind="success", disabled=_off, on_click=_read)
    read_only = mo.ui.button(label="Only read", disabled=_off, on_click=_only)
    make = mo.ui.button(label="Make a sample", disabled=view.is_busy, on_click=_make)
    return make, read_all, read_only


@app.cell
def show_choice(allowed, browser, drop_area, tabs):
    mo.stop(not allowed or tabs.value != "Dumps")
    chooser = mo.vstack([browser, drop_area])
    return (chooser,)


@app.cell
def show_dumps(
    chooser,
    chosen,
    column_panel,
    folder,
    lines,
    make,
    problem,
    read_all,
    read_only,
    typed,
    unreadable,
    view,
):
    _read = [typed, job_status.refusal(problem or unreadable), file_chooser.chosen(chosen)]
    _new = [] if view.workspace else [folder]
    _go = [mo.hstack([read_all, read_only], justify="start")]
    _sample = [] if view.has_lines else [mo.hstack([make, lines], justify="start", align="end")]
    _choice = mo.hstack(
        [chooser, mo.vstack([*_read, *_new, *_go, *_sample])], widths="equal", gap=1.5
    )
    mo.vstack([_choice, column_panel])
    return


@app.cell
def choose_rows():
    # What somebody chose in the ledger outlives its table, which is made again after each run.
    ledger_choice = {}
    rejects_page = mo.ui.number(1, 999_999, value=1, label="Page")
    return ledger_choice, rejects_page


@app.cell
def choose_reject_kind(view):
    reject_kind = mo.ui.dropdown(
        ledger.reject_kinds(view.workspace), ledger.ANY_KIND, label="Rejected as"
    )
    return (reject_kind,)


@app.cell
def show_ledger(ledger_choice, tabs, view):
    mo.stop(tabs.value != "Ledger")
    ledger_table = ledger.table(view.workspace, ledger_choice)
    ledger_table
    return


@app.cell
def show_rejects(reject_kind, rejects_page, tabs, view):
    mo.stop(tabs.value != "Rejects")
    _rows = ledger.rejects(view.workspace, kind=reject_kind.value, page=rejects_page.value)
    mo.vstack([mo.hstack([reject_kind, rejects_page], justify="start"), _rows])
    return


if __name__ == "__main__":
    app.run()
