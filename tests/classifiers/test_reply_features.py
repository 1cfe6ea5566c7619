"""Surface features of replies: what each of them reacts to."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.classifiers import reply_features

PROMPT = "how do I boil an egg?"

#: Feature -> (reply that has more of it, reply that has less).
PAIRS = {
    "advises": ("try a steamer", "a steamer"),
    "reasons": ("because of heat", "the heat"),
    "decides": ("No, cold water is fine", "Nothing like cold water"),
    "thanks": ("good luck with it", "eight minutes"),
    "agrees": ("me too, every day", "eight minutes"),
    "knows_not": ("not sure, sorry", "eight minutes"),
    "question": ("with salt?", "with salt"),
    "shared_words": ("boil it long", "eight minutes"),
    "says_nothing": ("@a https://t.co/x", "eight minutes"),
    "points_only": ("@a this", "this works"),
    "question_by_question": ("how do you?", "eight minutes."),
    "links": ("see https://t.co/x", "see x"),
}


def seen(*replies):
    frame = pl.DataFrame({"p": [PROMPT] * len(replies), "r": list(replies)})
    return frame.with_columns(pl.col("r").cast(pl.String)).select(
        **reply_features.surface("p", "r")
    )


@pytest.mark.parametrize("name", PAIRS)
def test_surface_separates_similar_replies(name):
    more, less = seen(*PAIRS[name])[name]
    assert more > less


@given(st.lists(st.text(max_size=80), min_size=1, max_size=6))
def test_surface_is_finite_for_any_reply(replies):
    assert all(seen(*replies).select(pl.all().is_finite().all()).row(0))


def test_surface_treats_an_unknown_reply_as_empty():
    assert seen(None).row(0) == seen("").row(0)
