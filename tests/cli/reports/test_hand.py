"""Words about decisions by hand."""

from workbench.cli.reports import hand
from workbench.selection import hand_list
from workbench.storage import Workspace


def test_ids_of_an_empty_workspace_are_not_called_unknown(tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    text = hand.decide(workspace, ["1", "2"], turn=False, decision="drop", note="")
    assert text.startswith("2 threads dropped by hand. The ids were not checked: ")
    assert hand_list.load(workspace).height == 2
