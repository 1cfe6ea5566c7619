"""The input format that a column map describes.

`ready_maps` makes one for each known table, and `of_recipe` one for the map of the recipe.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import UNKNOWN_ID, Written
from workbench.ingest.formats import cells
from workbench.ingest.formats.cells import ABSENT
from workbench.ingest.formats.field_parsers import hashtags_in, is_cut
from workbench.ingest.records.struct_decoder import decode_fields
from workbench.ingest.tweet_records import (
    FIRST_SNOWFLAKE,
    OtherFormatError,
    RejectedError,
    TweetRecord,
)
from workbench.recipe import ColumnMap, IngestSettings
from workbench.schemas.ledger import RejectKind
from workbench.text import sanitize

#: Name of the format that the map of the recipe describes.
NAME = "columns"
ABOUT = "any table that [ingest.columns] of the recipe describes"
YEARS = "any"
LACKS = "what the map leaves out"

#: Changes a decoded record before it is read, and returns it.
Prepare = Callable[[dict[str, Any]], dict[str, Any]]

_IDS = (
    *("tweet_id", "author_id", "reply_to_id", "reply_to_author_id", "conversation_id"),
    "quoted_id",
)
_NO_TEXT = (ABSENT, None, "")
#: What databases write for "no tweet", besides 0.
_NO_TWEET = (-1, "-1")
_COUNTS = ("likes", "retweets", "replies", "quotes")


class ColumnFormat:
    """Reads the records that have the columns of a map.

    Args:
        name: Name of the format.
        about: Which tool writes it, and what, in one line.
        columns: The map.
        years: When it was written.
        lacks: What its tweets never have.
        evidence: Columns that all records of the format have.
        where: What else must be true of a record.
        prepare: Changes a decoded record before it is read.
    """

    def __init__(
        self,
        name: str,
        about: str,
        columns: ColumnMap,
        *,
        years: str,
        lacks: str,
        evidence: Collection[str] = (),
        where: Callable[[Mapping[str, Any]], bool] = lambda _: True,
        prepare: Prepare | None = None,
    ) -> None:
        self.NAME = name
        self.ABOUT = about
        self.YEARS = years
        self.LACKS = lacks
        self.columns = columns
        self._named = columns.named()
        self._id_fields = [field for field in _IDS if field in self._named]
        self.evidence = frozenset(evidence)
        self._where = where
        self._prepare = prepare

    def matches(self, sample: Mapping[str, Any]) -> bool:
        """Return whether a decoded record has this format."""
        return (
            self.evidence <= sample.keys()
            and all(
                any(cells.lookup(sample, name) is not ABSENT for name in self._named[field])
                for field in ("tweet_id", "text")
            )
            and self._where(sample)
        )

    def read(self, record: bytes, collector: Collector) -> None:
        """Report the content of one record to the collector.

        Raises:
            OtherFormatError: If the record lacks the columns of the format.
            RejectedError: If the record has no exact id or no text.
            msgspec.DecodeError: If it is no JSON object.
        """
        fields = decode_fields(record, collector.odd)
        if not self.matches(fields):
            raise OtherFormatError
        is_table = _is_table(fields)
        if self._prepare:
            fields = self._prepare(fields)
        retweeted = self._value(fields, "retweeted_id")
        if cells.is_filled(retweeted) and retweeted not in _NO_TWEET:
            collector.carrier()
            return
        tweet = self._tweet(fields, collector, is_table=is_table)
        collector.tweet(tweet)
        collector.edit_history(tweet.tweet_id, self._value(fields, "edit_history"))

    def ids_in(self, sample: object) -> dict[str, Written]:
        """Return the ids in a decoded record, by which `exact_ids.of_sample` judges a member."""
        if not isinstance(sample, dict) or not self.matches(sample):
            return {}
        is_table = _is_table(sample)
        return {
            f"{field}_{place}_id": cells.written_id(cells.lookup(sample, name), is_table=is_table)
            for field in self._id_fields
            for place, name in enumerate(self._named[field])
        }

    def _tweet(
        self, fields: Mapping[str, Any], collector: Collector, *, is_table: bool
    ) -> TweetRecord:
        ids = collector.ids.read(
            **{field: self._ids(fields, field, is_table=is_table) for field in self._id_fields}
        )
        if (tweet_id := ids["tweet_id"]) is None:
            raise RejectedError(UNKNOWN_ID, RejectKind.INVALID_ID)
        text = self._value(fields, "text", is_text=True)
        if not isinstance(text, str) or not text:
            msg = "no tweet: no text"
            raise RejectedError(msg)
        read = partial(self._parsed, fields, collector)
        has_time = tweet_id >= FIRST_SNOWFLAKE
        time_of = partial(cells.time_of, pattern=self.columns.created_at_format)
        tags = read("hashtags", cells.tags_of)
        return TweetRecord(
            tweet_id=tweet_id,
            text=text,
            author_id=ids.get("author_id"),
            author_name=read("author_name", cells.name_of),
            created_at=None if has_time else read("created_at", time_of),
            lang=read("lang", cells.name_of),
            reply_to_id=ids.get("reply_to_id"),
            reply_to_author_id=ids.get("reply_to_author_id"),
            conversation_id=ids.get("conversation_id"),
            quoted_id=ids.get("quoted_id"),
            hashtags=hashtags_in(text) if tags is None else tags,
            **{field: read(field, cells.count) for field in _COUNTS},
            is_truncated=is_cut(text),
            is_sensitive=read("is_sensitive", cells.truth),
            has_media=cells.is_filled(self._value(fields, "media")),
        )

    def _value(self, fields: Mapping[str, Any], field: str, *, is_text: bool = False) -> object:
        """Return the first value of the columns of a field that is not null; None if all are.

        A text may be any word, so only nothing at all is a null there.
        """
        for name in self._named.get(field, ()):
            value = cells.lookup(fields, name)
            if not (value in _NO_TEXT if is_text else cells.is_null(value)):
                return value
        return None

    def _parsed(
        self,
        fields: Mapping[str, Any],
        collector: Collector,
        field: str,
        parse: Callable[[Any], Any],
    ) -> Any:  # noqa: ANN401 (what `parse` returns)
        """Parse the value of a field; a value that is not understood is null and counted."""
        if field not in self._named:
            return None
        value = self._value(fields, field)
        parsed = None if value is None else parse(value)
        if value is not None and parsed is None:
            collector.odd_values[field] += 1
        return parsed

    def _ids(self, fields: Mapping[str, Any], field: str, *, is_table: bool) -> tuple[Written, ...]:
        """Return what the columns of a field say about its id."""
        return tuple(
            cells.written_id(cells.lookup(fields, name), is_table=is_table)
            for name in self._named[field]
        )


def _is_table(fields: Mapping[str, Any]) -> bool:
    """Return whether all values are text, as in a CSV."""
    return all(isinstance(value, str) for value in fields.values())


class RecipeFormat(ColumnFormat):
    """The format of the recipe's map, for one member.

    A typing error in the map must not empty a field in silence. A table has each column in every
    row, so all rows are rejected if a mapped column is missing. JSON objects often leave out what
    is null, so there a key is missing only if no object of the member has it.

    Args:
        columns: The map.
        samples: The first records of the member, decoded.
        is_table: True if the member is a CSV or Parquet file.
    """

    def __init__(
        self, columns: ColumnMap, *, samples: Iterable[Mapping[str, Any]], is_table: bool
    ) -> None:
        super().__init__(NAME, "the column map of the recipe", columns, years=YEARS, lacks="")
        #: The ledger tells maps apart, because another map reads other cells.
        self.LEDGER_NAME = f"{NAME} {columns.digest()}"
        self._absent = [(field, name) for field, names in self._named.items() for name in names]
        self._is_table = is_table
        for sample in samples:
            self._see(sample)

    def read(self, record: bytes, collector: Collector) -> None:
        """Report the content of one record to the collector, see `ColumnFormat.read`."""
        if self._absent:
            fields = decode_fields(record, collector.odd)
            if self.matches(fields):
                self._see(fields)
            if self._absent and self._is_table:
                names = ", ".join(f"`{sanitize.plain(name)}`" for _, name in self._absent)
                reason = f"[ingest.columns] names what the table lacks: {names}"
                collector.reject(RejectKind.WRONG_MAP, reason, record)
                return
        super().read(record, collector)

    def _see(self, fields: Mapping[str, Any]) -> None:
        self._absent = [each for each in self._absent if cells.lookup(fields, each[1]) is ABSENT]

    @property
    def is_complete(self) -> bool:
        """Whether each column of the map is in some record."""
        return not self._absent

    def absent(self) -> list[str]:
        """Return the keys of the map that no object has had, as kinds of `Ledger.odd_fields`."""
        if self._is_table:
            return []
        return [f"{field} (no record has `{sanitize.plain(name)}`)" for field, name in self._absent]


def of_recipe(
    settings: IngestSettings, samples: Iterable[object], *, is_table: bool
) -> RecipeFormat | None:
    """Return the format of the recipe's map, if it has one and a record has its columns.

    Args:
        settings: How members are read.
        samples: The first records of a member, decoded.
        is_table: True if the member is a CSV or Parquet file.
    """
    if settings.columns is None or settings.format:
        return None
    objects = [each for each in samples if isinstance(each, dict)]
    mapped = RecipeFormat(settings.columns, samples=objects, is_table=is_table)
    return mapped if any(map(mapped.matches, objects)) else None
