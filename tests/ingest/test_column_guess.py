"""Column maps that are suggested for unknown tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ingest.column_guess import guess
from workbench.recipe import ColumnMap

NEW = "1669700100971536389"


@pytest.mark.parametrize(
    ("record", "suggested"),
    [
        (
            {"Datetime": "2023-06-16", "Tweet Id": NEW, "Text": "hi", "Username": "ann"},
            {
                **{"tweet_id": "Tweet Id", "text": "Text", "author_name": "Username"},
                "created_at": "Datetime",
            },
        ),
        (
            {"id": 7, "user": {"screen_name": "ann", "id_str": "8"}, "full_text": "hi"},
            {
                **{"tweet_id": "id", "text": "full_text", "author_name": "user.screen_name"},
                "author_id": "user.id_str",
            },
        ),
        (
            {"status": {"id": 7, "text": "hi"}, "in_reply_to": NEW},
            {"tweet_id": "status.id", "text": "status.text", "reply_to_id": "in_reply_to"},
        ),
        (
            {"link": f"https://x.com/ann/status/{NEW}", "tweet": "hi", "n_likes": 3, "likes": "2"},
            {"tweet_id": "link", "text": "tweet", "likes": "likes"},
        ),
        ({"url": "https://example.org", "text": "hi"}, {"text": "text"}),
        ({"user_name": "Ann A.", "user_screen_name": "ann"}, {"author_name": "user_screen_name"}),
        ({"user_name": "Ann A.", "user_username": "ann"}, {"author_name": "user_username"}),
        (
            {"status_id": f"x{NEW}", "user_id": "x8", "replied_to": NEW},
            {"tweet_id": "status_id", "author_id": "user_id", "reply_to_id": "replied_to"},
        ),
        ({"a": 1, "b": "x"}, {}),
    ],
)
def test_columns_are_guessed_by_name_and_value(record, suggested):
    assert guess([record]) == suggested


def test_empty_columns_are_guessed_by_name_alone():
    records = [{"id": 7, "text": "a", "in_reply_to_status_id": None, "lang": ""}]
    assert guess(records)["reply_to_id"] == "in_reply_to_status_id"


def test_one_value_that_does_not_fit_rules_a_column_out():
    records = [{"id": NEW, "reply_to": NEW}, {"id": NEW, "reply_to": "ann"}]
    assert "reply_to_id" not in guess(records)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "text", "user", "date", "lang", "likes", "parent", "media"]),
            st.none() | st.text() | st.integers() | st.dictionaries(st.text(), st.text()),
        ),
        max_size=4,
    )
)
def test_guess_is_always_a_map_or_part_of_one(records):
    suggested = guess(records)
    assert len(set(suggested.values())) == len(suggested)
    if {"tweet_id", "text"} <= suggested.keys():
        ColumnMap(**suggested)
