"""Items to label: read from the threads, or from a label."""

import polars as pl

from tests.support import fakes
from workbench.classifiers import prompt_classifier, reply_classifier
from workbench.dashboard.label import items
from workbench.dashboard.label.items import Item, ItemList
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.schemas import Deletions


def test_read_returns_the_pair_and_its_thread_and_no_deleted_tweet(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=20)
    session = ScoresSession(workspace, workspace.read("scores"))
    second = pl.col("thread_id") + 7_000_000_000
    chosen = session.scores.head(3).select(
        "thread_id", "root_id", best_reply_id=second, why=pl.lit("random"), is_fair=pl.lit(True)
    )
    pairs = items.read(session, chosen, kind=reply_classifier.KIND)
    assert [item.parent["tweet_id"] for item in pairs] == chosen["root_id"].to_list()
    assert [item.tweet["tweet_id"] for item in pairs] == chosen["best_reply_id"].to_list()
    row = pairs[0].row("answers", method="settled").row(0, named=True)
    assert (row["label"], row["method"], row["is_random"]) == ("answers", "settled", True)
    gone = pl.DataFrame({"tweet_id": [chosen["root_id"][0]], "had_row": [True]})
    workspace.write("deletions", Deletions.validate(gone, cast=True))
    assert len(items.read(session, chosen, kind=prompt_classifier.KIND)) == 2


def test_a_list_gives_its_items_in_order_and_takes_one_back():
    first, second = (
        Item({"tweet_id": number}, None, pl.DataFrame(), "again", is_fair=False)
        for number in (1, 2)
    )
    waiting = ItemList([first, second], kind=prompt_classifier.KIND)
    assert waiting.take() is first
    waiting.put_back(first)
    assert (waiting.size, waiting.take(), waiting.take(), waiting.take()) == (
        2,
        first,
        second,
        None,
    )
