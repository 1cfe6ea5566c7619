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
    "tells_experience": ("I use a steamer", "I eat a lot"),
    "first_person": ("I eat a lot", "I use a steamer"),
    "moves_away": ("please DM us your number", "dip it in water"),
    "fits_the_question": ("you put it in water", "nice egg"),
    "question_by_question": ("how do you?", "eight minutes."),
    "links": ("see https://t.co/x", "see x"),
    "evaluates": ("the steamer works really well", "the steamer is on the shelf"),
    "reacts": ("aww love this", "eight minutes, love"),
    "argues": ("you're just lazy", "you need eight minutes"),
    "only_links": ("a page https://t.co/x", "boil it for eight minutes in a pan https://t.co/x"),
    "refers_to_link": ("this should help https://t.co/x", "eight minutes https://t.co/x"),
    "is_cut": ("It is mostly the heat of the wat\u2026 https://t.co/x", "the heat of the water"),
}


def seen(*replies):
    frame = pl.DataFrame({"p": [PROMPT] * len(replies), "r": list(replies)})
    return reply_features.measured(frame.with_columns(pl.col("r").cast(pl.String)), "p", "r")


@pytest.mark.parametrize("name", PAIRS)
def test_surface_separates_similar_replies(name):
    more, less = seen(*PAIRS[name])[name]
    assert more > less


@pytest.mark.parametrize("reply", ["a steamer", "The blue one?"])
def test_a_few_words_name_what_was_asked_for(reply):
    frame = pl.DataFrame({"p": ["which pan is the best?"], "r": [reply]})
    assert reply_features.measured(frame, "p", "r")["names_it"].item() == 1.0
    assert seen(reply)["names_it"].item() == 0.0  # asked how, not which


def test_a_guess_is_no_question():
    frame = pl.DataFrame({"p": ["name a couple in films?"] * 2, "r": ["Bonnie & Clyde?", "Why?"]})
    asked = reply_features.measured(frame, "p", "r")
    assert asked["question"].to_list() == asked["ends_with_question"].to_list() == [0.0, 1.0]


def test_a_long_answer_with_a_link_says_something_itself():
    answer = "You need eight minutes from the boil, then cold water, or the yolk goes grey. " * 2
    assert seen(f"{answer} More here: https://t.co/x")["refers_to_link"].item() == 0.0


@pytest.mark.parametrize(
    ("reply", "feature"),
    [
        ("I'm loving the steamer at the moment", "tells_experience"),
        ("I'd go with the steamer", "tells_experience"),
        ("Looks like so, I had no trouble", "decides"),
        ("If you could DM your order number we can take a look", "moves_away"),
        ("No experience here, sorry", "knows_not"),
    ],
)
def test_ways_to_say_it(reply, feature):
    assert seen(reply)[feature].item() == 1.0


@given(st.lists(st.text(max_size=80), min_size=1, max_size=6))
def test_surface_is_finite_for_any_reply(replies):
    assert all(seen(*replies).select(pl.all().is_finite().all()).row(0))


def test_surface_treats_an_unknown_reply_as_empty():
    assert seen(None).row(0) == seen("").row(0)


@pytest.mark.parametrize(
    ("agreement", "answer"),
    [
        ("This!", "This is because the yolk sets first"),
        ("same here", "Same way as a potato"),
        ("Exactly.", "Exactly eight minutes"),
        ("Literally me", "Literally any pan will do"),
        ("following", "following the recipe, eight minutes"),
    ],
)
def test_agreement_says_nothing_else(agreement, answer):
    assert seen(agreement, answer)["agrees"].to_list() == [1.0, 0.0]


def test_an_answer_may_end_with_good_wishes_and_a_request_to_report():
    assert seen("Eight minutes. Let me know if it works!")["knows_not"].item() == 0
    assert seen("let me know when you find out")["knows_not"].item() == 1


def test_letter_case_makes_no_difference():
    replies = [reply for pair in PAIRS.values() for reply in pair] + ["Use Google", "I Use Salt"]
    lower = seen(*(reply.lower() for reply in replies))
    assert lower.equals(seen(*(reply.upper() for reply in replies)))
    assert lower.equals(seen(*replies))


@pytest.mark.parametrize(
    ("follow_up", "feature"),
    [
        ("@a thanks, that worked", "opener_thanks"),
        ("you're right!", "opener_thanks"),
        ("already tried that", "opener_rejects"),
        ("thanks for nothing", "opener_rejects"),
        ("which pan?", "opener_asks"),
        (None, None),
    ],
)
def test_the_words_of_the_asker_count(follow_up, feature):
    names = ["opener_thanks", "opener_rejects", "opener_asks"]
    frame = pl.DataFrame({"p": [PROMPT], "r": ["eight minutes"], "f": [follow_up]})
    frame = frame.with_columns(pl.col("f").cast(pl.String))
    found = reply_features.measured(frame, "p", "r", follow_up="f").select(names)
    assert found.row(0) == tuple(float(name == feature) for name in names)
