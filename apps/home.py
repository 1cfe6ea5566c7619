import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Home")

with app.setup:
    import functools

    import marimo as mo

    from workbench.dashboard.components import job_status, navigation
    from workbench.dashboard.home import actions, ledger, overview, workspace_state
    from workbench.dashboard.session import allowed_files
    from workbench.storage import Workspace


@app.cell(hide_code=True)
def title():
    navigation.heading("home.py")
    return


@app.cell
def remember():
    seen, tell = mo.state(workspace_state.version())
    return seen, tell


@app.cell
def look(seen):
    seen()
    view = workspace_state.look()
    return (view,)


@app.cell
def next_step(view):
    overview.next_step(view)
    return


@app.cell
def run_buttons(view):
    _kind = "neutral" if view.may_go_on else "success"
    run_all = mo.ui.run_button(label="Run everything", kind=_kind)
    go_on = mo.ui.run_button(label="Go on", kind="success")
    stop = mo.ui.run_button(label="Stop", kind="danger")
    _choices = {"stop": stop, "go on": go_on, "run": run_all}
    mo.hstack([_choices[name] for name in actions.offered(view)], justify="start")
    return go_on, run_all, stop


@app.cell
def start_or_stop(run_all, stop, tell, view):
    mo.stop(not (run_all.value or stop.value))
    actions.attempt(lambda: actions.stop(view) if stop.value else actions.run(view), tell)
    return


@app.cell
def start_again(allowed, go_on, tell, view):
    mo.stop(not go_on.value)
    actions.attempt(lambda: actions.go_on(view, roots=allowed), tell)
    return


@app.cell
def clock():
    tick = mo.ui.refresh(default_interval="2s")
    mo.Html(f"<div hidden>{tick.text}</div>")
    return (tick,)


@app.cell
def watch(tell, tick, view):
    tick.value
    overview.notice(view, tell)
    return


@app.cell
def navigate():
    tabs = mo.ui.tabs(
        dict.fromkeys(["Overview", "Dumps", "Ledger", "Rejects"], ""),
        value=workspace_state.first_tab(),
    )
    tabs
    return (tabs,)


@app.cell
def choose_stage(view):
    _names = actions.choices(view)
    _first = next((name for name in _names if name in view.stale), None)
    stage = mo.ui.dropdown(_names, _first, label="One stage")
    return (stage,)


@app.cell
def one_stage(stage, view):
    run_one = mo.ui.run_button(label="Run it", disabled=view.is_busy or not stage.value)
    return (run_one,)


@app.cell
def show_overview(run_one, stage, tabs, view):
    mo.stop(tabs.value != "Overview")
    mo.vstack(
        [
            overview.stages(view),
            mo.hstack([stage, run_one], justify="start", align="center"),
            overview.funnel(view),
        ]
        if view.states
        else [mo.md("There is no workspace yet.")]
    )
    return


@app.cell
def start_one(run_one, stage, tell, view):
    mo.stop(not (run_one.value and stage.value))
    actions.attempt(lambda: actions.run(view, stage.value), tell)
    return


@app.cell
def allow():
    allowed, _refused = allowed_files.allowed(mo.cli_args().to_dict())
    mo.stop(bool(_refused), job_status.refusal(_refused))
    return (allowed,)


@app.cell
def choose_root(allowed):
    root = mo.ui.dropdown({str(path): path for path in allowed}, str(allowed[0]), label="Below")
    return (root,)


@app.cell
def choose_files(root):
    browser = allowed_files.Browser(root.value)
    return (browser,)


@app.cell
def write_paths():
    typed = mo.ui.text_area(
        label="Or type paths and globs, one a line", rows=3, full_width=True, max_length=20_000
    )
    folder = mo.ui.text(str(Workspace.place()), label="New workspace in", full_width=True)
    lines = mo.ui.number(1000, 1_000_000, step=1000, value=20_000, label="Lines")
    return folder, lines, typed


@app.cell
def choose(allowed, browser, typed, view):
    chosen, complaint = allowed_files.choose(
        browser.value, typed.value, roots=allowed, workspace=view.workspace
    )
    return chosen, complaint


@app.cell
def dump_buttons(chosen, view):
    _off = view.is_busy or not chosen
    read_all = mo.ui.run_button(label="Read and run everything", kind="success", disabled=_off)
    read_only = mo.ui.run_button(label="Only read", disabled=_off)
    make = mo.ui.run_button(label="Make a sample", disabled=view.is_busy)
    return make, read_all, read_only


@app.cell
def show_choice(allowed, browser, root, tabs):
    mo.stop(not allowed or tabs.value != "Dumps")
    chooser = mo.vstack([root, browser])
    return (chooser,)


@app.cell
def show_dumps(chooser, chosen, complaint, folder, lines, make, read_all, read_only, typed, view):
    _read = [typed, job_status.refusal(complaint), allowed_files.listing(chosen)]
    _new = [] if view.workspace else [folder]
    _go = [mo.hstack([read_all, read_only], justify="start")]
    _sample = [] if view.has_lines else [mo.hstack([make, lines], justify="start", align="end")]
    mo.hstack([chooser, mo.vstack([*_read, *_new, *_go, *_sample])], widths="equal", gap=1.5)
    return


@app.cell
def start_reading(allowed, chosen, folder, lines, make, read_all, read_only, tell, view):
    mo.stop(not (read_all.value or read_only.value or make.value))
    _place = functools.partial(actions.found, view, folder.value, roots=allowed)
    actions.attempt(
        lambda: (
            actions.sample(_place(), lines.value)
            if make.value
            else actions.read(_place(), chosen, only=read_only.value)
        ),
        tell,
    )
    return


@app.cell
def choose_rows():
    order = mo.ui.dropdown(list(ledger.ORDERS), "As read", label="Order")
    page = mo.ui.number(1, 999_999, value=1, label="Page")
    rejects_page = mo.ui.number(1, 999_999, value=1, label="Page")
    return order, page, rejects_page


@app.cell
def choose_reason(view):
    reason = mo.ui.dropdown(ledger.reasons(view.workspace), "any reason", label="Reason")
    return (reason,)


@app.cell
def show_ledger(order, page, tabs, view):
    mo.stop(tabs.value != "Ledger")
    _rows = ledger.ledger(view.workspace, order=order.value, page=page.value)
    mo.vstack([mo.hstack([order, page], justify="start"), _rows])
    return


@app.cell
def show_rejects(reason, rejects_page, tabs, view):
    mo.stop(tabs.value != "Rejects")
    _rows = ledger.rejects(view.workspace, reason=reason.value, page=rejects_page.value)
    mo.vstack([mo.hstack([reason, rejects_page], justify="start"), _rows])
    return


if __name__ == "__main__":
    app.run()
