"""A page without tables leads to dumps or a sample."""

import pytest

from tests.support import browser as browsers
from tests.support import fakes
from tests.support.jobs import PROGRAM, ended, until
from workbench.dashboard.components import getting_started
from workbench.dashboard.session import jobs
from workbench.storage import Workspace


@pytest.fixture
def shell(monkeypatch):
    monkeypatch.setattr(jobs, "PROGRAM", ("/bin/sh", "-c", PROGRAM, "workbench"))


def ask(shown, action):
    shown.asked = {"action": action, "turn": shown.asked.get("turn", 0) + 1}


def test_panel_is_shown_only_with_a_problem(missing_workspace):
    assert getting_started.panel(None) is None
    assert "Nothing has been read yet" in getting_started.panel("No such folder.").problem


def test_a_sample_is_made_in_a_new_workspace(missing_workspace, shell):
    shown = getting_started.GettingStarted(fakes.HOSTILE[4])
    assert "\u202e" not in shown.problem
    ask(shown, "rm -rf")
    assert not missing_workspace.exists()
    ask(shown, "sample")
    workspace = Workspace.open(missing_workspace)
    assert ended(workspace).record.command == ["demo", "--lines", "20000"]
    ask(shown, "look")
    assert shown.now["error"] == ""


def test_dumps_that_were_read_are_not_mixed_with_a_sample(finished_workspace, shell):
    finished_workspace.forget("score")
    assert getting_started.offered(finished_workspace) == ["run"]
    finished_workspace.forget("ingest")
    assert getting_started.offered(finished_workspace) == []


def test_a_job_that_failed_is_reported(missing_workspace, shell):
    workspace = Workspace.create(missing_workspace)
    jobs.start(workspace, ["refuse"], title="Reading")
    ended(workspace)
    shown = getting_started.GettingStarted("There are no scores.")
    assert "Reading failed. Home shows why" in shown.now["error"]
    ask(shown, "sample")
    until(lambda: not jobs.last(workspace).is_running)


@pytest.mark.browser
def test_a_page_loads_itself_again_when_its_tables_are_there(tmp_path, chromium):
    place = tmp_path / "ws"
    with browsers.serving("read_threads.py", workspace=place) as address:
        shown, _ = browsers.open_page(
            chromium, address, until=["[data-testid=getting-started] button"]
        )
        section = shown.get_by_test_id("getting-started")
        link = section.get_by_role("link", name="Choose dumps")
        assert link.get_attribute("href") == "?file=home.py&tab=Dumps"
        section.get_by_role("button", name="Make a sample").focus()
        # The command line writes the tables while the page is open.
        fakes.workspace(tmp_path / "made", threads=30).root.rename(place)
        section.wait_for(state="detached")
        shown.close()
