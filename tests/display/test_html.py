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
    names = {"class", "data-level", "data-tweet", "style", "dir"}
    assert {name for name, _ in reader.attributes} <= names


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


def test_thread_marks_missing_tweets_and_texts():
    lost = only("so true", reply_to_id=99, is_truncated=True, is_inferred=True, has_media=True)
    text = read(thread(lost)).text
    assert "A tweet is missing here: not in the data. 99" in text
    assert "the end of this text is missing" in text
    assert "placed by its conversation" in text
    assert "picture or video not shown" in text


def test_thread_marks_turns_without_a_known_place():
    stray = kept.turn(2, 1, 7, "I mean it.", is_inferred=True, is_placed=False)
    turns = kept.turns([kept.turn(1, None, 7, "Why?"), stray, kept.turn(3, 1, 8, "Because.")])
    for roles in (None, {1: "prompter", 3: "assistant"}):
        reader = read(thread(turns, roles=roles))
        assert reader.text.count("not placed") == 1
        assert reader.text.count(html.NOT_PLACED) == 1
        assert ("title", html.NOT_PLACED) in reader.attributes
        assert "placed by its conversation" not in reader.text
        assert "left out" not in reader.text


def test_thread_without_gaps_has_no_notes():
    text = read(thread(only("Why?"))).text
    assert "not in the data" not in text
    assert "lost" not in text.replace(html.STYLE, "")


def test_thread_formats_times_and_counts():
    text = read(thread(only("Why?", likes=12345))).text
    assert "3 Jul 2019, 06:29 UTC" in text
    assert "12,345 likes" in text
    assert "@name7" in text


def test_thread_limits_the_indent_and_shows_the_level():
    chain = [kept.turn(1, None, 7, "0")]
    chain += [kept.turn(n + 1, n, 7 + n % 2, str(n)) for n in range(1, 40)]
    html = thread(kept.turns(chain))
    assert max(int(depth) for depth in re.findall(r"--wb-depth:(\d+)", html)) == DEEPEST
    assert "level 39" in html


def test_thread_draws_a_limited_number_of_turns():
    crowd = [kept.turn(1, None, 7, "0")]
    crowd += [kept.turn(n + 1, 1, 7 + n, str(n)) for n in range(1, 1500)]
    html = thread(kept.turns(crowd), most=100)
    assert html.count('class="wb-turn"') == 100
    assert "1,400 more of 1,500 turns are not shown." in html


def test_thread_without_turns_says_so():
    assert "no turns left" in thread(only("x").clear())


def test_thread_marks_roles_and_turns_that_a_policy_leaves_out():
    turns = kept.turns(
        [kept.turn(1, None, 7, "a"), kept.turn(2, 1, 8, "b"), kept.turn(3, 1, 9, "c")]
    )
    html = thread(turns, roles={1: "prompter", 2: "assistant"})
    badges = re.findall(r'wb-badge wb-\w+">([^<]+)<', html)
    assert badges == ["prompter", "assistant", "left out"]
