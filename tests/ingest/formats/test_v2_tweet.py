"""Fields of API v2 tweets."""

import polars as pl

from tests.support.reading import lines, read

USERS = [{"id": "7", "username": "ann"}, {"id": "8", "username": "bob"}]


def tweet(tweet_id: int, **more: object) -> dict:
    return {"id": str(tweet_id), "text": f"text {tweet_id}", "author_id": "7", **more}


def reference(kind: str, tweet_id: int) -> list[dict]:
    return [{"type": kind, "id": str(tweet_id)}]


def page(*tweets: dict, included: tuple[dict, ...] = (), **more: object) -> dict:
    return {"data": list(tweets), "includes": {"users": USERS, "tweets": list(included)}, **more}


def test_long_text_and_its_hashtags_come_from_the_note():
    note = {"text": "x" * 300 + " #Deep", "entities": {"hashtags": [{"tag": "Deep"}]}}
    short = "x" * 270 + "… https://t.co/a"
    frame, _ = read(lines(page(tweet(1, text=short, note_tweet=note), tweet(2, text=short))))
    assert frame["text"].str.len_chars().to_list() == [306, len(short)]
    assert frame["hashtags"].to_list() == [["deep"], []]
    assert frame["is_truncated"].to_list() == [False, True]


def test_counts_of_pages_are_true_and_zeros_of_the_stream_are_unknown():
    metrics = {"like_count": 0, "retweet_count": 2, "reply_count": 0, "quote_count": 1}
    one = tweet(1, public_metrics=metrics)
    counts = ["likes", "retweets", "replies", "quotes"]
    in_page, _ = read(lines(page(one)))
    in_stream, _ = read(lines({"data": one, "matching_rules": [{"id": 1, "tag": None}]}))
    assert in_page.select(counts).rows() == [(0, 2, 0, 1)]
    assert in_stream.select(counts).rows() == [(None, 2, None, 1)]


def test_flattened_references_are_whole_tweets():
    whole = {"type": "replied_to", **tweet(1, author={"id": "8", "username": "bob"})}
    flat = tweet(2, author=USERS[0], in_reply_to_user_id="8", referenced_tweets=[whole])
    frame, row = read(lines(flat))
    assert row["format"] == "api_v2"
    assert frame.select("tweet_id", "author_name", "reply_to_id", "reply_to_author_id").rows() == [
        (1, "bob", None, None),
        (2, "ann", 1, 8),
    ]


def test_ids_above_two_to_the_53_stay_exact():
    exact = 2**53 + 1
    frame, _ = read(lines(page(tweet(exact, referenced_tweets=reference("replied_to", exact - 2)))))
    assert frame.select("tweet_id", "reply_to_id").row(0) == (exact, exact - 2)


def test_media_and_sensitivity_are_read():
    media = {"media_keys": ["3_1"]}
    frame, _ = read(
        lines(page(tweet(1, attachments=media, possibly_sensitive=True), tweet(2, attachments={})))
    )
    assert frame.select("has_media", "is_sensitive").rows() == [(True, True), (False, None)]


def test_early_ids_take_their_date_from_the_text():
    frame, _ = read(lines(page(tweet(20, created_at="2006-03-21T20:50:14.000Z"))))
    assert frame.select(pl.col("created_at").dt.to_string("%Y-%m-%d")).item() == "2006-03-21"
