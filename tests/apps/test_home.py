"""The home of the dashboards, run without a browser and in one."""

import json
import os
import signal
from functools import partial
from types import SimpleNamespace

import msgspec
import polars as pl
import pytest

import home as page
from tests.dashboard.session.test_jobs import until
from tests.support import browser as browsers
from tests.support import fakes
from tests.support.command_line import FAST_RECIPE
from workbench import pipeline, progress, sample
from workbench.dashboard.components import job_status
from workbench.dashboard.home import actions, ledger, overview, workspace_state
from workbench.dashboard.session import allowed_files, jobs
from workbench.dashboard.session.server import SERVER
from workbench.exceptions import WorkspaceError
from workbench.recipe import Recipe
from workbench.schemas import Deletions, Ledger, Rejects
from workbench.storage import VARIABLE, Workspace, lock_owner


@pytest.fixture
def ran(tmp_path, monkeypatch):
    """The workspace of this server, all of it up to date."""
    workspace = Workspace.create(tmp_path / "ws")
    workspace.write_text("recipe.toml", FAST_RECIPE)
    sample.write(tmp_path / "a.tar", lines=2000)
    recipe = Recipe.from_toml(FAST_RECIPE)
    pipeline.ingest(workspace, recipe, paths=[str(tmp_path / "a.tar")])
    pipeline.bring_up_to_date(workspace, recipe)
    monkeypatch.setenv(VARIABLE, str(workspace.root))
    return workspace


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """The place of a workspace that is not there."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ws"))
    return tmp_path / "ws"


def hostile_accounts(workspace, *, members=50):
    """Write a ledger and rejects whose every text is hostile."""
    texts = pl.Series(fakes.HOSTILE)
    rows = pl.DataFrame({"member": range(members)}).with_columns(
        content_hash=pl.format("{}", "member"),
        archive=texts.gather(pl.Series(range(members)) % len(texts)),
        name=texts.gather((pl.Series(range(members)) + 1) % len(texts)),
        format=pl.lit(None, pl.String),
        lines=pl.col("member") + 1,
        rejected=pl.col("member") + 1,
        **{kind: pl.lit(0) for kind in ["tweets", "carriers", "deletions", "notices", "blank"]},
        embedded=pl.lit(0),
        notice_kinds=pl.lit([], Ledger.create_empty().schema["notice_kinds"]),
        reject_reasons=pl.concat_list(
            pl.struct(kind=pl.lit(fakes.HOSTILE[0]), count=pl.col("member") + 1)
        ),
        size=pl.lit(1),
        seconds=pl.lit(0.0),
        damage=pl.when(pl.col("member") == 7).then(pl.lit(fakes.HOSTILE[1])),
    )
    workspace.write("ledger", Ledger.validate(rows, cast=True))
    rejected = rows.select(
        "member",
        line=pl.lit(3),
        reason=pl.when(pl.col("member") < 5).then(pl.lit(fakes.HOSTILE[0])).otherwise(pl.lit("b")),
        excerpt="name",
    )
    workspace.write("rejects", Rejects.validate(rejected, cast=True))


def advice():
    return overview.advice(workspace_state.look())


def test_app_without_a_workspace_offers_dumps_and_a_sample(empty):
    outputs, defs = page.app.run()
    assert defs["view"] == workspace_state.View()
    assert defs["tabs"].value == "Dumps"
    text = "".join(getattr(output, "text", "") for output in outputs)
    assert "none yet" in text
    assert "Make a sample" in text
    assert not empty.exists()


def test_app_shows_what_is_in_the_workspace(ran):
    outputs, defs = page.app.run()
    assert defs["tabs"].value == "Overview"
    text = "".join(getattr(output, "text", "") for output in outputs)
    assert text.count("up to date") >= 6
    for title, count in pipeline.funnel(ran):
        assert title in text
        assert f">{count:,}</td>" in text
    assert "its own recipe" in text
    assert "?file=read_threads.py" in text
    assert actions.offered(defs["view"]) == []


def test_app_shows_ledger_and_rejects(ran):
    told = {"Ledger": "All 10 members", "Rejects": "No line was rejected"}
    for tab, said in told.items():
        outputs, _ = page.app.run(defs={"tabs": SimpleNamespace(value=tab)})
        text = "".join(getattr(output, "text", "") for output in outputs)
        assert [other for other in told.values() if other in text] == [said]


def test_advice_names_what_is_stale(ran):
    ran.write_text("recipe.toml", FAST_RECIPE + "[select.turns]\nmin = 4")
    assert advice() == ("Run the stages that are not up to date: select, export.", [])
    view = workspace_state.look()
    assert actions.offered(view) == ["run"]
    assert actions.choices(view) == ["threads", "embed", "score", "select"]


def test_advice_after_a_recipe_that_keeps_nothing(ran):
    strict = Recipe.from_toml(FAST_RECIPE + "[select.turns]\nmin = 4000")
    ran.write_text("recipe.toml", strict.to_toml())
    pipeline.bring_up_to_date(ran, strict)
    said, links = advice()
    assert "Loosen" in said
    assert links == ["curate_export.py"]


def test_advice_after_a_dump_without_tweets(empty, tmp_path):
    workspace = Workspace.create(empty)
    (tmp_path / "text.json").write_text("hello\n")
    pipeline.ingest(workspace, Recipe(), paths=[str(tmp_path / "text.json")])
    assert "no line contains a tweet" in advice()[0]
    assert "hello" in ledger.rejects(workspace).text


def test_damage_of_a_dump_is_told_until_the_whole_one_is_read(empty, tmp_path):
    workspace, path = Workspace.create(empty), tmp_path / "july.tar"
    sample.write(path, lines=1000)
    whole = path.read_bytes()
    for data, told in [(whole[: len(whole) // 2], True), (whole, False)]:
        path.write_bytes(data)
        pipeline.ingest(workspace, Recipe(), paths=[str(path)])
        shown = overview.next_step(workspace_state.look()).text
        assert ("2 archives or members damaged" in shown) == told
        assert ("0 damaged" in ledger.ledger(workspace).text) != told


@pytest.mark.parametrize("status", ["failed", "stopped", "lost"])
def test_advice_after_a_job_that_did_not_end_well(ran, status):
    ran.forget("select")
    record = jobs.Record("Running it", ["select", "-w", "ws"], started_at=0.0)
    job = SimpleNamespace(status=status, is_running=False, record=record)
    view = workspace_state.View("", ran, "", workspace_state.look().states, job)
    assert "Go on with it" in overview.advice(view)[0]
    assert "“Run everything” skips it" in overview.advice(view)[0]
    assert actions.offered(view) == ["go on", "run"]
    record.arguments[:1] = ["run"]
    assert "Run everything" not in overview.advice(view)[0]
    assert actions.offered(view) == ["go on"]
    running = workspace_state.View("", ran, "", view.states, SimpleNamespace(is_running=True))
    assert actions.offered(running) == ["stop"]


def test_run_it_waits_for_a_stage(ran):
    _, fresh = page.app.run()
    assert fresh["stage"].value is None
    assert "data-disabled='true'" in fresh["run_one"].text
    ran.forget("select")
    _, stale = page.app.run()
    assert stale["stage"].value == "select"
    assert "data-disabled='false'" in stale["run_one"].text


def test_a_run_in_a_terminal_is_shown_and_waited_for(ran):
    with ran.locked():
        mine = lock_owner.find(ran.root / ".lock")
        told = progress.ProgressRecord("score", 30, 40, mine.began_at + 1, mine.began_at + 31)
        (ran.root / progress.FILE).write_bytes(msgspec.json.encode(told))
        view = workspace_state.look()
        assert actions.offered(view) == []
        assert "Another process is writing" in overview.advice(view)[0]
        assert (
            'data-testid="state-score"><span class="wb-state wb-run"' in overview.stages(view).text
        )
        assert "An app of this dashboard writes" in overview.activity(ran).text
        other = msgspec.structs.replace(mine, pid=1, command="workbench <run>")
        now = mine.began_at + 31
        shown = job_status.panel(None, holder=other, progress=told, now=now).text
        assert "workbench &lt;run&gt;</bdi></b> runs outside the dashboard" in shown
        assert "75%, about 10 s left" in shown
        assert "process 1" in shown
    changed = []
    workspace_state.refresh(lambda: view.version, changed.append)
    assert len(changed) == 1
    assert workspace_state.look().stage == ""


def test_packs_with_deleted_tweets_are_named(ran):
    pack = ran.exports_path / "default" / "ids.txt"
    held = [int(line) for line in pack.read_text().split()[:2]]
    pack.write_text(f"hello world\n{pack.read_text()}")
    assert workspace_state.look().held == ()
    gone = pl.DataFrame({"tweet_id": held, "had_row": [True, True]})
    ran.write("deletions", Deletions.validate(gone, cast=True))
    view = workspace_state.look()
    assert view.held == (("default", 2),)
    assert "contains 2 tweets deleted since" in overview.next_step(view).text


def test_damage_is_told_and_does_no_harm(ran):
    ran.write_text("recipe.toml", "[select.turns]\nmin = '<b>many'")
    view = workspace_state.look()
    assert "turns.min" in view.problem
    assert len(view.states) == 6
    assert "<b>many" not in overview.next_step(view).text
    ran.write_text("workspace.json", "{")
    outputs, defs = page.app.run()
    assert "damaged" in defs["view"].problem
    assert any("damaged" in getattr(output, "text", "") for output in outputs)


def test_refresh_sets_the_version_only_if_something_has_changed(ran):
    versions = []
    view = workspace_state.look()
    workspace_state.refresh(lambda: view.version, versions.append)
    assert versions == []
    ran.write_text("recipe.toml", FAST_RECIPE + "[select.turns]\nmin = 4")
    workspace_state.refresh(lambda: view.version, versions.append)
    assert versions == [workspace_state.version()] != [view.version]
    (ran.root / "jobs" / "1").mkdir(parents=True)
    record = json.dumps({"title": "A job", "arguments": ["run"], "started_at": 0.0})
    (ran.root / "jobs" / "1" / "job.json").write_text(record)
    assert workspace_state.version() != versions[0]


def test_find_or_create_makes_a_workspace_that_the_whole_server_uses(empty, tmp_path):
    roots, nothing = [tmp_path.resolve()], workspace_state.View()
    with pytest.raises(WorkspaceError, match="is not below"):
        actions.find_or_create(nothing, "../elsewhere", roots=roots)
    assert actions.find_or_create(nothing, "", roots=roots).root == empty
    before = os.environ.copy()
    other = actions.find_or_create(nothing, str(tmp_path / "other"), roots=roots)
    assert other.root == SERVER.folder == tmp_path.resolve() / "other"
    view = workspace_state.look()
    assert view.workspace.root == other.root
    assert actions.find_or_create(view, "whatever", roots=roots) is view.workspace
    assert os.environ == before


def test_find_or_create_spares_a_folder_with_other_files(tmp_path, monkeypatch):
    (tmp_path / "notes.txt").write_text("mine")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(WorkspaceError, match="is not a workspace"):
        actions.find_or_create(workspace_state.View(), "", roots=[tmp_path.resolve()])


def test_buttons_start_the_commands_that_they_name(ran, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "PROGRAM", ("/bin/sh", "-c", 'echo "$@"; exit 3', "workbench"))
    roots, view = [tmp_path.resolve()], workspace_state.look()

    def said(start):
        start()
        until(lambda: not jobs.last(ran).is_running)
        return jobs.last(ran).log().split(" -w ")[0]

    assert said(lambda: actions.run(view)) == "run"
    assert said(lambda: actions.run(view, "embed")) == "embed"
    assert said(lambda: actions.run(view, "export")) == "run"
    assert said(lambda: actions.sample(ran, 3000)) == "demo --lines 3000"
    dump = tmp_path.resolve() / "a.tar"
    assert said(lambda: actions.read(ran, [dump], only=True)) == f"ingest {dump}"
    assert said(lambda: actions.read(ran, [dump])) == f"run {dump}"
    assert said(lambda: actions.go_on(workspace_state.look(), roots=roots)) == f"run {dump}"
    (tmp_path / "narrow").mkdir()
    with pytest.raises(WorkspaceError, match="is not below"):
        actions.go_on(workspace_state.look(), roots=[tmp_path.resolve() / "narrow"])


def test_callback_sets_the_error_or_the_version(empty):
    errors, versions = [], []

    def click(action):
        callback = actions.callback(action, set_version=versions.append, set_error=errors.append)
        callback(None)

    click(lambda: actions.run(workspace_state.View()))
    assert "There is no workspace yet" in errors.pop()
    assert versions == []
    click(lambda: None)
    assert (errors, versions) == ([""], [""])


def test_ledger_shows_totals_and_a_page_of_rows(tmp_path):
    workspace = Workspace.create(tmp_path / "ws")
    assert "No dump" in ledger.ledger(workspace).text
    hostile_accounts(workspace)
    shown = ledger.ledger(workspace, page=2).text
    assert "21 to 40 of 50 members" in shown
    assert shown.count("<tr>") == 22
    assert f'<td class="wb-num">{50 * 51 // 2:,}</td>' in shown
    assert "41 to 50 of 50 members" in ledger.ledger(workspace, page=99).text
    first = ledger.ledger(workspace, order="Damaged first").text.split("<tr>")[3]
    assert "onerror" in first
    assert "<img" not in first
    most = ledger.ledger(workspace, order="Most rejected first").text.split("<tr>")[3]
    assert '<td class="wb-num">50</td>' in most


def test_rejects_are_filtered_by_reason(tmp_path):
    workspace = Workspace.create(tmp_path / "ws")
    assert list(ledger.reasons(workspace)) == ["any reason"]
    hostile_accounts(workspace)
    reasons = ledger.reasons(workspace)
    assert list(reasons.values()) == [None, fakes.HOSTILE[0]]
    assert list(reasons)[1].endswith(f": {50 * 51 // 2:,}")
    assert "1 to 20 of 50 rejected" in ledger.rejects(workspace).text
    shown = ledger.rejects(workspace, reason=fakes.HOSTILE[0]).text
    assert "1 to 5 of 5 rejected" in shown
    assert "<script" not in shown
    assert "https:" not in shown


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """A root with a workspace that has a quick recipe and nothing else, served."""
    root = tmp_path_factory.mktemp("home").resolve()
    workspace = Workspace.create(root / "ws")
    workspace.write_text("recipe.toml", FAST_RECIPE)
    sample.write(root / "more.tar", lines=1000, seed=5)
    (root / "gnp\u202e<img src=x onerror='window.pwned=1'>.tar").write_text("")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(allowed_files.VARIABLE, str(root))
        with browsers.serving("home.py", workspace=workspace.root) as address:
            yield SimpleNamespace(root=root, workspace=workspace, address=address)
    end(workspace)


ready = partial(browsers.open_page, until=["[data-testid=advice]"])


def end(workspace):
    job = jobs.last(workspace)
    if job and job.is_running:
        os.killpg(job.record.pid, signal.SIGKILL)


def wait_for(shown, text, name="job"):
    shown.get_by_test_id(name).filter(has_text=text).wait_for()


def make_sample(shown, lines):
    field = shown.get_by_role("textbox", name="Lines")
    field.fill(str(lines))
    field.press("Tab")
    shown.get_by_role("button", name="Make a sample").click()


@pytest.mark.browser
def test_from_a_sample_to_counts_across_a_reload(stage, chromium):
    shown, _ = ready(chromium, stage.address)
    make_sample(shown, 1000)
    wait_for(shown, "Making a sample")
    typed = shown.get_by_role("textbox", name="Or type paths")
    typed.fill("more.tar")
    shown.reload()
    wait_for(shown, "Making a sample")
    wait_for(shown, "is done")
    wait_for(shown, "threads are kept", "advice")
    shown.get_by_role("tab", name="Overview").click()
    shown.get_by_test_id("step-0").wait_for()
    assert shown.get_by_test_id("step-0").inner_text() == "1,000"
    for name in ["ingest", "threads", "embed", "score", "select", "export"]:
        assert "up to date" in shown.get_by_test_id(f"state-{name}").inner_text()
    href = shown.get_by_test_id("advice").get_by_role("link").first.get_attribute("href")
    assert href == "?file=read_threads.py"

    # What is typed stays while a job runs and ends; the counts follow by themselves.
    shown.get_by_role("tab", name="Dumps").click()
    typed.fill("../outside")
    typed.press("Tab")
    wait_for(shown, "is not below", "refusal")
    typed.fill("more.t*")
    typed.press("Tab")
    wait_for(shown, "more.tar", "chosen")
    shown.get_by_role("button", name="Read and run everything").click()
    wait_for(shown, "Reading the dumps")
    wait_for(shown, "is done")
    assert typed.input_value() == "more.t*"
    shown.get_by_role("tab", name="Overview").click()
    wait_for(shown, "2,000", "step-0")
    shown.get_by_role("tab", name="Ledger").click()
    wait_for(shown, "All 20 members", "ledger")
    shown.close()


@pytest.mark.browser
def test_a_job_is_seen_by_two_and_stopped_by_one(tmp_path, chromium, monkeypatch):
    monkeypatch.setenv(allowed_files.VARIABLE, str(tmp_path))
    place = tmp_path / "ws"
    with browsers.serving("home.py", workspace=place) as address:
        first, _ = ready(chromium, address)
        second, _ = ready(chromium, address)
        assert not place.exists()
        make_sample(first, 1_000_000)
        wait_for(second, "Making a sample")
        second.get_by_role("button", name="Stop").click()
        for shown in (first, second):
            wait_for(shown, "was stopped")
            shown.get_by_role("button", name="Go on").wait_for()
        job = jobs.last(Workspace.open(place))
        assert job.status == "stopped"
        first.get_by_role("button", name="Go on").click()
        until(lambda: jobs.last(Workspace.open(place)).folder.name == "2")
        second.locator(".wb-job[data-status=running]").wait_for()
        os.killpg(jobs.last(Workspace.open(place)).record.pid, signal.SIGKILL)
        wait_for(second, "broke off")
        assert "without an exit code" in second.locator(".wb-job").inner_text()
        first.close()
        second.close()
    end(Workspace.open(place))


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_views_fit_a_small_screen_and_hostile_names_stay_text(stage, chromium, scheme):
    hostile_accounts(stage.workspace)
    folder = stage.workspace.root / "jobs" / "99"
    folder.mkdir(parents=True, exist_ok=True)
    record = {"title": fakes.HOSTILE[0], "arguments": ["run", "-w", "ws"], "started_at": 0.0}
    (folder / "job.json").write_text(json.dumps(record))
    (folder / "exit_code").write_text("1\n")
    (folder / "log").write_text("\n".join([*fakes.HOSTILE, "Error: " + fakes.HOSTILE[1]]))
    shown, abroad = ready(chromium, stage.address, scheme=scheme)
    wait_for(shown, "window.pwned")
    shown.get_by_text("Log", exact=True).click()
    marks = {
        "Overview": "state-ingest",
        "Dumps": "chosen",
        "Ledger": "ledger",
        "Rejects": "rejects",
    }
    for name, mark in marks.items():
        shown.get_by_role("tab", name=name).click()
        shown.get_by_test_id(mark).wait_for()
        if name == "Dumps":
            shown.get_by_text("gnp⟨U+202E⟩<img").first.wait_for()
        assert shown.evaluate("document.documentElement.scrollWidth") <= 1280
        assert "\u202e" not in shown.locator("#App").inner_text()
    browsers.assert_harmless(shown, abroad)
    shown.close()
