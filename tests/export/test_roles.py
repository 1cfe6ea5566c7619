"""The role policies, against brute force over random forests and on threads by hand."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.property_tests import examples
from tests.support.tweets_by_hand import make_tweets, tweet
from workbench import threads
from workbench.export import dialogue, roles


def make_turns(*rows):
    return threads.from_tweets(make_tweets(*rows)).turns


def rows_of(nodes):
    """Return the decisions of a policy as tuples."""
    return nodes.select("thread_id", "tweet_ids", "parent_id", "role", "text").rows()


# ---- brute force ----


class Tree:
    """The first tree of a thread, walked recursively."""

    def __init__(self, rows):
        self.rows = {row["tweet_id"]: row for row in rows}
        self.root = rows[0]["tweet_id"]
        self.below = {}
        stays = {None}
        for row in rows:
            if row["is_placed"] and row["parent_id"] in stays:
                stays.add(row["tweet_id"])
                self.below.setdefault(row["parent_id"], []).append(row["tweet_id"])

    def same(self, one, other):
        """Whether two turns are certainly by the same author."""
        author = self.rows[one]["author_id"]
        return author is not None and author == self.rows[other]["author_id"]

    def walk(self, turn):
        return [turn] + [below for child in self.below.get(turn, []) for below in self.walk(child)]

    def monologue(self, turn):
        """Return the turn and everything that its author adds, ever."""
        more = [child for child in self.below.get(turn, []) if self.same(turn, child)]
        return [turn] + [added for child in more for added in self.monologue(child)]

    def run(self, turn):
        """Return the turn and what its author adds before anybody answers."""
        own = self.monologue(turn)
        answers = [c for t in own for c in self.below.get(t, []) if not self.same(t, c)]
        first = min(answers, default=10**9)

        def parts(part):
            more = [c for c in self.below.get(part, []) if self.same(part, c) and c < first]
            return [part] + [added for child in more for added in parts(child)]

        return sorted(parts(turn))


def node(tree, ids, parent, is_prompter):
    text = "\n".join(tree.rows[turn]["text"] for turn in ids)
    role = "prompter" if is_prompter else "assistant"
    return (tree.rows[tree.root]["thread_id"], ids, parent, role, text)


def brute_author(tree):
    nodes = []
    for turn in tree.walk(tree.root):
        is_prompter = turn == tree.root or tree.same(turn, tree.root)
        nodes.append(node(tree, [turn], tree.rows[turn]["parent_id"], is_prompter))
    return nodes


def brute_dialogue(tree):
    def speak(turn, parent, responder, is_prompter):
        ids = tree.run(turn)
        nodes = [node(tree, ids, parent, is_prompter)]
        for child in sorted(c for own in ids for c in tree.below.get(own, []) if c not in ids):
            if tree.same(child, turn):
                continue
            partner = tree.root if not is_prompter else responder
            if partner is None or tree.same(child, partner):
                nodes += speak(child, turn, responder or child, not is_prompter)
        return nodes

    return speak(tree.root, None, None, True)


def brute_first_reply(tree):
    answers = [t for t in tree.below.get(tree.root, []) if not tree.same(t, tree.root)]
    first = [node(tree, [min(answers)], tree.root, False)] if answers else []
    return [node(tree, [tree.root], None, True), *first]


BRUTE = {"author": brute_author, "dialogue": brute_dialogue, "first_reply": brute_first_reply}

IDS = st.integers(1, 18)
ROWS = st.lists(
    st.builds(
        tweet, IDS, IDS | st.none(), st.none() | IDS, author_id=st.none() | IDS.map(lambda x: x % 3)
    ),
    max_size=18,
    unique_by=lambda row: row["tweet_id"],
)


@pytest.mark.parametrize("policy", roles.POLICIES)
@settings(max_examples=examples(50))
@given(rows=ROWS)
def test_policies_equal_brute_force(policy, rows):
    turns = make_turns(*rows)
    expected = []
    for thread in turns.partition_by("thread_id", maintain_order=True):
        nodes = BRUTE[policy](Tree(thread.to_dicts()))
        if any(role == "assistant" for *_, role, _ in nodes):
            expected += nodes
    assert rows_of(roles.POLICIES[policy](turns)) == expected


@pytest.mark.parametrize("policy", roles.POLICIES)
@settings(max_examples=examples(20))
@given(rows=ROWS)
def test_policies_return_whole_trees_that_begin_with_a_prompter(policy, rows):
    nodes = roles.POLICIES[policy](make_turns(*rows))
    seen = {}
    for row in nodes.to_dicts():
        if row["parent_id"] is None:
            assert (row["role"], row["depth"], row["position"]) == ("prompter", 0, 0)
        else:
            above = seen[row["parent_id"]]
            assert above["thread_id"] == row["thread_id"]
            assert row["depth"] == above["depth"] + 1
            assert policy == "author" or row["role"] != above["role"]
        seen[row["tweet_id"]] = row
    roots = nodes.filter(nodes["parent_id"].is_null())
    assert roots.height == nodes["thread_id"].n_unique()


# ---- by hand ----


def test_policies_drop_threads_without_a_second_speaker():
    turns = make_turns(tweet(1), tweet(2, 1), tweet(3, 2))
    assert [policy(turns).height for policy in roles.POLICIES.values()] == [0, 0, 0]


def test_policies_use_the_first_fragment_of_a_conversation():
    turns = make_turns(
        tweet(5, None, 1), tweet(6, 5, author_id=2), tweet(7, None, 1), tweet(8, 7, author_id=2)
    )
    assert turns["thread_id"].unique().to_list() == [1]
    assert [policy(turns)["tweet_id"].to_list() for policy in roles.POLICIES.values()] == [
        [5, 6]
    ] * 3


def test_policies_handle_a_chain_of_20_000():
    rows = [tweet(t, t - 1 or None, author_id=t % 4 // 2) for t in range(1, 20_001)]
    nodes = dialogue.dialogue(make_turns(*rows))
    assert nodes.height == 10_001
    assert nodes["depth"].max() == 10_000


def test_first_reply_is_one_with_text():
    turns = make_turns(tweet(1), tweet(2, 1, author_id=2, text=""), tweet(3, 1, author_id=3))
    assert roles.first_reply(turns)["tweet_id"].to_list() == [1, 3]


def test_first_reply_is_the_best_rated_one_if_replies_were_rated():
    turns = make_turns(tweet(1, author_id=7), *(tweet(n, 1, author_id=n + 6) for n in (2, 3, 4)))
    answers = pl.DataFrame(
        {"tweet_id": [2, 3, 4], "answer": [0.1, 0.801, 0.803]},
        schema_overrides={"answer": pl.Float32},
    )

    def chosen(rated):
        return roles.assign(turns, policy="first_reply", answers=rated)["tweet_id"].to_list()

    assert chosen(None) == [1, 2]
    assert chosen(answers) == [1, 3]
    assert chosen(answers.filter(pl.col("tweet_id") != 3)) == [1, 4]
    assert chosen(roles.NOT_RATED) == [1, 2]
    for policy in ("author", "dialogue"):
        rated = roles.assign(turns, policy=policy, answers=answers)
        assert rated.equals(roles.POLICIES[policy](turns))
