"""The column map of a recipe: which columns of a table contain the fields of a tweet."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    field_validator,
)

from workbench.recipe.section import Section

#: Most columns that one field may name.
MOST_COLUMNS = 8

#: Values of `created_at_format` besides patterns of `strptime`.
EPOCHS = ("seconds", "milliseconds")

#: Any moment, to try a pattern with.
_MOMENT = datetime(2019, 7, 3, 6, 29, tzinfo=UTC)


def _listed(value: Any) -> tuple[str, ...]:  # noqa: ANN401 (checked here)
    names = [value] if isinstance(value, str) else value
    is_list = isinstance(names, list | tuple) and 0 < len(names) <= MOST_COLUMNS
    if not is_list or not all(isinstance(name, str) and name for name in names):
        msg = f"should be the name of a column, or a list of up to {MOST_COLUMNS} names"
        raise ValueError(msg)
    return tuple(names)


def _shortest(names: tuple[str, ...]) -> str | list[str]:
    return names[0] if len(names) == 1 else list(names)


#: One column or several. Of several the first one with a value counts; ids are compared.
Columns = Annotated[tuple[str, ...], BeforeValidator(_listed), PlainSerializer(_shortest)]


class ColumnMap(Section):
    """Field of a tweet -> column of a CSV or Parquet file, or key of JSON objects.

    A name with dots is first looked up as it is. If there is no such column, it is a path into
    nested objects. An id column may contain links to tweets.

    Examples:
        >>> ColumnMap(tweet_id="Tweet Id", text="Text").tweet_id
        ('Tweet Id',)
    """

    tweet_id: Columns = Field(description="id of the tweet, or the link to it")
    text: Columns = Field(description="text of the tweet")
    author_name: Columns | None = Field(None, description="user name, with or without `@`")
    author_id: Columns | None = Field(None, description="id of the author")
    reply_to_id: Columns | None = Field(None, description="id of the tweet that it answers")
    reply_to_author_id: Columns | None = Field(None, description="id of that tweet's author")
    conversation_id: Columns | None = Field(None, description="id of the first tweet of the thread")
    quoted_id: Columns | None = Field(None, description="id of the quoted tweet")
    retweeted_id: Columns | None = Field(
        None, description="id of the retweeted tweet; a row with one is only counted"
    )
    edit_history: Columns | None = Field(
        None, description="list of the ids of all versions of an edited tweet"
    )
    created_at: Columns | None = Field(
        None, description="time; only tweets before November 2010 need it"
    )
    created_at_format: str | None = Field(
        None,
        description="`seconds` or `milliseconds` since 1970, or a pattern like `%d/%m/%Y %H:%M`; "
        "empty: ISO 8601, numbers since 1970, and the form of Twitter's API",
    )
    lang: Columns | None = Field(None, description="language code")
    hashtags: Columns | None = Field(None, description="hashtags; empty: found in the text")
    likes: Columns | None = Field(None, description="number of likes")
    retweets: Columns | None = Field(None, description="number of retweets")
    replies: Columns | None = Field(None, description="number of replies")
    quotes: Columns | None = Field(None, description="number of quotes")
    media: Columns | None = Field(None, description="filled in if the tweet has a picture or film")
    is_sensitive: Columns | None = Field(None, description="true if marked as sensitive")

    @field_validator("created_at_format")
    @classmethod
    def _reads_what_it_writes(cls, pattern: str | None) -> str | None:
        if pattern is None or pattern in EPOCHS:
            return pattern
        try:
            datetime.strptime(_MOMENT.strftime(pattern), pattern)
            is_pattern = "%" in pattern
        except ValueError:
            is_pattern = False
        if not is_pattern:
            msg = f"should be {' or '.join(EPOCHS)}, or a pattern like %d/%m/%Y %H:%M"
            raise ValueError(msg)
        return pattern

    def named(self) -> dict[str, tuple[str, ...]]:
        """Return the columns by field, without the fields that have none.

        Examples:
            >>> ColumnMap(tweet_id="id", text="text", likes=["likes", "favs"]).named()
            {'tweet_id': ('id',), 'text': ('text',), 'likes': ('likes', 'favs')}
        """
        return {
            field: columns for field, columns in self if field != "created_at_format" and columns
        }

    def digest(self) -> str:
        """Return a hash of the map, as 8 hexadecimal digits."""
        text = json.dumps(self.model_dump(mode="json", exclude_none=True), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:8]


#: The fields that a map can name, in the order of a printed map.
FIELDS = tuple(field for field in ColumnMap.model_fields if field != "created_at_format")
