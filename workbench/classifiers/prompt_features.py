"""Surface features of a tweet, as polars expressions on its raw text.

The expressions read columns that `prepared` adds, so that each text is folded only once.
"""

from typing import TypeVar

import polars as pl

from workbench.classifiers import prompt_patterns
from workbench.text import normalize

#: A frame, read at once or later.
Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

#: Feature -> the sign that its weight may have. Length is no feature. The written texts are as long
#: as their writers liked, and real rants are longer than real questions.
SIGNS = {
    **dict.fromkeys(
        [
            *("ends_with_question", "opens_with_question_word", "opens_with_why"),
            *("opens_with_verb", "asks_anyone", "asks_advice", "asks_how", "asks_what"),
            *("whole_question", "opens_with_task", "asks_help", "first_person", "question_marks"),
            *("asks_you", "asks_company"),
        ],
        1,
    ),
    **dict.fromkeys(
        [
            *("shares_a_mood", "second_person", "third_person", "points_elsewhere", "laughs"),
            *("swears", "promotes", "quotes", "ellipsis", "tells_how", "exclamations", "mentions"),
            *("links", "hashtags", "emoji", "is_short", "words_after_question", "has_media"),
            *("is_copy", "opens_with_mention", "asks_nothing", "asks_and_links"),
            *("asks_and_points", "asks_one_person", "tag_question", "quoted_question"),
            *("rhetorical", "asks_about_account", "asks_about_now", "numbered_in_chat"),
            *("asks_about_us", "media_and_points", "asks_about_it", "speaks_for_company"),
            "answers_itself",
        ],
        -1,
    ),
}

#: Features of texts that ask for something, even without a question mark.
_REQUESTS = (
    *("asks_anyone", "asks_advice", "asks_how", "opens_with_question_word", "opens_with_why"),
    *("opens_with_verb", "opens_with_task"),
)


def measured(frame: pl.DataFrame, text: str, *, has_media: str | None = None) -> pl.DataFrame:
    """Return every surface feature of tweets, one column each, Float64, never null.

    Args:
        frame: One row per tweet.
        text: Column with the raw text; null counts as empty.
        has_media: Column that says whether the tweet has a picture or video; null counts as no.

    Examples:
        >>> frame = pl.DataFrame({"text": ["how do I boil an egg? #help", "@a lol https://t.co/x"]})
        >>> names = ["ends_with_question", "asks_how", "laughs", "links"]
        >>> measured(frame, "text").select(names).rows()
        [(1.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 1.0)]
    """
    return prepared(frame, text).select(**surface(has_media=has_media))


def prepared(frame: Frame, text: str) -> Frame:
    """Add the columns that `surface` reads.

    Args:
        frame: One row per tweet.
        text: Column with the raw text.
    """
    without_prefix = pl.col("folded_text").str.replace(prompt_patterns.RETWEET_PREFIX, " ")
    return frame.with_columns(folded_text=folded(text)).with_columns(
        bare_text=normalize.bare(without_prefix)
    )


def surface(*, has_media: str | None = None) -> dict[str, pl.Expr]:
    """Return every surface feature of a tweet: name -> expression, Float64, never null.

    Upper and lower case make no difference: people shout requests, too, and most write without
    capitals. The expressions are for a frame that was `prepared`.

    Args:
        has_media: Column that says whether the tweet has a picture or video. Null and None count
            as no. A link to a picture in the text counts, too.
    """
    raw, bare = pl.col("folded_text"), pl.col("bare_text")
    # Words after the last question mark mostly explain a rhetorical question.
    tail = bare.str.extract(r"\?([^?]*)$").fill_null("").str.count_matches(r"[\p{L}\p{N}']+")
    matches = {
        name: bare.str.contains(pattern) for name, pattern in prompt_patterns.PATTERNS.items()
    }
    counts = {
        name: raw.str.count_matches(pattern).clip(upper_bound=highest)
        for name, (pattern, highest) in prompt_patterns.COUNTED.items()
    }
    media = raw.str.contains("pic.twitter.com/", literal=True)
    if has_media is not None:
        media |= pl.col(has_media).fill_null(value=False)
    company = raw.str.contains(prompt_patterns.COMPANY)
    others = {
        "asks_company": company & ~matches["speaks_for_company"] & ~matches["asks_about_it"],
        "is_short": bare.str.len_chars() < 30,
        "words_after_question": tail.cast(pl.Float64).log1p(),
        "is_copy": raw.str.contains(prompt_patterns.COPY),
        "opens_with_mention": raw.str.contains(prompt_patterns.OPENS_WITH_MENTION) & ~company,
        "has_media": media,
    }
    matches["asks_advice"] &= ~bare.str.contains(prompt_patterns.DECLINES)
    features = matches | counts | others
    features["asks_nothing"] = ~pl.any_horizontal(
        raw.str.contains("?", literal=True), *(matches[name] for name in _REQUESTS)
    )
    features["asks_and_links"] = matches["ends_with_question"] & (counts["links"] > 0)
    features["asks_and_points"] = matches["points_elsewhere"] & matches["ends_with_question"]
    features["asks_one_person"] = features["opens_with_mention"] & matches["second_person"]
    features["media_and_points"] = media & matches["points_elsewhere"]
    return {name: value.cast(pl.Float64) for name, value in features.items()}


def folded(text: str | pl.Expr) -> pl.Expr:
    """Return a text in lower case with straight apostrophes, as all patterns expect it.

    Examples:
        >>> pl.DataFrame({"text": ["WHAT\u2019S up", None]}).select(folded("text"))[
        ...     "text"
        ... ].to_list()
        ["what's up", '']
    """
    return normalize.straighten_apostrophes(text).fill_null("").str.to_lowercase()
