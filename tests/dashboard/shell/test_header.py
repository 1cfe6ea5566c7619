"""The bar above the pages: what the server says for it, and the bar in a browser."""

import os
import signal
from functools import partial

import msgspec
import pytest
from playwright.sync_api import expect

from tests.support import browser as browsers
from tests.support import fakes
from tests.support.jobs import PROGRAM, begun, until
from tests.support.paths import APPS
from workbench import progress
from workbench.dashboard.components.navigation import PLACES
from workbench.dashboard.session import jobs
from workbench.dashboard.session.server import SERVER
from workbench.dashboard.shell import header
from workbench.storage import Workspace


def test_without_a_workspace_there_is_nothing_to_show(missing_workspace):
    assert header.state() == {"workspace": None, "job": None}


def test_the_size_is_that_of_the_last_runs(finished_workspace):
    counts = header.state()["workspace"]["counts"]
    assert counts == header.counts(finished_workspace)
    kept = finished_workspace.last_run("select").counts["kept"]
    assert counts.endswith(f"threads · {kept:,} kept")


def test_a_job_says_its_stage_and_share(workspace, monkeypatch):
    SERVER.use(workspace)
    record = progress.ProgressRecord(
        "embed", 62, 100, began_at=0.0, reported_at=1.0, number=3, stages=6
    )
    monkeypatch.setenv("RECORD", msgspec.json.encode(record).decode())
    begun(workspace, "tell")
    job = header.state()["job"]
    assert job["text"] == "embed 62%"
    assert "stage 3 of 6" in job["title"]


def test_a_command_in_a_terminal_has_no_number(workspace, monkeypatch):
    SERVER.use(workspace)
    owner = type("Owner", (), {"pid": os.getpid() + 1, "command": "workbench run", "began_at": 0.0})
    monkeypatch.setattr(Workspace, "lock_owner", lambda _: owner)
    job = header.state()["job"]
    assert (job["number"], job["text"]) == ("", "Starting")
    assert job["title"].startswith("workbench run")


def test_the_bar_links_to_every_page():
    text = (APPS / "head.html").read_text()
    for file, place in PLACES.items():
        assert f'<a href="?file={file}">{place.title}</a>' in text
        assert 'html_head_file="head.html"' in (APPS / file).read_text()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Two workspaces in one folder, the first of which is served."""
    base = tmp_path_factory.mktemp("bar")
    fakes.workspace(base / "other", threads=20)
    workspace = fakes.workspace(base / "ws", threads=60)
    browsers.chromium()
    with (
        pytest.MonkeyPatch.context() as patch,
        browsers.serving("", workspace=workspace.root, roots=[base]) as address,
    ):
        patch.setattr(jobs, "PROGRAM", ("/bin/sh", "-c", PROGRAM, "workbench"))
        yield workspace, f"{address}/?file=thread_statistics.py"
    job = jobs.last(workspace)
    if job and job.is_running and job.record.pid:
        os.killpg(job.record.pid, signal.SIGKILL)


ready = partial(browsers.open_page, until=["[data-testid=threads]"])


@pytest.mark.browser
def test_the_bar_is_there_before_any_script_of_marimo_has_run(served, chromium):
    page = chromium.new_page()
    page.route("**/assets/*", lambda route: route.abort())
    page.goto(served[1])
    assert page.get_by_role("link", name="Statistics").get_attribute("aria-current") == "page"
    expect(page.locator(".wb-skeleton p")).to_have_text("Statistics")
    expect(page.get_by_test_id("workspace")).to_contain_text("ws")
    page.close()


@pytest.mark.browser
def test_the_bar_stays_and_the_skeleton_goes(served, chromium):
    shown, abroad = ready(chromium, served[1])
    expect(shown.locator(".wb-skeleton")).to_have_count(0)
    assert shown.get_by_role("banner").bounding_box()["y"] == 0
    assert shown.get_by_role("main").count() == 1
    assert shown.get_by_test_id("notebook-actions-dropdown").filter(visible=True).count() == 0
    shown.keyboard.press("Tab")
    expect(shown.get_by_role("link", name="Skip to the content")).to_be_focused()
    shown.keyboard.press("Enter")
    expect(shown.locator("#wb-content")).to_be_focused()
    assert abroad == []
    shown.close()


@pytest.mark.browser
def test_the_theme_is_kept_and_followed_at_once(served, chromium):
    shown, _ = ready(chromium, served[1])
    body = shown.locator("body")
    expect(body).to_have_attribute("data-theme", "light")
    button = shown.get_by_test_id("theme")
    button.click()
    button.click()
    expect(button).to_have_accessible_name("Theme: dark. Change")
    expect(body).to_have_attribute("data-theme", "dark")
    shown.reload()
    expect(shown.locator("html")).to_have_attribute("data-theme", "dark")
    expect(body).to_have_attribute("data-theme", "dark")
    shown.evaluate("localStorage.clear()")
    shown.close()


@pytest.mark.browser
def test_a_job_can_be_stopped_from_every_page(served, chromium):
    workspace, address = served
    begun(workspace, "wait")
    shown, _ = ready(chromium, address)
    pill = shown.get_by_test_id("job-pill")
    expect(pill).to_contain_text("Starting")
    pill.get_by_role("button", name="Stop").click()
    expect(pill).to_contain_text("The job has ended")
    until(lambda: jobs.last(workspace).status == "stopped")
    pill.get_by_role("button", name="Reload").click()
    shown.get_by_test_id("threads").wait_for()
    expect(pill).to_be_hidden()
    shown.close()


@pytest.mark.browser
def test_another_workspace_is_opened_from_the_bar(served, chromium):
    shown, _ = ready(chromium, served[1])
    opener = shown.get_by_test_id("workspace")
    opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    shown.keyboard.press("Escape")
    expect(opener).to_be_focused()
    for name in ["other", "ws"]:
        opener.click()
        shown.get_by_role("list", name="Workspaces").get_by_role("button", name=name).click()
        expect(opener).to_contain_text(name)
        shown.get_by_test_id("threads").filter(
            has_text="20" if name == "other" else "60"
        ).wait_for()
    shown.close()


@pytest.mark.browser
def test_the_rules_stand_beside_the_threads_at_900_pixels(served, chromium):
    page = chromium.new_page(viewport={"width": 900, "height": 720})
    page.set_default_timeout(browsers.PATIENCE * 1000)
    page.goto(served[1].replace("thread_statistics.py", "curate_export.py"))
    tab = page.get_by_role("tab", name="Threads")
    tab.wait_for()
    side = page.get_by_role("complementary", name="Rules")
    side.wait_for()
    box = side.bounding_box()
    assert box["x"] + box["width"] <= tab.bounding_box()["x"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 900
    page.close()
