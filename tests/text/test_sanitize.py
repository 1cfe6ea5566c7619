"""Texts without hidden characters, addresses and markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text import sanitize


@given(st.text())
def test_visible_leaves_no_hidden_character(text):
    rest = re.sub("\U0001f3f4[\U000e0061-\U000e007f]+", "", sanitize.visible(text))
    assert not sanitize.HIDDEN.search(rest)
    assert sanitize.visible(sanitize.visible(text)) == sanitize.visible(text)


@pytest.mark.parametrize(
    "text",
    [
        "a plain line\nand\tanother",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "cafe\u0301",
    ],
    ids=["lines", "emoji", "Persian", "flag", "accent"],
)
def test_visible_keeps_what_writing_needs(text):
    assert sanitize.visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u202etxt", "⟨U+202E⟩txt"),
        ("a\u200db", "a⟨U+200D⟩b"),
        ("a\U000e0061", "a⟨U+E0061⟩"),
        ("a" + "\u0301" * 40, "a" + "\u0301" * 4),
        ("a\r\nb\u2028c\x00", "a\nb\nc⟨U+0000⟩"),
    ],
    ids=["direction", "joiner", "tag", "pile", "lines"],
)
def test_visible_shows_what_hides(text, shown):
    assert sanitize.visible(text) == shown


@given(st.text(), st.integers(1, 50))
def test_plain_is_one_short_line_without_addresses(text, most):
    line = sanitize.plain(text + " https://evil.example/a.png data:image/png;base64,xx", most=most)
    assert len(line) <= most
    assert "\n" not in line
    assert "://" not in line
    assert "data:" not in line


def test_plain_of_nothing_is_empty():
    assert sanitize.plain(None) == ""
