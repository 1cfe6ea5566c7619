"""Check that refusals of the system get a hint, and other errors keep their traceback."""

import errno
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.support.command_line import call
from workbench import sample
from workbench.cli import app
from workbench.storage import os_errors

WRITING = [
    ("ingest", "july.tar"),
    ("threads",),
    ("embed",),
    ("score",),
    ("select",),
    ("export",),
    ("run", "july.tar"),
    ("run",),
    ("map",),
    ("train",),
    ("deletions", "add", "ids.txt"),
    ("instructions", "add", "ids.txt"),
    ("instructions", "remove", "--source", "x"),
    ("labels", "import", "ids.txt"),
]


@pytest.fixture
def ingested(folder):
    sample.write(folder / "july.tar", lines=1000)
    (folder / "ids.txt").write_text("1\n")
    call("ingest", "july.tar")
    return folder


@pytest.mark.parametrize("command", WRITING, ids=" ".join)
def test_a_read_only_disk_is_reported_with_a_hint(ingested, monkeypatch, command):
    opened = Path.open

    def refusing(path, mode="r", *args, **kwargs):
        if path.name == ".lock":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return opened(path, mode, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refusing)
    code, output = call(*command)
    output = " ".join(output.split())
    assert code == 1
    assert "Error: workspace/.lock: Read-only file system." in output
    assert "Hint: make it writable" in output


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)),
        OSError("LanceError(IO): No space left on device (os error 28)"),
        pl.exceptions.ComputeError("No space left on device (os error 28)"),
        pl.exceptions.ComputeError("No space left on device"),
    ],
    ids=repr,
)
def test_a_full_disk_is_reported_with_the_place_and_a_hint(ingested, monkeypatch, error):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("workbench.pipeline.run.from_archives", fail)
    code, output = call("ingest", "july.tar", "-w", "workspace")
    output = " ".join(output.split())
    assert code == 1
    assert "Error: workspace: " in output
    assert "Hint: free some space" in output
    assert "run the same command again to continue" in output


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ECONNRESET, "reset"),
        FileNotFoundError(errno.ENOENT, "No such file", "x"),
        pl.exceptions.ComputeError("a bug"),
        ValueError("a bug"),
    ],
    ids=repr,
)
def test_other_errors_keep_their_traceback(ingested, monkeypatch, error):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("workbench.pipeline.run.from_archives", fail)
    assert CliRunner().invoke(app, ["ingest", "july.tar"]).exception is error


def _fail_in_a_process(path):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)


def test_refusal_explains_errors_from_worker_processes():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        error = pool.submit(_fail_in_a_process, "july/part").exception()
    assert os_errors.refusal(error).problem == "july/part: No space left on device."


def test_a_folder_in_the_place_of_a_file_is_reported_and_stays_as_it_was(ingested):
    (ingested / "other").mkdir()
    code, output = call("missing", "--ids", "other")
    assert code == 1
    assert "other: Is a directory." in " ".join(output.split())
    assert not list(ingested.glob(".other*"))
