"""The strings and the media of twscrape."""

from tests.support.reading import lines, read

NEW = 1146307485200000000  # 2019-07-03


def test_twscrape_prefers_ids_in_strings_and_looks_into_media():
    # A spreadsheet or JavaScript has rounded the number.
    one = {"id": NEW + 500, "id_str": str(NEW + 3), "rawContent": "a", "media": {"photos": []}}
    two = {"id": 2, "id_str": "2", "rawContent": "b", "media": {"photos": [{}]}}
    one["inReplyToTweetIdStr"], one["inReplyToTweetId"] = str(NEW + 1), NEW + 400
    one["retweetedTweet"] = None
    frame, row = read(lines(one, two))
    assert row["format"] == "twscrape"
    assert frame.select("tweet_id", "reply_to_id", "has_media").rows() == [
        (2, None, True),
        (NEW + 3, NEW + 1, False),
    ]


def test_twscrape_retweet_of_a_quote_gives_both_originals():
    quoted = {"id": 1, "id_str": "1", "rawContent": "root"}
    quote = {"id": 2, "id_str": "2", "rawContent": "quote", "quotedTweet": quoted}
    retweet = {"id": 3, "id_str": "3", "rawContent": "RT", "retweetedTweet": quote}
    frame, row = read(lines(retweet))
    assert frame.select("tweet_id", "quoted_id", "is_embedded").rows() == [
        (1, None, True),
        (2, 1, True),
    ]
    assert (row["carriers"], row["tweets"], row["embedded"]) == (1, 0, 2)
