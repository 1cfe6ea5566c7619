"""Surface features of a tweet and its reply, as polars expressions on their raw texts."""

import polars as pl

from workbench.classifiers import prompt_features
from workbench.text import normalize, patterns

#: Feature -> pattern that the reply without mentions and links contains.
PATTERNS = {
    # Advice: what to do, try, use, avoid.
    "advises": r"(?i)\b(?:try|use|put|take|add|turn|check|make sure|go (?:to|for|with|into)|"
    r"look (?:at|for|up)|you (?:can|could|need|should|want|have to|might)|you'?ll|you'?d|i'?d|"
    r"i would|start with|don'?t|avoid|instead|best)\b",
    # Reasons and conditions.
    "reasons": r"(?i)\b(?:because|since|so that|if|unless|depends|usually|means|therefore|which is|"
    r"that'?s why|due to|it'?s|they'?re|then|called|about|around|between|until|either)\b",
    # Yes or no at the start, with something after it.
    "decides": r"(?i)^\W*(?:yes|yep|yeah|no|nope|nah|not|definitely|depends|both|neither)\b.{12}",
    # Thanks and good wishes.
    "thanks": r"(?i)\b(?:thanks?|thank you|thx|ty|welcome|good luck|congrats|hope you|hugs|"
    r"sorry to hear|get well|love this|proud|enjoy)\b",
    # Agreement without an answer.
    "agrees": r"(?i)^\W*(?:same|me too|this|mood|exactly|following|agreed?|so true|literally|facts|"
    r"preach|relatable|asking the (?:real|right) questions|i (?:was )?wonder(?:ed|ing)? )\b",
    # The writer knows no more than the asker.
    "knows_not": r"(?i)\b(?:idk|no idea|not sure|no clue|dunno|don'?t know|let me know|"
    r"want to know|need to know|need this|google|dm me|dm'?d|ask (?:your|a|an|my|someone))\b",
    "laughs": prompt_features.PATTERNS["laughs"],
    "swears": prompt_features.PATTERNS["swears"],
    "promotes": r"(?i)\b(?:follow|check out|dm|link in|my (?:page|shop|course|channel|bio|profile)|"
    r"discount|sale|promo|free trial|subscribe|sign up)\b",
    # About the writer, not the topic.
    "first_person": prompt_features.PATTERNS["first_person"],
    "names": r"(?:^|[^.!?\s]\s+)\p{Lu}\p{Ll}+",
    "digits": r"\d",
    "lists": r"(?:[^,]+,){2}|\b1[.)]|\bfirst\b|:\s",
    "ends_with_question": prompt_features.PATTERNS["ends_with_question"],
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
    """Return every surface feature of a pair: name -> expression, Float64, never null.

    Args:
        prompt: Column with the raw text of the tweet.
        reply: Column with the raw text of its reply.

    Examples:
        >>> frame = pl.DataFrame({"p": ["how do I boil an egg?"], "r": ["@a lol same"]})
        >>> frame.select(**surface("p", "r")).select("laughs", "agrees", "advises").row(0)
        (1.0, 0.0, 0.0)
    """
    raw_reply, raw_prompt = (
        normalize.straighten_apostrophes(name).fill_null("") for name in (reply, prompt)
    )
    bare_reply, bare_prompt = normalize.bare(raw_reply), normalize.bare(raw_prompt)
    matches = {name: bare_reply.str.contains(pattern) for name, pattern in PATTERNS.items()}
    length = bare_reply.str.len_chars()
    words = _words(bare_reply)
    others = {
        "characters": length.cast(pl.Float64).log1p().clip(0, 5),
        "longer_than_prompt": (length > bare_prompt.str.len_chars()),
        "is_short": length < 12,
        "emoji": raw_reply.str.count_matches(r"[\p{So}\x{1F300}-\x{1FAFF}]").clip(0, 3),
        "links": raw_reply.str.contains(patterns.LINK),
        "points_only": bare_reply.str.contains(r"(?i)^\W*(?:this|that)\W*$"),
        "question_by_question": matches["ends_with_question"]
        & bare_prompt.str.contains(prompt_features.PATTERNS["ends_with_question"]),
        # Only mentions, links or a picture.
        "says_nothing": length == 0,
        "shared_words": words.list.set_intersection(_words(bare_prompt)).list.len().clip(0, 3),
    }
    return {name: value.cast(pl.Float64) for name, value in (matches | others).items()}


def _words(text: pl.Expr) -> pl.Expr:
    """Return the words of four letters and more, which carry most of the meaning."""
    return text.str.to_lowercase().str.extract_all(r"\p{L}{4,}")
