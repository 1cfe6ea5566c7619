"""Fixtures and helpers for tests that fetch missing tweets from the fake API."""

import pytest

from tests.support import api_server
from tests.support.api_server import TOKEN, status
from tests.support.tweets_by_hand import make_tweets, tweet
from workbench.hydration import transport
from workbench.hydration.client import Api
from workbench.pipeline import hydrate
from workbench.recipe import Recipe
from workbench.schemas import Deletions, Ledger, Rejects
from workbench.storage import Workspace, atomic

#: A tweet of 2019.
FIRST = 1146306463022538752


@pytest.fixture(name="server")
def server_fixture(monkeypatch):
    """A server without tweets, to which all requests go."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with api_server.serving() as state:
        monkeypatch.setattr(transport, "BASE", state.base)
        yield state


@pytest.fixture(name="full")
def full_fixture(server):
    """A server with the parents of all replies in `workspace`."""
    server.tweets = {FIRST + n: status(FIRST + n) for n in range(250)}
    return server


@pytest.fixture(name="waits")
def waits_fixture():
    """The waits of `connect`, each as `(seconds, reason)`."""
    return []


@pytest.fixture(name="connect")
def connect_fixture(server, waits):
    """Return a function that makes an API client; it does not sleep and records its waits."""

    def make(**options):
        def on_wait(left, reason):
            if left and not open_waits:
                waits.append((left, reason))
            open_waits[:] = [left] if left else []

        open_waits = []
        return Api(TOKEN, on_wait=on_wait, sleep=lambda seconds: None, **options)

    return make


@pytest.fixture(name="workspace")
def workspace_fixture(tmp_path):
    """A workspace of 250 replies whose parents are missing."""
    rows = [tweet(FIRST + 1000 + n, FIRST + n, lang="en" if n % 2 else "ja") for n in range(250)]
    return workspace_of(tmp_path / "w", *rows)


def workspace_of(path, *rows):
    """Write a workspace with some tweets."""
    workspace = Workspace.create(path)
    with atomic.replacing(workspace.path("tweets")) as partial:
        partial.mkdir()
        make_tweets(*rows).write_parquet(partial / "part-00000.parquet")
    workspace.write("ledger", Ledger.create_empty())
    workspace.write("rejects", Rejects.create_empty())
    workspace.write("deletions", Deletions.create_empty())
    return workspace


def ids(workspace):
    """Return the ids of all tweets in a workspace."""
    return set(workspace.read("tweets")["tweet_id"])


def run(workspace, api, **options):
    """Fetch missing tweets and return the counts."""
    return hydrate.run(workspace, Recipe(), api=api, **options).counts
