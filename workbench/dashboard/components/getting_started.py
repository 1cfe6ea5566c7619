"""What a page without tables shows: why, how to get data, and what runs meanwhile."""

from typing import Any

import anywidget
import marimo as mo
import traitlets

from workbench.dashboard.components import navigation, widget_files
from workbench.dashboard.session import activity, jobs, scores_opening
from workbench.dashboard.session.server import SERVER
from workbench.display.css import KEPT, LINE
from workbench.exceptions import WorkbenchError
from workbench.storage import Workspace
from workbench.text import sanitize

#: Lines of a sample.
LINES = 20_000

#: Shown while there is no workspace.
NOTHING = "Nothing has been read yet: there are no threads to show."

#: Action -> label of its button, and what it does.
ACTIONS = {
    "run": ("Run the missing stages", "What was read so far is used. Nothing is read again."),
    "sample": (
        "Make a sample",
        f"A sample is a synthetic dump of {LINES:,} lines. All stages run on it in a minute.",
    ),
}


class GettingStarted(anywidget.AnyWidget):
    """Buttons that lead to tables, and the progress of the job that they start.

    The page loads itself again as soon as its tables are there.

    Args:
        problem: Why the page shows nothing.
    """

    _esm = widget_files.script(__file__)
    _css = widget_files.style(__file__)

    colours = traitlets.Dict({"blue": KEPT, "line": LINE}).tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)
    dumps = traitlets.Unicode(navigation.link("home.py", query="tab=Dumps")).tag(sync=True)
    #: The last action of the browser, with a number that makes it new.
    asked = traitlets.Dict().tag(sync=True)
    now = traitlets.Dict().tag(sync=True)

    def __init__(self, problem: str) -> None:
        self._error = ""
        super().__init__(problem=sanitize.plain(problem, most=500))
        self._look()
        self.observe(self._do, "asked")

    def _do(self, change: Any) -> None:  # noqa: ANN401 (traitlets exports no type)
        """Start or stop a job if a button was clicked, and look at the workspace again."""
        action = change["new"].get("action")
        try:
            if action == "stop":
                jobs.stop(SERVER.open())
            elif action in self.now["actions"]:
                start(action)
            self._error = "" if action != "look" else self._error
        except WorkbenchError as error:
            self._error = str(error)
        self._look()

    def _look(self) -> None:
        running, actions = None, []
        try:
            if workspace := SERVER.find():
                running = activity.now(workspace)
            actions = [] if running else offered(workspace)
            ended = _ended(workspace)
        except WorkbenchError as error:
            ended = str(error)
        self.now = {
            "actions": {name: ACTIONS[name] for name in actions},
            "text": running.text if running else "",
            "share": running.share if running else None,
            "may_stop": bool(running and running.may_stop),
            "error": sanitize.visible(self._error or ended),
            "is_ready": scores_opening.problem() is None,
        }


def panel(problem: str | None) -> mo.ui.anywidget | None:
    """Return what a page shows instead of its tables; None without a problem."""
    if not problem:
        return None
    return mo.ui.anywidget(GettingStarted(problem if SERVER.exists else NOTHING))


def offered(workspace: Workspace | None) -> list[str]:
    """Name the actions that make sense: a sample is never mixed into dumps that were read."""
    if workspace is None or not workspace.has("ledger"):
        return ["sample"]
    return ["run"] if workspace.last_run("ingest") else []


def start(action: str) -> jobs.Job:
    """Start the job of an action of `ACTIONS`; create the workspace if there is none yet."""
    workspace = SERVER.find()
    if workspace is None:
        workspace = Workspace.create(SERVER.folder)
        SERVER.use(workspace)
    if action == "run":
        return jobs.start(workspace, ["run"], title="Running every stage that is stale")
    return jobs.start(workspace, ["demo", "--lines", str(LINES)], title="Making a sample")


def _ended(workspace: Workspace | None) -> str:
    """Say how the latest job ended, if not well."""
    job = jobs.last(workspace) if workspace else None
    ends = {"failed": "failed", "stopped": "was stopped", "lost": "broke off"}
    if job is None or job.status not in ends:
        return ""
    return f"{job.record.title} {ends[job.status]}. Home shows why, and continues it."
