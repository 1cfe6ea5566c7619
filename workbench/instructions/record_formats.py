"""Find the request in one record of an instruction data set.

The format of a record follows from its fields, never from the name of its file. Records come from
`text_files.records`.
"""

import re
from enum import Enum
from typing import Any

from workbench.instructions import chat_markup

#: The formats that can be read, as errors name them.
KNOWN = (
    "Alpaca (instruction, input), Dolly (instruction, context), self-instruct (instruction, "
    "instances), Open-Assistant trees (prompt) and messages (text, role, parent_id), ShareGPT "
    "(conversations), chat (messages), INSTRUCTION, or exactly one of text, prompt and question; "
    "as JSON, JSON lines or CSV with a header; or plain text, one instruction a line"
)

#: Values of the field `label` that mark a text as no request, or as a doubtful one.
UNFIT = ("no", "borderline")

#: Fields that contain the request if a record has only one of them.
_SINGLE_FIELDS = ("text", "prompt", "question")
#: The header of a table names at least one of these columns.
COLUMNS = {"instruction", *_SINGLE_FIELDS}

_HUMAN_ROLES = {"user", "human", "prompter"}
_CONVERSATION_FIELDS = ("conversations", "messages", "conversation")


class NoRequest(Enum):
    """Why a record has no request."""

    #: A message that answers another message, or was deleted.
    REPLY = "reply"
    #: A prompt marked up for a chat model, without a turn of the user.
    MARKUP = "markup"
    #: A record in no known format.
    UNKNOWN = "unknown format"


def request(record: object) -> str | NoRequest:
    r"""Return the text that asks for something, or why there is none.

    Args:
        record: One record from `text_files.records`: a string or a decoded JSON value.

    Examples:
        >>> request({"instruction": "Add these.", "input": "2, 3", "output": "5"})
        'Add these.\n2, 3'
        >>> request({"messages": [{"role": "user", "content": "hello?"}]})
        'hello?'
        >>> request({"text": "### Human: hello?### Assistant: Hi."})
        'hello?'
        >>> request({"speech": "hello?"})
        <NoRequest.UNKNOWN: 'unknown format'>
    """
    text = _marked_up_request(record)
    if not isinstance(text, str):
        return text
    return chat_markup.first_request(text) or NoRequest.MARKUP


def is_labelled_unfit(record: object) -> bool:
    """Return whether the field `label` says that the text is no request, or a doubtful one.

    Examples:
        >>> is_labelled_unfit({"text": "good morning all", "label": "no"})
        True
    """
    return isinstance(record, dict) and _stripped(record.get("label")) in UNFIT


def topic(record: object) -> str | None:
    """Return the topic or category of a record in kebab-case, None if it has neither.

    Examples:
        >>> topic({"instruction": "Name a cheese.", "category": "open_qa"})
        'open-qa'
    """
    if not isinstance(record, dict):
        return None
    name = _stripped(record.get("topic")) or _stripped(record.get("category"))
    return re.sub(r"[\W_]+", "-", name[:80].lower()).strip("-") or None


def _marked_up_request(record: object) -> str | NoRequest:
    """Return the request of a record as it is written there."""
    if not isinstance(record, dict):
        return _stripped(record) or NoRequest.UNKNOWN
    for find in (_in_message, _in_instruction, _in_conversation, _in_single_field):
        if (text := find(record)) is not None:
            return text
    return NoRequest.UNKNOWN


def _stripped(value: object) -> str:
    """Return a text without surrounding white space, or "" for any other value."""
    return value.strip() if isinstance(value, str) else ""


def _in_message(record: dict[str, Any]) -> str | NoRequest | None:
    """Read Open-Assistant: a tree, or a message with its role and parent."""
    prompt = record.get("prompt")
    message = prompt if isinstance(prompt, dict) else record
    if not _stripped(message.get("text")) or (message is record and "role" not in record):
        return None
    is_human = _stripped(message.get("role", "prompter")) in _HUMAN_ROLES
    if not is_human or message.get("parent_id") or message.get("deleted"):
        return NoRequest.REPLY
    return _stripped(message["text"])


def _in_instruction(record: dict[str, Any]) -> str | None:
    """Read Alpaca, Dolly, self-instruct and the instruction format of Open-Assistant."""
    instruction = _stripped(record.get("instruction")) or _stripped(record.get("INSTRUCTION"))
    if not instruction:
        return None
    context = _stripped(record.get("input")) or _stripped(record.get("context"))
    instances = record.get("instances")
    if not context and isinstance(instances, list) and instances:
        first = instances[0]
        context = _stripped(first.get("input")) if isinstance(first, dict) else ""
    return f"{instruction}\n{context}".strip()


def _in_conversation(record: dict[str, Any]) -> str | None:
    """Read ShareGPT and chat messages: the first turn by a human."""
    for turns in (record.get(field) for field in _CONVERSATION_FIELDS):
        for turn in turns if isinstance(turns, list) else []:
            if not isinstance(turn, dict):
                continue
            role = _stripped(turn.get("role")) or _stripped(turn.get("from"))
            if role.lower() in _HUMAN_ROLES:
                content = turn.get("content") or turn.get("value")
                parts = content if isinstance(content, list) else [{"text": content}]
                texts = [_stripped(part.get("text")) for part in parts if isinstance(part, dict)]
                return "\n".join(filter(None, texts)) or None
    return None


def _in_single_field(record: dict[str, Any]) -> str | None:
    """Read any record that has exactly one field for a request."""
    texts = [text for field in _SINGLE_FIELDS if (text := _stripped(record.get(field)))]
    return texts[0] if len(texts) == 1 else None
