"""Ids: the tweets that the other files hold, the form that the platform lets anybody pass on."""

from pydantic import Field, RootModel

NAME = "ids"
ABOUT = "ids of the tweets, one a line; in every pack"
UNIT = "tweet"
IS_STRICT = False
HAS_USER_IDS = False
ENCODINGS = ("txt",)


class Record(RootModel[int]):
    """An id of a tweet."""

    root: int = Field(ge=1)


def record(tweet_id: int) -> int:
    """Give the id as it is."""
    return tweet_id
