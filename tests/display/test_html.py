"""Texts and threads as safe HTML."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import fakes, kept
from workbench.display import html
from workbench.display.html import DEEPEST, thread
from workbench.text import sanitize

#: Elements that a rendered thread is made of.
ELEMENTS = {"style", "article", "header", "p", "b", "i", "dl", "dt", "dd", "div", "bdi", "span"}
ELEMENTS.add("time")


class Reader(HTMLParser):
    """Collects the elements, attributes and text of a piece of HTML."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def only(text, **more):
    return kept.turns([kept.turn(1, None, 7, text, **more)])


@given(st.text())
def test_thread_has_no_element_of_a_text(text):
    reader = read(thread(only(text, author_name=text), nearest=text, verdict=text))
    assert set(reader.tags) <= ELEMENTS
    assert {name for name, _ in reader.attributes} <= {"class", "style", "dir"}


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Mn", "Me"])))
def test_thread_shows_ordinary_text_as_it_is(text):
    shown = re.search(r'dir="auto">([^<]*)</div>', thread(only(text)), re.DOTALL)
    assert shown is not None
    assert read(shown[1]).text.replace("\n", "") == sanitize.visible(text).replace("\n", "")


@pytest.mark.parametrize("text", fakes.HOSTILE)
def test_thread_shows_hostile_text_as_text(text):
    reader = read(thread(only(text)))
    assert set(reader.tags) <= ELEMENTS
    assert sanitize.visible(text).strip() in reader.text


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


def test_thread_says_what_is_missing():
    lost = only("so true", reply_to_id=99, is_truncated=True, is_inferred=True, has_media=True)
    text = read(thread(lost)).text
    assert "A tweet is missing here: not in the data. 99" in text
    assert "the end of this text is lost" in text
    assert "placed by its conversation" in text
    assert "picture or video not shown" in text


def test_thread_of_whole_turns_says_nothing_of_the_kind():
    text = read(thread(only("Why?"))).text
    assert "not in the data" not in text
    assert "lost" not in text.replace(html.STYLE, "")


def test_thread_gives_time_in_utc_and_counts_with_separators():
    text = read(thread(only("Why?", likes=12345))).text
    assert "3 Jul 2019, 06:29 UTC" in text
    assert "12,345 likes" in text
    assert "@name7" in text


def test_thread_caps_its_indent_and_says_how_deep_it_is():
    chain = [kept.turn(1, None, 7, "0")]
    chain += [kept.turn(n + 1, n, 7 + n % 2, str(n)) for n in range(1, 40)]
    html = thread(kept.turns(chain))
    assert max(int(depth) for depth in re.findall(r"--wb-depth:(\d+)", html)) == DEEPEST
    assert "level 39" in html


def test_thread_draws_at_most_so_many_turns():
    crowd = [kept.turn(1, None, 7, "0")]
    crowd += [kept.turn(n + 1, 1, 7 + n, str(n)) for n in range(1, 1500)]
    html = thread(kept.turns(crowd), most=100)
    assert html.count('class="wb-turn"') == 100
    assert "1,400 more of 1,500 turns are not drawn." in html


def test_thread_without_turns_says_so():
    assert "no turns left" in thread(only("x").clear())


def test_thread_marks_roles_and_what_a_policy_leaves_out():
    turns = kept.turns(
        [kept.turn(1, None, 7, "a"), kept.turn(2, 1, 8, "b"), kept.turn(3, 1, 9, "c")]
    )
    html = thread(turns, roles={1: "prompter", 2: "assistant"})
    badges = re.findall(r'wb-badge wb-\w+">([^<]+)<', html)
    assert badges == ["prompter", "assistant", "left out"]
