"""HTML entities are decoded once, and no reference stops the reading of a text."""

import pytest

from workbench.text import entities


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("a &amp; b &lt;3", "a & b <3"),
        ("&amp;amp;", "&amp;"),
        (f"&#{'9' * 5000}; &amp;", "\ufffd &"),
        (f"&#{'9' * 5000}", "\ufffd"),
        ("&#0065;&zzz;", "A&zzz;"),
    ],
)
def test_decode(text, decoded):
    assert entities.decode(text) == decoded
