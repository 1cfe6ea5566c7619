"""Patterns of the surface features of prompts.

All are for polars' own engine, which takes linear time on any text, and for text in lower case
with straight apostrophes.
"""

from workbench.text import patterns

#: Words before a question: "so", "hey guys", "q:".
_LEAD = (
    r"^[^\p{L}\p{N}]*(?:(?:so|ok|okay|hey|hi|hello|and|but|um+|uh+|well|right|guys|twitter|"
    r"everyone|question|quick question|serious question|genuine question|q|please|pls|anyways?|"
    r"also|yo|omg|for real)\b[^\p{L}\p{N}]*){0,3}"
)
#: The rest of a sentence, up to its question mark.
_ASKED = r"[^.!?…]*\?"
_AUXILIARY = (
    r"(?:is|are|was|were|am|can|could|do|does|did|should|would|will|has|have|had|"
    r"(?:is|are|was|were|ca|could|do|does|did|should|would|wo|has|have)n'?t)"
)
_READERS = r"(?:you|u|ya|y'?all|you guys|everyone|everybody)"
_ANYONE = r"any(?:one|body|1)"
_TIPS = r"(?:recommendations?|recs?|recos?|suggestions?|tips|ideas|advice|pointers|hints|tricks)"
EMOJI = r"[\p{So}\x{1F300}-\x{1FAFF}]"

#: Feature -> pattern in the text without mentions and links, see `prompt_features.surface`.
PATTERNS = {
    # Ends with a question. Hashtags and emoji after it do not count.
    "ends_with_question": r"\?[^\w?]*(?:#\w+[^\w?]*)*$",
    # Begins with a question. "When it rains, I run" and "What a day" are none.
    "opens_with_question_word": _LEAD
    + r"(?:(?:how|hw)(?: (?:to|long|much|many|far|often|old|big|hot|early|come|about|u|you))\b|"
    r"(?:wh?at|wht) (?:kind|type|sort|time|day|to|happens|causes?|makes|the best)\b|"
    r"(?:where|when|which) (?:to|one|of|way)\b|who (?:knows|can)\b|"
    rf"(?:how|hw|wh?at|wht|where|which|when|who|whose)(?:'?s|'?re| {_AUXILIARY}|{_ASKED})(?:\W|$))",
    # Begins with "why". Such questions are mostly complaints.
    "opens_with_why": _LEAD + r"why\b",
    # Begins as a yes-or-no question. "Can't wait" and "Do not touch" are none.
    "opens_with_verb": _LEAD + rf"{_AUXILIARY}\b(?:{_ASKED}|\s+(?:i|you|u|ya|y'?all|we|they|he|she|"
    rf"there|{_ANYONE}|any|some(?:one|body))\b)|"
    + _LEAD
    + r"(?:is|was|does|will|would|can|could|should) it\b",
    # Addresses any reader: "does anyone know", "can someone explain". A clause such as "people who
    # use" addresses nobody.
    "asks_anyone": rf"\b(?:{_ANYONE}|any of (?:you|u|y'?all)) (?:(?:here|out there|on here|of you|"
    r"please|pls|know how|else|ever) )*(?:know|knows|kno|got|have|has|had|recommend|tried|used|use|"
    rf"explain|tell|help|able|familiar|good (?:at|with))\b|\b{_ANYONE}\?|"
    r"(?:^|[.!?:…]\s*|\b(?:so|ok|hey|q|guys) )who (?:(?:here|out there|on here|of you|else) )*"
    rf"(?:knows?|kno|can (?:recommend|explain|help|tell)|(?:has|have|got|tried|used?|"
    rf"uses){_ASKED})|"
    r"\bsome(?:one|body) (?:(?:please|pls|plz|here|kindly) )*(?:please|pls|plz|explain|tell|help|"
    r"recommend|teach|show|point)\b|"
    rf"\b(?:does|do|did|has|have|can|could|would|will) (?:{_ANYONE}|some(?:one|body)|you guys|"
    r"any of (?:you|u|y'?all)|y'?all)\b|\b(?:lazyweb|lazytwitter|hive ?mind|tweeps|"
    r"twitter(?:verse)?,? (?:help|what|how|who|where))\b",
    # Shares a mood and asks nothing: "Anyone else...", "just me".
    "shares_a_mood": rf"\b{_ANYONE} else\b|\b(?:just|only) me\b|\bam i the only\b|"
    r"\b(?:ever|when you|that moment|imagine|remember when|you know (?:when|what))\b",
    # Asks for advice or a tip, with a question mark or without: "any tips", "looking for a good".
    "asks_advice": rf"\bany (?:\w+ ){{0,2}}(?:{_TIPS}|thoughts|help|leads)\b|"
    r"(?:^|[.!?…:,;]\s*|\b(?:i'?m|i am|still|currently|been|anyone|hi|hey|all|and|but) )"
    r"(?:looking|searching|hunting|in (?:search|need|the market)) (?:for|4|of) (?:a|an|some|any|"
    r"something|somewhere|recommend\w*|recs|suggest\w*|advice|tips|ideas|good|decent|new|the best|"
    r"ways?|resources?|examples?|inspiration|help)\b|"
    r"\b(?:need|want|could use|(?:would|'?d) (?:love|like|appreciate)|seeking|open to|taking) "
    rf"(?:\w+ ){{0,3}}{_TIPS}\b|\b{_TIPS}\b{_ASKED}|"
    rf"\b{_TIPS} (?:please|pls|plz|welcome|appreciated|needed|wanted)\b|"
    r"^\W*(?:recommendations?|recs|suggestions?) (?:for|on|about)\b|"
    r"\bneed (?:some |a bit of |a little )?help (?:with|choosing|deciding|finding|getting|on)\b|"
    r"\b(?:can|could|would|please|pls|someone|anyone) (?:\w+ ){0,2}(?:recommend|suggest|advise)\b|"
    r"\bwhere (?:(?:can|do|should|could) (?:i|we|u|you|one)|to (?:buy|find|get|eat|go|stay))\b|"
    rf"\bworth (?:it|buying|watching|reading|learning|getting)\b{_ASKED}|"
    r"\b(?:best|good|better|easiest|cheapest|quickest|decent) (?:way|place|app|site|book|time|"
    rf"thing|one)\b{_ASKED}",
    # Asks for a method or a measure, and does not only mention that somebody knows how to.
    "asks_how": r"\bhow (?:do|can|should|would|could|to|does|did|long|much|many|far|often|old|"
    rf"big|hot|early)\b{_ASKED}|\bhow (?:do|can|should|would|could) (?:i|one)\b|"
    r"\b(?:anyone|anybody|someone|somebody|guys) (?:\w+ ){0,3}how to\b|"
    r"\b(?:explain|tell me|help me|show me|figure out|advice on|tips on) (?:\w+ ){0,2}how\b",
    # Asks for a fact or a choice: "what's the", "difference between", "should I".
    "asks_what": r"\bwhat(?:'?s| is| are| was| were)? (?:the|a|an|some|kind|sort|do i|should i|"
    rf"can i|happens|does|would|causes?|makes)\b{_ASKED}|\bdifference between\b{_ASKED}|"
    rf"\b(?:should|can|do|could|would|must|may) i\b{_ASKED}|\bwhich (?:one|is|of)\b{_ASKED}|"
    r"\bis (?:it|there) (?:a|an|any|ok|okay|safe|possible|worth|better|normal|bad|true|too|legal|"
    rf"rude)\b{_ASKED}",
    # A whole sentence from a question word to the question mark.
    "whole_question": r"\b(?:how|what|whats|what's|where|which|who|when|whose)\b[^.!?…]{8,}\?",
    # Somebody knows, learns or shows how to.
    "tells_how": r"\b(?:know|knows|knew|knowing|learn(?:ed|t|ing|s)?|taught|teach(?:es|ing)?|"
    r"shows?|on) how to\b|^\W*how to\b[^?]*$",
    # Begins with a task for an assistant.
    "opens_with_task": _LEAD
    + r"(?:explain|describe|write|list|give me|tell me|name|summari[sz]e|translate|rewrite|compare|"
    r"suggest|recommend|help me|define|convert|calculate|create|make me|come up|rephrase|find)\b",
    # Asks for help, or thanks in advance. Thanks alone ask for nothing.
    "asks_help": r"\bhelp (?:me|us|please|pls|plz|needed|wanted|appreciated)\b|\bhelp\W*$|"
    r"\b(?:please|pls|plz) (?:help|advise|tell|explain|assist|recommend|suggest)\b|"
    r"\b(?:need|any|some|little|want) (?:\w+ )?help\b|\b(?:in advance|tia|asap)\b|"
    r"\b(?:stuck|confused|struggling) (?:on|with|about|to|by)\b|\b(?:i'?m|so) (?:stuck|confused)\b|"
    r"\bno (?:idea|clue) (?:how|what|where|which|why|if)\b|"
    r"\bcan(?:no|')?t (?:figure|find|decide|work out|get)\b|"
    r"\btrying to (?:find|figure|work out|decide|learn|understand|fix|get)\b|"
    r"\b(?:need|want|like|love) to (?:know|learn|understand)\b",
    # Wonders about something, with or without a question mark.
    "wonders": r"\bwonder(?:ing)?\b|\bcurious\b",
    # Asks about the reader's own business with a company.
    "asks_about_account": r"\bmy (?:\w+ ){0,2}(?:order|account|flight|booking|refund|delivery|"
    r"parcel|package|tickets?|bill|reservation|appointment|bags?|luggage|points|subscription|"
    r"payment)\b",
    # The answer changes from day to day.
    "asks_about_now": r"\b(?:today|tonight|tomorrow|yesterday|right now|atm|currently|this (?:week|"
    r"weekend|morning|afternoon|evening|season|year|month))\b",
    # A numbered question or answer of a chat: "Q3: ...".
    "numbered_in_chat": r"^\W*(?:\w+ )?[qa]\d{1,2}\b",
    # Begins with a question about something said before: "is that ...", "and how do they do it?".
    # "Is it ok to ..." and "is it worth ..." are whole.
    "asks_about_it": r"^\W*(?:(?:so|and|but|ok|wait|oh|also|then|hmm+)\b\W*){0,2}"
    rf"(?:(?:{_AUXILIARY}|(?:how|why|where|when|wh?at|which|who)(?:'?s|'?re| {_AUXILIARY})) "
    r"(?:that|this|those|these|he|she|they)\b|"
    r"(?:how|why|when) (?:did|do|does|can|could|is|was) (?:it|you) (?:do |say |get |use )?"
    r"(?:it|that|this|so|him|her|them)\b|(?:which|what) ones?\b|(?:how|what) about\b|why (?:not|so|"
    r"that|sooner|is that|was that)\b|says who\b|(?:and|but|or) (?:what|how|who|when|where|is|are|"
    r"that'?s|do|does|did|can)\b|(?:care|want) to\b)",
    # A company asks one of its customers: "we'd like to help. Can you confirm ...? ^AB".
    "speaks_for_company": r"\bwe(?:'?d| would| want to|'?re (?:here|happy|sorry)|"
    r" are (?:here|happy|sorry)) (?:(?:really|always|be|love|like|happy|glad|to) )*"
    r"(?:help|assist|look|hear|know|sorry|take a look)\b|\bwe (?:know|understand) how\b|"
    r"\b(?:dm|pm) us\b|\bour team\b|\b(?:sorry|apologies) (?:to hear|for (?:the|any|your))\b|"
    r"\blet us know\b|\b(?:can|could|would) you (?:(?:please|kindly) )?(?:confirm|verify|"
    r"send us|provide|dm|let us|share (?:your|the)|tell us)\b|\bthanks for (?:reaching|contacting|"
    r"letting|getting in)\b|[\^*]\s?\p{L}{1,4}\W*$",
    # Answers its own question: "Could this be an email? Yes."
    "answers_itself": r"\?[\s\"'”)]*(?:(?:well|uh|um|oh|and|of course|absolutely|definitely|"
    r"exactly|apparently),? )?(?:no|nope|nah|yes|yep|yeah|yup|never|nothing|none|"
    r"not (?:really|me|at all|in|the)|of course(?: not)?|because|always|exactly|absolutely)\b",
    # Asks what all of us do: mostly a sermon.
    "asks_about_us": rf"\b(?:do|can|can't|should|shouldn't|could|will|would|are|aren't|have|did|"
    rf"don't|must) we\b{_ASKED}",
    # About the writer.
    "first_person": r"\b(?:i|i'?m|i'?ve|im|ive|my|me|mine|we|our)\b",
    # Addresses one person.
    "second_person": r"\b(?:you|your|you'?re|u|ur|yall|y'all|yourself)\b",
    # About other people.
    "third_person": r"\b(?:he|she|him|her|his|hers|they|them|their|people|men|women|girls|"
    r"boys|niggas?|guys)\b",
    # "This", "that", "these": the meaning depends on something outside the text.
    "points_elsewhere": r"\b(?:this|that|these|those|dis|dat)\b",
    "laughs": r"\b(?:lo+l|lmf?ao+|rofl|(?:ha){2,}h?|hehe+|jk|smh)\b|[😂🤣💀]",
    "swears": r"\b(?:f+u+c*k\w*|wtf|tf|sh[i1]t\w*|damn|hell|ass|bitch\w*|dumb\w*|stupid|"
    r"idiots?|hate|disgusting|ridiculous|pathetic|liars?)\b",
    # Advertising, games for followers, headlines that link to a page.
    "promotes": r"\b(?:follow(?:ers|back|ing)?|retweets?|rt|giveaway|votes?|voting|win(?:ner)?|"
    r"sale|discount|click|subscribe|sign up|join|register|learn more|find out|giving away|live now|"
    r"read (?:more|on|our|the)|check (?:out|it)|tune in|stream(?:ing)?|apply|hiring|dm|"
    r"(?:new|latest|my|our|this week's|on the) (?:episode|podcast|blog|post|video|shop|article)|"
    r"free (?:shipping|trial|download|entry|gift|tickets?|delivery)|link (?:in|below|here)|"
    r"available (?:now|on|at|in|from)|(?:watch|download|shop|stream) (?:now|live|here|our|the|"
    r"this)|"
    r"tickets? (?:on sale|available|from|here|now)|special offer|offer ends|on offer)\b",
    # Words in quotation marks, or a dialogue line by line.
    "quotes": r"[\"“”«»]|(?:^|\s)'\S|\s[\x{2013}\x{2014}]\s|(?:^|\s)"
    r"(?:me|him|her|mom|mum|dad|q|a|boss|friend|teacher|reporter|also me)\s?\d*:\s",
    "ellipsis": r"\.\.|…",
    # Asks readers about themselves or their opinion: sincere, but not for an assistant.
    "asks_you": r"\b(?:do|did|have|are|were|would|will|if|could|should) (?:any of )?"
    rf"{_READERS}\b[^.!…]*\?|\b(?:what|which|who|where|how|when)(?:'?s| is| are|'?re)? (?:your|ur|"
    r"y'?alls?|you|u)\b[^.!…]*\?|\bfav(?:ou?rite|e)?\b[^.!…]*\?",
    # Ends with a tag question: "right?", "isn't it?", "or what?".
    "tag_question": r"(?:[,.…\s]\s*(?:right|huh|eh|innit|yeah|seriously|you know|"
    r"or (?:what|not|nah|something)|(?:is|are|was|were|do|does|did|have|has|had|would|should|could|"
    r"ca|wo)n'?t (?:it|he|she|they|we|you|u|i)(?: say| think)?)|[,.…]\s*(?:ok(?:ay)?|yes|no|really|"
    r"ever|again|agreed?|(?:is|are|was|were|do|does|did|have|has|would|could|can) "
    r"(?:it|he|she|they|we|you|u)))\s*\?+\W*$",
    # Begins with words in quotation marks, or the question is inside them.
    "quoted_question": r"^\W*[\"“«]|\?[\"”»]",
    # Rhetorical questions: "who cares", "what's the point", "why do people always".
    "rhetorical": r"\bhow dare\b|\bsince when\b|\bwho (?:knew|cares|the)\b|"
    r"\bwhat'?s the point\b|\bwhat(?:'?s| is)? (?:wrong|the matter) with\b|"
    r"\bwhat (?:a|if)\b|\bwhat kind of (?:person|people|man|woman|idiot|monster|country|"
    r"world)\b|\bthe (?:hell|fuck|heck|f|actual)\b|\b(?:wtf|tf|wth)\b|"
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
    "emoji": (EMOJI, 4),
    "digits": (r"\d+", 4),
}

#: A tweet copied by hand, with or without a comment.
COPY = r"(?i)^\W*(?:RT\b|MT\s*@)|[\"“”]\s?@\w|\bRT @"
#: `normalize.bare` knows this prefix in upper case only.
RETWEET_PREFIX = r"^\s*(?:[rm]t\s+@\w+:?|rt\s*:?\s)"
#: "I don't need any advice", "without any help".
DECLINES = r"\b(?:don'?t|do not|didn'?t|never|without|no longer) (?:\w+ ){0,2}any\b"
#: Begins with a mention.
OPENS_WITH_MENTION = r"^\s*\.?@\w"
#: The name of an account that answers the customers of a company.
COMPANY = (
    r"@(?:ask|help)\w|@\w*(?:support|help|cares?|service|assist)s?\b|@\w+(?:support|help|cares)"
)
