"""Pages gathered under keys, and includes in records of their own, lose nothing."""

import json

import pytest

from tests.support.reading import lines, plain, read, read_file
from workbench.ingest.formats import v2_pages

ANN, BOB = {"id": "7", "username": "ann"}, {"id": "8", "username": "bob"}


def tweet(tweet_id: int, **more: object) -> dict:
    return {"id": str(tweet_id), "text": f"text {tweet_id}", "author_id": "7", **more}


def reply(tweet_id: int, parent: int) -> dict:
    return tweet(tweet_id, referenced_tweets=[{"type": "replied_to", "id": str(parent)}])


def test_real_pages_gathered_under_keys_give_the_same_tweets(real_data, tmp_path):
    path = real_data / "api_v2/twarc2_conversations_utf16.json"
    pages = plain(path)
    gathered = {
        part: {str(index): page.get(part) for index, page in enumerate(pages)}
        for part in ("data", "includes", "errors", "meta")
    }
    (tmp_path / "a.json").write_text(json.dumps(gathered))
    alone, row = read_file(path)
    together, gathered_row = read_file(tmp_path / "a.json")
    columns = [name for name in alone.columns if name not in ("line", "member")]
    assert (
        together.unique(columns)
        .sort(columns)
        .select(columns)
        .equals(alone.unique(columns).sort(columns).select(columns))
    )
    for outcome in ("tweets", "embedded", "notices", "rejected", "carriers"):
        assert gathered_row[outcome] == row[outcome]


def test_every_part_of_gathered_pages_is_read():
    error = {"title": "Not Found Error", "resource_type": "tweet", "resource_id": "99"}
    gathered = {
        "data": {"0": [reply(12, 11)], "1": [tweet(13)]},
        "includes": {"0": {"tweets": [tweet(11, author_id="8")], "users": [ANN, BOB]}, "1": None},
        "errors": {"0": None, "1": [error], "2": [error]},
    }
    frame, row = read(lines(gathered))
    assert (row["tweets"], row["embedded"], row["notices"], row["rejected"]) == (2, 1, 2, 0)
    assert frame.select("tweet_id", "author_name", "reply_to_id").rows() == [
        (11, "bob", None),
        (12, "ann", 11),
        (13, "ann", None),
    ]


def test_pages_without_data_but_with_gathered_includes_are_read():
    frame, row = read(lines({"data": {}, "includes": {"0": {"tweets": [tweet(11)]}}}))
    assert (frame["tweet_id"].to_list(), row["rejected"]) == ([11], 0)


def test_includes_on_a_line_of_their_own_carry_tweets_and_names():
    includes = {"users": [ANN, BOB], "tweets": [tweet(11, author_id="8")], "media": []}
    meta = {"newest_id": "12", "oldest_id": "12", "result_count": 1}
    frame, row = read(lines(reply(12, 11), includes, meta))
    assert (row["format"], row["tweets"], row["carriers"]) == ("api_v2", 1, 1)
    assert (row["embedded"], row["notices"], row["rejected"]) == (1, 1, 0)
    assert frame.select("tweet_id", "author_name", "reply_to_id").rows() == [
        (11, "bob", None),
        (12, None, 11),
    ]
    assert row["authors"] == {7: "ann", 8: "bob"}


def test_a_file_of_users_names_authors_even_if_it_is_large():
    users = [{"id": str(number), "username": f"u{number}"} for number in range(1, 5000)]
    _, row = read(json.dumps({"users": users}).encode())
    assert (row["format"], row["carriers"], len(row["authors"])) == ("api_v2", 1, 4999)


@pytest.mark.parametrize(
    "fields",
    [
        *({}, {"tweets": []}, {"data": []}, {"media": []}, {"users": {}}, {"users": [5]}),
        *({"users": [{"screen_name": "a"}]}, {"users": [], "id": 1}, {"users": [{"name": "a"}]}),
    ],
)
def test_other_records_are_no_includes(fields):
    assert not v2_pages.is_includes(fields)
