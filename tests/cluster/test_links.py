import polars as pl

from tests.support import cluster
from workbench.cluster import links
from workbench.cluster.engine import Engine
from workbench.recipe import ThreadSettings

pytestmark = cluster.needs_daft


def test_a_skeleton_names_first_versions_and_only_useful_conversations():
    import daft

    Engine(workers=1).start()
    tweets = daft.from_pydict(
        {
            "tweet_id": [5, 8, 9, 10],
            "reply_to_id": [None, 5, 8, 0],
            "conversation_id": [5, 5, 11, None],
            "quoted_id": [None, None, None, 7],
        }
    )
    edits = pl.DataFrame({"tweet_id": [7, 8], "current_id": [8, 8]})
    settings = ThreadSettings(quotes_as_replies=True)

    rows = links.skeleton(tweets, edits=edits, settings=settings).to_pylist()

    assert sorted((row["tweet_id"], row["parent_id"], row["opener_id"]) for row in rows) == [
        (5, None, None),
        (7, 5, 5),
        (9, 7, None),
        (10, None, None),
    ]
