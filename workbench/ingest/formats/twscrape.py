"""Detect twscrape: JSON lines like those of snscrape, with ids as numbers and as strings."""

from typing import Any

from workbench.ingest.formats.snscrape import read

__all__ = ["ABOUT", "LACKS", "NAME", "YEARS", "matches", "read"]

NAME = "twscrape"
ABOUT = "twscrape: JSON lines"
YEARS = "since 2023"
LACKS = ""


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    return "id_str" in sample and "rawContent" in sample
