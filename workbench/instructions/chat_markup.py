r"""Read the request out of a prompt that is marked up for a chat model.

Data sets often contain whole prompts, as a model reads them: `### Human: ... ### Assistant: ...`,
ChatML, `[INST]` and their like. Only the first turn of the user is a request. `record_formats`
calls this module for every text.
"""

import re

#: Names of the roles, as marks write them.
_HUMAN = r"user|human|prompter|instruction|question|customer"
_ASSISTANT = r"assistant|gpt|response|answer|output|bot|ai|model|chatbot"
_OTHER = r"system|tool|function|context"
_ROLES = rf"(?:{_HUMAN}|{_ASSISTANT}|{_OTHER}|input)"
#: What begins a turn. The group that matches names its role.
_MARK = re.compile(
    rf"""
    \#{{2,4}}[ ]*(?P<heading>{_ROLES})[ ]*:                            # ### Human:
    | <\|im_start\|>[ ]*(?P<chatml>\w+)                                  # ChatML
    | <\|start_header_id\|>\s*(?P<header>\w+)\s*<\|end_header_id\|>      # Llama 3
    | <start_of_turn>[ ]*(?P<gemma>\w+)                                 # Gemma
    | <[|\uff5c](?P<token>{_ROLES})(?:_token)?[|\uff5c]>                 # Zephyr, DeepSeek
    | (?P<inst>\[/?INST\])                                              # Llama 2, Mistral
    """,
    re.IGNORECASE | re.VERBOSE,
)
#: A role and a colon at the start of a line, or after a sentence. It is markup only if the text
#: begins with one, and has one of the user and one of the assistant.
_PLAIN = re.compile(
    r"(?:^|(?<=\n)|(?<=[.?!>] ))(?P<plain>user|human|assistant|ai|system):(?=\s)", re.IGNORECASE
)
_SYSTEM = re.compile(r"<<SYS>>.*?<</SYS>>|\[SYSTEM_PROMPT\].*?\[/SYSTEM_PROMPT\]", re.DOTALL)
#: Tokens around turns that say nothing about roles.
_BORDER = re.compile(
    r"</?s>|<[be]os>|<end_of_turn>|<[|\uff5c](?:im_end|im_sep|end|eot_id|eom_id|endoftext|begin_of_text"
    r"|end_of_text|(?:start|end)_of_turn_token|(?:begin|end)[\u2581_]of[\u2581_]sentence)[|\uff5c]>",
    re.IGNORECASE,
)
#: A token of a model that this module does not know.
_UNKNOWN_TOKEN = re.compile(r"<[|\uff5c][\w\u2581]+[|\uff5c]>|\[/?INST\]|<</?SYS>>")


def first_request(text: str) -> str | None:
    r"""Return the first turn of the user, or a text without markup as it is.

    Args:
        text: A prompt.

    Returns:
        The request, with the `### Input:` of an Alpaca prompt; None if there is no turn of a user.

    Examples:
        >>> first_request("### Human: why is rain wet?### Assistant: It is water.")
        'why is rain wet?'
        >>> first_request("<|im_start|>system\nBe brief.<|im_end|>") is None
        True
        >>> first_request("why is rain wet?")
        'why is rain wet?'
    """
    without_system = _SYSTEM.sub("", text)
    marks = _marks(without_system)
    if not marks:
        is_marked_up = _BORDER.search(text) or _UNKNOWN_TOKEN.search(text)
        return _without_borders(text) if is_marked_up else text
    turns = _turns(without_system, marks)
    # A prompt may begin without a mark, and only mark where the answer begins.
    if marks[0][0] == "assistant" and (opening := without_system[: marks[0][1]]).strip():
        return _without_borders(opening)
    for number, (role, turn) in enumerate(turns):
        if role == "human":
            inputs = [text for role, text in turns[number + 1 : number + 2] if role == "input"]
            return _without_borders("\n".join([turn, *inputs]))
        if role == "assistant":
            return None
    return None


def continues_chat(line: str) -> bool:
    r"""Return whether a line has a mark without its turn, or a turn that is not the user's.

    Examples:
        >>> lines = ("<|im_start|>user", "### Assistant: so", "### Human: why?", "why?")
        >>> [continues_chat(line) for line in lines]
        [True, True, False, False]
    """
    if (mark := _MARK.match(line.strip())) is None:
        return False
    return _role(mark) != "human" or not _BORDER.sub("", _MARK.sub("", line)).strip()


def _marks(text: str) -> list[tuple[str, int, int]]:
    """Return the role of each mark, and where the mark starts and ends."""
    marks = [(_role(match), *match.span()) for match in _MARK.finditer(text)]
    plain = [(_role(match), *match.span()) for match in _PLAIN.finditer(text)]
    is_plain = {role for role, *_ in plain} >= {"human", "assistant"}
    if not marks and is_plain and not text[: plain[0][1]].strip():
        return plain
    return marks


def _role(match: re.Match[str]) -> str:
    name = match[match.lastgroup or 0].lower()
    if name == "input":
        return "input"
    if name == "[inst]" or re.fullmatch(_HUMAN, name):
        return "human"
    return "assistant" if name == "[/inst]" or re.fullmatch(_ASSISTANT, name) else "other"


def _turns(text: str, marks: list[tuple[str, int, int]]) -> list[tuple[str, str]]:
    """Return the role and the text of each turn."""
    ends = [start for _, start, _ in marks[1:]] + [len(text)]
    return [
        (role, text[start:end].strip()) for (role, _, start), end in zip(marks, ends, strict=True)
    ]


def _without_borders(text: str) -> str | None:
    """Remove tokens that separate turns; return None if nothing or an unknown token is left."""
    bare = _BORDER.sub("", text).strip()
    return None if not bare or _UNKNOWN_TOKEN.search(bare) else bare
