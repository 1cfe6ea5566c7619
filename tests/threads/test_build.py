"""Links, places and facts of threads, against brute force and real conversations."""

import json
import tarfile
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.support.property_tests import examples
from tests.support.tweets_by_hand import BEGAN, make_tweets, tweet
from workbench import threads
from workbench.exceptions import StageError
from workbench.recipe import ThreadSettings

#: Keep single tweets too.
ALL = ThreadSettings(min_turns=1)


def places(forest):
    columns = ("thread_id", "tweet_id", "parent_id", "depth", "position", "is_inferred")
    return forest.turns.select(columns).rows()


# ---- BRUTE FORCE ---- #


def grow(tweet_id, children, depth=0):
    """List a tweet and all turns below it in reading order, as (id, depth)."""
    turns = [(tweet_id, depth)]
    for child in sorted(children.get(tweet_id, [])):
        turns += grow(child, children, depth + 1)
    return turns


def brute_force(rows, *, gather, min_turns):
    """Build threads by the documented rules, one tweet at a time."""
    known = {row["tweet_id"]: row for row in rows}
    claims = {t: c for t, row in known.items() if (c := row["conversation_id"]) and c < t}
    above = {
        t: row["reply_to_id"]
        for t, row in known.items()
        if row["reply_to_id"] in known and row["reply_to_id"] < t
    }

    def root(t):
        return root(above[t]) if t in above else t

    trees = {}
    for t in known:
        trees.setdefault(root(t), []).append(t)
    lacking = {t for t in trees if known[t]["reply_to_id"] or t in claims}
    opened_by, below, inferred = {}, {}, set()
    for t in lacking if gather else ():
        named = {claims[t]} if t in claims else {claims[u] for u in trees[t] if u in claims}
        if len(named) == 1 and (claim := named.pop()) < t:
            inferred.add(t)
            (below if claim in known else opened_by)[t] = claim
    above |= below
    roots, children = {}, {}
    for t in sorted(known):
        if t in above:
            children.setdefault(above[t], []).append(t)
        else:
            roots.setdefault(opened_by.get(t, t), []).append(t)
    rows_of_threads = []
    for thread, tops in sorted(roots.items()):
        turns = [turn for top in tops for turn in grow(top, children)]
        if len(turns) >= min_turns:
            rows_of_threads += [
                (thread, t, above.get(t), depth, position, t in inferred)
                for position, (t, depth) in enumerate(turns)
            ]
    return rows_of_threads, lacking, len(roots)


def brute_facts(turns, known, lacking, strays):
    """Sum up one thread, given its places and the turns without a known one."""
    root = turns[0][1]
    authors = {t: known[t]["author_id"] for _, t, *_ in turns}
    depths = [depth for *_, depth, _, _ in turns]
    lacks = [t for t in authors if t in lacking]
    missing = {r for t in lacks if (r := known[t]["reply_to_id"]) and r not in known and r < t}
    answers = {t: p for _, t, p, *_ in turns if p is not None and t not in strays}
    pairs = [(authors[t], authors[p]) for t, p in answers.items()]
    by_opener = [t == root or (a is not None and a == authors[root]) for t, a in authors.items()]
    return {
        "thread_id": turns[0][0],
        "root_id": root,
        "turns": len(turns),
        "depth": max(depths),
        "width": max(depths.count(depth) for depth in depths),
        "replies": sum(parent == root for parent in answers.values()),
        "participants": max(1, len(set(authors.values()) - {None})),
        "opener_share": np.float32(sum(by_opener) / len(turns)),
        "alternations": sum(None not in pair and pair[0] != pair[1] for pair in pairs),
        "is_complete": not lacks,
        "root_lacks_parent": root in lacking,
        "missing_parents": len(lacks),
        "missing_ids": sorted(missing | ({turns[0][0]} - {root})),
        "not_placed": len(strays & authors.keys()),
        "roots": sum(parent is None for _, _, parent, *_ in turns),
        "opener_id": authors[root],
    }


IDS = st.integers(1, 14)
ROWS = st.lists(
    st.builds(
        tweet, IDS, st.none() | IDS, st.none() | IDS, author_id=st.none() | st.integers(1, 3)
    ),
    max_size=14,
    unique_by=lambda row: row["tweet_id"],
)


@settings(max_examples=examples(70))
@given(ROWS, st.booleans(), st.sampled_from([1, 2, 3]))
def test_from_tweets_matches_brute_force(rows, gather, min_turns):
    recipe = ThreadSettings(min_turns=min_turns, use_conversation_id=gather)
    forest = threads.from_tweets(make_tweets(*rows), settings=recipe)
    expected, lacking, components = brute_force(rows, gather=gather, min_turns=min_turns)
    assert places(forest) == expected
    assert forest.counts["components"] == components
    known = {row["tweet_id"]: row for row in rows}
    kept = list(dict.fromkeys(thread for thread, *_ in expected))
    strays = set(forest.turns.filter(~pl.col("is_placed"))["tweet_id"])
    facts = [
        brute_facts([turn for turn in expected if turn[0] == thread], known, lacking, strays)
        for thread in kept
    ]
    rows_of_facts = forest.threads.to_dicts()
    assert [
        {name: row[name] for name in fact} for row, fact in zip(rows_of_facts, facts, strict=True)
    ] == [fact | {"opener_share": pytest.approx(fact["opener_share"])} for fact in facts]


@settings(max_examples=examples(40))
@given(ROWS)
def test_from_tweets_accounts_for_every_tweet(rows):
    forest = threads.from_tweets(make_tweets(*rows), settings=ALL)
    counts = forest.counts
    assert set(forest.turns["tweet_id"]) == {row["tweet_id"] for row in rows}
    assert counts["tweets"] == counts["turns"] == len(rows)
    kinds = ("linked", "orphans", "cut_self", "cut_older")
    assert counts["replies"] == sum(counts[kind] for kind in kinds)
    assert counts["components"] == counts["threads"] == forest.threads.height


# ---- LINKS ---- #


def test_from_tweets_cuts_cycles_and_self_replies():
    tweets = make_tweets(tweet(1, 3), tweet(2, 1), tweet(3, 2), tweet(4, 4))
    forest = threads.from_tweets(tweets, settings=ALL)
    assert [place[:3] for place in places(forest)] == [
        (1, 1, None),
        (1, 2, 1),
        (1, 3, 2),
        (4, 4, None),
    ]
    assert forest.counts["cut_older"] == 1
    assert forest.counts["cut_self"] == 1
    assert forest.threads["is_complete"].to_list() == [False, False]
    assert forest.threads["missing_ids"].to_list() == [[], []]


def test_from_tweets_places_a_chain_of_100_000_in_order():
    length = 100_000
    ids = pl.int_range(1, length + 1, eager=True)
    tweets = make_tweets(tweet(1)).drop("tweet_id", "reply_to_id")
    chain = pl.DataFrame({"tweet_id": ids, "reply_to_id": ids.shift()}).join(tweets, how="cross")
    forest = threads.from_tweets(chain.sample(fraction=1, shuffle=True, seed=1))
    assert forest.turns["tweet_id"].equals(ids)
    assert (
        forest.turns["position"].to_list() == forest.turns["depth"].to_list() == list(range(length))
    )
    assert forest.counts["deepest"] == length - 1
    assert forest.threads["width"].to_list() == [1]


def test_from_tweets_ignores_order_and_number_of_parts(tmp_path):
    generator = np.random.default_rng(3)
    rows = [
        tweet(t, int(generator.integers(0, t)) if t % 3 else None, int(generator.integers(1, 300)))
        for t in range(1, 300)
    ]
    tweets = make_tweets(*rows)
    expected = threads.from_tweets(tweets)
    for number, part in enumerate(tweets.sample(fraction=1, shuffle=True, seed=2).iter_slices(41)):
        part.write_parquet(tmp_path / f"{number}.parquet")
    forest = threads.from_tweets(pl.scan_parquet(tmp_path / "*.parquet"))
    assert_frame_equal(forest.turns, expected.turns)
    assert_frame_equal(forest.threads, expected.threads)
    assert forest.counts == expected.counts


def test_from_tweets_keeps_ids_above_2_to_the_53():
    big = 2**62 + 1
    forest = threads.from_tweets(make_tweets(tweet(big), tweet(big + 1, big)))
    assert forest.turns["parent_id"].to_list() == [None, big]


def test_from_tweets_follows_quotes_only_if_asked():
    tweets = make_tweets(tweet(1), tweet(2, quoted_id=1), tweet(3, 1, quoted_id=2))
    assert places(threads.from_tweets(tweets)) == [
        (1, 1, None, 0, 0, False),
        (1, 3, 1, 1, 1, False),
    ]
    quotes = threads.from_tweets(tweets, settings=ThreadSettings(quotes_as_replies=True))
    assert quotes.turns.select("tweet_id", "parent_id", "reply_to_id").rows() == [
        (1, None, None),
        (2, 1, 1),
        (3, 1, 1),
    ]


def test_from_tweets_refuses_repeated_ids():
    tweets = make_tweets(tweet(1), tweet(2, 1))
    with pytest.raises(StageError, match="1 of 3 rows repeat the id"):
        threads.from_tweets(pl.concat([tweets, tweets[:1]]))


def test_from_tweets_of_no_tweets_is_empty():
    forest = threads.from_tweets(make_tweets())
    assert (forest.turns.height, forest.threads.height) == (0, 0)
    assert set(forest.counts.values()) == {0}


# ---- CONVERSATIONS ---- #


def test_from_tweets_moves_fragments_below_the_opening_tweet():
    tweets = make_tweets(tweet(1, None, 1), tweet(5, 4, 1), tweet(6, 5, 1), tweet(7, None, 1))
    forest = threads.from_tweets(tweets)
    assert places(forest) == [
        (1, 1, None, 0, 0, False),
        (1, 5, 1, 1, 1, True),
        (1, 6, 5, 2, 2, False),
        (1, 7, 1, 1, 3, True),
    ]
    row = forest.threads.row(0, named=True)
    assert not row["is_complete"]
    assert (row["roots"], row["missing_parents"], row["missing_ids"]) == (1, 2, [4])
    apart = threads.from_tweets(tweets, settings=ThreadSettings(use_conversation_id=False))
    assert [place[:2] for place in places(apart)] == [(5, 5), (5, 6)]
    assert apart.threads["missing_ids"].to_list() == [[4]]


def test_from_tweets_gathers_fragments_whose_opening_tweet_is_missing():
    tweets = make_tweets(tweet(5, None, 1), tweet(6, 5, 1), tweet(7, None, 1), tweet(8, None, 2))
    forest = threads.from_tweets(tweets)
    assert places(forest) == [
        (1, 5, None, 0, 0, True),
        (1, 6, 5, 1, 1, False),
        (1, 7, None, 0, 2, True),
    ]
    row = forest.threads.row(0, named=True)
    assert (row["root_id"], row["roots"], row["is_complete"]) == (5, 2, False)
    assert (row["missing_parents"], row["missing_ids"]) == (2, [1])
    assert (forest.counts["components"], forest.counts["inferred"]) == (2, 3)


def test_from_tweets_marks_threads_that_open_with_a_reply_to_a_missing_tweet():
    tweets = make_tweets(
        *(tweet(1), tweet(2, 1), tweet(3, 9)),
        *(tweet(11, 10), tweet(12, 11)),
        *(tweet(21, None, 20), tweet(22, 21)),
        *(tweet(31, None, 31), tweet(32, 30, 31)),
    )
    opens = threads.from_tweets(tweets).threads.select("root_id", "root_lacks_parent")
    assert opens.rows() == [(1, False), (11, True), (21, True), (31, False)]


def test_from_tweets_prefers_a_reply_id_to_a_conversation_id():
    forest = threads.from_tweets(make_tweets(tweet(1), tweet(2), tweet(3, 2, 1), tweet(4, 3, 1)))
    assert [place[:3] for place in places(forest)] == [(2, 2, None), (2, 3, 2), (2, 4, 3)]
    assert forest.threads["is_complete"].to_list() == [True]


def test_from_tweets_uses_the_conversation_that_a_whole_fragment_agrees_on():
    agreed = make_tweets(tweet(1), tweet(4, 3), tweet(5, 4, 1), tweet(6, 4, 1))
    assert {place[0] for place in places(threads.from_tweets(agreed))} == {1}
    split = make_tweets(tweet(1), tweet(4, 3), tweet(5, 4, 1), tweet(6, 4, 2))
    assert {place[0] for place in places(threads.from_tweets(split))} == {4}


def test_from_tweets_moves_a_fragment_below_an_opening_tweet_that_is_a_reply():
    forest = threads.from_tweets(make_tweets(tweet(1), tweet(2, 1), tweet(9, 8, 2)))
    assert [place[:4] for place in places(forest)] == [(1, 1, None, 0), (1, 2, 1, 1), (1, 9, 2, 2)]


# ---- FACTS ---- #


def test_from_tweets_sums_up_columns():
    tweets = make_tweets(
        tweet(10, lang="en", likes=7, hashtags=["b"], source="one"),
        tweet(12, 10, author_id=2, lang="fr", is_truncated=True, hashtags=["a", "b"]),
        tweet(15, 12, is_sensitive=True, likes=9),
        tweet(20),
        tweet(21, 20, created_at=None, is_sensitive=False),
    )
    columns = ("lang", "likes", "source", "hashtags", "is_sensitive", "is_truncated")
    forest = threads.from_tweets(tweets)
    assert forest.threads.select(columns).rows() == [
        ("en", 7, "one", ["a", "b"], True, True),
        (None, None, "test", [], False, False),
    ]
    times = forest.threads.select("started_at", "span_seconds", "first_reply_seconds")
    assert times.rows() == [
        (BEGAN + timedelta(seconds=10), 5, 2),
        (BEGAN + timedelta(seconds=20), 0, None),
    ]


def test_from_tweets_keeps_each_text_with_its_id():
    rows = [tweet(t, t // 2 or None) for t in range(1, 200)]
    turns = threads.from_tweets(make_tweets(*reversed(rows))).turns
    assert turns["tweet_id"].to_list() != sorted(turns["tweet_id"])
    assert turns["text"].to_list() == [f"text {t}" for t in turns["tweet_id"]]


def test_from_tweets_reports_progress():
    calls = []
    threads.from_tweets(make_tweets(tweet(1)), on_progress=lambda *step: calls.append(step))
    assert calls == [(step, 4) for step in range(5)]


# ---- REAL CONVERSATIONS ---- #


def read_pheme(path):
    """Read every tweet once, and every link of the structure files."""
    tweets_by_id, true_links = {}, set()

    def walk(parent, below):
        for child, replies in below.items() if isinstance(below, dict) else ():
            if parent is not None:
                true_links.add((int(child), int(parent)))
            walk(child, replies)

    with tarfile.open(path) as archive:
        for member in archive:
            if not member.isfile() or not member.name.endswith(".json"):
                continue
            status = json.load(archive.extractfile(member))
            if member.name.endswith("structure.json"):
                walk(None, status)
            elif "in_reply_to_status_id" in status:
                tweets_by_id[status["id"]] = tweet(
                    status["id"],
                    status["in_reply_to_status_id"],
                    author_id=status["user"]["id"],
                    text=status["text"],
                    created_at=datetime.strptime(status["created_at"], "%a %b %d %H:%M:%S %z %Y"),
                )
    return make_tweets(*tweets_by_id.values()), true_links


@pytest.mark.slow
@pytest.mark.real_data
def test_from_tweets_rebuilds_pheme(real_data):
    tweets, true_links = read_pheme(real_data / "pheme-en.tar.gz")
    forest = threads.from_tweets(tweets)
    counts = forest.counts
    assert (counts["tweets"], counts["tweets"] - counts["replies"]) == (5056, 318)
    assert (counts["linked"], counts["orphans"], counts["missing"]) == (4617, 121, 94)
    assert (counts["components"], counts["threads"]) == (439, 328)
    assert (counts["largest"], counts["deepest"]) == (103, 24)
    assert (counts["cut_self"], counts["cut_older"], counts["inferred"]) == (0, 0, 0)
    assert len(true_links) == 4542
    assert true_links <= set(forest.turns.select("tweet_id", "parent_id").rows())
    rows = [row for row in tweets.to_dicts() if row["tweet_id"] in set(forest.turns["tweet_id"])]
    assert places(forest) == brute_force(rows, gather=True, min_turns=2)[0]


def read_pages(path):
    """Read the tweets of API v2 pages, including embedded ones."""
    tweets_by_id = {}
    for line in path.read_text(encoding="utf-16").splitlines():
        page = json.loads(line)
        for item in [*page.get("includes", {}).get("tweets", []), *page["data"]]:
            parents = [
                int(reference["id"])
                for reference in item.get("referenced_tweets", [])
                if reference["type"] == "replied_to"
            ]
            tweets_by_id[int(item["id"])] = tweet(
                int(item["id"]), *(parents or [None]), int(item["conversation_id"])
            )
    return make_tweets(*tweets_by_id.values())


@pytest.mark.real_data
def test_from_tweets_rebuilds_conversations_of_the_api(real_data):
    tweets = read_pages(real_data / "api_v2" / "twarc2_conversations_utf16.json")
    forest = threads.from_tweets(tweets, settings=ALL)
    assert (forest.counts["tweets"], forest.counts["replies"]) == (211, 177)
    assert (forest.counts["linked"], forest.counts["orphans"]) == (177, 0)
    assert (forest.counts["threads"], forest.counts["complete"]) == (34, 34)
    conversations = tweets.select("tweet_id", "conversation_id").sort("tweet_id")
    assert (
        forest.turns.select("tweet_id", conversation_id="thread_id")
        .sort("tweet_id")
        .equals(conversations)
    )
