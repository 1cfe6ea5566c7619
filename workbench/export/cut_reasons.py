"""Why exports leave out tweets of kept threads: the reasons in a manifest, with their meaning."""

#: Reason -> what it means, in the order of the card.
REASONS = {
    "not_placed": "in the conversation, but it is not known which tweet it answers",
    "added_later": "added by an author to an own turn after the first answer, or too long after",
    "without_role": "by nobody whom the role policy lets speak there",
    "opens_with_assistant": "at the start of a conversation, but not by its prompter",
    "same_role_twice": "the role above speaks again",
    "dropped_by_hand": "dropped by hand, with the rest of the same message",
    "no_text_left": "no text but mentions, links or pictures",
    "below_the_answer_threshold": "does not answer well enough",
    "not_rated": "not rated as an answer, for example a copied tweet",
    "too_deep": "too far down for readers of nested JSON",
    "unanswered": "a prompt without an answer that is left",
    "below_a_cut": "below a tweet that is left out",
}


def by_frequency(counts: dict[str, int]) -> list[tuple[str, int, str]]:
    """Return (reason, tweets, meaning), the most frequent reason first.

    Args:
        counts: Reason -> tweets. Other versions may have written reasons that are unknown here.

    Examples:
        >>> by_frequency({"not_placed": 1, "too_deep": 1200})[0]
        ('too_deep', 1200, 'too far down for readers of nested JSON')
    """
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(reason, count, REASONS.get(reason, "")) for reason, count in ordered]
