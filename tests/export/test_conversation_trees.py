"""Trees: order and ranks of replies, what is dropped, paths and nested records."""

import json
import sys
from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.trees_by_hand import BRANCHED, A, P, build_trees, chain, nodes, records, texts
from workbench.export import conversation_trees
from workbench.export.conversation_trees import Turn
from workbench.export.formats import FORMATS


def test_from_turns_orders_replies_by_known_likes_then_age():
    table = nodes(
        (1, None, P, "q", None),
        (2, 1, A, "unknown early", None),
        (3, 1, A, "none", 0),
        (4, 1, A, "unknown late", None),
        (5, 1, A, "most", 9),
        (6, 1, A, "none too", 0),
    )
    (root,), _ = build_trees(table)
    assert texts(root.replies) == ["most", "none", "none too", "unknown early", "unknown late"]
    assert [turn.rank for turn in root.replies] == [None] * 5


def test_from_turns_ranks_replies_if_all_likes_are_known_and_differ():
    (root,), _ = build_trees(BRANCHED)
    assert [(turn.text, turn.rank) for turn in root.replies] == [("because", 0), ("so", 1)]
    tied = nodes((1, None, P, "q", 0), (2, 1, A, "a", 4), (3, 1, A, "b", 4))
    assert [turn.rank for turn in build_trees(tied)[0][0].replies] == [None, None]


def test_from_turns_trims_prompts_without_an_answer_from_strict_trees_only():
    (root,), cuts = build_trees(BRANCHED)
    assert "thanks" not in texts(conversation_trees.all_turns(root))
    assert cuts == {"unanswered": 1}
    (root,), cuts = build_trees(BRANCHED, is_strict=False)
    assert len(conversation_trees.all_turns(root)) == 8
    assert not cuts


def test_from_turns_drops_a_turn_with_everything_below_it():
    table = nodes(
        (1, None, P, "q", None),
        (2, 1, A, "", None),
        (3, 2, P, "below", None),
        (4, 3, A, "below", None),
        (5, 1, A, "a", None),
        (6, 5, A, "same role", None),
        (7, None, A, "opens", None),
        (8, 7, P, "below", None),
        (9, None, P, "alone", None),
    )
    roots, cuts = build_trees(table)
    assert [texts(conversation_trees.all_turns(root)) for root in roots] == [["q", "a"]]
    assert cuts == {
        "no_text_left": 1,
        "below_a_cut": 3,
        "same_role_twice": 1,
        "opens_with_assistant": 1,
        "unanswered": 1,
    }


def test_from_turns_cuts_chains_too_deep_for_readers():
    (root,), cuts = build_trees(chain(5_001))
    assert len(conversation_trees.best_path(root)) == conversation_trees.DEEPEST
    assert sum(cuts.values()) == 5_001 - conversation_trees.DEEPEST


@pytest.mark.parametrize("name", ["oasst", "dialog", "tree"])
def test_readers_accept_the_record_of_the_deepest_tree(name):
    (record,) = records(name, chain(conversation_trees.DEEPEST))
    line = json.dumps(record)
    assert json.loads(line) == record
    FORMATS[name].Record.model_validate_json(line)
    assert sys.getrecursionlimit() == 1000


parents = st.lists(st.integers(0, 10**6), min_size=1, max_size=30)


@given(parents, st.data())
def test_from_turns_counts_every_lost_turn_and_alternates_roles(links, data):
    rows = [(1, None, P, "t", 0)]
    for number, link in enumerate(links, 2):
        role, text = data.draw(st.sampled_from([P, A])), data.draw(st.sampled_from(["t", "t", ""]))
        rows.append((number, link % (number - 1) + 1, role, text, link % 3))
    for is_strict in (True, False):
        roots, cuts = build_trees(nodes(*rows), is_strict=is_strict)
        stay = [turn for root in roots for turn in conversation_trees.all_turns(root)]
        assert len(stay) + sum(cuts.values()) == len(rows)
        paths = [path for root in roots for path in conversation_trees.all_paths(root)]
        assert {turn.tweet_id for path in paths for turn in path} == {t.tweet_id for t in stay}
        if roots:
            assert paths[0] == conversation_trees.best_path(roots[0])
        for path in paths if is_strict else []:
            assert [turn.role for turn in path] == [P, A] * (len(path) // 2)


def test_all_paths_of_a_wide_tree_are_generated_lazily():
    rows = [(1, None, P, "q", None), *[(n, 1, A, "a", None) for n in range(2, 30_002)]]
    (root,), _ = build_trees(nodes(*rows))
    assert sum(1 for _ in conversation_trees.all_paths(root)) == 30_000


def test_turn_cannot_be_in_a_cycle():
    # `Turn` opts out of the cycle collector, so a turn must never be in a cycle.
    assert "parent" not in Turn.__struct_fields__


def rated(table, **answers):
    """Add answers to a table of turns, by text."""
    answer = pl.col("text").replace_strict(answers, default=None, return_dtype=pl.Float32)
    return table.with_columns(answer=answer)


SIBLINGS = nodes(
    (1, None, P, "q", None),
    (2, 1, A, "first", 0),
    (3, 1, A, "liked", 900),
    (4, 1, A, "good", 0),
    (5, 1, A, "equal", 7),
    (6, 1, A, "later", 7),
)


def test_replies_are_sorted_by_answer_then_likes_then_age():
    table = rated(SIBLINGS, first=0.31, liked=0.2, good=0.9, equal=0.902, later=0.899)
    (root,), _ = build_trees(table)
    expected = ["equal", "later", "good", "first", "liked"]
    assert [(turn.text, turn.rank) for turn in root.replies] == list(
        zip(expected, range(5), strict=True)
    )
    assert texts(conversation_trees.best_path(root)) == ["q", "equal"]


def test_a_reply_that_was_not_rated_comes_last_and_leaves_all_without_rank():
    (root,), _ = build_trees(rated(SIBLINGS, first=0.31, good=0.9, equal=0.1, later=0.2))
    assert texts(root.replies) == ["good", "first", "later", "equal", "liked"]
    assert {turn.rank for turn in root.replies} == {None}


def test_oasst_gives_the_rank_of_each_rated_reply():
    table = rated(SIBLINGS, first=0.31, liked=0.2, good=0.9, equal=0.5, later=0.6)
    (record,) = records("oasst", table)
    ranks = {reply["text"]: reply["rank"] for reply in record["prompt"]["replies"]}
    assert ranks == {"good": 0, "later": 1, "equal": 2, "first": 3, "liked": 4}


def test_answers_below_the_bound_are_left_out_with_everything_below_them():
    table = nodes(
        (1, None, P, "q", None),
        (2, 1, A, "good", 0),
        (3, 2, P, "and then?", None),
        (4, 3, A, "poor", 0),
        (5, 4, P, "so?", None),
        (6, 3, A, "exact", 0),
        (7, 1, A, "not rated", 0),
        (8, 2, A, "goes on", None),
    )
    table = rated(table, good=0.9, poor=0.69, exact=0.7)
    cuts = Counter()
    (root,) = conversation_trees.from_turns(table, is_strict=False, cuts=cuts, min_answer=0.7)
    assert texts(conversation_trees.all_turns(root)) == [
        *("q", "good", "and then?", "exact", "goes on"),
    ]
    assert cuts == {"below_the_answer_threshold": 1, "below_a_cut": 1, "not_rated": 1}
    for bound in (None, 0.0):
        (root,) = conversation_trees.from_turns(
            table, is_strict=False, cuts=Counter(), min_answer=bound
        )
        assert len(conversation_trees.all_turns(root)) == 8


def test_with_best_replies_keeps_the_best_and_the_tree_as_it_is():
    (root,), _ = build_trees(BRANCHED)
    assert texts(conversation_trees.with_best_replies(root, 1).replies) == ["because"]
    assert texts(root.replies) == ["because", "so"]
    assert conversation_trees.with_best_replies(root, None) is root
