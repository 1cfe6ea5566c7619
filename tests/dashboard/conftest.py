"""Workspaces, scores and folders of dumps for tests of the dashboard."""

import os
import signal

import polars as pl
import pytest

from tests.support import fakes
from tests.support.jobs import PROGRAM
from tests.support.reader import RECIPE
from workbench.dashboard.session import jobs
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.measures import store
from workbench.schemas.own_measures import OwnMeasure
from workbench.storage import Workspace


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    workspace = fakes.workspace(tmp_path_factory.mktemp("reading") / "ws", threads=300)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture(scope="module")
def verdicts(live):
    return live.verdicts(RECIPE.select)


@pytest.fixture
def own(tmp_path):
    """A workspace of its own, to be changed."""
    workspace = fakes.workspace(tmp_path / "ws", threads=40)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A workspace in which nothing is left running."""
    made = Workspace.create(tmp_path / "ws")
    monkeypatch.setattr(jobs, "PROGRAM", ("/bin/sh", "-c", PROGRAM, "workbench"))
    yield made
    job = jobs.last(made)
    if job and job.is_running and job.record.pid:
        os.killpg(job.record.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A root with dumps and links in it, and a secret beside it."""
    base = tmp_path_factory.mktemp("files").resolve()
    (base / "root" / "july" / "03").mkdir(parents=True)
    for name in ["a.tar", "b.tar", "july/03/00.json.bz2", "july/[x].json"]:
        (base / "root" / name).write_text("{}")
    (base / "secret").mkdir()
    (base / "secret" / "key.tar").write_text("key")
    (base / "root" / "out").symlink_to(base / "secret")
    (base / "root" / "key.tar").symlink_to(base / "secret" / "key.tar")
    (base / "root" / "in").symlink_to(base / "root" / "july")
    (base / "root" / "loop").symlink_to(base / "root" / "loop")
    (base / "root" / ".hidden.tar").write_text("{}")
    os.mkfifo(base / "root" / "pipe")
    return base


@pytest.fixture(scope="module")
def root(place):
    return place / "root"


@pytest.fixture
def measured(tmp_path):
    """A workspace whose scores have a measure of each kind that somebody added."""
    workspace = fakes.workspace(tmp_path / "ws", threads=40)
    number = pl.int_range(pl.len())
    scores = workspace.read("scores").with_columns(
        mood=(number % 8) / 8,
        debt=(number - 20) * 1_000_000,
        big=number > 30,
        topic=pl.when(number > 20).then(pl.lit("food")).otherwise(pl.lit("sport")),
    )
    mood = OwnMeasure("mood", "score", about="How glad it is.", unit="points", origin="mood.py")
    workspace.write("scores", scores, metadata=store.metadata_of([mood]))
    return ScoresSession(workspace, workspace.read("scores"))
