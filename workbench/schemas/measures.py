"""What each column of the scores means: its name, unit and direction, for all pages and reports.

A test checks that every rule and every chart has an entry here.
"""

from dataclasses import dataclass
from typing import Literal

#: How values are shown, see `workbench.display.numbers`.
Kind = Literal["count", "score", "seconds", "time", "flag", "text"]

#: Whether higher values are better, worse, or neither.
Direction = Literal["better", "worse", "neither"]

_DIRECTIONS: dict[Direction, str] = {
    "better": "Higher is better.",
    "worse": "Lower is better.",
    "neither": "Neither high nor low is better.",
}


@dataclass(frozen=True)
class Measure:
    """One fact or score of a thread.

    Args:
        title: Its name.
        short: Its name where space is scarce, in lower case.
        kind: How its values are shown.
        unit: Unit of its values; empty for times, flags and texts.
        about: What it measures, in one or two sentences.
        higher: What a higher value means.
    """

    title: str
    short: str
    kind: Kind
    unit: str
    about: str
    higher: Direction = "neither"

    @property
    def tooltip(self) -> str:
        """Meaning, unit and direction, as plain text.

        Examples:
            >>> MEASURES["depth"].tooltip
            'Replies between the opening tweet and the deepest turn. Unit: steps. Higher is better.'
        """
        unit = f" Unit: {self.unit}." if self.unit else ""
        way = f" {_DIRECTIONS[self.higher]}" if self.kind not in ("flag", "text", "time") else ""
        return f"{self.about}{unit}{way}"


class Measures(dict[str, Measure]):
    """The built-in measures by column. Any other column is a measure that somebody added.

    Examples:
        >>> MEASURES["polite_words"].title, "polite_words" in MEASURES
        ('Polite words', False)
    """

    def __missing__(self, column: str) -> Measure:
        """Describe an own measure by its name; `own_measures` may know more."""
        words = column.replace("_", " ")
        return Measure(words.capitalize(), words, "score", "", "A measure of your own.")


_BUILT_IN: dict[str, Measure] = {
    "turns": Measure("Turns", "turns", "count", "turns", "Tweets in the thread."),
    "depth": Measure(
        "Depth",
        "depth",
        "count",
        "steps",
        "Replies between the opening tweet and the deepest turn.",
        "better",
    ),
    "participants": Measure(
        "Participants", "people", "count", "people", "Different authors in the thread."
    ),
    "likes": Measure(
        "Likes",
        "likes",
        "count",
        "likes",
        "Likes of the opening tweet, if the source has them. Most dumps do not.",
    ),
    "retweets": Measure(
        "Retweets",
        "retweets",
        "count",
        "retweets",
        "Retweets of the opening tweet, if the source has them.",
    ),
    "replies_told": Measure(
        "Replies on the platform",
        "platform replies",
        "count",
        "replies",
        "Replies to the opening tweet as the platform counted them. The data may have fewer.",
    ),
    "first_reply_seconds": Measure(
        "First reply after",
        "first reply after",
        "seconds",
        "time",
        "Time from the opening tweet to its first direct reply.",
    ),
    "span_seconds": Measure(
        "Duration",
        "lasted",
        "seconds",
        "time",
        "Time from the first turn to the last.",
    ),
    "started_at": Measure(
        "Opened", "opened", "time", "", "When the first turn was written, in UTC."
    ),
    "language": Measure(
        "Language",
        "language",
        "text",
        "",
        "Language of the opening tweet: the one the source names, or else the one detected.",
    ),
    "hashtags": Measure(
        "Hashtags", "hashtags", "text", "", "Hashtags of all turns; a thread can have several."
    ),
    "prompt": Measure(
        "Prompt", "prompt", "text", "", "Text of the opening tweet without mentions and links."
    ),
    "source": Measure(
        "Source", "source", "text", "", "Input format that the opening tweet was read from."
    ),
    "is_complete": Measure(
        "Complete",
        "complete",
        "flag",
        "",
        "Whether the opening tweet is present and no turn lacks the tweet that it answers.",
    ),
    "root_lacks_parent": Measure(
        "Opens with a reply",
        "opens with a reply",
        "flag",
        "",
        "Whether the first turn replies to a tweet that is missing.",
    ),
    "missing_parents": Measure(
        "Missing parents",
        "missing parents",
        "count",
        "tweets",
        "Missing tweets that turns of the thread reply to.",
        "worse",
    ),
    "not_placed": Measure(
        "Turns not placed",
        "not placed",
        "count",
        "turns",
        "Turns that belong to the conversation, but it is not known which tweet they answer.",
        "worse",
    ),
    "is_truncated": Measure(
        "Cut off", "cut off", "flag", "", "Whether the end of the opening tweet is missing."
    ),
    "is_sensitive": Measure(
        "Sensitive",
        "sensitive",
        "flag",
        "",
        "Whether the platform marked a turn as sensitive.",
    ),
    "is_duplicate": Measure(
        "Duplicate",
        "duplicate",
        "flag",
        "",
        "Whether another thread with nearly the same beginning represents this one.",
    ),
    "burst": Measure(
        "Burst",
        "burst",
        "count",
        "authors per day",
        "Most authors who posted the same words within a day.",
        "worse",
    ),
    "profanity": Measure(
        "Profanity", "profanity", "count", "words", "Profane words in all turns.", "worse"
    ),
    "prompt_characters": Measure(
        "Length of the prompt",
        "prompt length",
        "count",
        "characters",
        "Length of the opening tweet without mentions and links.",
    ),
    "reply_characters": Measure(
        "Length of the longest reply",
        "longest reply",
        "count",
        "characters",
        "Length of the longest direct reply without mentions and links.",
    ),
    "link_share": Measure(
        "Share of links",
        "links",
        "score",
        "of words",
        "Links among the words of all turns, as a share from 0 to 1.",
        "worse",
    ),
    "mention_share": Measure(
        "Share of mentions",
        "mentions",
        "score",
        "of words",
        "Mentions among the words of all turns, as a share from 0 to 1.",
        "worse",
    ),
    "similarity": Measure(
        "Similarity to an instruction",
        "similarity",
        "score",
        "cosine",
        "How close the meaning of the opening tweet is to the nearest known instruction, up to 1.",
        "better",
    ),
    "similarity_mean": Measure(
        "Similarity to several instructions",
        "mean similarity",
        "score",
        "cosine, mean of three",
        "How close the meaning of the opening tweet is to the three nearest known instructions.",
        "better",
    ),
    "suitability": Measure(
        "Suitable request",
        "fits",
        "score",
        "probability",
        "Probability that the opening tweet is a request that an assistant can answer, "
        "from the prompt classifier.",
        "better",
    ),
    "answer": Measure(
        "Answer",
        "answered",
        "score",
        "probability",
        "Probability that the best direct reply answers the opening tweet, "
        "from the reply classifier.",
        "better",
    ),
    "nearness": Measure(
        "Nearness",
        "near",
        "score",
        "cosine",
        "How close the meaning of a tweet is to what you look for, up to 1.",
        "better",
    ),
}

#: Every built-in measure by its column in `Scores`. Own measures are found by name, but not listed.
MEASURES = Measures(_BUILT_IN)
