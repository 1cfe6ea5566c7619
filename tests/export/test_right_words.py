"""What records say of a conversation is true: random hostile threads, every format and policy.

Every tweet has a text of its own, so that each text of a record leads back to its tweets.
"""

import re
from datetime import timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.support import kept
from tests.support.exports_by_hand import NAMES, SECRET, UNRATED, recipe
from tests.support.property_tests import examples
from tests.support.tweets_by_hand import BEGAN, make_tweets, tweet
from workbench import export, threads
from workbench.export import roles
from workbench.export.continuations import PAUSE
from workbench.schemas import ReplyScores

# ---- READ RECORDS ---- #

USERS = {"user", "human", "prompter"}


def edges_of(record):
    """Yield (text above or None, whether that is a user's, text, whether that is a user's)."""
    for path in paths_of(record):
        yield (None, None, *path[0])
        for above, turn in pairwise(path):
            yield (*above, *turn)


def paths_of(record):
    """Return every path of a record as a list of (text, whether a user says it)."""
    match record:
        case {"messages": turns}:
            return [said(turns)]
        case {"prompt": [*prompt], "chosen": chosen, "rejected": rejected}:
            return [said(prompt + chosen), said(prompt + rejected)]
        case {"prompt": [*prompt], "completion": [*completion]}:
            return [said(prompt + completion)]
        case {"conversations": turns}:
            return [[(turn["value"], turn["from"] in USERS) for turn in turns]]
        case (
            {"prompt": str(prompt), "completion": answer}
            | {"instruction": prompt, "output": answer}
            | {"INSTRUCTION": prompt, "RESPONSE": answer}
        ):
            return [[(prompt, True), (answer, False)]]
        case {"prompt": root} | {"thread": root} | {"root": root}:
            return list(down(root))
        case _:
            pytest.fail(f"no reader for {record.keys()}")


def said(messages):
    return [(message["content"], message["role"] in USERS) for message in messages]


def down(node):
    """Yield every path from a node of a nested record to a leaf."""
    turn = (node["text"], node["role"] in USERS)
    below = node["replies"] if "replies" in node else node["children"]
    for reply in below:
        for path in down(reply):
            yield [turn, *path]
    if not below:
        yield [turn]


def trees_of(messages):
    """Nest flat messages, so that they read like records of trees."""
    nodes = {message["message_id"]: message | {"replies": []} for message in messages}
    for node in nodes.values():
        if node["parent_id"] is not None:
            nodes[node["parent_id"]]["replies"].append(node)
    return [{"prompt": node} for node in nodes.values() if node["parent_id"] is None]


def tweets_in(text):
    return [int(number) for number in re.findall(r"tweet(\d+)\b", text)]


# ---- DRAW THREADS ---- #

PEOPLE = st.sampled_from([1, 1, 1, 2, 2, 3, None])
#: How a tweet names what it answers: its parent, a missing parent, its conversation, or nothing.
LINKS = st.sampled_from(["parent"] * 5 + ["missing", "conversation", "nothing"])


@st.composite
def conversations(draw):
    """Draw tweets that mostly answer each other, with gaps, and with names that may be wrong."""
    rows = []
    for number in range(1, draw(st.integers(3, 12)) + 1):
        link, author, mention = draw(LINKS), draw(PEOPLE), draw(PEOPLE)
        parent = draw(st.integers(max(1, number - 4), number)) if number > 1 else None
        says = draw(st.sampled_from(["", *["tweet{}"] * 4])).format(number)
        row = tweet(
            number,
            {"parent": parent, "missing": 50 - number}.get(link),
            draw(st.sampled_from([1, 1, 2, None])) if link != "nothing" else None,
            author_id=author,
            author_name=None if author is None else f"name{author}",
            reply_to_author_id=draw(st.none() | PEOPLE),
            text=(f"@name{mention} " if mention else "") + says,
            likes=draw(st.none() | st.integers(0, 3)),
            created_at=BEGAN + timedelta(minutes=number * draw(st.sampled_from([1, 1, 1, 30]))),
        )
        rows.append(row)
    return rows


ANSWERS = st.none() | st.lists(st.sampled_from([0.1, 0.5, 0.9]), min_size=16, max_size=16)


def written(turns, answers, *, name, **options):
    """Return the records of one format."""
    rated = None
    if name not in UNRATED:
        answers = answers or [0.9, 0.1, 0.5, 0.1] * 4
    if answers is not None:
        known = pl.DataFrame({"tweet_id": range(1, 17), "answer": answers})
        rated = turns.join(known, on="tweet_id").select(ReplyScores.column_names())
        rated = rated.with_columns(pl.col("answer").cast(pl.Float32))
    records = export.preview(
        turns,
        kept.threads(turns),
        kept.verdicts(turns),
        recipe=recipe(name, **options),
        secret=SECRET,
        answers=rated,
        limit=10**6,
    )
    return trees_of(records) if name == "oasst_messages" else records


@pytest.mark.parametrize("policy", roles.POLICIES)
@settings(max_examples=examples(60))
@given(
    rows=conversations(),
    answers=ANSWERS,
    name=st.sampled_from(NAMES),
    options=st.fixed_dictionaries(
        {
            "paths": st.sampled_from(["best", "all"]),
            "replies": st.sampled_from(["auto", "best", 2, "all"]),
            "min_answer": st.sampled_from([0.0, 0.3]),
        }
    ),
)
def test_records_put_the_right_words_in_the_right_mouth(policy, rows, answers, name, options):
    turns = threads.from_tweets(make_tweets(*rows)).turns
    assume(not turns.is_empty())
    assume(policy != "first_reply" or name != "preference")  # One reply cannot be compared.
    known = {row["tweet_id"]: row for row in turns.to_dicts()}
    addressees = {row["tweet_id"]: addressee_of(row) for row in rows}
    for record in written(turns, answers, name=name, roles=policy, **options):
        for path in paths_of(record):
            texts = [tweet_id for text, _ in path for tweet_id in tweets_in(text)]
            assert len(texts) == len(set(texts))
        for above, is_user_above, text, is_user in edges_of(record):
            check_turn(tweets_in(text), known)
            first = first_of(text, known, is_merged=policy == "dialogue")
            if above is None:
                assert is_user
                assert first["position"] == 0
                continue
            parent = known[first["parent_id"]]
            above_first = first_of(above, known, is_merged=policy == "dialogue")
            assert above_first == (top_of(parent, known) if policy == "dialogue" else parent)
            check_edge(first, parent, addressee=addressees[first["tweet_id"]])
            if policy != "author" or name not in ("dialog", "tree"):
                assert is_user != is_user_above
            if is_user_above and not is_user:
                authors = first["author_id"], known[tweets_in(above)[0]]["author_id"]
                assert None in authors or authors[0] != authors[1]


def first_of(text, known, *, is_merged):
    """Return the first tweet of a turn, which may have no text of its own if turns are merged."""
    first = known[tweets_in(text)[0]]
    return top_of(first, known) if is_merged else first


def top_of(tweet, known):
    """Climb from a tweet to the first one that its author wrote in a row."""
    while above := known.get(tweet["parent_id"]):
        if tweet["author_id"] is None or above["author_id"] != tweet["author_id"]:
            break
        tweet = above
    return tweet


def addressee_of(row):
    """Return the author whom a tweet answers by its own words."""
    mention = re.match("@name([0-9])", row["text"])
    return row["reply_to_author_id"] or (int(mention[1]) if mention else None)


def check_edge(turn, parent, *, addressee):
    """A turn answers its parent: by its reply id, or because it names the author of its parent."""
    assert turn["is_placed"]
    assert turn["is_inferred"] or turn["reply_to_id"] == parent["tweet_id"]
    if turn["is_inferred"]:
        assert addressee in (None, parent["author_id"])
        assert turn["author_id"] is None or turn["author_id"] != parent["author_id"]


def check_turn(tweet_ids, known):
    """The tweets of a turn are one statement: one author, at once, before anybody answers."""
    members = {*tweet_ids, *silent_above(tweet_ids, known)}
    first, *more = (known[tweet_id] for tweet_id in sorted(members))
    answers = [
        row["tweet_id"]
        for row in known.values()
        if row["parent_id"] in members and row["author_id"] != first["author_id"]
    ]
    for row in more:
        assert row["author_id"] == first["author_id"] is not None
        assert row["parent_id"] in members
        assert not row["is_inferred"]
        assert row["created_at"] - known[row["parent_id"]]["created_at"] <= PAUSE
        assert row["tweet_id"] < min((a for a in answers if known[a]["is_placed"]), default=99)


def silent_above(tweet_ids, known):
    """Yield the tweets without text that connect the tweets of a turn."""
    if len(tweet_ids) < 2:
        return
    for tweet_id in tweet_ids[1:]:
        above = known.get(known[tweet_id]["parent_id"])
        while above and above["tweet_id"] not in tweet_ids and not tweets_in(above["text"]):
            yield above["tweet_id"]
            above = known.get(above["parent_id"])
