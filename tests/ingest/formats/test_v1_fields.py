"""Statuses of other tools, and tweets that are none."""

import json
from collections import Counter

import msgspec
import pytest

from tests.support.statuses import NEW, status
from workbench.ingest.formats import v1_fields
from workbench.ingest.tweet_records import RejectedError


def test_numbers_in_strings_are_read():
    written = status() | {"favorite_count": "3", "user": {"id": "7", "screen_name": "ann"}}
    decoded = v1_fields.decode_leniently(json.dumps(written).encode())
    assert decoded.favorite_count == 3
    assert decoded.user is not None
    assert decoded.user.id == "7"  # as it is written


def test_odd_values_are_dropped_only_on_demand():
    record = json.dumps(status() | {"entities": []}).encode()
    with pytest.raises(msgspec.ValidationError):
        v1_fields.decode_leniently(record)
    odd: Counter[str] = Counter()
    assert v1_fields.decode_leniently(record, odd).entities is None
    assert odd == {"entities": 1}


@pytest.mark.parametrize("key", ["username", "author_id", "from_user"])
def test_author_under_another_key_makes_it_no_status(key):
    with pytest.raises(RejectedError, match=key):
        v1_fields.decode_leniently(json.dumps({"id": NEW, "text": "a", key: "b"}).encode())


def test_id_may_be_a_number_or_a_string():
    records = [{"id": 7}, {"id_str": "7"}, {"text": "a"}]
    decoded = [v1_fields.decode_leniently(json.dumps(each).encode()) for each in records]
    assert [v1_fields.has_id(each) for each in decoded] == [True, True, False]
