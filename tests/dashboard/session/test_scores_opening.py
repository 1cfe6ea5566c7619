"""Pages share the scores of the workspace, and say why there are none."""

from tests.support import fakes
from workbench.dashboard.session import scores_opening
from workbench.storage import VARIABLE


def test_here_opens_the_workspace_of_the_environment(live, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(live.workspace.root))
    assert scores_opening.problem() is None
    opened = scores_opening.here()
    assert opened.size == live.size
    assert opened.scores is scores_opening.here().scores
    assert not set(scores_opening.HEAVY) & set(opened.scores.columns)


def test_scores_that_are_written_again_are_read_again(tmp_path, monkeypatch):
    workspace = fakes.workspace(tmp_path / "ws", threads=20)
    monkeypatch.setenv(VARIABLE, str(workspace.root))
    assert scores_opening.here().scores.height == 20
    workspace.write("scores", workspace.read("scores").head(7))
    assert scores_opening.here().scores.height == 7


def test_scores_of_an_earlier_version_have_to_be_made_again(tmp_path, monkeypatch):
    workspace = fakes.workspace(tmp_path / "ws", threads=5)
    monkeypatch.setenv(VARIABLE, str(workspace.root))
    workspace.path("reply_scores").unlink()
    assert "Run `workbench run` to score it again" in scores_opening.problem()


def test_a_workspace_without_scores_has_none_to_show(tmp_path, monkeypatch):
    workspace = fakes.workspace(tmp_path / "ws", threads=5)
    monkeypatch.setenv(VARIABLE, str(workspace.root))
    workspace.path("scores").unlink()
    assert "has no scored threads yet" in scores_opening.problem()
