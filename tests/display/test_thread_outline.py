"""Where the turns of a thread are drawn, and where a gap is."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.support import kept
from workbench.display import thread_outline


def drawn(turns, **options):
    outline = thread_outline.from_turns(kept.turns(turns), **options)
    return outline.select("level", "gap_id", "tweet_id").rows()


@st.composite
def forests(draw):
    """Turns 1, 2, 3... in reading order, each below an earlier one or without its parent."""
    parents: list[int | None] = [None]
    rows = [kept.turn(1, None, 7, "a", reply_to_id=draw(st.sampled_from([None, 901, 902])))]
    open_ = [1]
    for number in range(2, draw(st.integers(1, 12)) + 1):
        open_ = open_[: draw(st.integers(0, len(open_)))]
        parent = open_[-1] if open_ else None
        missing = draw(st.sampled_from([None, 901, 902, 903])) if parent is None else parent
        rows.append(kept.turn(number, parent, 8, "b", reply_to_id=missing))
        open_.append(number)
        parents.append(parent)
    return rows


@given(forests(), st.sampled_from([1, 900, 901]))
def test_from_turns_draws_each_turn_once_one_step_below_what_it_answers(rows, thread_id):
    turns = kept.turns(rows).with_columns(thread_id=pl.lit(thread_id, pl.Int64))
    outline = thread_outline.from_turns(turns)
    shown = outline.filter(pl.col("gap_id").is_null())
    assert sorted(shown["tweet_id"]) == sorted(turns["tweet_id"])
    path: list[int] = []
    for level, gap_id, tweet_id, parent_id, reply_to_id in outline.select(
        "level", "gap_id", "tweet_id", "parent_id", "reply_to_id"
    ).rows():
        assert level <= len(path)
        path = [*path[:level], gap_id or tweet_id]
        above = path[-2] if level else None
        if parent_id is not None:
            assert above == parent_id
        elif reply_to_id is not None:
            assert above == reply_to_id
        elif gap_id is None or gap_id != thread_id:
            assert above in (None, thread_id)
    gaps = outline["gap_id"].drop_nulls()
    assert gaps.is_unique().all()
    lost = set(turns.filter(pl.col("parent_id").is_null())["reply_to_id"].drop_nulls())
    assert set(gaps) == lost | ({thread_id} - set(turns["tweet_id"]))


def test_from_turns_puts_a_gap_above_a_fragment():
    assert drawn([kept.turn(5, None, 7, "a", reply_to_id=4), kept.turn(6, 5, 8, "b")]) == [
        (0, 4, None),
        (1, None, 5),
        (2, None, 6),
    ]


def test_from_turns_gathers_replies_below_the_one_missing_tweet():
    turns = [
        kept.turn(5, None, 7, "a", reply_to_id=4),
        kept.turn(6, None, 8, "b", reply_to_id=3),
        kept.turn(7, None, 9, "c", reply_to_id=4),
    ]
    assert [row[1:] for row in drawn(turns)] == [
        (4, None),
        (None, 5),
        (None, 7),
        (3, None),
        (None, 6),
    ]


def test_from_turns_opens_no_gap_for_a_parent_that_is_there():
    turns = [kept.turn(5, None, 7, "a", reply_to_id=5), kept.turn(6, None, 8, "b", reply_to_id=5)]
    assert drawn(turns) == [(0, None, 5), (0, None, 6)]


def test_from_turns_hides_what_must_not_be_shown_in_its_place():
    turns = [kept.turn(5, None, 7, "secret"), kept.turn(6, 5, 8, "b")]
    outline = thread_outline.from_turns(kept.turns(turns), gone=[5])
    assert outline.select("level", "gap_id", "tweet_id").rows() == [(0, 5, None), (1, None, 6)]
    assert "secret" not in str(outline.rows())


def test_from_turns_of_nothing_is_nothing():
    assert thread_outline.from_turns(kept.turns([kept.turn(5, None, 7, "a")]).clear()).height == 0
