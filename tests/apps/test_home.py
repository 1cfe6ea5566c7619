"""The app Home, with and without a browser."""

import json
import os
import signal
from functools import partial
from types import SimpleNamespace

import pytest

import home as page
from tests.support import browser as browsers
from tests.support import fakes
from tests.support.command_line import FAST_RECIPE
from tests.support.home import hostile_accounts
from tests.support.jobs import until
from workbench import pipeline, sample
from workbench.dashboard.home import actions, overview, workspace_state
from workbench.dashboard.session import allowed_files, jobs
from workbench.storage import Workspace


def advice():
    return overview.advice(workspace_state.look())


def test_app_without_a_workspace_offers_dumps_and_a_sample(missing_workspace):
    outputs, defs = page.app.run()
    assert defs["view"] == workspace_state.View()
    assert defs["tabs"].value == "Dumps"
    text = "".join(getattr(output, "text", "") for output in outputs)
    assert "none yet" in text
    assert "Make a sample" in text
    assert not missing_workspace.exists()


def test_app_shows_what_is_in_the_workspace(finished_workspace):
    outputs, defs = page.app.run()
    assert defs["tabs"].value == "Overview"
    text = "".join(getattr(output, "text", "") for output in outputs)
    assert text.count("up to date") >= 6
    for step in pipeline.funnel(finished_workspace):
        assert step.title in text
        assert f">{step.count:,}</td>" in text
    assert "its own recipe" in text
    assert "?file=read_threads.py" in text
    assert actions.offered(defs["view"]) == []


def test_app_shows_ledger_and_rejects(finished_workspace):
    _, ledger_tab = page.app.run(defs={"tabs": SimpleNamespace(value="Ledger")})
    assert ledger_tab["ledger_table"].now["total"][0] == 10
    outputs, _ = page.app.run(defs={"tabs": SimpleNamespace(value="Rejects")})
    assert any("No line was rejected" in getattr(output, "text", "") for output in outputs)


def test_a_stage_can_run_when_its_input_is_there(finished_workspace):
    finished_workspace.forget("select")
    _, defs = page.app.run()
    runs = defs["stage_runs"]
    assert "data-disabled='false'" in runs["select"].text
    assert "data-disabled='true'" in runs["export"].text


def test_a_damaged_workspace_is_reported_on_the_page(finished_workspace):
    finished_workspace.write_text("recipe.toml", "[select.turns]\nmin = '<b>many'")
    view = workspace_state.look()
    assert "turns.min" in view.problem
    assert len(view.states) == 6
    assert "<b>many" not in overview.next_step(view).text
    finished_workspace.write_text("workspace.json", "{")
    outputs, defs = page.app.run()
    assert "damaged" in defs["view"].problem
    assert any("damaged" in getattr(output, "text", "") for output in outputs)


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
    assert "1,000 lines" in shown.get_by_test_id("sentence").inner_text()
    first = shown.locator("[data-testid^=kept-]").first
    assert "?file=read_threads.py&thread=" in first.get_attribute("href")
    assert shown.get_by_test_id("loss").get_by_role("link").count() == 1
    href = shown.get_by_test_id("advice").get_by_role("link").first.get_attribute("href")
    assert href == "?file=read_threads.py"

    # What is typed stays while a job runs and ends; the counts follow by themselves.
    shown.get_by_role("tab", name="Dumps").click()
    typed.wait_for()
    browsers.wait_until_still(shown, seconds=1)
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
            shown.get_by_role("button", name="Continue").wait_for()
        job = jobs.last(Workspace.open(place))
        assert job.status == "stopped"
        first.get_by_role("button", name="Continue").click()
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
