"""Corpus: the texts that ship with the workbench, which engines are fitted to."""

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
    """Give the distinct texts, some thousand: known instructions and made-up tweets.

    Examples:
        >>> len(texts()) == len(set(texts())) > 1000
        True
    """
    found: dict[str, None] = {}
    for name in _FILES:
        data = resources.files("workbench").joinpath("data", name).read_bytes()
        for record in map(json.loads, data.splitlines()):
            said = [turn[-1] for turn in record["turns"]] if "turns" in record else [record["text"]]
            found.update(dict.fromkeys(said))
    return list(found)


def digest() -> str:
    """Hash them."""
    return hashlib.sha256("\n".join(texts()).encode()).hexdigest()
