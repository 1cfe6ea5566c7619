"""The keys that the fields of a row were read from."""

from datetime import UTC, datetime

from workbench.ingest.field_origins import MOST_VALUES, origins, walk

NEW = 1669700100971536389
TIME = datetime(2023, 6, 16, 13, 35, tzinfo=UTC)


def test_key_with_the_value_in_most_records_is_the_origin():
    pairs = [
        ({"id": "7", "root": "7", "x": "hi"}, [{"tweet_id": 7, "text": "hi"}]),
        (
            {"id": "8", "root": "7", "x": "so"},
            [{"tweet_id": 8, "conversation_id": 7}],
        ),
    ]
    assert origins(pairs) == {"tweet_id": "id", "text": "x", "conversation_id": "root"}


def test_name_decides_between_equal_values():
    record = {"id": 7, "n": 0, "replies": 0, "favs": 0, "conversation": 7}
    row = {"tweet_id": 7, "likes": 0, "replies": 0, "quotes": 0, "conversation_id": 7}
    assert origins([(record, [row])]) == {
        **{"tweet_id": "id", "likes": "favs", "replies": "replies"},
        "conversation_id": "conversation",
    }


def test_links_names_and_times_are_recognized_as_they_are_written():
    record = {
        "u": f"https://x.com/ann/status/{NEW}",
        "by": "@ann",
        "on": "2023-06-16 13:35:00+00:00",
        "t": "a &amp; b",
    }
    row = {"tweet_id": NEW, "author_name": "ann", "created_at": TIME, "text": "a & b"}
    assert origins([(record, [row])]) == {
        **{"tweet_id": "u", "text": "t", "author_name": "by", "created_at": "on"}
    }


def test_page_with_many_tweets_has_one_path_per_field():
    page = {"data": [{"id": "7", "text": "a"}, {"id": "8", "text": "b"}]}
    rows = [{"tweet_id": 7, "text": "a"}, {"tweet_id": 8, "text": "b"}]
    assert origins([(page, rows)]) == {"tweet_id": "data[].id", "text": "data[].text"}


def test_walk_is_bounded():
    assert sum(1 for _ in walk([0] * (2 * MOST_VALUES))) == MOST_VALUES
    deep: list = []
    for _ in range(10_000):
        deep = [deep]
    assert list(walk(deep)) == []
