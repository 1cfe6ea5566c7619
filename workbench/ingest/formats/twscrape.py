"""twscrape: JSON lines that call themselves snscrape's, with ids as strings beside the numbers."""

from typing import Any

from workbench.ingest.formats.snscrape import read

__all__ = ["ABOUT", "NAME", "matches", "read"]

NAME = "twscrape"
ABOUT = "twscrape: JSON lines"


def matches(sample: dict[str, Any]) -> bool:
    """Tell whether a decoded record is of this format."""
    return "id_str" in sample and "rawContent" in sample
