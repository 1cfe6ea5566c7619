"""Surface features of a tweet and its reply, as polars expressions on their raw texts.

The expressions read columns that `prepared` adds, as in `prompt_features`.
"""

import polars as pl

from workbench.classifiers import prompt_features, prompt_patterns, reply_patterns
from workbench.classifiers.prompt_features import Frame
from workbench.text import normalize, patterns

#: A reply with so many characters besides its link says something itself.
_LONG_ANSWER = 110
#: Feature -> the only sign that its weight may have.
SIGNS = {
    **dict.fromkeys(["advises", "reasons", "decides", "digits", "lists", "tells_experience"], 1),
    **dict.fromkeys(["characters", "shared_words", "fits_the_question", "opener_thanks"], 1),
    **dict.fromkeys(["evaluates", "names_it"], 1),
    **dict.fromkeys(
        [
            *("thanks", "agrees", "knows_not", "laughs", "swears", "promotes", "emoji"),
            *("ends_with_question", "question", "question_by_question", "moves_away"),
            *("says_nothing", "is_short", "exclamation", "links", "first_person"),
            *("opener_rejects", "opener_asks", "reacts", "argues", "only_links"),
            *("refers_to_link", "is_cut"),
        ],
        -1,
    ),
}


def measured(
    frame: pl.DataFrame, prompt: str, reply: str, *, follow_up: str | None = None
) -> pl.DataFrame:
    """Return every surface feature of pairs, one column each, Float64, never null.

    Args:
        frame: One row per pair.
        prompt: Column with the raw text of the tweet.
        reply: Column with the raw text of its reply.
        follow_up: Column with what the author of the prompt said to the reply; null if nothing.

    Examples:
        >>> frame = pl.DataFrame({"p": ["how do I boil an egg?"], "r": ["@a lol same"]})
        >>> measured(frame, "p", "r").select("laughs", "agrees", "advises").row(0)
        (1.0, 0.0, 0.0)
    """
    return prepared(frame, prompt, reply, follow_up=follow_up).select(**surface())


def prepared(frame: Frame, prompt: str, reply: str, *, follow_up: str | None = None) -> Frame:
    """Add the columns that `surface` reads. The arguments are those of `measured`."""
    folded = prompt_features.folded
    return frame.with_columns(
        folded_prompt=folded(prompt),
        folded_reply=folded(reply),
        folded_follow_up=folded(pl.lit("") if follow_up is None else follow_up),
    ).with_columns(
        bare_prompt=normalize.bare("folded_prompt"),
        bare_reply=normalize.bare("folded_reply"),
        bare_follow_up=normalize.bare("folded_follow_up"),
    )


def surface() -> dict[str, pl.Expr]:
    """Return every surface feature of a pair: name -> expression, Float64, never null.

    Upper and lower case make no difference. The expressions are for a frame that was `prepared`.
    """
    raw_reply = pl.col("folded_reply")
    bare_reply, bare_prompt = pl.col("bare_reply"), pl.col("bare_prompt")
    matches = {
        name: bare_reply.str.contains(pattern) for name, pattern in reply_patterns.PATTERNS.items()
    }
    is_in_few_words = bare_reply.str.contains(reply_patterns.FEW_WORDS)
    names_it = bare_prompt.str.contains(reply_patterns.ASKS_FOR_NAMES) & is_in_few_words
    # "Bonnie and Clyde?" is a guess, no question.
    is_guess = names_it & ~bare_reply.str.contains(reply_patterns.ASKS)
    matches["ends_with_question"] &= ~is_guess
    matches["question"] &= ~is_guess
    length = bare_reply.str.len_chars()
    words = _words(bare_reply)
    others = {
        "characters": length.cast(pl.Float64).log1p().clip(0, 5),
        "longer_than_prompt": (length > bare_prompt.str.len_chars()),
        "is_short": length < 12,
        "emoji": raw_reply.str.count_matches(prompt_patterns.EMOJI).clip(0, 3),
        "links": raw_reply.str.contains(patterns.LINK),
        # Leaves the answer to a page: "this should help: ...", "see ...".
        "refers_to_link": raw_reply.str.contains(patterns.LINK)
        & bare_reply.str.contains(reply_patterns.REFERS)
        & (length < _LONG_ANSWER),
        "is_cut": raw_reply.str.contains(reply_patterns.CUT),
        # About the writer, not the topic: no experience with it, no advice, no judgment.
        "first_person": bare_reply.str.contains(reply_patterns.FIRST_PERSON)
        & ~pl.any_horizontal(
            matches[name] for name in ("tells_experience", "advises", "evaluates", "decides")
        ),
        # Names a thing in a few words, as it was asked for.
        "names_it": names_it & ~matches["question"],
        # Leaves the answer to a page.
        "only_links": is_in_few_words & raw_reply.str.contains(patterns.LINK),
        "fits_the_question": pl.any_horizontal(
            *(
                bare_prompt.str.contains(ask) & bare_reply.str.contains(reply_pattern)
                for ask, reply_pattern in reply_patterns.FITTING.items()
            )
        ),
        "question_by_question": matches["ends_with_question"]
        & bare_prompt.str.contains(prompt_patterns.PATTERNS["ends_with_question"]),
        # Only mentions, links or a picture.
        "says_nothing": length == 0,
        "shared_words": words.list.set_intersection(_words(bare_prompt)).list.len().clip(0, 3),
    }
    features = matches | others | _follow_up()
    return {name: value.cast(pl.Float64) for name, value in features.items()}


def _follow_up() -> dict[str, pl.Expr]:
    """Return what the author of the prompt thought of the reply."""
    bare = pl.col("bare_follow_up")
    rejects = bare.str.contains(reply_patterns.REJECTS)
    thanks = bare.str.contains(reply_patterns.THANKS) & ~rejects
    return {
        "opener_thanks": thanks,
        "opener_rejects": rejects,
        # Asks back, so that the matter is still open.
        "opener_asks": bare.str.contains("?", literal=True) & ~thanks,
    }


def _words(text: pl.Expr) -> pl.Expr:
    """Return the words of four letters and more, which carry most of the meaning."""
    return text.str.extract_all(r"\p{L}{4,}")
