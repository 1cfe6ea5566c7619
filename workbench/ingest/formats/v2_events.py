"""Read the events of the API v2 compliance stream: which tweets and users changed, and how.

An event is `{"data": {"delete": {"tweet": {"id": ...}, "event_at": ...}}}`, or only the inner
object. `api_v2` calls this module.
"""

from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import Written, deleted_id
from workbench.ingest.tweet_records import RejectedError

#: Events after which a tweet must not be kept.
DELETIONS = frozenset({"delete", "drop"})

#: The event that a tweet was edited. It lists the ids of the versions.
EDIT = "tweet_edit"

#: Other events. They become notices, because no event lists the tweets of a user.
OTHERS = frozenset(
    {
        *("undrop", "withheld", "scrub_geo", EDIT, "user_delete", "user_undelete"),
        *("user_suspend", "user_unsuspend", "user_protect", "user_unprotect", "user_withheld"),
        *("user_scrub_geo", "user_profile_modification"),
    }
)


class Subject(msgspec.Struct):
    """The fields to read of the tweet or user that an event is about."""

    id: Written = None
    initial_tweet_id: Written = None
    edit_tweet_ids: Any = None


class Event(msgspec.Struct):
    """The fields to read of an event."""

    tweet: Subject | None = None


_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_event = msgspec.json.Decoder(Event).decode


def name(fields: dict[str, Any]) -> str | None:
    """Return the name of an event; None if the fields are not those of an event.

    Examples:
        >>> name({"delete": {"tweet": {"id": "7"}, "event_at": "2025-08-15T22:01:29.103Z"}})
        'delete'
        >>> name({"data": {"user_suspend": {"user": {"id": "8"}}}})
        'user_suspend'
        >>> name({"delete": {"status": {"id": 7}}}) is None
        True
    """
    inner = _fields(fields.get("data")) or fields
    if len(inner) != 1:
        return None
    [key] = inner
    is_known = key in DELETIONS or key in OTHERS
    return key if is_known and {"tweet", "user"} & _fields(inner[key]).keys() else None


def read(fields: dict[str, msgspec.Raw], collector: Collector) -> None:
    """Report an event that has a `name` to the collector.

    Raises:
        RejectedError: If it is a deletion without an id.
        msgspec.ValidationError: If a field has a wrong type.
    """
    kind = name(fields)
    inner = _fields(fields.get("data")) or fields
    if kind not in DELETIONS:
        collector.notice(f"compliance:{kind}")
        if kind == EDIT:
            _read_edit(_event(inner[kind]), collector)
        return
    event = _event(inner[kind])
    tweet_id = deleted_id(event.tweet.id) if event.tweet else None
    if tweet_id is None:
        msg = "deletion: no id"
        raise RejectedError(msg)
    collector.deletion(tweet_id)


def _read_edit(event: Event, collector: Collector) -> None:
    tweet = event.tweet or Subject()
    tweet_id = collector.ids.read(tweet_id=(tweet.id,))["tweet_id"]
    if tweet_id is not None:
        versions = [tweet.initial_tweet_id, tweet.edit_tweet_ids]
        collector.edit_history(tweet_id, [*filter(None, versions), tweet_id])


def _fields(value: object) -> dict[str, Any]:
    """Return the fields of an object, decoded or not; none for other values."""
    if isinstance(value, msgspec.Raw):
        return _keys(value) if bytes(value).startswith(b"{") else {}
    return value if isinstance(value, dict) else {}
