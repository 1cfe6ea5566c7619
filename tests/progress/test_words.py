"""The words for progress; most of them are doctests."""

import pytest

from workbench.progress import ProgressRecord, text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"total": 100, "done": 100}, "embed · 100 of 100 texts (100%)"),
        ({"total": 0, "done": 0}, "embed"),
        ({"total": 0, "done": 1200}, "embed · 1,200 texts so far"),
        ({"total": 100, "done": 0}, "embed · 0% · time left not known yet"),
        ({"number": 1, "stages": 1, "total": 0, "done": 0}, "embed"),
        ({"total": 4000, "done": 1200, "rate": 95.4, "left": 29.0}, None),
    ],
)
def test_text(fields, words):
    record = ProgressRecord(**{"stage": "embed", "began_at": 0.0, "reported_at": 5.0} | fields)
    expected = words or "embed · 1,200 of 4,000 texts (30%) · 95 texts/s · about 30 s left"
    assert text(record, 5.0) == expected
