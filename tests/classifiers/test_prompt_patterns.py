"""Every pattern is in use, and fits text in lower case."""

import json
import re

import polars as pl
import pytest

from tests.support.paths import ROOT
from workbench.classifiers import prompt_features, prompt_patterns

#: Parts of a pattern in which capitals are no letters of the text: `\\p{L}`, `\\x{1F300}`, `\\W`.
ESCAPES = re.compile(r"\\[px]\{\w+\}|\\[A-Z]")


@pytest.fixture(scope="module")
def texts():
    lines = (ROOT / "workbench/data/labelled_tweets.jsonl").read_text().splitlines()
    frame = pl.DataFrame({"text": [json.loads(line)["text"] for line in lines]})
    return prompt_features.prepared(frame, "text")


@pytest.mark.parametrize("name", prompt_patterns.PATTERNS)
def test_each_pattern_finds_some_but_not_all_of_the_labelled_texts(texts, name):
    share = texts["bare_text"].str.contains(prompt_patterns.PATTERNS[name]).mean()
    assert 0 < share < 0.7


@pytest.mark.parametrize("name", prompt_patterns.PATTERNS)
def test_no_pattern_waits_for_a_capital(name):
    pattern = ESCAPES.sub("", prompt_patterns.PATTERNS[name])
    assert pattern == pattern.lower()


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("question_marks", "so?? why?", 3),
        ("links", "https://t.co/a b", 1),
        ("digits", "5 of 12", 2),
    ],
)
def test_counted_patterns_count_in_the_whole_text(name, text, count):
    pattern, _ = prompt_patterns.COUNTED[name]
    assert pl.Series([text]).str.count_matches(pattern).item() == count
