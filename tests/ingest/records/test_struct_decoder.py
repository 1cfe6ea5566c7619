"""Values of a wrong type cost their field, not the record."""

from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ingest.records.struct_decoder import StructDecoder


class Place(msgspec.Struct):
    name: str


class Tweet(msgspec.Struct, rename="camel"):
    id: int
    text: str = ""
    like_count: int | None = None
    is_cut: bool | None = None
    tags: list[str] | None = None
    place: Place | str | None = None
    anything: msgspec.Raw = msgspec.Raw()
    quoted_tweet: "Tweet | None" = None


ODD = [
    b"{}",
    b"[]",
    b"[1]",
    b'"a"',
    b"1e400",
    b"0.5",
    b"null",
    b"true",
    b'{"id": 8}',
    b'[{"a": 1}]',
]


def decode(record: bytes, *, strict: bool = True) -> tuple[Tweet, Counter[str]]:
    odd: Counter[str] = Counter()
    return StructDecoder(Tweet, strict=strict)(record, odd), odd


def test_clean_record_is_decoded_as_it_is():
    tweet, odd = decode(b'{"id": 7, "likeCount": 3, "quotedTweet": {"id": 6}, "other": 1e400}')
    assert (tweet.id, tweet.like_count, tweet.quoted_tweet, odd) == (7, 3, Tweet(id=6), Counter())


def test_odd_values_are_dropped_and_counted_by_field():
    tweet, odd = decode(
        b'{"id": 7, "text": null, "likeCount": "3", "isCut": 1, "tags": ["a", 1, null, "b"],'
        b' "place": {"name": 5}, "anything": {"a": [1]},'
        b' "quotedTweet": {"id": 6, "likeCount": {}, "quotedTweet": {"id": "5"}}}'
    )
    assert (tweet.id, tweet.text, tweet.like_count, tweet.tags) == (7, "", None, ["a", "b"])
    assert (tweet.place, bytes(tweet.anything)) == (None, b'{"a": [1]}')
    assert tweet.quoted_tweet == Tweet(id=6)
    # A tweet inside a tweet has the same names of fields.
    assert odd == {
        "text": 1,
        "likeCount": 2,
        "isCut": 1,
        "tags[]": 2,
        "place": 1,
        "place.name": 1,
        "quotedTweet": 1,
        "id": 1,
    }


def test_numbers_in_strings_are_read_only_if_not_strict():
    record = b'{"id": "7", "likeCount": "", "isCut": "true", "tags": "a"}'
    tweet, odd = decode(record, strict=False)
    assert (tweet.id, tweet.like_count, tweet.is_cut) == (7, None, True)
    assert odd == {"tags": 1}  # An empty cell is nothing.
    with pytest.raises(msgspec.ValidationError):
        decode(record)


@pytest.mark.parametrize("record", [b'{"id": {}}', b'{"text": "a"}', b"[]", b'{"id": 1e400}'])
def test_required_fields_and_records_are_errors(record):
    odd: Counter[str] = Counter()
    with pytest.raises(msgspec.ValidationError):
        StructDecoder(Tweet)(record, odd)
    assert not odd


def test_odd_values_are_errors_unless_they_are_asked_for():
    with pytest.raises(msgspec.ValidationError):
        StructDecoder(Tweet)(b'{"id": 7, "tags": {}}')


def test_broken_json_is_no_odd_value():
    with pytest.raises(msgspec.DecodeError) as error:
        decode(b'{"id": 7, "tags": {}, "text": "a')
    assert not isinstance(error.value, msgspec.ValidationError)


def test_deep_records_take_little_time():
    levels = 300
    record = b'{"id": 1, "quotedTweet": ' * levels + b"{}" + b"}" * levels
    tweet, odd = decode(record)
    assert tweet.id == 1
    assert odd["quotedTweet"] == 1


@given(st.lists(st.sampled_from(ODD), min_size=7, max_size=7))
def test_any_values_in_optional_fields_keep_the_record(values):
    names = ["text", "likeCount", "isCut", "tags", "place", "anything", "quotedTweet"]
    fields = [b'"%s": %s' % pair for pair in zip(map(str.encode, names), values, strict=True)]
    tweet, _ = decode(b'{"id": 7, ' + b", ".join(fields) + b"}")
    assert tweet.id == 7
