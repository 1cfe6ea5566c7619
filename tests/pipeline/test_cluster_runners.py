from workbench.cluster.engine import Engine
from workbench.pipeline import cluster_runners, runners


def test_a_stage_runs_on_the_engine_if_it_can(monkeypatch):
    monkeypatch.setitem(cluster_runners.RUNNERS, "embed", lambda *args, engine: [engine, *args])
    engine = Engine()

    assert cluster_runners.runner("embed", engine)(1, 2, 3) == [engine, 1, 2, 3]


def test_other_stages_run_on_this_machine():
    for engine in (None, Engine()):
        assert cluster_runners.runner("select", engine) is runners.RUNNERS["select"]
    assert cluster_runners.runner("threads", None) is runners.RUNNERS["threads"]
