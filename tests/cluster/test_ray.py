"""Run all stages on a Ray cluster of two nodes, one of whose workers is killed.

Once the nodes and the driver share a folder. Once they share only a bucket: each has its own cache
folder, where its copies of files are.
"""

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import psutil
import pytest

from tests.support import cluster
from tests.support.cluster import assert_same_tables
from tests.support.command_line import FAST_RECIPE
from tests.support.paths import REAL_DATA
from workbench import pipeline
from workbench.recipe import Recipe
from workbench.storage import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), cluster.needs_daft]

#: Tries to start a node: on a busy machine, Ray gives up waiting for its own processes.
TRIES = 4

#: Processes of Ray that perform items, by their titles.
WORKER = "ray::UDFActor"


@pytest.fixture(scope="module")
def caches(tmp_path_factory) -> Path:
    """The folder of the cache folders of both nodes."""
    return tmp_path_factory.mktemp("caches")


@pytest.fixture(scope="module")
def address(shared_bucket, caches):
    """Start a cluster of two nodes, with a core each, which have credentials of the bucket."""
    cluster.skip_without_ray()
    from ray.cluster_utils import Cluster

    head, node = (
        {"num_cpus": 1, "env_vars": {"WORKBENCH_CACHE": str(caches / name)}}
        for name in ("head", "node")
    )
    nodes = _started(
        lambda: Cluster(initialize_head=True, head_node_args=head | {"include_dashboard": False})
    )
    try:
        _started(lambda: nodes.add_node(**node))
        yield nodes.address
    finally:
        nodes.shutdown()


def _started(start):
    for left in reversed(range(TRIES)):
        try:
            return start()
        except Exception as error:
            if not left:
                pytest.skip(f"Ray cannot start its processes on this machine: {error}")
    return None


def _kill_a_worker(killed: list[int], is_over: threading.Event) -> None:
    """Kill the first process that performs items."""
    while not killed and not is_over.wait(0.02):
        for process in psutil.process_iter(["cmdline"]):
            if "".join(process.info["cmdline"] or []).startswith(WORKER):
                process.kill()
                killed.append(process.pid)
                return


def _on_ray(
    paths: list[str], workspace: Path | str, recipe: Path, address: str, **environment: str
) -> None:
    """Run all stages."""
    options = ["-w", str(workspace), "-r", str(recipe), "--ray-address", address]
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "run", *paths, *options, "--engine", "ray"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _locally(paths: list[str], folder: Path, recipe: Recipe) -> Workspace:
    workspace = Workspace.create(folder)
    pipeline.ingest(workspace, recipe, paths=paths)
    pipeline.bring_up_to_date(workspace, recipe)
    return workspace


@contextmanager
def _a_worker_is_killed():
    """Kill a worker in the meantime."""
    killed, is_over = [], threading.Event()
    killer = threading.Thread(target=_kill_a_worker, args=(killed, is_over))
    killer.start()
    try:
        yield
    finally:
        is_over.set()
        killer.join()
    assert killed


def test_a_killed_worker_changes_no_table(address, dumps, tmp_path):
    """Read generated dumps, and the real ones where they are."""
    paths = [*dumps, *([str(REAL_DATA)] if REAL_DATA.is_dir() else [])]
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(FAST_RECIPE)
    expected = _locally(paths, tmp_path / "local", Recipe.load(recipe))
    workspace = Workspace.create(tmp_path / "ray")

    with _a_worker_is_killed():
        _on_ray(paths, workspace.root, recipe, address)

    assert_same_tables(expected, workspace)


def test_nodes_that_share_only_a_bucket_make_the_same_tables(
    address, caches, bucket, dumps, tmp_path
):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(FAST_RECIPE)
    expected = _locally(dumps, tmp_path / "local", Recipe.load(recipe))

    with _a_worker_is_killed():
        _on_ray(dumps, "s3://dumps/july", recipe, address, WORKBENCH_CACHE=str(tmp_path / "driver"))

    with mock.patch.dict(os.environ, {"WORKBENCH_CACHE": str(tmp_path / "reader")}):
        assert_same_tables(expected, Workspace.open("s3://dumps/july"))
    assert not [key for key in bucket.listed() if ".shards" in key]
    assert not [path for path in caches.rglob("*") if path.is_file()]
