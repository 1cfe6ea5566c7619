"""Patterns of the surface features of replies, for text as in `prompt_patterns`."""

from workbench.classifiers import prompt_patterns

#: A person's own view or habit, which is often the best answer: "I use", "worked for me".
_EXPERIENCE = (
    r"\b(?:i|we|i'?ve|we'?ve|i'?d|i would) (?:(?:\w+ly|just|always|often|have|had|also|personally|"
    r"still|then|really|did|ended up|went with|used to) ){0,2}(?:use[ds]?|using|recommend(?:ed)?|"
    r"suggest|try|tried|put|make|made|find|found|bought|buy|got|keep|kept|swear by|switched|took|"
    r"take|do|did|go|went|get|add|added|start(?:ed)?|stick|stuck|prefer|liked?|loved?|read|cook|"
    r"soak|boil|wash|clean|fixed|solved|say|said|think|reckon|believe|guess|suspect|heard)\b|"
    r"\b(?:i'?m|i am|been|we'?re) (?:(?:really|just|also|currently|still|now) )?(?:using|loving|"
    r"liking|enjoying|running|reading|a (?:big )?fan of|partial to)\b|"
    r"\bi(?:'?d| would| could| can(?:'?t)?) (?:(?:just|also|only|always|highly|not|probably|"
    r"definitely|really) ){0,2}(?:go|say|use|get|try|recommend|suggest|start|avoid|buy|look|pick|"
    r"choose|fault|vouch|imagine|do)\b|"
    r"\b(?:works?|worked|working|does the (?:job|trick)|did the (?:job|trick)|saved) "
    r"(?:(?:so|really|very|a) )?(?:for (?:me|us|mine)|well|great|fine|perfectly|wonders|treat)\b|"
    r"\bin my (?:experience|opinion|view)\b|\bimh?o\b|\b(?:my|our) (?:go-?to|favou?rite|trick)\b"
)
#: Words that agree, if they are all that a sentence says.
_AGREES = (
    r"(?:same(?: here| boat| tbh)?|me too|me neither|mood|exactly|following|(?:i )?agreed?|so true|"
    r"true|literally(?: me)?|facts|preach|relatable|this(?: this)*(?: so much| right here)?|\+1|"
    r"(?:i )?feel this|yes (?:this|please)|ikr|right)"
)

#: Feature -> pattern that the reply contains, in lower case, without mentions and links.
PATTERNS = {
    # Advice: what to do, try, use, avoid.
    "advises": r"\b(?:try|use|put|take|add|turn|check|make sure|go (?:to|for|with|into)|"
    r"look (?:at|for|up)|you (?:can|could|need|should|want|have to|might)|you'?ll|you'?d|i'?d|"
    r"i would|start with|don'?t|avoid|instead|best)\b",
    # Reasons and conditions.
    "reasons": r"\b(?:because|since|so that|if|unless|depends|usually|means|therefore|which is|"
    r"that'?s why|due to|it'?s|they'?re|then|called|about|around|between|until|either)\b",
    # Yes or no at the start, with something after it.
    "decides": r"^\W*(?:yes|yep|yeah|yup|no|nope|nah|not|definitely|absolutely|depends|both|"
    r"neither|"
    r"sure|correct|(?:looks|seems|sounds) (?:like|so|to)|should(?:n'?t)? (?:be|do))\b.{12}",
    # Thanks and good wishes.
    "thanks": r"\b(?:thanks?|thank you|thx|ty|(?:you'?re|ur|most) welcome|good luck|congrats|"
    r"congratulations|hope you (?:feel|get|find|have|are)|hugs|sorry to hear|get well|love this|"
    r"(?:so|very) proud)\b",
    # Agrees and says nothing else. "This is because ..." and "Same way as ..." go on.
    "agrees": rf"^\W*{_AGREES}(?:[^\w'\s]|\s+\W|\s*$)|"
    r"^\W*(?:same|me too|literally|mood|relatable),? (?:and|but|omg|lol|i |my |me )|"
    r"^\W*(?:asking the (?:real|right) questions|(?:i )?(?:was |am |been |i'?m )?"
    r"(?:just )?wonder(?:ed|ing)? |following (?:this|for|along|cos|because|as))",
    # Praises or judges a thing: "works really well", "is the best", "can't go wrong with".
    "evaluates": r"\b(?:works? (?:(?:really|pretty|very|quite|so) )?(?:well|great|fine|perfectly)|"
    r"(?:is|are|was|were|it'?s|they'?re|that'?s) "
    r"(?:(?:really|pretty|very|quite|so|a|an|probably) )*"
    r"(?:the best|best|great|brilliant|solid|decent|good|excellent|fantastic|amazing|lovely|"
    r"unbeatable|perfect|better|fine|ok|okay|safe|worth|easy|easier|cheap|cheaper)|"
    r"highly recommend\w*|can'?t (?:go wrong|beat)|hands down|worth (?:it|a look|every))\b",
    # Reacts before anything else: "omg", "aww", "great question", "love this".
    "reacts": r"^\W*(?:o+h+|omg|wow+|ugh+|a+w+|ha|hey|yay|damn|yikes|bruh|bro|dude|girl|sis|whoa|"
    r"hmm+|interesting|amazing|awesome|nice|cool|love (?:it|this|that)|"
    r"(?:great|good|excellent|interesting) (?:question|q|post|point|luck|one|stuff|thread)|"
    r"so (?:cute|true|sad|good|sorry)|welcome|happy|wait|well said|dear)\b",
    # Argues with the asker instead of answering.
    "argues": r"\b(?:(?:so )?you(?:'?re| are) (?:a|an|just|so|wrong|not|being|missing|all|the "
    r"(?:problem|one))|u r|wake up|give me a break|who cares|get over|grow up|shut up|lies|lying|"
    r"liars?|propaganda|bs|bullshit|nonsense|typical|your (?:point|problem|argument|side|party)|"
    r"(?:nobody|no one) (?:cares|asked|said|is saying)|so what|as if|nice try|good riddance)\b",
    # The writer knows no more than the asker.
    "knows_not": r"\b(?:idk|no (?:idea|clue|experience)|dunno|don'?t know|do not know|"
    r"let me know (?:if|when|what|how|too|as) (?:you|u|well|anyone|someone)|"
    r"(?:i|me|also|too) (?:want|need) to know|need this|i need (?:it|one|that)|"
    r"(?:just |try |please |you can )?google (?:it|that|is|exists)|(?:use|try|ask) google|"
    r"have you (?:tried )?googled?|not sure\W+(?:either|tbh|sorry|myself)|haven'?t (?:a|"
    r"got a) clue)\b",
    # Moves the matter to private messages, or speaks for a company.
    "moves_away": r"\b(?:dm|pm|message|email|e-mail|call|contact|inbox|text) (?:me|us|him|her)\b|"
    r"\b(?:dms?|dm'?d|pm'?d|booking reference|case number)\b|"
    r"\b(?:which|what) (?:device|model|version|error|browser|phone)\b[^.!]*\?|\bstill having\b|"
    r"\b(?:take|have) a (?:closer |quick )?look (?:at|in|into|for) (?:this|it|that|what|your)\b|"
    r"\b(?:can|could|would) you (?:please |kindly )?(?:confirm|verify|provide|share|tell us)\b|"
    r"\bsend (?:me|us) (?:a|your|the)\b|\blook into (?:this|it|that)\b|\blet us know\b|"
    r"\b(?:apologi[sz]e|apologies|we'?re sorry|sorry (?:for|about) (?:the|that|this|any|your))\b|"
    r"\b(?:happy|glad|love|like) to (?:help|assist|hear|look)\b|\breach(?:ing|ed)? out\b|"
    r"\bour team\b",
    "laughs": prompt_patterns.PATTERNS["laughs"],
    "swears": prompt_patterns.PATTERNS["swears"],
    "promotes": r"\b(?:follow (?:me|us|back)|check out (?:my|our)|link in|discount|promo|"
    r"free trial|"
    r"my (?:page|shop|course|channel|bio|profile)|subscribe|sign up)\b",
    # The writer's own use, habit or opinion.
    "tells_experience": _EXPERIENCE,
    "digits": r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|half|twice|once|"
    r"dozen|hundred|thousand|minutes?|hours?|days?|weeks?|months?|degrees)\b",
    "lists": r"(?:[^,]+,){2}|\b1[.)]|\bfirst\b|:\s",
    "ends_with_question": prompt_patterns.PATTERNS["ends_with_question"],
    "question": r"\?",
    "exclamation": r"!",
}
FIRST_PERSON = prompt_patterns.PATTERNS["first_person"]
#: The author of the prompt thanks for the reply or confirms it.
THANKS = (
    r"\b(?:thanks?|thank (?:you|u)|thx|tysm|ty|cheers|much appreciated|appreciate (?:it|that|this)|"
    r"(?:that|this|it) (?:worked|works|did it|fixed it|helps?|helped|makes sense)|"
    r"that'?s (?:it|the "
    r"one)|(?:very|so|really|super) helpful|you'?re (?:right|a (?:star|legend|life ?saver|genius))|"
    r"(?:life ?saver|legend)|(?:will|i'?ll|gonna|going to) (?:try|give|do|check|get|look|order)|"
    r"good (?:idea|tip|shout|point|to know)|great (?:idea|tip|shout|answer|suggestion)|perfect|"
    r"brilliant|got it|makes sense|sorted|solved|never thought of)\b"
)
#: The author of the prompt says that the reply is no help.
REJECTS = (
    r"\b(?:(?:did|does|do)(?:n'?t| not) (?:work|help|answer|seem)|(?:not|isn'?t|wasn'?t) (?:what i|"
    r"helpful|helping|my question|the question|it|that)|(?:already|i'?ve) (?:tried|done|did|"
    r"checked|"
    r"looked)|tried (?:that|it|this|all)|still (?:not|doesn'?t|won'?t|nothing|no|broken|the same)|"
    r"(?:no|nope),? (?:i mean|i meant|that'?s|thanks|not)|i (?:meant|asked|said)|"
    r"thanks for nothing|"
    r"no help|not true|wrong|nothing to do with|nice try|very funny|haha|lol)\b"
)
#: What a prompt asks for -> words that a fitting reply contains.
FITTING = {
    r"\bhow (?:long|much|many|far|often|old|big|hot|early)\b|\bwhen\b|"
    r"\bwh?at (?:time|year|temperature|size|age|day)\b": PATTERNS["digits"],
    r"\bwhy\b": (r"\b(?:because|cos|cuz|bc|since|due to|so that|that'?s why|it'?s|they|to)\b"),
    r"\bwhere\b": (r"\b(?:in|at|on|near|from|by|under|behind|opposite|around|settings|here)\b"),
    r"\b(?:who|which|recommend\w*|recs?|suggest\w*|any (?:good|decent)|looking for)\b": (
        r"\b(?:the|try|by|anything|it'?s|is|are|both|get|read)\b"
    ),
    r"\bhow (?:do|can|should|would|to|could)\b": (
        r"\b(?:you|use|try|put|add|with|then|first|just|need|take|turn|go|click|until|by)\b"
    ),
    r"(?:^|[.!,:]\s*)(?:is|are|was|can|could|do|does|did|should|would|will|has|have)\b": (
        r"^\W*(?:yes|yep|yeah|yup|no|nope|nah|not|never|definitely|absolutely|depends|both|"
        r"neither|only|it|they|you|sure|correct|probably|apparently|technically|usually)\b"
    ),
}

#: The prompt asks for a name or a thing, rather than for a method or a reason.
ASKS_FOR_NAMES = (
    r"\b(?:which|who|whose|wh?at(?:'?s| is| are| was| were)?|best|recommend\w*|recs?|suggest\w*|"
    r"any (?:\w+ ){0,2}(?:good|decent|tips|ideas|suggestions)|looking for|name|fav(?:ou?rite)?)\b"
)
#: A word of a question.
ASKS = (
    r"\b(?:wh?at|which|who|whose|when|where|why|how|is|are|was|do|does|did|can|could|have|has|will|"
    r"would|should|you|u|your|really|right|huh|wait)\b"
)
#: Words that lead to a link.
REFERS = (
    r"\b(?:here|this (?:should|might|may|could|one|is|was|by|from|guide|post|page|article|thread)|"
    r"these|link|links|article|below|see|found (?:this|it)|check (?:this|it|out)|might help|"
    r"have a (?:look|read)|take a look|look at|read|more (?:info|information|details)|example|"
    r"examples|resources?|browse|website|wrote|posted|video|tutorial)\b"
)
#: A text that was cut off: an ellipsis at its end, and perhaps the link to the whole tweet.
CUT = r"\x{2026}\s*(?:https?:\S*\s*)?$"
#: One to seven words.
FEW_WORDS = r"^\S+(?:\s+\S+){0,6}$"
