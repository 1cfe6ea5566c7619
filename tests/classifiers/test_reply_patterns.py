"""Every pattern is in use, and fits text in lower case."""

import json

import polars as pl
import pytest

from tests.classifiers.test_prompt_patterns import ESCAPES
from tests.support.paths import ROOT
from workbench.classifiers import reply_features, reply_patterns

SINGLE = {
    "first_person": reply_patterns.FIRST_PERSON,
    "rejects": reply_patterns.REJECTS,
    "thanks_in_return": reply_patterns.THANKS,
    "refers": reply_patterns.REFERS,
    "few_words": reply_patterns.FEW_WORDS,
}


@pytest.fixture(scope="module")
def pairs():
    lines = (ROOT / "workbench/data/labelled_replies.jsonl").read_text().splitlines()
    return reply_features.prepared(pl.DataFrame(list(map(json.loads, lines))), "prompt", "reply")


@pytest.mark.parametrize("name", reply_patterns.PATTERNS)
def test_each_pattern_finds_some_but_not_all_of_the_labelled_replies(pairs, name):
    share = pairs["bare_reply"].str.contains(reply_patterns.PATTERNS[name]).mean()
    assert 0 < share < 0.7


@pytest.mark.parametrize("ask", reply_patterns.FITTING)
def test_each_kind_of_question_is_asked_and_has_a_fitting_reply(pairs, ask):
    asked = pairs.filter(pl.col("bare_prompt").str.contains(ask))
    assert asked["bare_reply"].str.contains(reply_patterns.FITTING[ask]).any()


@pytest.mark.parametrize("name", [*reply_patterns.PATTERNS, *SINGLE])
def test_no_pattern_waits_for_a_capital(name):
    pattern = ESCAPES.sub("", (reply_patterns.PATTERNS | SINGLE)[name])
    assert pattern == pattern.lower()
