"""Errors of API v2 pages."""

from tests.support.reading import lines, read


def test_page_with_nothing_but_errors_is_notices():
    gone = {"title": "Not Found Error", "resource_type": "tweet", "resource_id": "5", "detail": ""}
    odd = {"title": "x" * 1000, "resource_type": "y" * 1000}
    _, row = read(lines({"errors": [gone, odd]}))
    assert row["notice_kinds"] == [
        {"kind": "missing-other:other", "count": 1},
        {"kind": "missing-tweet:not-found", "count": 1},
    ]
