"""Compliance events delete tweets; events about users are counted by name."""

import pytest

from tests.support.reading import lines, read
from workbench import ingest
from workbench.storage import Workspace

TWEET = {"data": [{"id": "20", "text": "a", "author_id": "8"}]}


def event(name: str, **subject: dict) -> dict:
    return {name: {**subject, "event_at": "2025-08-15T22:01:29.103Z"}}


@pytest.mark.parametrize("name", ["delete", "drop"])
@pytest.mark.parametrize("wrap", [lambda inner: inner, lambda inner: {"data": inner}])
@pytest.mark.parametrize("others", [[TWEET], []])
def test_an_event_deletes_its_tweet(name, wrap, others):
    deletion = wrap(event(name, tweet={"id": "20", "author_id": "8"}))
    _, row = read(lines(*others, deletion))
    assert (row["format"], row["deleted"], row["rejected"]) == ("api_v2", [20], 0)


def test_a_deletion_among_statuses_of_the_stream_is_read():
    status = {"id": 1, "text": "a", "user": {"id": 2}}
    _, row = read(lines(status, event("delete", tweet={"id": "20"})))
    assert (row["format"], row["deleted"], row["rejected"]) == ("twitterstream", [20], 0)


def test_other_events_are_notices():
    events = [event("user_delete", user={"id": "8"}), {"data": event("undrop", tweet={"id": "9"})}]
    _, row = read(lines(TWEET, *events))
    assert row["notice_kinds"] == [
        {"kind": "compliance:undrop", "count": 1},
        {"kind": "compliance:user_delete", "count": 1},
    ]


@pytest.mark.parametrize("tweet", [{}, {"id": "x"}, {"id": 0}, {"id": {}}])
def test_a_deletion_without_an_id_is_a_reject(tweet):
    _, row = read(lines(TWEET, event("delete", tweet=tweet)))
    assert (row["deletions"], row["rejected"]) == (0, 1)


@pytest.mark.parametrize(
    "more", [{"edit_tweet_ids": ["20", "21"]}, {"initial_tweet_id": "20"}, {"edit_tweet_ids": 5}]
)
def test_an_edit_names_the_versions_of_its_tweet(more, tmp_path):
    edit = {"data": event("tweet_edit", tweet={"id": "21", **more})}
    newer = {"data": [{"id": "21", "text": "b", "author_id": "8"}]}
    (tmp_path / "t.jsonl").write_bytes(lines(newer, edit, TWEET))
    workspace = Workspace.create(tmp_path / "workspace")
    ingest.from_archives([str(tmp_path / "t.jsonl")], workspace=workspace)
    is_listed = more != {"edit_tweet_ids": 5}
    assert workspace.read("tweets")["text"].to_list() == (["b"] if is_listed else ["a", "b"])
