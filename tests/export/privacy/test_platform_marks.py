"""What a tidy export removes because it only makes sense on the platform, and what it keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.kept import turn, turns
from workbench.export.privacy import anonymize
from workbench.recipe import ExportSettings


def clean(opener, reply="Yes it does.", **options):
    table = turns([turn(1, None, 7, opener), turn(2, 1, 9, reply)])
    return anonymize.clean(table, settings=ExportSettings(**options))


def opener(text, **options):
    return clean(text, **options).turns["text"][0]


def reply(text, **options):
    return clean("why?", text, **options).turns["text"][1]


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("@shop how do I return a lamp?", "how do I return a lamp?"),
        (".@shop, @zoe is it possible to return one?", "is it possible to return one?"),
        ("@zoe is right about lamps", "@user3 is right about lamps"),
        ("@zoe and @kim agree", "@user3 and @user4 agree"),
        ("ask @zoe?", "ask @user3?"),
    ],
)
def test_mentions_that_address_somebody_go_and_subjects_stay(text, tidied):
    assert opener(text) == tidied
    assert "@user3" in opener(text, tidy=False)


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("How do bees sleep? https://t.co/a", "How do bees sleep?"),
        ("How do bees sleep? #beechat https://t.co/a", "How do bees sleep?"),
        ("Bees sleep 🐝 #BeeChat", "Bees sleep 🐝"),
        ("(in a flower.) https://t.co/a", "(in a flower.)"),
        ("I keep #bees", "I keep #bees"),
        ("I like #bees #wasps", "I like #bees #wasps"),
        ("see https://t.co/a", "see [link]"),
        ("#bees https://t.co/a", "#bees [link]"),
        ("Is https://t.co/a down?", "Is [link] down?"),
    ],
)
def test_chats_and_links_go_after_the_last_sentence_only(text, tidied):
    assert opener(text) == reply(text) == tidied


@pytest.mark.parametrize("text", ["In flowers. #bees #nature", "In flowers. #bees https://t.co/a"])
def test_hashtags_after_the_last_sentence_go_from_replies_only(text):
    assert reply(text) == "In flowers."
    assert opener(text) == text.removesuffix(" https://t.co/a")


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("Q2: How do bees sleep?", "How do bees sleep?"),
        ("Q2 how do bees sleep?", "how do bees sleep?"),
        ("A1. In flowers", "In flowers"),
        ("A4 paper is fine", "A4 paper is fine"),
        ("Q4 results are out", "Q4 results are out"),
        ("1/ First boil it", "First boil it"),
        ("1/5 First boil it", "First boil it"),
        ("Then peel it. 2/5", "Then peel it."),
        ("Then peel it\n(2/5)", "Then peel it"),
        ("Then peel it (2/5) https://t.co/a", "Then peel it [link]"),
        ("1/2 cup of rice", "1/2 cup of rice"),
        ("we are open 24/7", "we are open 24/7"),
        ("add about 1/2", "add about 1/2"),
    ],
)
def test_labels_and_numbers_of_parts_go_and_fractions_stay(text, tidied):
    assert opener(text) == reply(text) == tidied


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("It opens at nine. ^AB", "It opens at nine."),
        ("It opens at nine *TCH", "It opens at nine"),
        ("Does it open? /JP https://t.co/a", "Does it open?"),
        ("It opens at nine. -Becky", "It opens at nine."),
        ("It opens at nine! - Mark", "It opens at nine!"),
        ("It opens at nine.-TW", "It opens at nine."),
        ("2 ^ 3 is not 2 ^N", "2 ^ 3 is not 2"),
        ("read and/OR write", "read and/OR write"),
        ("a well-known Smith - Jones", "a well-known Smith - Jones"),
    ],
)
def test_signatures_of_staff_go_from_replies_only(text, tidied):
    assert reply(text) == tidied
    assert opener(text, links="keep") == text


def test_what_was_removed_is_counted():
    result = clean("@shop Q1: Why? #achat", "@name7 Because. ^AB https://t.co/a")
    assert result.turns["text"].to_list() == ["Why?", "Because."]
    assert result.counts == {
        "leading": 2,
        "chat_label": 1,
        "chat_tags": 1,
        "signature": 1,
        "links_at_end": 1,
    }


def test_kept_links_and_mentions_stay():
    text = "@shop How? #achat https://t.co/a"
    assert opener(text, mentions="keep", links="keep") == "@shop How? https://t.co/a"


@given(st.text(alphabet="@a1QA_. \n#:/^-?…é你", max_size=40))
def test_a_tidy_text_has_nothing_new(text):
    tidied = opener(text, mentions="keep", links="keep", personal_data="keep")
    letters = iter(text)
    assert all(letter in letters or letter.isspace() for letter in tidied)


def test_hostile_texts_take_linear_time():
    for text in ("#a " * 20_000, "? https://t.co/a" * 5_000, "1/" * 20_000, "@a " * 20_000):
        assert clean(text, text).turns.height == 2
