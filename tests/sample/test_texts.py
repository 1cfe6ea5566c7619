"""The hand-written texts and their variations."""

import random
from collections import Counter

import pytest

from workbench.sample.texts import LONGEST, Deck, load, vary, vary_noise


def test_load_contains_enough_helpful_conversations():
    genuine = load("sample_conversations")
    assert len({card.turns[0].text for card in genuine}) == len(genuine) >= 150
    answers = [t for card in genuine for t in card.turns if t.parent == 0 and t.author]
    assert all(60 <= len(answer.text) <= 280 for answer in answers)
    assert {len(card.turns) for card in genuine} >= {2, 3, 4, 5, 6, 7}
    noise = Counter(len(card.turns) > 1 for card in load("sample_noise"))
    assert noise[True] >= 80
    assert noise[False] >= 250


def test_deal_varies_texts_only_from_the_second_round():
    cards = load("sample_conversations")[:40]
    deck = Deck(cards, random.Random(0))
    first = [deck.deal() for _ in cards]
    later = [deck.deal() for _ in range(20 * len(cards))]
    assert sorted(card.turns[0].text for card in first) == sorted(c.turns[0].text for c in cards)
    assert len({card.turns[0].text for card in later}) > 8 * len(cards)
    assert max(len(turn.text) for card in later for turn in card.turns) <= 280


def test_put_back_deals_the_same_conversation_again():
    deck = Deck(load("sample_conversations")[:3], random.Random(0))
    card = deck.deal()
    deck.put_back()
    assert deck.deal() is card


@pytest.mark.parametrize("seed", range(20))
def test_variations_stay_within_the_longest_tweet(seed):
    text = "word " * 60
    rng = random.Random(seed)
    assert len(vary(text[:LONGEST], rng, before=("Hi! ",), after=(" Bye!",))) <= LONGEST
    assert len(vary_noise(text, rng)) <= LONGEST
