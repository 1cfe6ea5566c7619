"""Pairs: what can be seen of a tweet and its reply without a model, as polars expressions."""

import polars as pl

from workbench.classifiers import prompt_features
from workbench.text import normalize, patterns

#: Feature -> pattern that the reply without mentions and links contains.
SAID = {
    # Advice: what to do, try, use, avoid.
    "advises": r"(?i)\b(?:try|use|put|take|add|turn|check|make sure|go (?:to|for|with|into)|"
    r"look (?:at|for|up)|you (?:can|could|need|should|want|have to|might)|you'?ll|you'?d|i'?d|"
    r"i would|start with|don'?t|avoid|instead|best)\b",
    # Reasons and conditions.
    "reasons": r"(?i)\b(?:because|since|so that|if|unless|depends|usually|means|therefore|which is|"
    r"that'?s why|due to|it'?s|they'?re|then|called|about|around|between|until|either)\b",
    # Yes or no at the start, with something after it.
    "decides": r"(?i)^\W*(?:yes|yep|yeah|no|nope|nah|not|definitely|depends|both|neither)\b.{12}",
    # A way to go on: thanks, good wishes, agreement, a joke at the asker's cost.
    "thanks": r"(?i)\b(?:thanks?|thank you|thx|ty|welcome|good luck|congrats|hope you|hugs|"
    r"sorry to hear|get well|love this|proud|enjoy)\b",
    "agrees": r"(?i)^\W*(?:same|me too|this|mood|exactly|following|agreed?|so true|literally|facts|"
    r"preach|relatable|asking the (?:real|right) questions|i (?:was )?wonder(?:ed|ing)? )\b",
    # It knows no more than the asker.
    "knows_not": r"(?i)\b(?:idk|no idea|not sure|no clue|dunno|don'?t know|let me know|"
    r"want to know|need to know|need this|google|dm me|dm'?d|ask (?:your|a|an|my|someone))\b",
    "laughs": prompt_features.SAID["laughs"],
    "swears": prompt_features.SAID["swears"],
    "promotes": r"(?i)\b(?:follow|check out|dm|link in|my (?:page|shop|course|channel|bio|profile)|"
    r"discount|sale|promo|free trial|subscribe|sign up)\b",
    # It speaks of the writer, not of the matter.
    "first_person": prompt_features.SAID["first_person"],
    "names": r"(?:^|[^.!?\s]\s+)\p{Lu}\p{Ll}+",
    "digits": r"\d",
    "lists": r"(?:[^,]+,){2}|\b1[.)]|\bfirst\b|:\s",
    "ends_with_question": prompt_features.SAID["ends_with_question"],
    "question": r"\?",
    "exclamation": r"!",
}

#: Feature -> the only sign that its weight may have.
SIGNS = {
    **dict.fromkeys(["advises", "reasons", "decides", "digits", "lists", "names"], 1),
    **dict.fromkeys(["characters", "shared_words"], 1),
    **dict.fromkeys(
        [
            *("thanks", "agrees", "knows_not", "laughs", "swears", "promotes", "emoji"),
            *("ends_with_question", "question", "question_by_question"),
            *("says_nothing", "is_short", "exclamation", "points_only", "links"),
        ],
        -1,
    ),
}


def surface(prompt: str, reply: str) -> dict[str, pl.Expr]:
    """Give every surface feature of a pair: name -> expression, Float64, never null.

    Args:
        prompt: Column with the raw text of the tweet.
        reply: Column with the raw text of its reply.

    Examples:
        >>> frame = pl.DataFrame({"p": ["how do I boil an egg?"], "r": ["@a lol same"]})
        >>> frame.select(**surface("p", "r")).select("laughs", "agrees", "advises").row(0)
        (1.0, 0.0, 0.0)
    """
    raw, before = (normalize.straighten_apostrophes(name).fill_null("") for name in (reply, prompt))
    said, asked = normalize.bare(raw), normalize.bare(before)
    found = {name: said.str.contains(pattern) for name, pattern in SAID.items()}
    length = said.str.len_chars()
    words = _words(said)
    others = {
        "characters": length.cast(pl.Float64).log1p().clip(0, 5),
        "longer_than_prompt": (length > asked.str.len_chars()),
        "is_short": length < 12,
        "emoji": raw.str.count_matches(r"[\p{So}\x{1F300}-\x{1FAFF}]").clip(0, 3),
        "links": raw.str.contains(patterns.LINK),
        "points_only": said.str.contains(r"(?i)^\W*(?:this|that)\W*$"),
        "question_by_question": found["ends_with_question"]
        & asked.str.contains(prompt_features.SAID["ends_with_question"]),
        # Mentions, links or a picture only.
        "says_nothing": length == 0,
        "shared_words": words.list.set_intersection(_words(asked)).list.len().clip(0, 3),
    }
    return {name: value.cast(pl.Float64) for name, value in (found | others).items()}


def _words(text: pl.Expr) -> pl.Expr:
    """List the longer words of a text, which are mostly those that mean something."""
    return text.str.to_lowercase().str.extract_all(r"\p{L}{4,}")
