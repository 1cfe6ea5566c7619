"""Return tweet ids as they are: the only form in which the platform lets people share tweets."""

from pydantic import Field, RootModel

NAME = "ids"
ABOUT = "tweet ids, one per line; in every export"
UNIT = "tweet"
TREES = "whole"
HAS_USER_IDS = False
ENCODINGS = ("txt",)


class Record(RootModel[int]):
    """The id of one tweet."""

    root: int = Field(ge=1)


def record(tweet_id: int) -> int:
    """Return the id as it is."""
    return tweet_id
