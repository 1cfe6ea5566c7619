"""Compare the threads of a cluster with those of one machine, row for row."""

import numpy as np
import polars as pl
import pytest

from tests.support import cluster
from workbench import threads
from workbench.cluster import threads as on_cluster
from workbench.cluster.engine import Engine
from workbench.recipe import ThreadSettings
from workbench.schemas import Edits, Tweets
from workbench.storage import Workspace, atomic
from workbench.threads.build import Forest

pytestmark = cluster.needs_daft

SETTINGS = {
    "no conversations": ThreadSettings(use_conversation_id=False),
    "single tweets, too": ThreadSettings(min_turns=1, quotes_as_replies=True),
}


def _tangle(number: int = 3000, *, seed: int = 7) -> pl.DataFrame:
    """Return tweets whose links go to earlier, later, missing and their own ids."""
    random = np.random.default_rng(seed)
    ids = np.sort(random.choice(10 * number, number, replace=False)) + 1

    def some_id(share: float) -> pl.Series:
        near = np.maximum(np.arange(number) - random.geometric(0.05, number), 0)
        chosen = np.where(random.random(number) < 0.75, ids[near], random.integers(1, 10 * number))
        chosen = np.where(random.random(number) < 0.01, ids, chosen)
        return pl.Series(np.where(random.random(number) < share, chosen, 0)).replace(0, None)

    authors = random.integers(1, 40, number)
    return Tweets.sample(
        number,
        overrides={
            "tweet_id": ids,
            "reply_to_id": some_id(0.5),
            "conversation_id": some_id(0.3),
            "quoted_id": some_id(0.1),
            "author_id": authors,
            "author_name": [f"a{each}" for each in authors],
            "text": [f"@a{each} yes" if each % 3 else "no" for each in authors[::-1]],
            "reply_to_author_id": None,
            "created_at": None,
            "hashtags": [[]] * number,
        },
    )


def _workspace(folder, tweets: pl.DataFrame) -> Workspace:
    workspace = Workspace.create(folder)
    with atomic.replacing(workspace.path("tweets")) as aside:
        aside.mkdir()
        for number, part in enumerate(tweets.sort("tweet_id").iter_slices(1000)):
            part.write_parquet(aside / f"part-{number:05}.parquet")
    return workspace


def _assert_equal(workspace: Workspace, settings: ThreadSettings) -> Forest:
    expected = threads.from_tweets(
        workspace.scan("tweets"), edits=workspace.edits(), settings=settings
    )
    with workspace.locked():
        counts = on_cluster.from_workspace(workspace, settings=settings, engine=Engine(workers=2))
    assert list(counts.items()) == list(expected.counts.items())
    assert workspace.read("turns").equals(expected.turns)
    assert workspace.read("threads").equals(expected.threads)
    return expected


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_threads_are_those_of_one_machine(tmp_path, monkeypatch, settings):
    monkeypatch.setattr(on_cluster, "TURNS_A_BUCKET", 400)
    workspace = _workspace(tmp_path / "workspace", _tangle())

    expected = _assert_equal(workspace, settings)

    assert expected.counts["cut_self"] > 0
    assert expected.counts["cut_older"] > 0
    assert expected.counts["deepest"] > 4
    assert bool(expected.counts["inferred"]) == settings.use_conversation_id
    assert len(list(workspace.path("turns").iterdir())) > 2
    assert not (workspace.root / ".shards").exists()


def test_edited_tweets_are_placed_under_their_first_version(tmp_path, monkeypatch):
    monkeypatch.setattr(on_cluster, "TURNS_A_BUCKET", 400)
    tweets = _tangle()
    # Every tenth tweet is the last version of one that its replies may name.
    current = tweets["tweet_id"].gather_every(10)
    edits = pl.DataFrame({"tweet_id": current - 1, "current_id": current})
    edits = edits.join(tweets, on="tweet_id", how="anti").filter(pl.col("tweet_id") > 0)
    versions = pl.concat([edits, edits.with_columns(tweet_id="current_id")]).sort("tweet_id")
    workspace = _workspace(tmp_path / "workspace", tweets)
    with workspace.locked():
        workspace.write("edits", versions.select(Edits.column_names()).pipe(Edits.validate))

    expected = _assert_equal(workspace, ThreadSettings())

    assert expected.counts["inferred"] > 100


def test_parts_without_tweets_are_passed_over(tmp_path):
    workspace = _workspace(tmp_path / "workspace", _tangle())
    parts = sorted(workspace.path("tweets").iterdir())
    empty = Tweets.create_empty()
    for name in (parts[0].name.replace(".parquet", "-.parquet"), "zzz.parquet"):
        empty.write_parquet(workspace.path("tweets") / name)

    assert _assert_equal(workspace, ThreadSettings()).counts["turns"] > 100


def test_a_workspace_without_replies_has_empty_tables(tmp_path):
    tweets = _tangle(50).with_columns(reply_to_id=None, conversation_id=None)
    workspace = _workspace(tmp_path / "workspace", tweets.cast(dict(Tweets.create_empty().schema)))

    expected = _assert_equal(workspace, ThreadSettings())

    assert expected.turns.is_empty()
