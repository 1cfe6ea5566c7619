"""Messages of the stream, and statuses as other tools write them."""

import json

import pytest

from tests.support.reading import lines, read
from tests.support.statuses import NEW, USER, status


def test_messages_of_the_stream_are_counted_by_kind():
    kinds = ["scrub_geo", "limit", "status_withheld", "user_withheld", "disconnect", "warning"]
    gone = {"delete": {"status": {"id": 5, "id_str": "5", "user_id": 6}, "timestamp_ms": "1"}}
    old = {"delete": {"status": {"id": 6, "user_id": 6}}}
    _, row = read(lines(gone, old, *({kind: {}} for kind in kinds), status()) + b"\r\n\r\n")
    assert row["deleted"] == [5, 6]
    assert row["notice_kinds"] == [{"kind": kind, "count": 1} for kind in sorted(kinds)]
    assert (row["deletions"], row["blank"], row["tweets"], row["lines"]) == (2, 2, 1, 11)


def test_delete_notice_with_its_keys_in_another_order_is_one():
    _, row = read(lines({"timestamp_ms": "1", "delete": {"status": {"id": 5}}}))
    assert row["deleted"] == [5]


@pytest.mark.parametrize("form", ["strings", "id_str alone", "id null"])
def test_ids_as_strings_are_read_as_numbers(form):
    def passed_on(value: object) -> object:
        if not isinstance(value, dict):
            return value
        passedd_frame = {}
        for key, each in value.items():
            if not key.endswith("id"):
                passedd_frame[key] = passed_on(each)
            elif form == "strings":
                passedd_frame[key] = str(each)
            else:
                passedd_frame |= {
                    f"{key}_str": str(each),
                    **({key: None} if form == "id null" else {}),
                }
        return passedd_frame

    user = {"id": 7, "screen_name": "ann"}
    inner = {"id": NEW - 9, "text": "quoted", "user": user}
    replies = {"in_reply_to_status_id": NEW - 5, "in_reply_to_user_id": 8}
    made = [
        {"id": NEW, "text": "a", "user": user, **replies},
        {"id": NEW + 1, "text": "b", "user": user, "quoted_status_id": NEW - 9},
        {"id": NEW + 2, "text": "b", "user": user, "quoted_status": inner},
        {"id": NEW + 3, "text": "RT", "user": user, "retweeted_status": inner},
        {"delete": {"status": {"id": NEW + 7, "user_id": 3}}},
    ]
    frame, row = read(lines(*made))
    passed_frame, passed_row = read(lines(*map(passed_on, made)))
    assert passed_frame.equals(frame)
    assert (passed_row["deleted"], row["deleted"]) == ([NEW + 7], [NEW + 7])
    assert (passed_row["rejected"], passed_row["format"]) == (0, "twitterstream")


def test_notice_without_an_id_is_rejected_and_floats_are_refused():
    odd = [{"delete": {"status": {"user_id": 3}}}, {**status(), "id": float(NEW)}]
    _, row = read(lines(status(), *odd))
    assert [each["line"] for each in row["rejects"]] == [2, 3]
    assert row["rejects"][0]["reason"] == "deletion: no id"


def test_search_objects_and_arrays_are_read_alike():
    both = [status(1), status(2)]
    for data in (lines({"statuses": both}), json.dumps(both, indent=1).encode(), lines(*both)):
        frame, row = read(data)
        assert frame["tweet_id"].to_list() == [1, 2]
        assert (row["lines"], row["format"]) == (2, "twitterstream")


def test_one_odd_status_of_a_search_does_not_cost_the_others():
    odd = [{"id": "x", "text": "a"}, 5, None, {"id": 3}, {"id": 4, "text": 4}]
    frame, row = read(lines({"statuses": [status(1), *odd, status(2)]}))
    assert frame["tweet_id"].to_list() == [1, 2]
    assert (row["tweets"], row["rejected"]) == (2, 5)


def test_rejects_tell_where_and_why():
    odd = {"id": 3, "user": USER, "text": None}
    _, row = read(lines(status(), odd) + b"{cut off")
    assert [(each["line"], each["reason"]) for each in row["rejects"]] == [
        (2, "no tweet: no text"),
        (3, "not JSON"),
    ]
    assert row["rejects"][1]["excerpt"] == "{cut off"


def test_a_line_at_fault_leaves_the_others_of_its_piece_as_they_are():
    deletion = {"delete": {"status": {"id": 7, "id_str": "7", "user_id": 8}}}
    impossible = {"delete": {"status": {"id": -1, "id_str": "-1", "user_id": 8}}}
    statuses = [status(NEW + number) for number in range(4)]
    odd = status(NEW + 4) | {"retweet_count": "many"}
    clean = [deletion, *statuses]
    frame, row = read(lines(*clean, odd, impossible) + b'\n{"id": 1,\n' + lines(*clean[:1]))
    assert sorted({*frame["tweet_id"]}) == [NEW + number for number in range(5)]
    assert (row["tweets"], row["deletions"], row["rejected"], row["blank"]) == (5, 2, 2, 1)
    assert row["odd_fields"] == [{"kind": "retweet_count", "count": 1}]
    assert {reject["line"] for reject in row["rejects"]} == {7, 9}
