"""Rules on languages, hashtags, words and patterns."""

import polars as pl
import pytest
from pydantic import ValidationError

from workbench.recipe import Hashtags, Keywords, Languages, Pattern


def passes(settings, values, dtype):
    frame = pl.DataFrame({"value": pl.Series(values, dtype=dtype)})
    return frame.with_columns(passes=settings.passes("value"))["passes"].to_list()


def test_languages_match_regions_and_not_longer_codes():
    codes = ["en", "EN-gb", "en_US", "enm", "de", None]
    assert passes(Languages(any_of=("En",)), codes, pl.String) == [True] * 3 + [False] * 3
    only_british = Languages(any_of=("en-GB",))
    assert passes(only_british, codes, pl.String) == [False, True] + [False] * 4
    assert passes(Languages(none_of=("en",)), codes, pl.String) == [False] * 3 + [True] * 2 + [
        False
    ]


def test_languages_refuse_patterns():
    with pytest.raises(ValidationError, match="not a language code"):
        Languages(any_of=(".*",))


def test_hashtags_match_in_any_case_with_or_without_hash():
    tags = [["help"], ["help", "ad"], [], None]
    rule = Hashtags(any_of=("#HELP",), none_of=("#Ad",))
    assert passes(rule, tags, pl.List(pl.String)) == [True, False, False, False]
    assert passes(Hashtags(none_of=("ad",)), tags, pl.List(pl.String)) == [True, False, True, False]


def test_hashtags_require_all_of_all_of():
    tags = [["help"], ["help", "rstats"], ["rstats", "help", "ad"], [], None]
    rule = Hashtags(all_of=("help", "#RStats"))
    assert passes(rule, tags, pl.List(pl.String)) == [False, True, True, False, False]
    both = Hashtags(all_of=("help", "rstats"), none_of=("ad",))
    assert passes(both, tags, pl.List(pl.String)) == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("bread", "How do I bake BREAD?", True),
        ("bread", "breadcrumbs", False),
        ("bread*", "breadcrumbs", True),
        ("bake  bread", "I bake\nbread", True),
        ("bake bread", "bake some bread", False),
        ("c++", "is c++ hard", True),
        ("c++", "c plus", False),
        ("a.b", "axb", False),
        ("é", "CAFÉ É", True),
        ("sky", "#sky", True),
        ("#sky", "sky", False),
        ("x", "", False),
    ],
)
def test_keywords_are_whole_words_in_any_case(word, text, expected):
    assert passes(Keywords(any_of=(word,)), [text], pl.String) == [expected]
    assert passes(Keywords(none_of=(word,)), [text], pl.String) == [not expected]


def test_pattern_requires_one_and_forbids_the_other():
    texts = ["how do I?", "how come", "why", None]
    assert passes(Pattern(match="^how"), texts, pl.String) == [True, True, False, False]
    rule = Pattern(match="^how", no_match=r"\?$")
    assert passes(rule, texts, pl.String) == [False, True, False, False]


def test_pattern_takes_linear_time():
    # A pattern and a text that take engines with backtracking longer than the sun will burn.
    assert passes(Pattern(match="^(a+)+$"), ["a" * 5000 + "b"], pl.String) == [False]


def test_pattern_may_repeat_a_hundred_times():
    assert passes(Pattern(match="^(a{10}b){10}$"), [("a" * 10 + "b") * 10], pl.String) == [True]
