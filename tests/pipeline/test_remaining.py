"""What remains after each stage, and what is lost."""

from workbench import pipeline
from workbench.storage import Workspace


def test_each_share_has_one_unit(workspace):
    steps = {step.title: step for step in pipeline.funnel(workspace)}
    counts = workspace.last_run("threads").counts
    linked = steps["replies linked to their parent"]
    assert (linked.count, linked.whole) == (counts["linked"], counts["replies"])
    assert linked.share.endswith("of the replies")
    for title in ("lines read", "distinct tweets in them", "threads of two turns or more"):
        assert steps[title].share == ""
    assert all(step.count <= step.whole for step in steps.values() if step.whole)


def test_biggest_loss_compares_shares(workspace, tmp_path):
    loss = pipeline.biggest_loss(workspace)
    orphans = workspace.last_run("threads").counts
    assert 0 < loss.lost <= loss.whole
    assert loss.lost / loss.whole >= orphans["orphans"] / orphans["replies"]
    assert pipeline.biggest_loss(Workspace.create(tmp_path / "empty")) is None
