"""Every record has one outcome; rejects are counted and sampled."""

import pytest

from tests.support.reading import lines, read
from workbench.ingest import formats
from workbench.ingest.collector import REJECTS_KEPT
from workbench.ingest.formats import v1_status
from workbench.recipe import IngestSettings

NEW = 1146307485200000000
USER = {"id": 7, "id_str": "7", "screen_name": "ann"}
STATUS = {
    "created_at": "Wed Jul 03 06:29:00 +0000 2019",
    "id": NEW,
    "id_str": str(NEW),
    "text": "why is the sky blue? &amp; so",
    "truncated": False,
    "user": USER,
    "lang": "en",
    "in_reply_to_status_id": NEW - 5,
    "in_reply_to_user_id": 8,
    "favorite_count": 0,
    "entities": {"hashtags": [{"text": "sky", "indices": [0, 4]}], "media": []},
    "extended_tweet": {"full_text": "why is the sky blue? " * 9, "entities": {"hashtags": []}},
    "quoted_status": {"id": NEW - 9, "text": "quoted", "user": USER, "favorite_count": 3},
}


def test_rejects_are_kept_up_to_a_number_and_counted_all():
    _, row = read(lines(STATUS) + b"{odd\n" * (REJECTS_KEPT + 50))
    assert (len(row["rejects"]), row["rejected"]) == (REJECTS_KEPT, REJECTS_KEPT + 50)


@pytest.mark.parametrize("place", ["fields", "columns"])
def test_a_reader_that_raises_anything_costs_only_its_record(place, monkeypatch):
    def failing(status, *rest):
        if getattr(status, "id", None) == NEW + 1 or status == "fail":
            raise ZeroDivisionError
        return original(status, *rest)

    name = "_text" if place == "fields" else "moment"
    original = getattr(v1_status, name)
    monkeypatch.setattr(v1_status, name, failing)
    old = {**STATUS, "id": 1001, "id_str": "1001", "created_at": "fail", "quoted_status": None}
    other = old if place == "columns" else {**STATUS, "id": NEW + 1, "id_str": str(NEW + 1)}
    last = {**STATUS, "id": NEW + 2, "id_str": str(NEW + 2)}
    frame, row = read(lines(STATUS, other, last))
    assert {NEW, NEW + 2} <= set(frame["tweet_id"])
    assert (row["tweets"], row["rejected"], row["lines"]) == (2, 1, 3)
    assert row["reject_reasons"] == [
        {"kind": "reader_failed", "reason": "the reader failed: ZeroDivisionError", "count": 1}
    ]


@pytest.mark.parametrize("name", [*formats.FORMATS])
def test_an_exception_of_a_single_reader_is_a_reject(name, monkeypatch):
    def failing(record, collector):
        raise AttributeError(name)

    monkeypatch.setattr(formats.FORMATS[name], "read", failing)
    monkeypatch.setattr(formats.FORMATS[name], "read_lines", lambda *_: False, raising=False)
    _, row = read(b"{}\n" * 3, settings=IngestSettings(format=name))
    assert (row["lines"], row["rejected"]) == (3, 3)
