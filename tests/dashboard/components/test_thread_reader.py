"""What the reader shows of one thread."""

import polars as pl

from tests.support.reader import RECIPE, delete, newest, show, view
from workbench import selection
from workbench.dashboard.components import (
    thread_cards,
    thread_reader,
)
from workbench.schemas import Gone, Ledger


def test_deleted_tweets_are_not_shown_even_if_a_table_contains_them(own):
    row = own.scores.filter(pl.col("turns") > 2).row(0, named=True)
    turns = own.turns(row["thread_id"])
    secret = turns["tweet_id"][1]
    own.workspace.write(
        "turns",
        own.workspace.read("turns").with_columns(
            text=pl.when(pl.col("tweet_id") == secret).then(pl.lit("secret")).otherwise("text")
        ),
    )
    assert "secret" in show(own, row["thread_id"])
    delete(own, secret, own.scores["root_id"][3])
    html = show(own, row["thread_id"])
    assert "secret" not in html
    assert "A tweet is missing here: deleted." in html
    verdicts = own.verdicts(RECIPE.select)
    rows = newest(own, verdicts, text="secret")
    assert rows.filter(pl.col("root_id") == own.scores["root_id"][3])["text"].to_list() == [None]
    assert rows["hit"].null_count() == rows.height
    assert ["(deleted)"] in [card["text"] for card in thread_cards.table(rows).cards]


def test_thread_says_why_its_parent_is_missing(own):
    row = own.scores.filter(~pl.col("is_complete")).row(0, named=True)
    assert "A tweet is missing here: not in the data." in show(own, row["thread_id"])
    rows = {"tweet_id": row["missing_ids"], "reason": ["protected"]}
    own.workspace.write("gone", Gone.validate(pl.DataFrame(rows)))
    assert "its author is protected" in show(own, row["thread_id"])


def test_thread_shows_scores_roles_and_all_rules_that_remove_it(live, verdicts):
    expected = selection.masks(live.scores, settings=RECIPE.select)
    masks = [name for name in expected.columns if name.startswith(selection.PASSES)]
    failed = expected.select("thread_id", failed=pl.sum_horizontal(~pl.col(mask) for mask in masks))
    thread_id, count = failed.sort("failed").row(-1)
    html = show(live, thread_id)
    assert count > 1
    assert f"Removed by {count} of {len(masks)} rules" in html
    assert html.count('<tr class="wb-fails">') == count
    assert html.count('<tr class="wb-passes">') == len(masks) - count
    assert "Not exported" in html
    assert "best reply, answers" in html
    assert ">prompter<" in html
    kept = failed.filter(pl.col("failed") == 0)["thread_id"][0]
    html = show(live, kept)
    assert "Kept: it passes all" in html
    assert "wb-fails" not in html
    assert "are exported" in html


def test_thread_shows_the_source_of_each_turn(own):
    ledger = Ledger.sample(
        overrides={
            "member": [1],
            "archive": ["/home/me/july<b>.tar"],
            "name": ["2019/07.json"],
            **dict.fromkeys(["lines", "tweets", "carriers", "deletions", "notices", "blank"], 0),
            "rejected": 0,
            "status": "whole",
            "damage": None,
        }
    )
    own.workspace.write("ledger", ledger)
    thread_id = own.scores["thread_id"][0]
    html = show(own, thread_id)
    assert "july&lt;b&gt;.tar 2019/07.json, line 1" in html
    assert "/home/me" not in html


def test_long_threads_are_read_in_parts(own):
    row = own.scores.sort("turns").row(-1, named=True)
    turns = own.turns(row["thread_id"])
    tall = pl.concat([turns.head(1), *[turns[1:2]] * 999]).with_columns(
        tweet_id=row["thread_id"] + pl.int_range(1000), position=pl.int_range(1000, dtype=pl.UInt32)
    )
    rest = own.workspace.read("turns").filter(pl.col("thread_id") != row["thread_id"])
    own.workspace.write("turns", pl.concat([rest, tall.select(rest.columns)]))
    shown = view(own, row["thread_id"])
    assert len(shown.parts) == 1
    assert shown.left >= 1000 - thread_reader.MOST
    for turn in range(1, 6):
        shown.asked = {"action": "more", "turn": turn}
    assert shown.left == 0
    drawn = "".join(shown.parts)
    assert drawn.count('class="wb-text"') == 1000
    assert all(part.count('class="wb-turn') <= thread_reader.MOST for part in shown.parts)


def test_thread_shows_the_score_of_every_rated_reply(live):
    counts = live.workspace.scan("reply_scores").group_by("thread_id").len().collect()
    thread_id = counts.filter(pl.col("len") > 2)["thread_id"].min()
    html = show(live, thread_id)
    answers = live.answers(pl.Series([thread_id]))
    assert html.count("answers</dt>") == answers.height > 2
    assert html.count("best reply, answers") == 1
