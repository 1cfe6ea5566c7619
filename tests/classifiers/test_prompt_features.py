"""Surface features: one text each way, and no text that breaks them."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.classifiers import prompt_features, reply_features

NAMES = list(prompt_features.surface())

SEEN = {
    "ends_with_question": ("is it safe?? 🙏 #help #diy", "is it safe? yes it is"),
    "opens_with_question_word": ("@a ok so what do I do", "the what and why of it"),
    "opens_with_why": ("Why though", "that is why"),
    "opens_with_verb": ("should I repot it", "you should repot it"),
    "asks_anyone": ("does anyone know a good dentist", "that is for anyone"),
    "shares_a_mood": ("anyone else tired", "anyone here tired"),
    "asks_advice": ("need recs for a long flight", "i don't need any recs"),
    "asks_help": ("please help, my tap drips", "thanks for the lift"),
    "wonders": ("i wonder how glue sets", "it is a wonderful glue"),
    "asks_about_account": ("where is my new order", "that is a tall order"),
    "asks_about_now": ("is the pool open tonight", "is the pool heated"),
    "numbered_in_chat": ("Q2: how do you plan", "how do you plan 2 days"),
    "asks_about_us": ("why do we queue?", "why do they queue?"),
    "has_media": ("which one? pic.twitter.com/x", "which one?"),
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
    "asks_about_it": ("@a so is that why he left?", "is it ok to leave early?"),
    "speaks_for_company": ("We'd like to help. Can you confirm the date? ^AB", "we like dates"),
    "answers_itself": ("Is there more soup? No.", "Is there no more soup?"),
    "asks_company": ("@KettleHelp how do I descale it?", "@ann how do I descale it?"),
    "promotes": ("giveaway! retweet to enter", "he gave it away"),
}


#: Requests without a question mark.
REQUESTS = [
    "any recommendations for a dentist",
    "any good podcasts recs",
    "looking for a good book on tides",
    "still looking for some ideas for a packed lunch",
    "Need advice on moths",
    "suggestions for a small oven please",
    "where can i buy stamps",
    "can someone explain tides",
    "who knows how to fix a tap",
]
#: Statements that begin or read like one.
STATEMENTS = [
    "People who use their phones in the cinema",
    "When a shop goes public, I want a share",
    "When I was young it snowed",
    "What a day",
    "What I want is soup",
    "How people treat waiters says it all",
    "Can't wait for soup",
    "Do not touch the soup",
    "Was so tired",
    "Someone has eaten my soup",
    "I got there without any help",
    "She is looking for a good excuse",
]


def seen(*texts):
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    return prompt_features.measured(frame, "text")


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
    own, others = (reply_features.measured(each, "p", "r") for each in (frame, other))
    assert own.equals(others)


def test_mt_at_the_start_is_a_copy_only_of_somebody():
    copies = seen("MT @a: what now?", "Mt Everest, at 8,849 metres", "RT what now?")["is_copy"]
    assert copies.to_list() == [1.0, 0.0, 1.0]


def test_surface_takes_linear_time_on_hostile_text():
    hostile = "how " * 200_000 + "?" + "#" * 200_000
    assert seen(hostile)["question_marks"][0] == 1


def test_every_sign_names_a_feature():
    assert set(prompt_features.SIGNS) <= set(NAMES)
    assert set(reply_features.SIGNS) <= set(reply_features.surface())


def test_a_request_needs_no_question_mark():
    assert seen(*REQUESTS)["asks_nothing"].to_list() == [0.0] * len(REQUESTS)


def test_a_statement_that_begins_like_a_question_asks_nothing():
    found = seen(*STATEMENTS)
    assert found["asks_nothing"].to_list() == [1.0] * len(STATEMENTS)
    assert found["asks_anyone"].sum() == found["opens_with_question_word"].sum() == 0


def test_letter_case_makes_no_difference():
    texts = [text for pair in SEEN.values() for text in pair] + REQUESTS + STATEMENTS
    lower = seen(*(text.lower() for text in texts))
    assert lower.equals(seen(*(text.upper() for text in texts)))
    assert lower.equals(seen(*texts))


@pytest.mark.parametrize("text", ["Is it worth repotting?", "Does it matter how?", "is there a"])
def test_a_question_about_it_is_whole_if_it_says_what_it_means(text):
    assert seen(text)["asks_about_it"].item() == 0.0


def test_a_question_to_a_company_is_to_no_single_person():
    row = seen("@KettleHelp can you tell me how to descale a kettle?")
    assert row["opens_with_mention"].item() == row["asks_one_person"].item() == 0.0


def test_a_picture_counts_if_the_source_names_it():
    frame = pl.DataFrame({"text": ["what is this?"] * 3, "has_media": [True, False, None]})
    found = prompt_features.measured(frame, "text", has_media="has_media")
    assert found["has_media"].to_list() == [1.0, 0.0, 0.0]
    assert found["media_and_points"].to_list() == [1.0, 0.0, 0.0]
