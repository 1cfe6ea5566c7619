"""Return the texts that ship with the workbench, which the embedding engines are fitted to."""

import hashlib
import json
from functools import lru_cache
from importlib import resources

_FILES = (
    "instructions.jsonl",
    "labelled_tweets.jsonl",
    "sample_conversations.jsonl",
    "sample_noise.jsonl",
)


@lru_cache(maxsize=1)
def texts() -> list[str]:
    """Return the distinct texts: several thousand known instructions and made-up tweets.

    Examples:
        >>> len(texts()) == len(set(texts())) > 1000
        True
    """
    distinct: dict[str, None] = {}
    for name in _FILES:
        data = resources.files("workbench").joinpath("data", name).read_bytes()
        for record in map(json.loads, data.splitlines()):
            turns = record.get("turns")
            written = [turn[-1] for turn in turns] if turns else [record["text"]]
            distinct.update(dict.fromkeys(written))
    return list(distinct)


def digest() -> str:
    """Return the SHA-256 of the texts, which changes when a fitted engine must be fitted again."""
    return hashlib.sha256("\n".join(texts()).encode()).hexdigest()
