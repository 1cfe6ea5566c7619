"""Open-Assistant instructions: the first exchange and its metadata."""

import json

import pytest
from pydantic import ValidationError

from tests.support.trees_by_hand import records
from workbench.export.formats import instruction


def test_records_are_the_first_exchanges():
    rows = records("instruction", paths="all")
    assert [(row["INSTRUCTION"], row["RESPONSE"]) for row in rows] == [
        ("why?", "because"),
        ("why?", "so"),
    ]
    assert json.loads(rows[0]["METADATA"]) == {
        "post_id": "1",
        "reply_id": "5",
        "lang": "en",
        "likes": 9,
    }


@pytest.mark.parametrize("metadata", ["[]", '"text"', "{"])
def test_model_refuses_metadata_that_is_not_a_json_object(metadata):
    (row,) = records("instruction")
    with pytest.raises(ValidationError):
        instruction.Record.model_validate(row | {"METADATA": metadata})
