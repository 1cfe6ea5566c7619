"""Surface features of a tweet, as polars expressions on its raw text.

All patterns are for polars' own engine, which takes linear time on any text.
"""

import polars as pl

from workbench.text import normalize, patterns

#: Words before a question: "so", "hey guys", "q:".
_LEAD = (
    r"(?i)^[^\p{L}\p{N}]*(?:(?:so|ok|okay|hey|hi|hello|and|but|um+|uh+|well|right|guys|twitter|"
    r"everyone|question|quick question|serious question|genuine question|q|please|pls|anyways?|"
    r"also|yo|omg|for real)\b[^\p{L}\p{N}]*){0,3}"
)
_READERS = r"(?:you|u|ya|y'?all|you guys|everyone|everybody|we)"
_EMOJI = r"[\p{So}\x{1F300}-\x{1FAFF}]"

#: Feature -> pattern in the text without mentions and links (`normalize.bare`).
PATTERNS = {
    # Ends with a question. Hashtags and emoji after it do not count.
    "ends_with_question": r"\?[^\w?]*(?:#\w+[^\w?]*)*$",
    # Begins with what, how, where, which, when or who.
    "opens_with_question_word": _LEAD
    + r"(?:how|hw|what|wat|wht|whats|where|wheres|which|when|who|whos|whose)\b",
    # Begins with "why". Such questions are mostly complaints.
    "opens_with_why": _LEAD + r"why\b",
    # Begins as a yes-or-no question.
    "opens_with_verb": _LEAD
    + r"(?:is|are|was|were|am|can|could|do|does|did|should|would|will|has|have|isn'?t|don'?t)\b",
    # Addresses any reader: "does anyone know", "can someone explain".
    "asks_anyone": r"(?i)\b(?:any(?:one|body|1)|some(?:one|body)|any of (?:you|u|y'?all)|who) "
    r"(?:here |out there |on here |of you |please |pls |know how |else )?(?:know|knows|kno|got|"
    r"have|has|had|can|recommend|tried|used|use|explain|tell|help|able|good|familiar|know)\b|"
    r"\b(?:does|do|did|has|have|can|could|would) (?:any(?:one|body)|some(?:one|body)|you guys|"
    r"y'?all)\b|\b(?:lazyweb|hive ?mind|tweeps|twitter(?:verse)?,? (?:help|what|how|who|where))\b",
    # Shares a mood and asks nothing: "Anyone else...", "just me".
    "shares_a_mood": r"(?i)\bany(?:one|body) else\b|\b(?:just|only) me\b|\bam i the only\b|"
    r"\b(?:ever|when you|that moment|imagine|remember when|you know (?:when|what))\b",
    # Asks for advice or a tip.
    "asks_advice": r"(?i)\b(?:recommend(?:ations?|s)?|rec+s|suggest(?:ions?)?|advice|advise|"
    r"any (?:tips|ideas|good|decent|thoughts)|ideas for|tips (?:for|on)|looking for|worth (?:it|"
    r"buying|watching|reading|learning|getting)|where (?:can|do|should|could|to)|"
    r"(?:best|good|better|easiest|cheapest|decent) (?:way|place|app|site|book|time|thing|one))\b",
    # Asks for a method or a measure, and does not only mention that somebody knows how to.
    "asks_how": r"(?i)\bhow (?:do|can|should|would|could|to|does|did|long|much|many|far|often|old|"
    r"big|hot|early)\b[^.!?…]*\?|\b(?:anyone|anybody|someone|somebody|guys) (?:\w+ ){0,3}how to\b|"
    r"\b(?:explain|tell me|help me|show me|figure out|advice on|tips on) (?:\w+ ){0,2}how\b",
    # Asks for a fact or a choice: "what's the", "difference between", "should I".
    "asks_what": r"(?i)\bwhat(?:'?s| is| are| was| were)? (?:the|a|an|some|kind|sort|do i|should i|"
    r"can i|happens|does|would|causes?|makes)\b[^.!?…]*\?|\bdifference between\b[^.!?…]*\?|"
    r"\b(?:should|can|do|could|would|must|may) i\b[^.!?…]*\?|\bwhich (?:one|is|of)\b[^.!?…]*\?|"
    r"\bis (?:it|there) (?:a|an|any|ok|okay|safe|possible|worth|better|normal|bad|true|too|legal|"
    r"rude)\b[^.!?…]*\?",
    # A whole sentence from a question word to the question mark.
    "whole_question": r"(?i)\b(?:how|what|whats|what's|where|which|who|when|whose)\b[^.!?…]{8,}\?",
    # Somebody knows, learns or shows how to.
    "tells_how": r"(?i)\b(?:know|knows|knew|knowing|learn(?:ed|t|ing|s)?|taught|teach(?:es|ing)?|"
    r"shows?|on) how to\b|^\W*how to\b[^?]*$",
    # Begins with a task for an assistant.
    "opens_with_task": _LEAD
    + r"(?:explain|describe|write|list|give me|tell me|name|summari[sz]e|translate|rewrite|compare|"
    r"suggest|recommend|help me|define|convert|calculate|create|make me|come up|rephrase|find)\b",
    # Asks for help, or thanks in advance.
    "asks_help": r"(?i)\b(?:pls|plz|please|help|thanks|thx|ty|tia|asap|stuck|confused|struggling|"
    r"no idea|can'?t (?:figure|find|decide|work out|get)|trying to|urgent|need to know)\b",
    # About the writer.
    "first_person": r"(?i)\b(?:i|i'?m|i'?ve|im|ive|my|me|mine|we|our)\b",
    # Addresses one person.
    "second_person": r"(?i)\b(?:you|your|you'?re|u|ur|yall|y'all|yourself)\b",
    # About other people.
    "third_person": r"(?i)\b(?:he|she|him|her|his|hers|they|them|their|people|men|women|girls|"
    r"boys|niggas?|guys)\b",
    # "This", "that", "these": the meaning depends on something outside the text.
    "points_elsewhere": r"(?i)\b(?:this|that|these|those|dis|dat)\b",
    "laughs": r"(?i)\b(?:lo+l|lmf?ao+|rofl|(?:ha){2,}h?|hehe+|jk|smh)\b|[😂🤣💀]",
    "swears": r"(?i)\b(?:f+u+c*k\w*|wtf|tf|sh[i1]t\w*|damn|hell|ass|bitch\w*|dumb\w*|stupid|"
    r"idiots?|hate|disgusting|ridiculous|pathetic|liars?)\b",
    # Advertising, games for followers, headlines that link to a page.
    "promotes": r"(?i)\b(?:follow(?:ers|back|ing)?|retweets?|rt|giveaway|votes?|voting|win(?:ner)?|"
    r"sale|discount|click|subscribe|link|sign up|join|download|watch|tickets?|register|blog|"
    r"learn more|find out|read (?:more|on|our|the)|check (?:out|it)|giving away|live now|new post|"
    r"available|tune in|stream(?:ing)?|episode|podcast|shop|offer|free|apply|hiring|dm)\b",
    # Words in quotation marks, or a dialogue line by line.
    "quotes": r"[\"“”«»]|(?:^|\s)'\S|\s[\x{2013}\x{2014}]\s|(?i)(?:^|\s)"
    r"(?:me|him|her|mom|mum|dad|q|a|boss|friend|teacher|reporter|also me)\s?\d*:\s",
    "ellipsis": r"\.\.|…",
    # Asks readers about themselves or their opinion: sincere, but not for an assistant.
    "asks_you": r"(?i)\b(?:do|did|have|are|were|would|will|if|could|should) (?:any of )?"
    rf"{_READERS}\b[^.!…]*\?|\b(?:what|which|who|where|how|when)(?:'?s| is| are|'?re)? (?:your|ur|"
    r"y'?alls?|you|u)\b[^.!…]*\?|\bfav(?:ou?rite|e)?\b[^.!…]*\?",
    # Ends with a tag question: "right?", "isn't it?", "or what?".
    "tag_question": r"(?i)(?:[,.…\s]\s*(?:right|huh|eh|innit|yeah|seriously|you know|"
    r"or (?:what|not|nah|something)|(?:is|are|was|were|do|does|did|have|has|had|would|should|could|"
    r"ca|wo)n'?t (?:it|he|she|they|we|you|u|i)(?: say| think)?)|[,.…]\s*(?:ok(?:ay)?|yes|no|really|"
    r"ever|again|agreed?|(?:is|are|was|were|do|does|did|have|has|would|could|can) "
    r"(?:it|he|she|they|we|you|u)))\s*\?+\W*$",
    # Begins with words in quotation marks, or the question is inside them.
    "quoted_question": r"^\W*[\"“«]|\?[\"”»]",
    # Rhetorical questions: "who cares", "what's the point", "why do people always".
    "rhetorical": r"(?i)\bhow dare\b|\bsince when\b|\bwho (?:knew|cares|the)\b|"
    r"\bwhat'?s the point\b|\bwhat(?:'?s| is)? (?:wrong|the matter) with\b|"
    r"\bwhat (?:a|kind of|if)\b|\bthe (?:hell|fuck|heck|f|actual)\b|\b(?:wtf|tf|wth)\b|"
    r"\bin return\b|\bas if\b|\bthinks? (?:you|u|he|she|they|we) (?:are|is)\b|"
    r"\b(?:are|r) (?:you|u) (?:kidding|serious|joking|ok|okay|blind|deaf|mad|even)\b|"
    r"\b(?:do|does|did|can|is|are) (?:you|u|they|he|she|these|those|people|men|women) "
    r"(?:really|even|not|actually|honestly|seriously|realli[sz]e|just)\b|"
    r"\bcan we (?:just|all|please|talk|not|stop)\b|\bhow (?:many times|much longer|many more|"
    r"long (?:until|till|before)|can (?:you|anyone|people|they|someone|we))\b|"
    r"\bwhy (?:is|are|do|does|did|would|can'?t|don'?t|must|am|me)\b[^?]*\b"
    r"(?:always|never|so|everyone|everybody|people|men|women|girls|boys|every|still|i)\b|"
    r"\b(?:guess (?:what|who)|remember|no ?(?:one|body))\b",
}

#: Feature -> (pattern to count in the raw text, highest count).
COUNTED = {
    "question_marks": (r"\?", 4),
    "exclamations": (r"!", 3),
    "mentions": (patterns.MENTION, 3),
    "links": (patterns.LINK, 2),
    "hashtags": (r"#\w", 4),
    "emoji": (_EMOJI, 4),
    "digits": (r"\d+", 4),
}

#: Feature -> the sign that its weight may have. Length is no feature. The written texts are as long
#: as their writers liked, and real rants are longer than real questions.
SIGNS = {
    **dict.fromkeys(
        [
            *("ends_with_question", "opens_with_question_word", "opens_with_why"),
            *("opens_with_verb", "asks_anyone", "asks_advice", "asks_how", "asks_what"),
            *("whole_question", "opens_with_task", "asks_help", "first_person", "question_marks"),
            "asks_you",
        ],
        1,
    ),
    **dict.fromkeys(
        [
            *("shares_a_mood", "second_person", "third_person", "points_elsewhere", "laughs"),
            *("swears", "promotes", "quotes", "ellipsis", "tells_how", "exclamations", "mentions"),
            *("links", "hashtags", "emoji", "is_short", "capitals", "words_after_question"),
            *("is_copy", "opens_with_mention", "asks_nothing", "asks_and_links"),
            *("asks_and_points", "asks_one_person", "tag_question", "quoted_question"),
            "rhetorical",
        ],
        -1,
    ),
}

#: A tweet copied by hand, with or without a comment.
COPY = r"(?i)^\W*(?:RT\b|MT\s*@)|[\"“”]\s?@\w|\bRT @"
_OPENS_WITH_MENTION = r"^\s*\.?@\w"


def surface(text: str | pl.Expr) -> dict[str, pl.Expr]:
    """Return every surface feature of a tweet: name -> expression, Float64, never null.

    Args:
        text: Column with the raw text; null counts as empty.

    Examples:
        >>> frame = pl.DataFrame({"text": ["how do I boil an egg? #help", "@a lol https://t.co/x"]})
        >>> names = ["ends_with_question", "asks_how", "laughs", "links"]
        >>> frame.select(**surface("text")).select(names).rows()
        [(1.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 1.0)]
    """
    raw = normalize.straighten_apostrophes(text).fill_null("")
    bare = normalize.bare(raw)
    letters = bare.str.count_matches(r"\p{L}")
    # Words after the last question mark mostly explain a rhetorical question.
    tail = bare.str.extract(r"\?([^?]*)$").fill_null("").str.count_matches(r"[\p{L}\p{N}']+")
    matches = {name: bare.str.contains(pattern) for name, pattern in PATTERNS.items()}
    counts = {
        name: raw.str.count_matches(pattern).clip(upper_bound=highest)
        for name, (pattern, highest) in COUNTED.items()
    }
    others = {
        "is_short": bare.str.len_chars() < 30,
        "capitals": bare.str.count_matches(r"\p{Lu}") / pl.max_horizontal(letters, 1),
        "words_after_question": tail.cast(pl.Float64).log1p(),
        "is_copy": raw.str.contains(COPY),
        "opens_with_mention": raw.str.contains(_OPENS_WITH_MENTION),
    }
    features = matches | counts | others
    asks = ["opens_with_question_word", "opens_with_why", "opens_with_verb", "opens_with_task"]
    features["asks_nothing"] = ~pl.any_horizontal(
        raw.str.contains("?", literal=True),
        matches["asks_anyone"],
        *(matches[name] for name in asks),
    )
    features["asks_and_links"] = matches["ends_with_question"] & (counts["links"] > 0)
    features["asks_and_points"] = matches["points_elsewhere"] & matches["ends_with_question"]
    features["asks_one_person"] = features["opens_with_mention"] & matches["second_person"]
    return {name: value.cast(pl.Float64) for name, value in features.items()}
