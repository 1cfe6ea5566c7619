"""Which threads the reader lists, and what it says of one."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import fakes
from workbench import selection
from workbench.dashboard.components import (
    near_duplicates,
    thread_filter,
    thread_reader,
    thread_table,
)
from workbench.dashboard.components.thread_filter import ANY, KINDS, WHOLES, ThreadQuery
from workbench.dashboard.session import missing_tweets
from workbench.dashboard.session.scores_session import ORDERS, ScoresSession
from workbench.recipe import Recipe
from workbench.schemas import Deletions, Gone, Ledger
from workbench.threads import text_search

ALL = ThreadQuery(next(iter(KINDS)), next(iter(WHOLES)), ANY, "Newest first")
RECIPE = Recipe()


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


def delete(live, *ids):
    rows = pl.DataFrame({"tweet_id": list(ids), "had_row": [True] * len(ids)})
    live.workspace.write("deletions", Deletions.validate(rows))


def show(live, thread_id, **options):
    verdicts = live.verdicts(RECIPE.select)
    found = live.some(live.scores["thread_id"] == thread_id, verdicts)
    chosen = pl.DataFrame({"place": [0]})
    read = thread_reader.read(
        live, found, chosen, recipe=RECIPE, explain=thread_reader.full_verdict(verdicts)
    )
    return thread_reader.draw(live, read, **options).text


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(list(KINDS)), st.sampled_from(list(WHOLES)), st.sampled_from(["ja", ANY]))
def test_among_marks_the_threads_that_are_asked_for(live, verdicts, kind, whole, language):
    asked = ThreadQuery(kind, whole, language, "Newest first")
    found = live.scores["thread_id"].gather_every(2)
    mask = thread_filter.among(live, verdicts, query=asked, matches=found)
    rows = zip(
        *(live.scores[name] for name in ("thread_id", "is_complete", "language")),
        verdicts["kept"],
        strict=True,
    )
    wanted = set(found)
    expected = [
        thread_id in wanted
        and KINDS[kind] in (None, kept)
        and WHOLES[whole] in (None, complete)
        and language in (ANY, spoken)
        for thread_id, complete, spoken, kept in rows
    ]
    assert mask.to_list() == expected


@pytest.mark.parametrize("order", ORDERS)
def test_rows_are_in_the_order_and_have_their_texts(live, verdicts, order):
    asked = ThreadQuery(*list(vars(ALL).values())[:3], order)
    mask = thread_filter.among(live, verdicts, query=asked)
    found = thread_filter.rows(live, mask, verdicts, query=asked, page=1)
    column, descending = ORDERS[order]
    if column != "shuffle":
        values = found[column].drop_nulls()
        assert values.is_sorted(descending=descending)
        top = live.scores[column].sort(descending=descending, nulls_last=True).head(found.height)
        assert found[column].to_list() == top.to_list()
    texts = live.workspace.read("turns").filter(pl.col("position") == 0)
    assert (
        dict(found.select("root_id", "text").rows()).items()
        <= dict(texts.select("tweet_id", "text").rows()).items()
    )
    assert thread_table.table(found, column=thread_table.column_of_order(order)).value.height == 1


def test_rows_show_the_reply_that_holds_the_words(live, verdicts):
    words = "look at the manual"
    found = thread_filter.find(live.workspace, words)
    mask = thread_filter.among(live, verdicts, query=ALL, matches=found)
    rows = thread_filter.rows(live, mask, verdicts, query=ALL, page=1, text=words)
    assert rows.height > 0
    assert all(words in hit for hit in rows["hit"])
    shown = thread_table.table(rows, column="started_at", query=words)
    assert "| reply: " in shown._data["Opening tweet"][0]


def test_find_of_nothing_asks_for_everything(live):
    assert thread_filter.find(live.workspace, "  ") is None
    assert text_search.find_threads(live.workspace.scan("turns"), "no such words").is_empty()


def test_list_begins_with_the_thread_that_is_named(live, verdicts):
    mask = thread_filter.among(live, verdicts, query=ALL)
    rows = thread_filter.rows(live, mask, verdicts, query=ALL, page=1)
    for named, place in [(rows["thread_id"][7], 7), (5, 0), (None, 0)]:
        shown = thread_table.table(rows, thread_id=named)
        assert shown.value["place"].to_list() == [place]


def test_list_of_nothing_is_a_list(live, verdicts):
    rows = thread_filter.rows(live, verdicts["kept"] & False, verdicts, query=ALL, page=3, text="a")
    assert thread_table.table(rows, column="started_at").value.height == 0
    assert thread_table.nearest(rows).value.height == 0


def test_deleted_tweets_are_not_shown_though_they_still_lie_there(own):
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
    everything = thread_filter.among(own, verdicts, query=ALL)
    rows = thread_filter.rows(own, everything, verdicts, query=ALL, page=1, text="secret")
    assert rows.filter(pl.col("root_id") == own.scores["root_id"][3])["text"].to_list() == [None]
    assert rows["hit"].null_count() == rows.height
    assert "(deleted)" in thread_table.table(rows, column="started_at")._data["Opening tweet"]


def test_reasons_tell_what_is_known(own):
    assert missing_tweets.reasons(own.workspace, []) == {}
    assert missing_tweets.reasons(own.workspace, [1, 2]) == {}
    rows = {"tweet_id": [1, 2, 3], "reason": ["protected", "not-found", "not-found"]}
    own.workspace.write("gone", Gone.validate(pl.DataFrame(rows)))
    delete(own, 3)
    assert missing_tweets.reasons(own.workspace, [1, 2, 3, 4]) == {
        1: "its author is protected",
        2: "deleted, or its author is gone",
        3: "deleted",
    }


def test_thread_says_why_its_parent_is_missing(own):
    row = own.scores.filter(~pl.col("is_complete")).row(0, named=True)
    assert "A tweet is missing here: not in the data." in show(own, row["thread_id"])
    rows = {"tweet_id": row["missing_ids"], "reason": ["protected"]}
    own.workspace.write("gone", Gone.validate(pl.DataFrame(rows)))
    assert "its author is protected" in show(own, row["thread_id"])


def test_thread_gives_scores_roles_and_all_rules_that_remove_it(live, verdicts):
    expected = selection.masks(live.scores, settings=RECIPE.select)
    masks = [name for name in expected.columns if name.startswith(selection.PASSES)]
    failed = expected.select("thread_id", failed=pl.sum_horizontal(~pl.col(mask) for mask in masks))
    thread_id = failed.sort("failed")["thread_id"][-1]
    html = show(live, thread_id)
    assert "; also by " in html
    assert "best reply, answers" in html
    assert ">prompter<" in html
    kept = failed.filter(pl.col("failed") == 0)["thread_id"][0]
    assert "Kept by every rule." in show(live, kept)


def test_thread_says_where_each_turn_comes_from(own):
    ledger = Ledger.sample(
        overrides={
            "member": [1],
            "archive": ["/home/me/july<b>.tar"],
            "name": ["2019/07.json"],
            **dict.fromkeys(["lines", "tweets", "carriers", "deletions", "notices", "blank"], 0),
            "rejected": 0,
        }
    )
    own.workspace.write("ledger", ledger)
    thread_id = own.scores["thread_id"][0]
    assert "07.json" not in show(own, thread_id)
    html = show(own, thread_id, sources=True)
    assert "july&lt;b&gt;.tar 2019/07.json, line 1" in html
    assert "/home/me" not in html


def test_long_threads_are_read_in_parts(own):
    verdicts = own.verdicts(RECIPE.select)
    row = own.scores.sort("turns").row(-1, named=True)
    turns = own.turns(row["thread_id"])
    tall = pl.concat([turns.head(1), *[turns[1:2]] * 999]).with_columns(
        tweet_id=row["thread_id"] + pl.int_range(1000), position=pl.int_range(1000, dtype=pl.UInt32)
    )
    rest = own.workspace.read("turns").filter(pl.col("thread_id") != row["thread_id"])
    own.workspace.write("turns", pl.concat([rest, tall.select(rest.columns)]))
    found = own.some(own.scores["thread_id"] == row["thread_id"], verdicts)
    read = thread_reader.read(own, found, pl.DataFrame({"place": [0]}), recipe=RECIPE)
    assert thread_reader.parts(read).stop == -(-read.rows // thread_reader.MOST)
    drawn = [
        thread_reader.draw(own, read, part=part).text.count('class="wb-turn"') for part in (1, 5, 6)
    ]
    assert sum(drawn[:2]) >= 2 * thread_reader.MOST - 2
    assert "earlier turns are not shown" in thread_reader.draw(own, read, part=2).text


def test_values_of_a_list_are_readable():
    moment = datetime(2019, 7, 3, 6, 29, tzinfo=UTC)
    written = [
        thread_table._value(value, column)
        for value, column in [(moment, "started_at"), (3660, "span_seconds"), (None, "likes")]
    ]
    assert written == ["2019-07-03 06:29", "1 h 1 min", "-"]


@pytest.mark.parametrize("text", fakes.HOSTILE)
def test_lists_hold_nothing_but_plain_text(live, verdicts, text):
    rows = live.some(verdicts["kept"], verdicts).head(1)
    rows = rows.with_columns(text=pl.lit(text), hit=pl.lit(text), said=pl.lit(text))
    for shown in (
        thread_table.table(rows, column="started_at", query="e"),
        thread_table.nearest(rows),
    ):
        cell = shown._data["Opening tweet"][0]
        assert "://" not in cell
        assert "\u202e" not in cell
        assert "data:image" not in cell


def twinned(live, *thread_ids):
    fakes.twin(live.workspace, *thread_ids)
    return ScoresSession(live.workspace, live.workspace.read("scores"))


def test_twins_lists_the_group_with_the_one_that_stands_for_it(own):
    ids = own.scores.sort("turns", "thread_id", descending=[True, False])["thread_id"].to_list()
    group = [ids[0], ids[4], ids[9]]
    live = twinned(own, *group)
    texts = dict(own.openings(own.scores).select("thread_id", "text").rows())
    rows = {row["thread_id"]: row for row in live.scores.iter_rows(named=True)}
    for thread_id in group:
        found = near_duplicates.read(live, rows[thread_id])
        assert found["thread_id"].to_list() == [other for other in group if other != thread_id]
        assert found["text"].to_list() == [texts[other] for other in found["thread_id"]]
        assert found.filter("is_representative")["thread_id"].to_list() == [
            other for other in group[:1] if other != thread_id
        ]
    html = show(live, group[1])
    assert "2 near duplicates; the representative is marked" in html
    assert html.index(">representative<") < html.index(f"thread={group[0]}")
    assert html.index(f"thread={group[0]}") < html.index(f"thread={group[2]}")
    html = show(live, group[0])
    assert "2 near duplicates; the representative is this thread" in html
    stands = live.some(live.scores["thread_id"] == group[0], live.verdicts(RECIPE.select))
    beside = thread_reader.show(live, stands, pl.DataFrame({"place": [0]}), recipe=RECIPE).text
    assert "2 near duplicates; the representative is this thread" in beside
    assert ">representative<" not in html
    assert "near duplicate" not in show(live, ids[1])


def test_twins_of_a_large_group_are_counted_beyond_the_first(own):
    ids = own.scores["thread_id"].to_list()
    live = twinned(own, *ids[:30])
    html = show(live, ids[3])
    assert "29 near duplicates" in html
    assert html.count("<li>") == near_duplicates.MOST + 1
    assert "and 9 more" in html
    assert '<details class="wb-twins"><summary>' in html


def test_twins_show_nothing_of_what_was_deleted(own):
    ids = own.scores["thread_id"].to_list()
    live = twinned(own, *ids[:2])
    said = live.openings(live.scores[:2])["text"][1]
    assert f">{said}<" in near_duplicates.draw(*_of(live, 0))
    delete(live, ids[1])
    html = near_duplicates.draw(*_of(live, 0))
    assert said not in html
    assert ">(deleted)<" in html


def _of(live, place):
    row = live.scores.row(place, named=True)
    return near_duplicates.read(live, row), row


def test_twins_of_scores_that_do_not_know_them_are_none(own):
    ids = own.scores["thread_id"].to_list()
    live = twinned(own, *ids[:2])
    old = ScoresSession(live.workspace, live.scores.drop("representative_id", "twins"))
    assert near_duplicates.draw(*_of(old, 0)) == ""


@pytest.mark.parametrize("text", fakes.HOSTILE)
def test_twins_hold_nothing_but_plain_text(own, text):
    turns = own.workspace.read("turns").with_columns(text=pl.lit(text))
    own.workspace.write("turns", turns)
    ids = own.scores["thread_id"].to_list()
    html = near_duplicates.draw(*_of(twinned(own, *ids[:2]), 0))
    for markup in ("<script", "<img", "<iframe", "<style", "<h1", "<svg", "://", "\u202e"):
        assert markup not in html
    assert html.count("<a ") == 1
