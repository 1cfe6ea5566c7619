"""Surface features: one text each way, and no text that breaks them."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.classifiers import prompt_features, reply_features

NAMES = list(prompt_features.surface("text"))

SEEN = {
    "ends_with_question": ("is it safe?? 🙏 #help #diy", "is it safe? yes it is"),
    "opens_with_question_word": ("@a ok so what do I do", "the what and why of it"),
    "opens_with_why": ("Why though", "that is why"),
    "opens_with_verb": ("should I repot it", "you should repot it"),
    "asks_anyone": ("does anyone know a good dentist", "that is for anyone"),
    "shares_a_mood": ("anyone else tired", "anyone here tired"),
    "asks_advice": ("need recs for a long flight", "i flew home"),
    "asks_how": ("how long do eggs keep?", "that is how long it took."),
    "asks_what": ("what's the capital of Peru?", "that's the one"),
    "whole_question": ("so where can I buy stamps?", "where? there"),
    "opens_with_task": ("Explain tides like I'm five", "they explain tides"),
    "tells_how": ("he knows how to cook", "how do you cook it?"),
    "asks_nothing": ("sat on the bus again", "can you tell me"),
    "is_copy": ("RT @a: what now?", "what now @a?"),
    "opens_with_mention": (".@a you there", "you there @a"),
    "asks_one_person": ("@a do you ski?", "@a do they ski?"),
    "asks_and_links": ("ready? https://t.co/x", "ready? not yet"),
    "quotes": ('"so you knit?" me: no', "I'd knit"),
    "asks_you": ("what's your favourite soup?", "what's that soup?"),
    "tag_question": ("lovely, isn't it?", "where is it?"),
    "quoted_question": ('"who goes there?" he said', "who goes there?"),
    "rhetorical": ("why does nobody here queue", "why does bread rise"),
    "promotes": ("giveaway! retweet to enter", "he gave it away"),
}


def seen(*texts):
    return pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(
        **prompt_features.surface("text")
    )


@pytest.mark.parametrize("name", SEEN)
def test_surface_separates_similar_texts(name):
    found = seen(*SEEN[name])[name]
    assert found[0] > found[1], SEEN[name]


@given(st.lists(st.text(max_size=80), max_size=6))
def test_surface_is_a_finite_number_of_any_text(texts):
    found = seen(*texts)
    assert found.columns == NAMES
    assert set(found.dtypes) <= {pl.Float64}
    assert found.select(pl.all().is_finite().all()).row(0) == (True,) * len(NAMES)


def test_surface_takes_an_unknown_text_as_empty():
    assert seen(None).row(0) == seen("").row(0)


@pytest.mark.parametrize("curly", ["\u2019", "\u2018"])
def test_surface_is_the_same_whatever_the_apostrophe(curly):
    plain = ["what's the capital of Peru?", "lovely, isn't it?", "'quoted' y'all", "I've mine"]
    assert seen(*plain).equals(seen(*(text.replace("'", curly) for text in plain)))
    frame = pl.DataFrame({"p": plain, "r": ["you'll see", "don't", "it's 8", "that's why"]})
    other = frame.select(pl.all().str.replace_all("'", curly))
    own, others = (each.select(**reply_features.surface("p", "r")) for each in (frame, other))
    assert own.equals(others)


def test_mt_at_the_start_is_a_copy_only_of_somebody():
    copies = seen("MT @a: what now?", "Mt Everest, at 8,849 metres", "RT what now?")["is_copy"]
    assert copies.to_list() == [1.0, 0.0, 1.0]


def test_surface_takes_linear_time_on_hostile_text():
    hostile = "how " * 200_000 + "?" + "#" * 200_000
    assert seen(hostile)["question_marks"][0] == 1


def test_every_sign_names_a_feature():
    assert set(prompt_features.SIGNS) <= set(NAMES)
    assert set(reply_features.SIGNS) <= set(reply_features.surface("a", "b"))
