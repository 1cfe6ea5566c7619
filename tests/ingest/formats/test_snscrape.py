"""All generations of snscrape, and real scraped files."""

import pytest

from tests.support.reading import lines, plain, read, read_file


def _expected(path):
    """Tweets and plain retweets by id of snscrape's or twscrape's lines, by plain json."""
    rows, carriers, embedded = {}, 0, {}

    def take(each):
        while each and each.get("retweetedTweet"):
            each = each["retweetedTweet"]
        if each:
            embedded[each["id"]] = each.get("inReplyToTweetId")
            take(each.get("quotedTweet"))

    for each in plain(path):
        if each.get("retweetedTweet"):
            carriers += 1
        else:
            rows[each["id"]] = each.get("inReplyToTweetId")
        take(each.get("retweetedTweet"))
        take(each.get("quotedTweet"))
    return rows, carriers, embedded


@pytest.mark.parametrize(
    ("name", "form", "replies"),
    [
        ("snscrape/snscrape_0.3_covid.jsonl", "snscrape", 0),
        ("snscrape/snscrape_0.4_sustainability.jsonl", "snscrape", 55),
        ("snscrape/snscrape_0.5_2011.jsonl", "snscrape", 25),
        ("twscrape/twscrape_0.20.jsonl", "twscrape", 67),
    ],
)
def test_scraped_files_give_every_tweet_and_every_embedded_one(real_data, name, form, replies):
    rows, carriers, embedded = _expected(real_data / name)
    frame, row = read_file(real_data / name)
    once = frame.unique("tweet_id")
    assert (row["format"], row["carriers"], row["rejected"]) == (form, carriers, 0)
    assert set(frame["tweet_id"]) == rows.keys() | embedded.keys()
    assert once["reply_to_id"].drop_nulls().len() == replies
    assert dict(once.select("tweet_id", "reply_to_id").rows()) == embedded | rows
    assert frame["author_id"].null_count() == frame["conversation_id"].null_count() == 0
    assert set(frame["source"]) == {form}


def test_snscrape_reads_all_three_generations():
    user = {"username": "ann", "id": 7}
    old = {"url": "u", "id": 1, "content": "#Help &amp; me", "user": user, "conversationId": 1}
    middle = old | {"id": 2, "_type": "snscrape.modules.twitter.Tweet", "inReplyToTweetId": 1}
    new = {"rawContent" if key == "content" else key: old[key] for key in old} | {"id": 3}
    quoted = {"_type": "snscrape.modules.twitter.TweetRef", "id": 9}
    new |= {"quotedTweet": quoted, "hashtags": ["A"], "media": [{}], "likeCount": 0}
    frame, row = read(lines(old, middle, new))
    assert frame["text"].to_list() == ["#Help & me"] * 3
    assert frame.select("tweet_id", "reply_to_id", "quoted_id", "hashtags", "likes").rows() == [
        (1, None, None, ["help"], None),
        (2, 1, None, ["help"], None),
        (3, None, 9, ["a"], 0),
    ]
    assert (row["format"], row["tweets"], row["embedded"]) == ("snscrape", 3, 0)


def test_snscrape_tombstones_and_users_are_rejected():
    kinds = ["Tombstone", "TweetRef", "User"]
    _, row = read(lines(*({"_type": f"snscrape.modules.twitter.{k}", "id": 1} for k in kinds)))
    assert row["reject_reasons"] == [
        {"kind": "incomplete", "reason": "no tweet: no text", "count": 3}
    ]
