"""Shapes: where the records of instruction sets keep the request; told from content, not names."""

import re
from typing import Any

#: What can be read, as errors name it.
KNOWN = (
    "Alpaca (instruction, input), Dolly (instruction, context), self-instruct (instruction, "
    "instances), Open-Assistant trees (prompt) and messages (text, role, parent_id), ShareGPT "
    "(conversations), chat (messages), INSTRUCTION, or exactly one of text, prompt and question; "
    "as JSON, JSON lines or CSV with a header; or plain text, one instruction a line"
)
#: Stands for the request of a message that answers another one, or was deleted.
REPLY = ""

#: Values of the field `label` by which a text is no request, or hardly one.
UNFIT = ("no", "borderline")

_FIELDS = ("text", "prompt", "question")
#: Columns of which the header of a table has one.
COLUMNS = {"instruction", *_FIELDS}
_HUMAN = {"user", "human", "prompter"}
_DIALOGUES = ("conversations", "messages", "conversation")


def request(record: object) -> str | None:
    r"""Find the text that asks for something.

    Args:
        record: One value of `textfiles.records`.

    Returns:
        The text; `REPLY` for messages that are no opening request; None where no known shape fits.

    Examples:
        >>> request({"instruction": "Add these.", "input": "2, 3", "output": "5"})
        'Add these.\n2, 3'
        >>> request({"messages": [{"role": "user", "content": "hello?"}]})
        'hello?'
        >>> request({"speech": "hello?"}) is None
        True
    """
    if not isinstance(record, dict):
        return _text(record) or None
    for find in (_of_node, _of_instruction, _of_dialogue, _of_field):
        if (found := find(record)) is not None:
            return found
    return None


def is_labelled_unfit(record: object) -> bool:
    """Tell whether somebody has judged that the text of a record is no request that fits.

    Examples:
        >>> is_labelled_unfit({"text": "good morning all", "label": "no"})
        True
    """
    return isinstance(record, dict) and _text(record.get("label")) in UNFIT


def topic(record: object) -> str | None:
    """Give what a record says about its kind, in kebab-case; None where it says nothing.

    Examples:
        >>> topic({"instruction": "Name a cheese.", "category": "open_qa"})
        'open-qa'
    """
    if not isinstance(record, dict):
        return None
    named = _text(record.get("topic")) or _text(record.get("category"))
    return re.sub(r"[\W_]+", "-", named[:80].lower()).strip("-") or None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _of_node(record: dict[str, Any]) -> str | None:
    """Open-Assistant: a tree, or a message with its role and parent."""
    prompt = record.get("prompt")
    node = prompt if isinstance(prompt, dict) else record
    if not _text(node.get("text")) or (node is record and "role" not in record):
        return None
    is_opening = _text(node.get("role", "prompter")) in _HUMAN and not node.get("parent_id")
    return _text(node["text"]) if is_opening and not node.get("deleted") else REPLY


def _of_instruction(record: dict[str, Any]) -> str | None:
    """Alpaca, Dolly, self-instruct and the Open-Assistant instruction format."""
    asked = _text(record.get("instruction")) or _text(record.get("INSTRUCTION"))
    instances = record.get("instances")
    first = instances[0] if isinstance(instances, list) and instances else None
    given = _text(record.get("input")) or _text(record.get("context"))
    given = given or (_text(first.get("input")) if isinstance(first, dict) else "")
    return f"{asked}\n{given}".strip() if asked else None


def _of_dialogue(record: dict[str, Any]) -> str | None:
    """ShareGPT and chat messages: what the human says first."""
    for turns in (record[key] for key in _DIALOGUES if isinstance(record.get(key), list)):
        for turn in turns:
            if not isinstance(turn, dict):
                continue
            if (_text(turn.get("role")) or _text(turn.get("from"))).lower() in _HUMAN:
                said = turn.get("content") or turn.get("value")
                parts = said if isinstance(said, list) else [{"text": said}]
                texts = [_text(part.get("text")) for part in parts if isinstance(part, dict)]
                return "\n".join(filter(None, texts)) or None
    return None


def _of_field(record: dict[str, Any]) -> str | None:
    """Any record with one field that can only be the request."""
    found = [text for field in _FIELDS if (text := _text(record.get(field)))]
    return found[0] if len(found) == 1 else None
