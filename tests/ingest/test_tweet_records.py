"""Texts, hashtags and columns of raw tweets are checked."""

import json

import polars as pl
import pytest

from tests.support.reading import lines, read
from tests.support.statuses import NEW, STATUS
from workbench.ingest import tweet_records


def test_giant_texts_and_lists_of_hashtags_are_bounded():
    giant = {**STATUS, "extended_tweet": None, "text": "x" * (tweet_records.MOST_CHARACTERS + 1)}
    tags = [{"text": f"tag{number}"} for number in range(5000)]
    tagged = {**STATUS, "id": NEW + 1, "id_str": str(NEW + 1), "entities": {"hashtags": tags}}
    quoting = {
        **STATUS,
        "id": NEW + 2,
        "id_str": str(NEW + 2),
        "quoted_status": {**giant, "id": NEW + 3, "id_str": str(NEW + 3)},
    }
    for data in (lines(giant, tagged, quoting), json.dumps([giant, tagged, quoting]).encode()):
        frame, row = read(data)
        own = frame.filter(~pl.col("is_embedded"))
        assert own["tweet_id"].to_list() == [NEW + 1, NEW + 2]
        assert own["hashtags"].list.len().to_list()[0] == tweet_records.MOST_HASHTAGS
        assert NEW + 3 not in frame["tweet_id"]
        assert row["reject_reasons"] == [
            {"kind": "too_long", "reason": "text longer than 65,536 characters", "count": 1},
        ]


@pytest.mark.parametrize("change", [{"likes": [1]}, {"unknown": [1, 2]}, {"text": None}])
def test_extend_refuses_columns_that_do_not_fit(change):
    columns: dict = {name: [None, None] for name in tweet_records.FIELDS} | change
    columns = {name: values for name, values in columns.items() if values is not None}
    rows = tweet_records.RawRows()
    with pytest.raises(ValueError, match="2 rows need each of tweet_id, text"):
        rows.extend(columns, source="twint", member=1, lines=[1, 2])


def test_numeric_entities_of_any_length_are_decoded_or_replaced():
    digits = "9" * 5000
    texts = [f"a &#{digits}; b &amp; c", f"&#{digits}", f"&#x{digits};", "&#0065;&#65"]
    frame, _ = read(
        lines(
            *(
                {**STATUS, "id": NEW + n, "extended_tweet": None, "text": text}
                for n, text in enumerate(texts)
            )
        )
    )
    own = frame.filter(~pl.col("is_embedded")).sort("tweet_id")
    assert own["text"].to_list() == ["a \ufffd b & c", "\ufffd", "\ufffd", "AA"]
