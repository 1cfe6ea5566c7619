"""Which of two replies is preferred, and which replies are good or bad."""

from collections import Counter

import polars as pl
import pytest

from tests.support.trees_by_hand import A, P, build_trees, nodes, texts
from workbench.export import reply_ratings
from workbench.recipe import ExportSettings


def rated_tree(*replies, later=()):
    """Build a tree of a question and its replies: (id, text, likes, answer)."""
    rows = [(1, None, P, "why?", None)]
    rows += [(number, 1, A, text, likes) for number, text, likes, _ in replies]
    rows += [row[:5] for row in later]
    answers = [None, *(answer for *_, answer in replies), *(row[5] for row in later)]
    table = nodes(*rows).with_columns(answer=pl.Series(answers, dtype=pl.Float32))
    (root,), _ = build_trees(table)
    return root


def pairs(root, *, most=None, **options):
    """Return the texts of the chosen and rejected replies, and what was left out."""
    settings, left_out = ExportSettings(**({"min_answer": 0.2} | options)), Counter()
    compared = reply_ratings.comparisons(root, settings=settings, most=most, left_out=left_out)
    return [(pair.chosen.text, pair.rejected.text) for pair in compared], dict(left_out)


#: An early answer, a later joke with fewer likes, a later and better liked answer, and agreement.
REPLIES = (
    (2, "early answer", 3, 0.8),
    (3, "joke", 2, 0.05),
    (4, "late answer", 5, 0.7),
    (5, "agreed", 4, 0.3),
)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # By answers, whatever the likes: the worst reply loses against each good one.
        ("answer", [("early answer", "joke"), ("late answer", "joke")]),
        # By likes, only against earlier replies: nobody is preferred for coming first.
        ("likes", [("late answer", "joke"), ("agreed", "joke")]),
        ("both", [("late answer", "joke")]),
        ("either", [("early answer", "joke"), ("late answer", "joke"), ("agreed", "joke")]),
    ],
)
def test_each_rule_prefers_other_replies(rule, expected):
    assert pairs(rated_tree(*REPLIES), preferred_by=rule)[0] == expected


def test_rules_that_disagree_make_no_pair():
    root = rated_tree((2, "answer", 1, 0.9), (3, "joke", 50, 0.1))
    assert pairs(root, preferred_by="answer")[0] == [("answer", "joke")]
    assert pairs(root, preferred_by="either") == ([], {"prompts without pair": 1})
    # The joke came later and has more likes, but is no answer.
    assert pairs(root, preferred_by="likes")[0] == []
    assert pairs(root, preferred_by="likes", min_answer=0.0)[0] == [("joke", "answer")]


def test_likes_decide_only_for_the_later_reply():
    root = rated_tree((2, "first", 50, 0.8), (3, "second", 1, 0.8))
    assert pairs(root, preferred_by="likes")[0] == []
    unknown = rated_tree((2, "first", None, 0.8), (3, "second", 1, 0.8))
    assert pairs(unknown, preferred_by="likes")[0] == []


@pytest.mark.parametrize(("margin", "count"), [(0.3, 1), (0.31, 0)])
def test_the_margin_is_met_exactly_although_answers_are_float32(margin, count):
    root = rated_tree((2, "good", None, 0.9), (3, "bad", None, 0.6))
    assert len(pairs(root, margin=margin)[0]) == count


def test_a_chosen_reply_reaches_the_lowest_answer():
    root = rated_tree((2, "poor", None, 0.15), (3, "worse", None, 0.01))
    assert pairs(root, margin=0.1)[0] == []
    assert pairs(root, margin=0.1, min_answer=0.1)[0] == [("poor", "worse")]


def test_equal_texts_and_unrated_replies_make_no_pair():
    assert pairs(rated_tree((2, "same", None, 0.9), (3, "same", None, 0.1)))[0] == []
    root = rated_tree((2, "rated", None, 0.9), (3, "not rated", None, None))
    assert pairs(root) == ([], {"prompts with one rated reply": 1})
    assert pairs(rated_tree((2, "x", None, None))) == ([], {"prompts without rated reply": 1})


def test_the_number_of_pairs_of_a_prompt_is_limited():
    root = rated_tree(*REPLIES)
    assert pairs(root, most=1)[0] == [("early answer", "joke")]
    assert len(pairs(root, most=2)[0]) == 2


def test_a_prompt_with_thousands_of_replies_takes_no_time():
    root = rated_tree(*((number, f"reply {number}", None, 0.5) for number in range(2, 5_000)))
    assert pairs(root) == ([], {"prompts without pair": 1})


LATER = (
    (6, 2, P, "really?", None, None),
    (7, 6, A, "yes", None, 0.9),
    (8, 6, A, "so what", None, 0.1),
    (9, 3, P, "haha", None, None),
    (10, 9, A, "indeed", None, 0.9),
    (11, 9, A, "no", None, 0.1),
)


def test_later_prompts_follow_good_replies_only():
    root = rated_tree((2, "good", None, 0.9), (3, "bad", None, 0.1), later=LATER)
    settings = ExportSettings(min_answer=0.2, paths="all")
    compared = reply_ratings.comparisons(root, settings=settings, most=None, left_out=Counter())
    assert [texts(pair.prompt) for pair in compared] == [["why?"], ["why?", "good", "really?"]]


def test_later_prompts_follow_the_best_path_only():
    later = [(number + 100, *row) for number, *row in LATER]
    later = [(n, p + 100 if p > 5 else p, *row) for n, p, *row in later]
    root = rated_tree((2, "good", None, 0.7), (3, "better", None, 0.9), later=later)
    settings = ExportSettings(min_answer=0.2, paths="best")
    compared = reply_ratings.comparisons(root, settings=settings, most=None, left_out=Counter())
    assert [texts(pair.prompt) for pair in compared] == [["why?", "better", "haha"]]


def kto(root, *, most=None, **options):
    settings, left_out = ExportSettings(**({"min_answer": 0.2} | options)), Counter()
    rated = reply_ratings.rated_replies(root, settings=settings, most=most, left_out=left_out)
    return [(each.reply.text, each.is_good) for each in rated], dict(+left_out)


def test_replies_are_good_or_bad_by_two_thresholds():
    root = rated_tree(*REPLIES)
    good, between = (
        [("early answer", True), ("late answer", True)],
        "replies between the thresholds",
    )
    assert kto(root) == ([*good, ("joke", False)], {between: 1})
    assert kto(root, kto_bad=0.3)[0] == [*good, ("agreed", False), ("joke", False)]
    # Bounds are met exactly, although answers are Float32.
    assert kto(root, kto_good=0.8, kto_bad=0.05)[0] == [good[0], ("joke", False)]


def test_the_best_good_and_the_worst_bad_replies_are_kept():
    root = rated_tree(*REPLIES)
    beyond = "replies beyond the number wanted"
    assert kto(root, most=1, kto_bad=0.3) == (
        [("early answer", True), ("joke", False)],
        {beyond: 2},
    )
