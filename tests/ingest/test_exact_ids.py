"""Rounded ids are corrected or unknown, never wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.reading import lines, read
from tests.support.rounding import javascript
from workbench.ingest.exact_ids import IdReader
from workbench.ingest.rounded_numbers import Numbers, looks_rounded

OWN, PARENT, AUTHOR = 1308628999915187733, 1308628281915187201, 1213559205300334593


def status(number=int, *, strings: bool = True) -> dict:
    """Write a reply whose numbers went through a function."""
    ids = {"id": OWN, "in_reply_to_status_id": PARENT, "in_reply_to_user_id": AUTHOR + 7}
    written = {key: number(value) for key, value in ids.items()}
    user = {"id": number(AUTHOR), "screen_name": "bob"}
    if strings:
        written |= {f"{key}_str": str(value) for key, value in ids.items()}
        user["id_str"] = str(AUTHOR)
    return written | {"text": "Water it from below.", "user": user}


WRITERS = {
    "exact": int,
    "javascript": javascript,
    "double": lambda number: int(float(number)),
    "float": float,
    "string": str,
    "mongo": lambda number: {"$numberLong": str(number)},
    "missing": lambda _: None,
    "empty": lambda _: "",
    "nan": lambda _: float("nan"),
    "overflow": lambda number: number % 2**31,
}
EXPECTED = (OWN, PARENT, AUTHOR + 7, AUTHOR)
COLUMNS = ["tweet_id", "reply_to_id", "reply_to_author_id", "author_id"]


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("inside", [None, "quoted_status", "retweeted_status"])
def test_exact_string_beside_a_number_wins_in_a_status(writer, inside):
    written = status(WRITERS[writer])
    record = {**status(), "id": OWN + 1, "id_str": str(OWN + 1), inside: written}
    frame, row = read(lines(record if inside else written))
    assert EXPECTED in frame.select(COLUMNS).rows()
    assert (row["rejected"], row["odd_fields"]) == (0, [])


@pytest.mark.parametrize("writer", ["string", "mongo", "exact"])
def test_exact_ids_need_no_string_beside_them(writer):
    frame, _ = read(lines(status(WRITERS[writer], strings=False)))
    assert frame.select(COLUMNS).rows() == [EXPECTED]


@pytest.mark.parametrize("writer", ["javascript", "float"])
def test_tweet_of_unknown_id_is_rejected(writer):
    frame, row = read(lines(status(WRITERS[writer], strings=False)))
    assert (frame.height, row["rejected"]) == (0, 1)
    assert row["reject_reasons"][0]["kind"] == "invalid_id"


def test_rounded_parent_without_a_copy_is_unknown_and_counted():
    record = status(javascript) | {"in_reply_to_status_id_str": None}
    frame, row = read(lines(record))
    assert frame.select("tweet_id", "reply_to_id").rows() == [(OWN, None)]
    assert row["odd_fields"] == [{"kind": "reply_to_id (rounded)", "count": 1}]


def test_deletion_of_the_exact_id_wins_over_its_number():
    deletion = {"delete": {"status": {"id": javascript(OWN), "id_str": str(OWN), "user_id": 9}}}
    other = {"timestamp_ms": "1", "delete": {"status": {"id": float(OWN), "id_str": str(OWN)}}}
    _, row = read(lines(deletion, other))
    assert row["deleted"] == [OWN, OWN]


def scraped(number, **more: object) -> dict:
    return {
        "_type": "snscrape.modules.twitter.Tweet",
        "url": f"https://twitter.com/bob/status/{OWN}",
        "rawContent": "1/4000 or faster.",
        "id": number(OWN),
        "user": {"username": "bob", "id": 9},
        "conversationId": number(PARENT),
        "inReplyToTweetId": number(PARENT),
        **more,
    }


def test_id_in_the_link_wins_and_shows_that_the_parent_was_rounded():
    frame, row = read(lines(scraped(javascript)))
    assert frame.select("tweet_id", "reply_to_id", "conversation_id").rows() == [(OWN, None, None)]
    assert {odd["kind"] for odd in row["odd_fields"]} == {
        "conversation_id (rounded)",
        "reply_to_id (rounded)",
    }


def test_number_that_stands_twice_in_a_record_has_the_same_exact_copy():
    record = scraped(javascript, inReplyToTweetId=None, conversationId=javascript(OWN))
    frame, row = read(lines(record))
    assert frame.select("tweet_id", "conversation_id").rows() == [(OWN, OWN)]
    assert row["odd_fields"] == []


@pytest.mark.parametrize("form", ["json", "csv"])
def test_twint_has_the_exact_id_in_its_link(form):
    link = f"https://twitter.com/bob/status/{OWN}"
    tweet = {"id": javascript(OWN), "conversation_id": 7, "tweet": "a", "username": "b"}
    record = tweet | {"link": link}
    table = ",".join(record) + "\n" + ",".join(map(str, record.values())) + "\n"
    frame, _ = read(lines(record) if form == "json" else table.encode())
    expected = OWN if form == "json" else javascript(OWN)
    assert frame["tweet_id"].to_list() in ([OWN], [expected])


@pytest.mark.parametrize("writer", ["string", "exact", "mongo"])
def test_api_v2_keeps_exact_ids(writer):
    write = WRITERS[writer]
    references = [{"type": "replied_to", "id": write(PARENT)}]
    tweet = {"id": write(OWN), "text": "a", "author_id": write(AUTHOR)}
    frame, _ = read(lines(tweet | {"referenced_tweets": references}))
    assert frame.select("tweet_id", "reply_to_id", "author_id").rows() == [(OWN, PARENT, AUTHOR)]


def test_nan_in_any_field_costs_nothing():
    record = json.dumps(status() | {"geo": float("nan"), "lang": float("nan")})
    frame, row = read(record.encode() + b"\n")
    assert frame.select(COLUMNS).rows() == [EXPECTED]
    assert row["rejected"] == 0


@given(
    own=st.integers(10**17, 2**61),
    parent=st.integers(10**17, 2**61),
    numbers=st.sampled_from(Numbers),
    write=st.sampled_from(sorted(WRITERS)),
)
def test_no_id_beside_a_contradicted_one_is_wrong(own, parent, numbers, write):
    reader = IdReader(numbers)
    ids = reader.read(tweet_id=(javascript(own), str(own)), reply_to_id=(javascript(parent),))
    assert ids["tweet_id"] == own
    if javascript(own) != own:
        assert ids["reply_to_id"] in (None, parent) or not looks_rounded(javascript(parent))
    copies = (WRITERS[write](parent), str(parent))
    assert reader.read(reply_to_id=copies)["reply_to_id"] == parent


def test_parent_that_is_rounded_to_the_same_number_as_the_tweet_is_unknown():
    reader = IdReader(Numbers.EXACT)
    number = javascript(OPENER)
    ids = reader.read(tweet_id=(number, str(OPENER)), reply_to_id=(number,))
    assert (ids["tweet_id"], ids["reply_to_id"]) == (OPENER, None)
    ids = reader.read(tweet_id=(number, str(OPENER)), conversation_id=(number,))
    assert ids["conversation_id"] == OPENER


FLOAT = 1.6697001009715364e18
OPENER = 1669700100971536389


@pytest.mark.parametrize("written", [FLOAT, repr(FLOAT), f" '{FLOAT}' ", {"$numberDouble": FLOAT}])
def test_rounded_parent_that_opens_the_conversation_is_known(written):
    reader = IdReader()
    ids = reader.read(tweet_id=(7,), reply_to_id=(written,), conversation_id=(OPENER,))
    assert (ids["reply_to_id"], reader.unknown) == (OPENER, {})


def test_rounded_parent_is_never_the_tweet_itself_nor_one_of_two():
    reader = IdReader()
    ids = reader.read(tweet_id=(OPENER,), reply_to_id=(FLOAT,))
    assert (ids["reply_to_id"], reader.unknown["reply_to_id"]) == (None, 1)
    ids = reader.read(
        reply_to_id=(FLOAT,), conversation_id=(str(OPENER),), quoted_id=(str(OPENER + 1),)
    )
    assert (ids["reply_to_id"], reader.unknown["reply_to_id"]) == (None, 2)
