"""Fields that hold what a row lacks, but that no reader reads, are in the ledger."""

from tests.support.reading import lines, read

TWEET = {"id": "1146303338000000001", "text": "a", "public_metrics": {}}


def test_fields_that_are_not_read_are_in_the_ledger():
    fields = {"userId": "9", "inReplyToStatusId": "114630333", "replying_to": "ann", "label": 1}
    _, row = read(lines(TWEET | fields))
    assert row["tweets"] == 1
    assert row["unread_fields"] == [
        {"kind": "author: userId", "count": 1},
        {"kind": "parent: inReplyToStatusId", "count": 1},
    ]


def test_fields_that_repeat_what_is_read_are_not():
    user = {"id": 8, "screen_name": "ann", "created_at": "Wed Jul 03 06:29:00 +0000 2019"}
    status = {"id": 1146303338000000001, "text": "a", "user": user, "in_reply_to_screen_name": "b"}
    assert read(lines(status))[1]["unread_fields"] == []
