"""Check what is read from pages and error answers of the API."""

import json

import pytest

from workbench.hydration import page_parser


def body(**fields):
    """Return a page as bytes."""
    return json.dumps(fields).encode()


def test_read_counts_a_retweet_as_gone_and_its_original_as_a_source():
    original = {"type": "retweeted", "id": "7"}
    answer = page_parser.read(body(data=[{"id": "9", "referenced_tweets": [original]}]))
    assert (answer.present, answer.gone) == (set(), {9: page_parser.RETWEET})
    assert answer.sources == {7, 9}


def test_read_returns_the_token_of_the_next_page():
    assert page_parser.read(body(meta={"next_token": "b26"})).next_token == "b26"
    assert page_parser.read(body(data=[])).next_token is None


def test_without_removes_tweets_that_come_along_with_others_too():
    page = body(data=[{"id": "8"}], includes={"tweets": [{"id": "7"}], "users": [{"id": "5"}]})
    rest = json.loads(page_parser.without(page, [7], was="a"))
    assert rest == {
        "data": [{"id": "8"}],
        "includes": {"tweets": [], "users": [{"id": "5"}]},
        "was": "a",
    }
    again = json.loads(page_parser.without(json.dumps(rest).encode(), [8], was="b"))
    assert (again["data"], again["was"]) == ([], "a")


@pytest.mark.parametrize(
    ("content", "is_page"),
    [
        (body(data=[]), True),
        (body(meta={"result_count": 0}), True),
        (body(errors=[{"title": "Not Found Error"}]), True),
        (body(errors=[]), False),
        (b"{}", False),
        (b"<html>", False),
        (b"[" * 100_000, False),
    ],
    ids=str,
)
def test_is_page_needs_tweets_errors_or_a_count(content, is_page):
    assert page_parser.is_page(content) == is_page


def test_is_capped_tells_a_monthly_quota_from_a_rate_limit():
    assert page_parser.is_capped(body(type="https://api.twitter.com/2/problems/usage-capped"))
    assert page_parser.is_capped(body(title="UsageCapExceeded"))
    assert not page_parser.is_capped(body(title="Too Many Requests"))
    assert not page_parser.is_capped(b"Too Many Requests")


def test_detail_returns_the_most_precise_sentence():
    assert (
        page_parser.detail(body(title="Forbidden", detail="Not your level.")) == "Not your level."
    )
    assert page_parser.detail(body(errors=[{"message": "No."}], title="Forbidden")) == "No."
    assert page_parser.detail(b"<html>") == ""
