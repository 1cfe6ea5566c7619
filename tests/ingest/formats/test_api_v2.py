"""Pages of API v2, real ones and unusual ones."""

import json

import pytest

from tests.support.reading import lines, plain, read, read_file

USERS = [{"id": "7", "username": "ann"}, {"id": "8", "username": "bob"}]


def tweet(tweet_id: int, **more: object) -> dict:
    return {"id": str(tweet_id), "text": f"text {tweet_id}", "author_id": "7", **more}


def reference(kind: str, tweet_id: int) -> list[dict]:
    return [{"type": kind, "id": str(tweet_id)}]


def page(*tweets: dict, included: tuple[dict, ...] = (), **more: object) -> dict:
    return {"data": list(tweets), "includes": {"users": USERS, "tweets": list(included)}, **more}


def test_twarc2_conversations_in_utf16_have_every_link(real_data):
    frame, row = read_file(real_data / "api_v2/twarc2_conversations_utf16.json")
    replies = frame.unique("tweet_id")["reply_to_id"].drop_nulls()
    assert frame["tweet_id"].n_unique() == 211
    assert (row["tweets"], row["rejected"], row["format"]) == (177, 0, "api_v2")
    assert replies.len() == 177
    assert replies.is_in(frame["tweet_id"].implode()).all()
    conversations = frame["conversation_id"]
    assert conversations.n_unique() == 34
    assert conversations.is_in(frame["tweet_id"].implode()).all()


def test_flat_small_gives_ten_tweets(real_data):
    frame, row = read_file(real_data / "api_v2/flat_small.jsonl")
    assert (frame.height, row["tweets"], row["lines"]) == (10, 10, 10)
    assert frame["reply_to_id"].drop_nulls().len() == 5
    assert frame["author_id"].null_count() == 0


def test_flat_and_raw_pages_of_one_search_give_the_same_tweets(real_data):
    folder = real_data / "api_v2/twarc_csv"
    columns = ["tweet_id", "text", "author_id", "author_name", "reply_to_id", "quoted_id", "likes"]
    flat, raw = (
        read_file(folder / name)[0].select(columns).unique().sort("tweet_id")
        for name in ("flat.jsonl", "noflat.jsonl")
    )
    assert flat.height == 117
    assert flat.equals(raw)


def test_every_tweet_of_a_real_page_has_its_outcome(real_data):
    path = real_data / "api_v2/twarc_csv/entities_test.jsonl"
    [page] = plain(path)
    _, row = read_file(path)
    retweets = sum(
        any(part["type"] == "retweeted" for part in each.get("referenced_tweets", []))
        for each in page["data"]
    )
    assert row["carriers"] == retweets > 0
    assert row["tweets"] == len(page["data"]) - retweets
    assert row["notices"] == len(page["errors"])
    kinds = {part["kind"]: part["count"] for part in row["notice_kinds"]}
    assert kinds["missing-tweet:not-found"] == 3
    assert kinds["missing-tweet:not-authorized"] == 3


def test_cut_off_stream_keeps_what_came_before(real_data):
    frame, row = read_file(real_data / "api_v2/twarc_csv/streaming_output_with_error.jsonl")
    assert (row["tweets"], row["rejected"]) == (7, 1)
    assert [part["kind"] for part in row["reject_reasons"]] == ["not_json"]
    assert frame["reply_to_id"].drop_nulls().len() == 3


@pytest.mark.parametrize(
    ("name", "things"),
    [
        ("counts", "counts"),
        ("users", "users"),
        ("lists", "lists"),
        ("tweets_compliance", "compliance"),
        ("users_compliance", "compliance"),
    ],
)
def test_pages_without_tweets_are_rejected_by_name(real_data, name, things):
    frame, row = read_file(real_data / f"api_v2/twarc_csv/{name}.jsonl")
    assert frame.is_empty()
    assert [(part["kind"], part["reason"]) for part in row["reject_reasons"]] == [
        ("no_tweets", f"no tweets: {things}")
    ]


@pytest.mark.parametrize("name", ["edited", "edited_after", "edited_before"])
def test_each_version_of_an_edited_tweet_is_a_row(real_data, name):
    path = real_data / f"api_v2/twarc_csv/{name}.jsonl"
    frame, _ = read_file(path)
    [page] = plain(path)
    assert set(frame["tweet_id"]) == set(map(int, page["data"][0]["edit_history_tweet_ids"]))


PAGE = page(
    tweet(12, referenced_tweets=reference("replied_to", 11), conversation_id="11"),
    tweet(13, referenced_tweets=reference("quoted", 12)),
    included=(tweet(11, author_id="8"),),
    meta={"result_count": 2},
)


@pytest.mark.parametrize(
    "data",
    [
        lines(PAGE),
        json.dumps([PAGE]).encode(),
        json.dumps([PAGE], indent=1).encode(),
        json.dumps(PAGE, indent=1).encode(),
        json.dumps({"data": {"0": [PAGE]}}).encode(),
        json.dumps({"data": {"0": PAGE}}).encode(),
        b"\xef\xbb\xbf# made by hand\n\n" + lines(PAGE),
        json.dumps(PAGE).encode("utf-16"),
        lines(PAGE).replace(b"\n", b"\r\n"),
    ],
    ids=["lines", "array", "indented", "object", "0", "0-page", "bom", "utf-16", "crlf"],
)
def test_pages_are_the_same_in_every_frame(data):
    frame, row = read(data)
    assert (row["tweets"], row["embedded"], row["rejected"]) == (2, 1, 0)
    assert frame.select(
        "tweet_id", "author_name", "reply_to_id", "quoted_id", "conversation_id", "is_embedded"
    ).rows() == [
        (11, "bob", None, None, None, True),
        (12, "ann", 11, None, 11, False),
        (13, "ann", None, 12, None, False),
    ]


def test_tweets_gathered_in_an_object_of_lists_are_read():
    frame, row = read(lines({"data": {"0": [tweet(1), tweet(2)], "1": [tweet(3)]}}))
    assert frame["tweet_id"].to_list() == [1, 2, 3]
    assert row["tweets"] == 3


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("wrap", [lambda page: page, lambda page: [page]])
def test_pages_gathered_in_an_object_are_read_whatever_the_order_of_their_keys(indent, wrap):
    page = {
        "meta": {"result_count": 1},
        "includes": {"tweets": [{"id": "4", "text": "b"}]},
        "data": [{"id": "5", "text": 'says "data"', "author_id": "7"}],
    }
    gone = {"errors": [{"title": "Not Found Error", "resource_type": "tweet"}]}
    gathered = {"data": {"0": wrap(page), "1": wrap(gone), "2": wrap({"meta": {}})}}
    frame, row = read(json.dumps(gathered, indent=indent).encode())
    assert sorted(frame["tweet_id"].to_list()) == [4, 5]
    assert (row["format"], row["rejected"], row["notices"]) == ("api_v2", 0, 1)


def test_plain_retweet_gives_its_original_only():
    retweet = tweet(3, text="RT @bob: cut…", referenced_tweets=reference("retweeted", 2))
    frame, row = read(lines(page(retweet, included=(tweet(2, author_id="8", text="whole"),))))
    assert frame.select("tweet_id", "text", "is_embedded").rows() == [(2, "whole", True)]
    assert (row["tweets"], row["carriers"], row["lines"]) == (0, 1, 1)


def test_included_retweet_gives_no_row():
    inner = tweet(2, referenced_tweets=reference("retweeted", 1))
    frame, _ = read(lines(page(tweet(3), included=(inner,))))
    assert frame["tweet_id"].to_list() == [3]


def test_one_odd_tweet_does_not_cost_the_others():
    odd = [tweet(2, text=5), {"id": "3"}, 4, tweet(0), tweet(2**63), {"text": "no id"}]
    frame, row = read(lines(page(tweet(1), *odd, tweet(9), included=({"id": "x"}, tweet(8)))))
    assert frame["tweet_id"].to_list() == [1, 8, 9]
    assert (row["tweets"], row["rejected"], row["embedded"]) == (2, len(odd), 1)


def test_empty_page_is_a_line_that_carries_nothing():
    _, row = read(lines({"meta": {"result_count": 0}}))
    assert (row["format"], row["carriers"], row["rejected"]) == ("api_v2", 1, 0)
