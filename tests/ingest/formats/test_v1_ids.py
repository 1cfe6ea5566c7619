"""Ids of API v1.1 statuses, which are numbers and strings."""

import pytest

from tests.support.reading import lines, read
from tests.support.statuses import NEW, status
from workbench.ingest.exact_ids import IdReader
from workbench.ingest.formats import v1_ids
from workbench.ingest.formats.v1_fields import Status, User


@pytest.mark.parametrize("exact", [1, 2**53 - 1, 2**53 + 1, NEW + 1, 2**63 - 1])
def test_ids_stay_exact(exact):
    frame, _ = read(lines(status(exact, in_reply_to_status_id=exact, quoted_status_id=exact)))
    assert frame.select("tweet_id", "reply_to_id", "quoted_id").row(0) == (exact, exact, exact)


@pytest.mark.parametrize("odd", [0, -1, 2**63, 10**30])
def test_impossible_ids_are_rejected(odd):
    frame, row = read(lines(status(odd)))
    assert frame.is_empty()
    assert row["reject_reasons"] == [
        {"kind": "invalid_id", "reason": "tweet id out of range", "count": 1}
    ]


def test_strings_replace_the_numbers_that_differ_from_them():
    rounded = Status(
        id=1308628999915187700,
        id_str="1308628999915187733",
        in_reply_to_status_id=1308628281915187200,
        in_reply_to_status_id_str="1308628281915187201",
        user=User(id=9, id_str="9"),
    )
    v1_ids.exact(rounded, IdReader())
    assert (rounded.id, rounded.in_reply_to_status_id) == (1308628999915187733, 1308628281915187201)


@pytest.mark.parametrize("none", [(None, None), (0, None), (None, ""), (-1, "-1")])
def test_no_parent_in_any_spelling_is_no_parent(none):
    number, string = none
    reply = Status(
        id=NEW, id_str=str(NEW), in_reply_to_status_id=number, in_reply_to_status_id_str=string
    )
    ids = IdReader()
    v1_ids.exact(reply, ids)
    assert reply.in_reply_to_status_id in (None, 0, -1)  # `RawRows` drops what is no id
    assert not ids.odd
    assert not ids.unknown
