"""Tables of common tools are read by their ready maps, and only by these."""

import csv
import io
import json

import polars as pl
import pytest

from tests.support.reading import lines, read
from workbench.ingest import formats
from workbench.ingest.collector import Collector
from workbench.ingest.formats import ready_maps
from workbench.ingest.tweet_records import RawRows

FIRST, SECOND = 1669700100971536389, 1669700650467246081
QUESTION, ANSWER = "Which shutter speed stops a hummingbird?", "@ann 1/4000, with light to match."


def table(rows: list[dict], *, by: str = ",") -> bytes:
    """Write rows as a table; the first one has every column."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, rows[0].keys(), delimiter=by)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


TABLES = {
    "twarc_csv": [
        {
            **{"id": FIRST, "conversation_id": FIRST, "referenced_tweets.replied_to.id": ""},
            **{"referenced_tweets.retweeted.id": "", "referenced_tweets.quoted.id": ""},
            **{"author_id": 8, "in_reply_to_user_id": "", "text": QUESTION, "lang": "en"},
            **{"public_metrics.like_count": 2, "author.username": "ann"},
        },
        {
            **{"id": SECOND, "conversation_id": FIRST, "referenced_tweets.replied_to.id": FIRST},
            **{"author_id": 9, "in_reply_to_user_id": 8, "text": ANSWER, "lang": "en"},
            **{"public_metrics.like_count": 3, "author.username": "bob"},
        },
    ],
    "twarc1_csv": [
        {
            **{"id": FIRST, "tweet_url": f"https://twitter.com/ann/status/{FIRST}"},
            **{"user_screen_name": "ann", "text": QUESTION, "favorite_count": 2, "lang": "en"},
            **{"in_reply_to_status_id": "", "in_reply_to_user_id": "", "user_id": 8},
            **{"tweet_type": "original", "retweet_or_quote_id": "", "user_name": "Ann A."},
        },
        {
            **{"id": SECOND, "user_screen_name": "bob", "text": ANSWER, "favorite_count": 3},
            **{"in_reply_to_status_id": FIRST, "in_reply_to_user_id": 8, "user_id": 9},
            **{"tweet_type": "reply", "lang": "en"},
        },
    ],
    "academic_tidy": [
        {
            **{"tweet_id": FIRST, "user_username": "ann", "text": QUESTION, "lang": "en"},
            **{"created_at": "2023-06-16T13:35:00.000Z", "conversation_id": FIRST},
            **{"possibly_sensitive": "FALSE", "author_id": 8, "in_reply_to_user_id": "NA"},
            **{"user_name": "Ann A.", "retweet_count": 1, "like_count": 2, "quote_count": 0},
            **{"sourcetweet_type": "NA", "sourcetweet_id": "NA", "sourcetweet_text": "NA"},
        },
        {
            **{"tweet_id": SECOND, "user_username": "bob", "text": ANSWER, "lang": "en"},
            **{"created_at": "2023-06-16T13:37:11.000Z", "conversation_id": FIRST},
            **{"possibly_sensitive": "FALSE", "author_id": 9, "in_reply_to_user_id": 8},
            **{"user_name": "Bob B.", "retweet_count": 1, "like_count": 3, "quote_count": 0},
            **{"sourcetweet_type": "NA", "sourcetweet_id": "NA", "sourcetweet_text": "NA"},
        },
    ],
    "tcat": [
        {
            **{"id": FIRST, "time": 1686922500, "created_at": "2023-06-16 13:35:00"},
            **{"from_user_name": "ann", "text": QUESTION, "favorite_count": 2, "lang": "en"},
            **{"to_user_name": "", "in_reply_to_status_id": "", "from_user_id": 8},
        },
        {
            **{"id": SECOND, "from_user_name": "bob", "text": ANSWER, "favorite_count": 3},
            **{"in_reply_to_status_id": FIRST, "from_user_id": 9, "lang": "en"},
        },
    ],
    "tags": [
        {
            **{"id_str": FIRST, "from_user": "ann", "text": QUESTION, "from_user_id_str": 8},
            **{"in_reply_to_user_id_str": "", "in_reply_to_status_id_str": "", "entities_str": ""},
            "status_url": f"http://twitter.com/ann/statuses/{FIRST}",
        },
        {
            **{"id_str": SECOND, "from_user": "bob", "text": ANSWER, "from_user_id_str": 9},
            **{"in_reply_to_user_id_str": 8, "in_reply_to_status_id_str": FIRST},
        },
    ],
    "getoldtweets": [
        {
            **{"date": "2023-06-16 13:35:00", "username": "ann", "to": "", "replies": 1},
            **{"retweets": 0, "favorites": 2, "text": QUESTION, "geo": "", "mentions": ""},
            **{"hashtags": "#Birds #slow", "id": FIRST},
            "permalink": f"https://twitter.com/ann/status/{FIRST}",
        },
        {"username": "bob", "favorites": 3, "text": ANSWER, "id": SECOND},
    ],
    "snscrape_csv": [
        {
            **{"": 0, "_type": "snscrape.modules.twitter.Tweet", "date": "2023-06-16 13:35:00"},
            **{"url": f"https://twitter.com/ann/status/{FIRST}", "rawContent": QUESTION},
            **{"id": FIRST, "user": "{'username': 'ann', 'id': 8, 'created': d(2009, 7)}"},
            **{"likeCount": 2, "conversationId": FIRST, "lang": "en", "media": "[Photo()]"},
            **{"inReplyToTweetId": "", "inReplyToUser": "", "hashtags": "['Birds', 'slow']"},
        },
        {
            **{"id": SECOND, "rawContent": ANSWER, "conversationId": FIRST, "lang": "en"},
            **{"user": '{"username": "bob", "id": 9}', "likeCount": 3},
            **{"inReplyToTweetId": FIRST, "inReplyToUser": "{'username': 'ann', 'id': 8}"},
        },
    ],
    "snscrape_list": [
        {"": 0, "Datetime": "2023-06-16", "Tweet Id": FIRST, "Text": QUESTION, "Username": "ann"},
        {"Tweet Id": SECOND, "Text": ANSWER, "Username": "bob"},
    ],
}
NO_PARENT = {"academic_tidy", "getoldtweets", "snscrape_list"}
NO_LIKES = {"tags", "snscrape_list"}
NO_IDS_OF_AUTHORS = {"getoldtweets", "snscrape_list"}


#: Tweets of both APIs as JSON. Libraries write the same as tables in several ways.
API_TWEETS = {
    "v1_table": [
        {
            **{"id": tweet_id, "id_str": str(tweet_id), "full_text": text, "lang": "en"},
            **{"created_at": "Fri Jun 16 13:35:00 +0000 2023", "favorite_count": likes},
            **{
                "in_reply_to_status_id": parent,
                "in_reply_to_status_id_str": parent and str(parent),
            },
            "user": {"id": author, "id_str": str(author), "screen_name": name, "name": "A'n{n"},
        }
        for tweet_id, text, likes, parent, author, name in [
            (FIRST, QUESTION, 2, None, 8, "ann"),
            (SECOND, ANSWER, 3, FIRST, 9, "bob"),
        ]
    ],
    "v2_table": [
        {
            **{"id": str(tweet_id), "text": text, "author_id": str(author), "lang": "en"},
            **{"created_at": "2023-06-16T13:35:00.000Z", "conversation_id": str(FIRST)},
            **{"public_metrics": {"like_count": likes, "reply_count": 0}, "username": name},
            **({"referenced_tweets": parents} if parents else {}),
        }
        for tweet_id, text, likes, parents, author, name in [
            (FIRST, QUESTION, 2, [], 8, "ann"),
            (
                *(SECOND, ANSWER, 3),
                [{"type": "quoted", "id": "7"}, {"type": "replied_to", "id": str(FIRST)}],
                *(9, "bob"),
            ),
        ]
    ],
}


def test_every_ready_map_is_tested():
    assert TABLES.keys() | API_TWEETS.keys() == {each.NAME for each in ready_maps.FORMATS}


def _tables_of_pandas(tweets):
    pandas = pytest.importorskip("pandas")
    for frame in (pandas.DataFrame(tweets), pandas.json_normalize(tweets)):
        yield frame.to_csv().encode()
        stream = io.BytesIO()
        frame.to_parquet(stream)
        yield stream.getvalue()
        yield frame.to_json(orient="records", lines=True).encode()


def _tables_of_duckdb(tweets, folder):
    duckdb = pytest.importorskip("duckdb")
    (folder / "a.jsonl").write_bytes(lines(*tweets))
    with duckdb.connect() as connection:
        for name in ("a.csv", "a.parquet"):
            connection.execute(f"copy (from '{folder}/a.jsonl') to '{folder}/{name}'")
            yield (folder / name).read_bytes()


@pytest.mark.parametrize("name", API_TWEETS)
def test_tweets_of_an_api_are_read_from_the_tables_of_libraries(name, tmp_path):
    tweets = API_TWEETS[name]
    for data in (*_tables_of_pandas(tweets), *_tables_of_duckdb(tweets, tmp_path)):
        frame, row = read(data)
        assert (row["tweets"], row["odd_fields"], row["unread_fields"]) == (2, [], [])
        assert row["format"] in (name, {"v1_table": "twitterstream", "v2_table": "api_v2"}[name])
        assert frame.select("tweet_id", "text", "author_id", "reply_to_id", "likes").rows() == [
            (FIRST, QUESTION, 8, None, 2),
            (SECOND, ANSWER, 9, FIRST, 3),
        ]
        if row["format"] == name:
            assert frame["author_name"].to_list() == ["ann", "bob"]


def test_references_may_be_printed_by_tweepy():
    reference = (
        f"[<ReferencedTweet id={FIRST} type=replied_to>, <ReferencedTweet id=7 type=quoted>]"
    )
    row = {"id": SECOND, "text": ANSWER, "author_id": 9, "referenced_tweets": reference}
    frame, _ = read(table([row]))
    assert frame.select("reply_to_id", "quoted_id").rows() == [(FIRST, 7)]


def test_rounded_reference_is_unknown_and_counted():
    reference = "[{'type': 'replied_to', 'id': 1.6697e+18}]"
    row = {"id": SECOND, "text": ANSWER, "author_id": 9, "referenced_tweets": reference}
    frame, found = read(table([row]))
    assert frame["reply_to_id"].to_list() == [None]
    assert found["odd_fields"] == [{"kind": "reply_to_id (rounded)", "count": 1}]


@pytest.mark.parametrize("by", [",", "\t", ";"])
@pytest.mark.parametrize("name", TABLES)
def test_table_is_read_as_what_it_is(name, by):
    frame, row = read(table(TABLES[name], by=by))
    assert (row["format"], row["tweets"], row["rejected"]) == (name, 2, 0)
    assert (row["odd_fields"], row["unread_fields"]) == ([], [])
    assert frame.select("tweet_id", "text", "author_name").rows() == [
        (FIRST, QUESTION, "ann"),
        (SECOND, ANSWER, "bob"),
    ]
    parent = None if name in NO_PARENT else FIRST
    assert frame["reply_to_id"].to_list() == [None, parent]
    if name not in NO_LIKES:
        assert frame["likes"].to_list() == [2, 3]
    if name not in NO_IDS_OF_AUTHORS:
        assert frame["author_id"].to_list() == [8, 9]


@pytest.mark.parametrize("name", TABLES)
def test_parquet_of_the_same_table_is_read_alike(name):
    text = pl.read_csv(table(TABLES[name]), infer_schema_length=0)
    typed = pl.read_csv(table(TABLES[name]))
    expected, _ = read(table(TABLES[name]))
    for frame in (text, typed):
        stream = io.BytesIO()
        frame.write_parquet(stream)
        found, row = read(stream.getvalue())
        assert row["format"] == name
        assert found.equals(expected)


@pytest.mark.parametrize("name", TABLES)
def test_table_without_one_column_of_the_evidence_is_not_claimed(name):
    source = next(each for each in ready_maps.FORMATS if name == each.NAME)
    whole = {str(key): str(value) for key, value in TABLES[name][0].items()}
    assert source.matches(whole)
    assert len(source.evidence) >= 3
    for column in source.evidence:
        assert not source.matches({key: value for key, value in whole.items() if key != column})


def test_text_of_a_table_keeps_its_quotes_and_line_ends():
    rows = [{**TABLES["tcat"][0], "text": 'He said "so,\nwhat; then\tgo"\r\nand left'}]
    frame, _ = read(table(rows))
    assert frame["text"].to_list() == ['He said "so,\nwhat; then\tgo"\r\nand left']


@pytest.mark.parametrize("column", ["retweet_or_quote_id", "reweet_or_quote_id"])
def test_retweets_and_quotes_of_twarc_1_share_a_column(column):
    first = dict(TABLES["twarc1_csv"][0])
    del first["retweet_or_quote_id"]
    rows = [
        {**first, column: "7", "tweet_type": "retweet"},
        {**first, "id": SECOND, column: "7", "tweet_type": "quote", "tweet_url": ""},
    ]
    frame, row = read(table(rows))
    assert (row["carriers"], frame["quoted_id"].to_list()) == (1, [7])


def test_source_of_academic_tidy_is_a_retweet_or_a_quote():
    first = TABLES["academic_tidy"][0]
    rows = [
        {**first, "sourcetweet_type": "retweeted", "sourcetweet_id": 7},
        {**first, "tweet_id": SECOND, "sourcetweet_type": "quoted", "sourcetweet_id": 7},
    ]
    frame, row = read(table(rows))
    assert (row["carriers"], frame["quoted_id"].to_list()) == (1, [7])


def test_hydrator_names_retweets_and_quotes():
    first = {**TABLES["twarc1_csv"][0], "quote_id": "", "retweet_id": "9"}
    del first["tweet_type"], first["retweet_or_quote_id"]
    rows = [first, {**first, "id": SECOND, "tweet_url": "", "quote_id": "7", "retweet_id": ""}]
    frame, row = read(table(rows))
    assert (row["carriers"], frame["quoted_id"].to_list()) == (1, [7])


def test_retweets_of_twarc_2_and_snscrape_are_only_counted():
    twarc = {**TABLES["twarc_csv"][0], "referenced_tweets.retweeted.id": "9"}
    assert read(table([twarc]))[1]["carriers"] == 1
    for retweet in ("{'id': 9}", "https://twitter.com/x/status/9"):
        row = {**TABLES["snscrape_csv"][0], "retweetedTweet": retweet}
        assert read(table([row]))[1]["carriers"] == 1


def test_versions_of_an_edited_tweet_are_remembered():
    earlier = FIRST - 4096
    for cell in (f'["{earlier}", "{FIRST}"]', f"['{earlier}', '{FIRST}']"):
        collector = Collector(source="", member=0, rows=RawRows())
        row = {**TABLES["twarc_csv"][0], "edit_history_tweet_ids": cell}
        ready_maps.TWARC_CSV.read(lines(row), collector)
        assert (collector.edits, collector.odd_fields()) == ({(earlier, FIRST)}, {})


@pytest.mark.parametrize("nothing", ["", "0", "-1", "nan", "NULL", "NA"])
def test_row_without_a_retweeted_tweet_is_no_retweet(nothing):
    rows = [{**TABLES["tcat"][0], "retweet_id": nothing}]
    assert read(table(rows))[1]["tweets"] == 1


def test_ids_that_google_sheets_has_rounded_are_read_from_the_link():
    first = {**TABLES["tags"][0], "id_str": "1.66970E+18"}
    second = {**TABLES["tags"][1], "in_reply_to_status_id_str": "1.66970E+18", "status_url": ""}
    frame, row = read(table([first, second]))
    assert frame.select("tweet_id", "reply_to_id").rows() == [(FIRST, None), (SECOND, None)]
    assert row["odd_fields"] == [{"kind": "reply_to_id (rounded)", "count": 1}]


def test_rounded_parent_of_pandas_is_unknown_and_not_called_unread():
    first, second = TABLES["snscrape_csv"]
    frame, row = read(table([first, {**second, "inReplyToTweetId": "1.66970010097e+18"}]))
    assert frame["reply_to_id"].to_list() == [None, None]
    assert row["odd_fields"] == [{"kind": "reply_to_id (rounded)", "count": 1}]
    assert row["unread_fields"] == []


def test_users_of_snscrape_may_be_links():
    rows = [{**TABLES["snscrape_csv"][0], "user": "https://twitter.com/ann"}]
    assert read(table(rows))[0]["author_name"].to_list() == ["ann"]


def test_old_file_of_getoldtweets_is_read():
    text = (
        "username;date;retweets;favorites;text;geo;mentions;hashtags;id;permalink\n"
        f'ann;2016-03-10 12:01;0;2;"Hello there";;;#a;"{FIRST}";https://twitter.com/ann/status/{FIRST}'
    )
    frame, row = read(text.encode())
    assert (row["format"], frame["author_name"].to_list()) == ("getoldtweets", ["ann"])


def test_json_of_snscrape_is_not_taken_for_a_table():
    tweet = {
        **{"_type": "snscrape.modules.twitter.Tweet", "id": FIRST, "rawContent": "a", "url": "u"},
        **{"date": "2023-06-16T13:35:00+00:00", "conversationId": FIRST},
        "user": {"username": "ann", "id": 8},
    }
    assert formats.detect([lines(tweet)]).NAME == "snscrape"
    tweet["user"] = json.dumps(tweet["user"])
    assert formats.detect([lines(tweet)]).NAME == "snscrape_csv"
