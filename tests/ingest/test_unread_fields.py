"""Fields that hold what a row lacks, but that no reader reads, are in the ledger."""

import json

import pytest

from tests.support.reading import lines, read
from workbench.ingest import unread_fields
from workbench.ingest.formats import api_v2
from workbench.ingest.records.lines import Lines

FIRST = 1146303338000000001
TWEET = {"id": str(FIRST), "text": "a", "public_metrics": {}}
STATUS = {"id": FIRST, "id_str": str(FIRST), "text": "a", "user": {"id": 8, "screen_name": "ann"}}


def unread(data: bytes) -> dict[str, int]:
    """Return the counts of the ledger by field."""
    return {field["kind"]: field["count"] for field in read(data)[1]["unread_fields"]}


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
    status = {"id": FIRST, "text": "a", "user": user, "in_reply_to_screen_name": "b"}
    assert unread(lines(status)) == {}


@pytest.mark.parametrize("form", ["lines", "array"])
@pytest.mark.parametrize("template", [TWEET, STATUS], ids=["one by one", "many at a time"])
def test_rows_that_lack_something_are_counted_exactly(template, form):
    records = [
        template | ({"parent_tweet": str(FIRST)} if number % 3 else {"label": 1})
        for number in range(3_000)
    ]
    data = lines(*records) if form == "lines" else json.dumps(records).encode()
    assert unread(data) == {"parent: parent_tweet": 2_000}


def test_count_says_at_least_if_records_were_passed_over_before(monkeypatch):
    monkeypatch.setattr(unread_fields, "FIRST", 2)
    monkeypatch.setattr(unread_fields, "ONE_IN", 10)
    records = [TWEET] * 15 + [TWEET | {"userId": "9"}] * 15
    pieces = [[(number, json.dumps(each).encode())] for number, each in enumerate(records, 1)]
    watch = unread_fields.Watch(api_v2.read)
    for piece in pieces:
        watch.look(piece)
    assert watch.counts() == {"author: userId (at least)": 10}
    # In a piece of many lines, those before the first one that is looked at count, too.
    watch = unread_fields.Watch(api_v2.read)
    watch.look(Lines(1, lines(*records)))
    assert watch.counts() == {"author: userId": 15}


def test_second_field_is_counted_in_all_of_its_records_or_at_least(monkeypatch):
    monkeypatch.setattr(unread_fields, "FIRST", 1)
    monkeypatch.setattr(unread_fields, "ONE_IN", 1_000)
    author, parent = {"userId": "9"}, {"parent_tweet": str(FIRST)}
    records = [TWEET | author, TWEET | parent, TWEET | author | parent]
    watch = unread_fields.Watch(api_v2.read)
    watch.look(Lines(1, lines(*records)))
    assert watch.counts() == {"author: userId": 2, "parent: parent_tweet": 2}
    watch = unread_fields.Watch(api_v2.read)
    for record in records:
        watch.look(Lines(1, lines(record)))
    assert watch.counts() == {"author: userId": 2, "parent: parent_tweet (at least)": 1}


@pytest.mark.parametrize(
    ("name", "value", "is_parent"),
    [
        ("reply_to", "1146303338000000000", True),
        ("reply_to", "L1044", True),
        ("reply_to", "https://x.com/ann/status/1146303338000000000", True),
        ("reply_to", "[{'screen_name': 'ann', 'id': '1146303'}]", False),
        ("reply_to", [{"screen_name": "ann", "id": "1146303"}], False),
        ("reply_to", "in 2019 or 2020", False),
        ("reply_to_user", "1146303", False),
    ],
)
def test_only_what_may_be_an_id_is_a_parent(name, value, is_parent):
    assert ("parent: reply_to" in unread(lines(TWEET | {name: value}))) == is_parent


def test_replied_to_users_of_twint_are_no_parents():
    row = {"id": FIRST, "conversation_id": 7, "tweet": "a", "username": "b"}
    users = "[{'screen_name': 'ann', 'id': '1146303'}]"
    table = f'{",".join(row)},reply_to\n{",".join(map(str, row.values()))},"{users}"\n'
    assert unread(table.encode()) == unread(lines(row | {"reply_to": users})) == {}
