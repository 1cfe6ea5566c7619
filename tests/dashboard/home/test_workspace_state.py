"""The state of the workspace that Home reads."""

import json

from tests.support.command_line import FAST_RECIPE
from workbench.dashboard.home import workspace_state


def test_refresh_sets_the_version_only_if_something_has_changed(finished_workspace):
    versions = []
    view = workspace_state.look()
    workspace_state.refresh(lambda: view.version, versions.append)
    assert versions == []
    finished_workspace.write_text("recipe.toml", FAST_RECIPE + "[select.turns]\nmin = 4")
    workspace_state.refresh(lambda: view.version, versions.append)
    assert versions == [workspace_state.version()] != [view.version]
    (finished_workspace.root / "jobs" / "1").mkdir(parents=True)
    record = json.dumps({"title": "A job", "arguments": ["run"], "started_at": 0.0})
    (finished_workspace.root / "jobs" / "1" / "job.json").write_text(record)
    assert workspace_state.version() != versions[0]
