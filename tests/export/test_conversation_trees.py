"""Trees: order and ranks of replies, what is dropped, paths and nested records."""

import json
import sys

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
