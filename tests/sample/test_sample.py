"""The synthetic dump: its shape compared with real minutes, and its exact counts."""

import bz2
import gzip
import itertools
import json
import tarfile
from collections import Counter
from datetime import UTC, datetime

import pytest

from workbench import sample
from workbench.exceptions import ArchiveError
from workbench.sample.stream import WINDOW
from workbench.sample.texts import load

pytestmark = pytest.mark.slow  # writes large samples

#: Keys that only some plain tweets of the real stream have.
OPTIONAL = {"possibly_sensitive", "display_text_range", "extended_tweet", "extended_entities"}
OPTIONAL |= {"quoted_status_permalink", "quoted_status_id", "quoted_status_id_str", "scopes"}
OPTIONAL |= {"quoted_status", "retweeted_status", "withheld_in_countries"}


def members(path):
    with tarfile.open(path) as archive:
        for member in archive:
            if not member.isfile():
                continue
            data = archive.extractfile(member).read()
            unpack = gzip.decompress if member.name.endswith(".gz") else bz2.decompress
            yield member.name, unpack(data)


def messages(path):
    for _, data in members(path):
        for line in data.split(b"\r\n")[:-1]:
            if line:
                yield json.loads(line)


def statuses(path):
    return [message for message in messages(path) if "text" in message]


def inside(status):
    """List every tweet of a line except retweet wrappers, by recursion."""
    if "retweeted_status" not in status:
        yield status
    for key in ("retweeted_status", "quoted_status"):
        if key in status:
            yield from inside(status[key])


def recount(path):
    counts, parents, deleted = Counter(), {}, set()
    for name, data in members(path):
        counts["members"] += 1
        assert data.endswith(b"\r\n"), name
        for line in data.split(b"\r\n")[:-1]:
            counts["lines"] += 1
            message = json.loads(line) if line else None
            if message is None:
                counts["blank"] += 1
            elif "delete" in message:
                counts["deletions"] += 1
                deleted.add(message["delete"]["status"]["id"])
            elif "text" not in message:
                counts["notices"] += 1
            else:
                kind = "carriers" if "retweeted_status" in message else "tweets"
                counts[kind] += 1
                for tweet in inside(message):
                    parents[tweet["id"]] = tweet["in_reply_to_status_id"]
    after = {tweet: parent for tweet, parent in parents.items() if tweet not in deleted}
    counts["distinct"] = len(parents)
    counts["replies"] = sum(parent is not None for parent in parents.values())
    counts["deleted"] = len(parents) - len(after)
    counts["linked"], counts["threads"] = links(parents)
    counts["linked_after"], counts["threads_after"] = links(after)
    return dict(counts), after


def links(parents):
    linked = {tweet: parent for tweet, parent in parents.items() if parent in parents}
    roots = {parent for parent in linked.values() if parent not in linked}
    return len(linked), len(roots)


@pytest.fixture(scope="module")
def dump(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample") / "sample.tar"
    return path, sample.write(path, lines=8_000)


@pytest.mark.parametrize(
    "options",
    [
        {"lines": 6_000},
        {"lines": 1_500, "seed": 5, "deletes": 0.0},
        {"lines": 2_000, "seed": 2, "minutes": 1, "compression": "gz", "deletes": 0.4},
        {"lines": 3_000, "seed": 3, "minutes": 40, "threads": 1.0, "deletes": 0.5},
        {"lines": 600, "seed": 4, "threads": 0.0, "compression": "bz2"},
        {"lines": 2_000, "seed": 6, "threads": 0.8, "questions": 1.0, "deletes": 0.1},
        {"lines": 7, "minutes": 3},
    ],
)
def test_write_returns_the_counts_of_a_recount(options, tmp_path):
    truth = sample.write(tmp_path / "sample.tar", **options)
    counts, after = recount(tmp_path / "sample.tar")
    counted = {
        name: getattr(truth, name) for name in truth.__struct_fields__ if name != "questions"
    }
    assert {name: counts.get(name, 0) for name in counted} == counted
    assert truth.lines == options["lines"]
    assert truth.statuses == truth.tweets + truth.carriers
    answered = {parent for parent in after.values() if parent in after}
    assert set(truth.questions) <= {root for root in answered if after[root] is None}


def test_write_writes_the_same_bytes_for_a_seed(tmp_path):
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        sample.write(tmp_path / name, lines=1_000, seed=seed)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "again").read_bytes()
    assert (tmp_path / "one").read_bytes() != (tmp_path / "other").read_bytes()


def test_write_names_members_as_archives_do(dump):
    names = [name for name, _ in members(dump[0])]
    assert names[:3] == [
        "2019/07/03/06/29.json.bz2",
        "20190703/20190703063000.json.gz",
        "2019/07/03/06/31.json.bz2",
    ]


def test_write_has_the_shape_of_the_real_stream(dump, real_data):
    made = statuses(dump[0])
    real = statuses(real_data / "twitterstream" / "twitter-stream-20190703.tar")
    for kind in (None, "retweeted_status", "quoted_status"):
        ours, theirs = (
            [status if kind is None else status[kind] for status in rows
             if kind in (None, *status)]
            for rows in (made, real)
        )  # fmt: skip
        assert common(ours) == common(theirs), kind
        assert every(ours) <= every(theirs), kind
    users = [[status["user"] for status in rows] for rows in (made, real)]
    assert common(users[0]) == common(users[1])
    assert every(users[0]) == every(users[1])
    extended = [[s["extended_tweet"] for s in rows if s["truncated"]] for rows in (made, real)]
    assert common(extended[0]) == common(extended[1])


def common(rows):
    return set.intersection(*(set(one) for one in rows)) - OPTIONAL


def every(rows):
    return set().union(*rows)


def test_write_orders_keys_as_the_real_stream(dump, real_data):
    real = statuses(real_data / "twitterstream" / "twitter-stream-20190703.tar")
    before = {pair for one in real for pair in itertools.combinations(one, 2)}
    for status in statuses(dump[0])[:300]:
        assert set(itertools.combinations(status, 2)) <= before


def test_write_escapes_as_the_real_stream(dump):
    for _, data in members(dump[0]):
        assert data.isascii()
        assert b"https:\\/\\/" in data
        assert b"<a" not in data


def test_write_keeps_real_proportions(dump):
    path, truth = dump
    rows = statuses(path)
    assert truth.deletions == 0.75 * truth.lines
    assert 0.2 < sum(s["in_reply_to_status_id"] is not None for s in rows) / len(rows) < 0.35
    assert 0.3 < sum(s["lang"] == "en" for s in rows) / len(rows) < 0.6
    assert 0.4 < truth.carriers / truth.statuses < 0.6
    sizes = [len(json.dumps(s)) for s in rows if "RT @" not in s["text"]]
    assert 2_300 < sum(sizes) / len(sizes) < 3_300
    assert any(s["truncated"] for s in rows)
    assert any(s.get("possibly_sensitive") for s in rows)
    assert len({s["lang"] for s in rows}) > 12


def test_write_has_every_other_message_of_the_stream(tmp_path):
    sample.write(tmp_path / "sample.tar", lines=12_000, deletes=0.98, threads=0)
    kinds = {next(iter(message)) for message in messages(tmp_path / "sample.tar")}
    assert kinds == {
        "created_at", "delete", "limit", "scrub_geo", "status_withheld", "user_withheld",
        "disconnect", "warning",
    }  # fmt: skip


def test_write_has_true_counts_in_embedded_tweets_only(dump):
    names = ("quote_count", "reply_count", "retweet_count", "favorite_count")
    embedded = []
    for status in statuses(dump[0]):
        assert [status[name] for name in names] == [0, 0, 0, 0]
        embedded += [tweet for tweet in inside(status) if tweet is not status]
    assert any(tweet["favorite_count"] > 100 for tweet in embedded)
    assert all("timestamp_ms" not in tweet for tweet in embedded)


def test_write_has_ids_of_the_minute(dump):
    for name, data in members(dump[0]):
        digits = "".join(filter(str.isdigit, name.partition(".")[0]))[-12:]
        digits = digits if "/20190703" not in name else name.partition(".")[0][-14:-2]
        minute = datetime.strptime(digits, "%Y%m%d%H%M").replace(tzinfo=UTC)
        start = int(minute.timestamp() * 1000)
        lines = [json.loads(line) for line in data.split(b"\r\n") if b'"text"' in line]
        assert all(start <= int(line["timestamp_ms"]) < start + 60_000 for line in lines)
        for line in lines:
            assert (line["id"] >> 22) + 1_288_834_974_657 == int(line["timestamp_ms"])
        assert lines == sorted(lines, key=lambda line: line["id"])


def test_write_has_distinct_ids_and_older_parents(dump):
    seen = {}
    lines = statuses(dump[0])
    assert len({line["id"] for line in lines}) == len(lines)
    for tweet in itertools.chain.from_iterable(map(inside, lines)):
        text = tweet.get("extended_tweet", tweet).get("full_text", tweet["text"])
        assert seen.setdefault(tweet["id"], (tweet["user"]["id"], text))[1] == text
        assert (tweet["in_reply_to_status_id"] or 0) < tweet["id"]
        assert (tweet.get("quoted_status_id") or 0) < tweet["id"]
    replies = [t for t in lines if t["in_reply_to_status_id"] in seen]
    assert replies
    for reply in replies:
        assert reply["in_reply_to_user_id"] == seen[reply["in_reply_to_status_id"]][0]


def test_write_has_entities_that_match_the_text(dump):
    checked = Counter()
    for tweet in itertools.chain.from_iterable(map(inside, statuses(dump[0]))):
        forms = [(tweet["text"], tweet["entities"])]
        if tweet["truncated"]:
            extended = tweet["extended_tweet"]
            assert len(tweet["text"]) <= 140 < len(extended["full_text"])
            forms.append((extended["full_text"], extended["entities"]))
        for text, entities in forms:
            for kind, sign, key in (
                ("hashtags", "#", "text"),
                ("user_mentions", "@", "screen_name"),
                ("urls", "", "url"),
                ("media", "", "url"),
            ):
                for entity in entities.get(kind, []):
                    begin, end = entity["indices"]
                    assert text[begin:end] == sign + entity[key]
                    checked[kind] += 1
    assert all(checked[kind] > 20 for kind in ("hashtags", "user_mentions", "urls", "media"))


def test_write_spreads_threads_over_minutes_and_embeds_some_parents(dump):
    lines = {s["id"]: s for s in statuses(dump[0])}
    tweets = {t["id"] for s in lines.values() for t in inside(s)}
    spans = Counter()
    for status in lines.values():
        parent = status["in_reply_to_status_id"]
        if parent in tweets:
            spans["embedded" if parent not in lines else "line"] += 1
        if parent in lines:
            gap = int(status["timestamp_ms"]) - int(lines[parent]["timestamp_ms"])
            assert 0 < gap < WINDOW * 60_000
            spans["other minute"] += gap > 60_000
    assert min(spans[name] for name in ("embedded", "line", "other minute")) > 5


def test_write_keeps_genuine_conversations_unchanged(dump):
    path, truth = dump
    openers = {card.turns[0].text for card in load("sample_conversations")}
    tweets = {t["id"]: t for s in statuses(path) for t in inside(s)}
    assert len(truth.questions) > 20
    for root in truth.questions:
        tweet = tweets[root]
        text = tweet.get("extended_tweet", tweet).get("full_text", tweet["text"])
        plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert plain.partition(" https://t.co/")[0] in openers


def test_write_grows_linearly_with_the_lines(tmp_path):
    small = sample.write(tmp_path / "small.tar", lines=4_000, compression="gz")
    large = sample.write(tmp_path / "large.tar", lines=20_000, compression="gz")
    sizes = [(tmp_path / name).stat().st_size for name in ("small.tar", "large.tar")]
    assert 4 < sizes[1] / sizes[0] < 5.5
    assert 4 < large.threads / small.threads < 6


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"lines": 5, "minutes": 9}, "5 lines cannot be spread over 9"),
        ({"lines": 0}, "0 lines"),
        ({"deletes": 1.0}, "deletes is 1"),
        ({"threads": -0.1}, "threads is -0.1"),
    ],
)
def test_write_rejects_impossible_shares_and_leaves_no_file(options, problem, tmp_path):
    with pytest.raises(ArchiveError, match=problem):
        sample.write(tmp_path / "sample.tar", **options)
    assert not list(tmp_path.iterdir())
