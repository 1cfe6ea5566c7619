"""Results of the search API of 2009 to 2012."""

import pytest

from tests.support.reading import lines, read

PARENT = 121_900_000_000_000_001
RESULT = {
    "created_at": "Wed, 05 Oct 2011 10:00:00 +0000",
    "from_user": "cy",
    "from_user_id": 3,
    "id": PARENT + 1,
    "id_str": str(PARENT + 1),
    "iso_language_code": "en",
    "text": "@di try a smaller pot #basil",
    "to_user": "di",
    "in_reply_to_status_id": float(PARENT),
    "in_reply_to_status_id_str": str(PARENT),
}
OLD = {"id": 4_000_000_000, "from_user": "di", "text": "a", "created_at": RESULT["created_at"]}


@pytest.mark.parametrize("data", [lines(RESULT, OLD), lines({"results": [RESULT, OLD]})])
def test_results_have_an_author_a_time_and_a_parent(data):
    frame, row = read(data)
    assert (row["format"], row["tweets"], row["rejected"]) == ("search_v1", 2, 0)
    assert frame.select("author_name", "reply_to_id", "author_id", "lang").rows() == [
        ("di", None, None, None),
        ("cy", PARENT, None, "en"),
    ]
    assert frame["created_at"].dt.to_string("%Y-%m-%d %H:%M").to_list()[0] == "2011-10-05 10:00"
    assert frame["hashtags"].to_list() == [[], ["basil"]]
